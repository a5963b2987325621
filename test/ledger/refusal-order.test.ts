import { describe, expect, test } from 'vitest'
import { refusalOrder } from '../../src/core/refusal.ts'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'
import { holdCommand } from '../support/ledger-commands.ts'
import { type Fault, faults, impossible, judgedAtTheDoor, makeWorld } from './refusal-faults.ts'

const open = useTestLedgers()

const isImpossible = (a: Fault, b: Fault): boolean =>
  impossible.some(({ pair }) => pair.includes(a.name) && pair.includes(b.name))

const pairs = faults.flatMap((a, at) => faults.slice(at + 1).map((b) => [a, b] as const)).filter(([a, b]) => !isImpossible(a, b))

const firstDenial = refusalOrder.indexOf('account_closed')

/** Everything that a refusal must leave as it was. */
const traces = (ledger: TestLedger) => ({
  verifications: ledger.rows('SELECT * FROM verifications'),
  outcomes: ledger.rows('SELECT * FROM outcomes'),
  grants: ledger.rows('SELECT * FROM grants'),
  consents: ledger.rows('SELECT * FROM consents'),
})

const entriesAfter = (ledger: TestLedger, id: number) =>
  ledger.rows<{ kind: string; leaf: string | null }>('SELECT kind, leaf FROM entries WHERE id > ?', id)

/** Meets these faults and checks the refusal, what it left behind, and that the key is still good once they are gone. */
const meet = (put: readonly Fault[]): string => {
  const ledger = open()
  const { world, command } = makeWorld(ledger, put)
  const before = traces(ledger)
  const { id: last } = ledger.row<{ id: number }>('SELECT max(id) AS id FROM entries')
  const result = ledger.submit(command)
  if (result.kind !== 'refused') throw new Error(`${result.kind} in spite of ${put.map(({ name }) => name).join(' and ')}`)
  expect(traces(ledger)).toEqual(before)

  const first = put.toSorted((a, b) => a.turn - b.turn)[0]
  const written = entriesAfter(ledger, last)
  expect(written.map(({ kind }) => kind)).toEqual(first && first.turn >= firstDenial ? ['denial'] : [])
  for (const { leaf } of written)
    expect(JSON.parse(leaf ?? '')).toMatchObject({ event: 'denial', code: result.code, key: command.credentials.keyNumber })

  if (put.every((fault) => fault.forGood === undefined)) {
    for (const fault of put) fault.heal?.(world)
    expect(ledger.submit(holdCommand(world.spare, 'the call', { consent: { reference: 'spare' } }))).toMatchObject({
      kind: 'held',
    })
  }
  return result.code
}

const expectEarlier = (a: Fault, b: Fault): void => expect(meet([a, b])).toBe((a.turn < b.turn ? a : b).code)

describe('the order of refusals', () => {
  test('the world without a fault is fine, so that every refusal below is the work of its fault', () => {
    const ledger = open()
    const { command } = makeWorld(ledger, [])
    expect(ledger.submit(command)).toMatchObject({ kind: 'held', sources: ['source_a'] })
  })

  test('every code of the order has its fault, except those that never reach a ledger', () => {
    const codes = new Set(faults.map(({ code }) => code))
    expect(refusalOrder.filter((code) => !codes.has(code))).toEqual(judgedAtTheDoor)
  })

  test('only pairs of faults that exist are called impossible', () => {
    for (const { pair } of impossible) for (const name of pair) expect(faults.map((fault) => fault.name)).toContain(name)
    expect(pairs).toHaveLength((faults.length * (faults.length - 1)) / 2 - impossible.length)
  })

  test.each(faults.map((fault) => [fault.name, fault] as const))('%s alone is answered by its code', (_name, fault) => {
    expect(meet([fault])).toBe(fault.code)
  })

  test.each(pairs.map(([a, b]) => [a.name, b.name, a, b] as const))(
    'of %s and %s the earlier one is answered',
    (_a, _b, a, b) => {
      expectEarlier(a, b)
    },
  )

  test("the table notices a fault that is none, and an order that is not the ledger's", () => {
    const [a, b] = ['account_suspended', 'quota_exhausted'].map((name) => faults.find((fault) => fault.name === name))
    if (!a || !b) throw new Error('both are in the table')
    expect(() => meet([{ name: 'nothing', code: 'quota_exhausted', turn: 99 }])).toThrow('held in spite of nothing')
    expect(() => expectEarlier(a, { ...b, turn: 0 })).toThrow()
    expect(() => meet([{ ...a, turn: 0 }])).toThrow()
  })

  test('a body without a readable check is an input fault at the turn of the check, because no terms say what else is wrong', () => {
    const ledger = open()
    const { command } = makeWorld(ledger, [])
    const unreadable = { ...command, check: null, inputFaults: [{ pointer: '/check', rule: 'member_missing' }] }
    expect(ledger.submit(unreadable)).toEqual({ kind: 'refused', code: 'input_invalid', faults: unreadable.inputFaults })
    expect(ledger.submit({ ...command, purpose: null })).toMatchObject({ kind: 'refused', code: 'input_invalid' })
    expect(ledger.submit({ ...command, check: null })).toMatchObject({ kind: 'refused', code: 'check_not_granted' })
  })

  test('a refusal carries the state of the rate limit that the door filled in', () => {
    const ledger = open()
    const { world, command } = makeWorld(ledger, [])
    const rate = { limit: 10, windowSeconds: 60, remaining: 3, resetSeconds: 7, exceeded: false }
    const credentials = { ...command.credentials, rate }
    expect(ledger.submit({ ...command, credentials, consent: null })).toEqual({ kind: 'refused', code: 'consent_missing', rate })
    expect(ledger.submit({ ...command, credentials })).toMatchObject({ kind: 'held', rate })
    expect(ledger.submit({ ...command, credentials: { ...world.spare, rate } })).toMatchObject({
      code: 'verification_in_progress',
      rate,
    })
  })
})
