import { describe, expect, test } from 'vitest'
import { presets } from '../../src/agreement/presets.ts'
import { ruleShapes } from '../../src/agreement/rule-shapes.ts'
import { findShapeFaults, mergeMembers } from '../../src/agreement/shape.ts'

const isNumber = (value: unknown): boolean => typeof value === 'number'

describe('faults of shape', () => {
  const shape = { a: isNumber, b: { c: isNumber } }

  test.each<[unknown, string[]]>([
    [{ a: 1, b: { c: 2 } }, []],
    [{ a: '1', b: { c: 2 } }, ['a']],
    [{ b: {} }, ['a', 'b.c']],
    [{ a: 1, b: null }, ['b']],
    [{ a: 1, b: [2] }, ['b']],
    [{ a: 1, b: { c: 2, d: 3 }, e: 4 }, ['e: unknown', 'b.d: unknown']],
    [null, ['']],
  ])('of %j: %j', (value, faults) => {
    expect(findShapeFaults(shape, value)).toEqual(faults)
  })

  test('are in no preset', () => {
    for (const terms of presets.values())
      for (const [name, rule] of Object.entries(ruleShapes))
        expect(findShapeFaults(rule, Reflect.get(terms, name), name)).toEqual([])
  })
})

describe('one object over another', () => {
  test.each<[unknown, unknown, unknown]>([
    [{ a: 1, b: { c: 2, d: 3 } }, { b: { d: 4 } }, { a: 1, b: { c: 2, d: 4 } }],
    [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
    [{ a: { b: 1 } }, { a: null }, { a: null }],
    [{ a: { b: 1 } }, { a: 'at_once' }, { a: 'at_once' }],
    [{ a: 'at_once' }, { a: { n: 1 } }, { a: { n: 1 } }],
    [{ a: 1 }, { z: 2 }, { a: 1, z: 2 }],
    [{ kind: 'penalty', perDay: '0.03', capped: true }, { kind: 'none' }, { kind: 'none' }],
    [
      { kind: 'penalty', perDay: '0.03', capped: true },
      { kind: 'penalty', capped: false },
      { kind: 'penalty', perDay: '0.03', capped: false },
    ],
    [{ kind: 'interest', rate: null }, { rate: '0.0005' }, { kind: 'interest', rate: '0.0005' }],
  ])('%j with %j is %j', (base, given, merged) => {
    expect(mergeMembers(base, given)).toEqual(merged)
  })

  test('leaves both as they were, and reaches no prototype', () => {
    const base = { a: { b: 1 } }
    const merged = mergeMembers(base, JSON.parse('{"a": {"__proto__": {"polluted": true}}}'))
    expect(base).toEqual({ a: { b: 1 } })
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    expect(findShapeFaults({ a: { b: isNumber } }, merged)).toEqual(['a.__proto__: unknown'])
  })
})
