import { describe, expect, test } from 'vitest'
import { checks, readInput } from '../../src/core/checks.ts'
import type { SourceCall } from '../../src/core/ports.ts'
import type { Query } from '../../src/core/query.ts'
import { openSources } from '../../src/sources/index.ts'
import { sandbox, sandboxPersons } from '../../src/sources/sandbox.ts'
import { testIo } from './source-io.ts'

const open = () => openSources([sandbox()], testIo())
const callFor = (reference: string, check = 'id2'): SourceCall => ({
  reference,
  check,
  deadlineAt: Date.now() + 5_000,
  consent: null,
})

const queryFor = (checkCode: string, row: Readonly<Record<string, string>>): Query => {
  const names = checks.get(checkCode)?.fields.map(({ name }) => name) ?? []
  return { check: checkCode, fields: Object.fromEntries(names.map((name) => [name, row[name] ?? ''])) }
}

const questions = sandboxPersons.flatMap((row) => row.checks.map((check) => ({ check, ...row })))

test.concurrent.each(questions)(
  '$check $fields.name is valid input and answers $outcome',
  async ({ check, fields, outcome, afterMs }) => {
    const query = queryFor(check, fields)
    const known = checks.get(check)
    expect(known && readInput(known, query.fields, '2026-01-01')).toEqual({ kind: 'input', fields: query.fields })
    const before = Date.now()
    const answer = await open().ask('sandbox', query, callFor('ver_1', check))
    expect(answer.outcome).toBe(outcome)
    expect(Date.now() - before).toBeGreaterThanOrEqual(afterMs - 2)
    expect(Date.now() - before).toBeLessThan(afterMs + 500)
  },
)

test('every outcome can be tried, and every way to settle a doubt', () => {
  const outcomesShown = new Set(sandboxPersons.map(({ outcome }) => outcome))
  expect(outcomesShown).toEqual(new Set(['match', 'mismatch', 'no_record', 'rejected', 'unavailable', 'unknown']))
  const doubts = sandboxPersons.filter(({ outcome }) => outcome === 'unknown')
  expect(doubts.map(({ settles }) => settles)).toEqual(['match', 'not_executed', 'never'])
  expect(sandboxPersons.filter(({ outcome }) => outcome !== 'unknown').every(({ settles }) => settles === null)).toBe(true)
})

describe('what agrees', () => {
  test.each([
    ['id2', { name: '李四', id_number: '11010519491231002X' }, 'mismatch'],
    ['id2', { name: '张三', id_number: '510108197205052137' }, 'no_record'],
    ['mobile3', { name: '张三', id_number: '11010519491231002X', mobile: '13800000014' }, 'mismatch'],
    ['mobile3', { name: '李四', id_number: '11010519491231002X', mobile: '13800138000' }, 'mismatch'],
    ['enterprise2', { name: '另一有限公司', uscc: '91350100M000100Y43' }, 'mismatch'],
    ['enterprise2', { name: '示例科技有限公司', uscc: '91350206MA32JUL977' }, 'no_record'],
    ['enterprise2', { name: '张三', id_number: '11010519491231002X' }, 'no_record'],
    ['id9', { name: '张三', id_number: '11010519491231002X' }, 'rejected'],
  ])('%s %j: %s', async (check, fields, outcome) => {
    expect((await open().ask('sandbox', { check, fields }, callFor('ver_1', check))).outcome).toBe(outcome)
  })
})

describe('query by reference', () => {
  const query = (idNumber: string): Query => ({ check: 'id2', fields: { name: '张三', id_number: idNumber } })

  test.each([
    ['830000199201300022', { kind: 'executed', answer: { outcome: 'match', reason: 'answered' } }],
    ['932682198501010017', { kind: 'not_executed' }],
    ['913140198912010018', { kind: 'unclear', reason: 'not_settled' }],
  ])('the doubt on %s ends as published, on another machine and after a restart too', async (idNumber, expected) => {
    const answer = await open().ask('sandbox', query(idNumber), callFor('ver_1'))
    expect(answer).toMatchObject({ outcome: 'unknown', reason: 'deadline' })
    const finding = await open().find('sandbox', { ...callFor('ver_1'), sourceReference: answer.sourceReference })
    expect(finding).toMatchObject(expected)
  })

  test('an answer has an order number that announces no doubt', async () => {
    const answer = await open().ask('sandbox', query('11010519491231002X'), callFor('ver_1'))
    expect(answer.sourceReference).toMatch(/^sandbox-[0-9a-f]{16}$/)
    expect(await open().find('sandbox', { ...callFor('ver_1'), sourceReference: answer.sourceReference })).toMatchObject({
      kind: 'unclear',
    })
  })

  test.each([null, 'order-1', 'sandbox-', 'sandbox-paid-1'])('%j is unclear', async (sourceReference) => {
    expect(await open().find('sandbox', { ...callFor('ver_1'), sourceReference })).toEqual({
      kind: 'unclear',
      reason: 'not_settled',
    })
  })

  test('an answer is found again by our reference, while it is remembered', async () => {
    const sources = open()
    const answer = await sources.ask('sandbox', query('11010519491231002X'), callFor('ver_1'))
    expect(await sources.find('sandbox', callFor('ver_1'))).toEqual({ kind: 'executed', answer })
    await sources.ask('sandbox', query('820000199009230018'), callFor('ver_2'))
    expect(await sources.find('sandbox', callFor('ver_2'))).toEqual({ kind: 'not_executed' })
  })

  test('memory is bounded: the oldest references go first', async () => {
    const source = sandbox()
    const io = testIo()
    for (let number = 0; number < 10_001; number += 1)
      await source.lookup(query('440524188001010014'), callFor(`ver_${number}`), io)
    expect(await source.find?.(callFor('ver_0'), io)).toMatchObject({ kind: 'unclear' })
    expect(await source.find?.(callFor('ver_1'), io)).toMatchObject({ kind: 'executed' })
    expect(await source.find?.(callFor('ver_10000'), io)).toMatchObject({ kind: 'executed' })
  })

  test('a call that was cut off before it had an order number is unclear', async () => {
    expect(await open().find('sandbox', callFor('ver_1'))).toEqual({ kind: 'unclear', reason: 'not_settled' })
  })
})
