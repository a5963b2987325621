import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/core/outcome.ts'
import type { Book } from '../../src/ledger/book.ts'
import { decide } from '../../src/ledger/decide.ts'
import { type Action, type Decide, Machine } from './model-machine.ts'

/** How likely each kind of trouble is in one run: drawn anew for every run, so that some runs are all of one trouble and none of another. */
const mix = fc.record({
  call: fc.integer({ min: 4, max: 10 }),
  answer: fc.integer({ min: 1, max: 10 }),
  doubt: fc.integer({ min: 0, max: 6 }),
  withdraw: fc.integer({ min: 0, max: 2 }),
  suspend: fc.integer({ min: 0, max: 2 }),
  pay: fc.integer({ min: 0, max: 2 }),
  clock: fc.integer({ min: 0, max: 6 }),
  back: fc.integer({ min: 0, max: 3 }),
  leap: fc.integer({ min: 0, max: 2 }),
  sweep: fc.integer({ min: 0, max: 6 }),
})

const pick = fc.nat(1_000)
const outcome = (unknowns: number): fc.Arbitrary<Outcome> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<Outcome>('match', 'mismatch', 'no_record', 'rejected', 'unavailable') },
    { weight: unknowns, arbitrary: fc.constant<Outcome>('unknown') },
  )

const actions: fc.Arbitrary<Action[]> = mix.chain((weights) => {
  const of = (weight: number, arbitrary: fc.Arbitrary<Action>) => ({ weight, arbitrary })
  const kind = <K extends Action['kind']>(name: K) => fc.constant(name)
  const body = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.constant(1))
  const consent = fc.constantFrom(0, 0, 0, 1, 2, 3, 4)
  const deadlineMs = fc.constantFrom(1_000, 25_000)
  const action = fc.oneof(
    of(weights.call, fc.record({ kind: kind('call'), name: fc.nat(14), body, apiKey: fc.nat(1), consent, deadlineMs })),
    of(weights.answer, fc.record({ kind: kind('answer'), pick, outcome: outcome(weights.doubt) })),
    of(weights.withdraw, fc.record({ kind: kind('withdraw'), consent: fc.nat(4) })),
    of(weights.suspend, fc.record({ kind: kind('suspend'), what: pick })),
    of(weights.suspend * 2, fc.record({ kind: kind('resume'), what: pick })),
    of(weights.pay, fc.record({ kind: kind('pay'), credits: fc.integer({ min: 1, max: 4 }) })),
    of(weights.clock, fc.record({ kind: kind('clock'), ms: fc.integer({ min: 0, max: 40_000 }) })),
    of(weights.back, fc.record({ kind: kind('clock'), ms: fc.integer({ min: -7_200_000, max: -1 }) })),
    of(weights.leap, fc.record({ kind: kind('clock'), ms: fc.integer({ min: 3_600_000, max: 40 * 3_600_000 }) })),
    of(weights.sweep, fc.record({ kind: kind('doubt'), pick })),
    of(weights.sweep, fc.record({ kind: kind('release_doubt'), pick })),
    of(weights.sweep, fc.record({ kind: kind('expire'), pick })),
  )
  return fc.array(action, { minLength: 5, maxLength: 70, size: 'max' })
})

/** Safety while anything may happen; then everything has to settle. */
const life = (decideWith: Decide) =>
  fc.property(actions, fc.integer({ min: 1, max: 5 }), (list, groupSize) => {
    const machine = new Machine(decideWith, groupSize)
    for (const action of list) machine.run(action)
    machine.settleEverything()
  })

/** The ledger with one rule taken out. The book that a mutant decides on may lie to it. */
const lying = (book: Book, lies: Partial<Book>): Book =>
  new Proxy(book, {
    get(target, name) {
      const lie: unknown = Reflect.get(lies, name)
      if (lie !== undefined) return lie
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

type Mutate = (...given: Parameters<Decide>) => ReturnType<Decide>

const mutants: [string, Mutate][] = [
  [
    'a release gives nothing back',
    (book, command, context) => {
      const decision = decide(book, command, context)
      if (command.kind !== 'settle') return decision
      const changes = decision.changes.map((change) => {
        if (change.table !== 'grants') return change
        const available = Math.min(change.row.available, book.get('grants', change.row.id)?.available ?? 0)
        return { ...change, row: { ...change.row, available } }
      })
      return { ...decision, changes }
    },
  ],
  [
    'an answer ignores the ending that there is',
    (book, command, context) => {
      const get: Book['get'] = (table, key) => (table === 'outcomes' ? null : book.get(table, key))
      return decide(command.kind === 'settle' ? lying(book, { get }) : book, command, context)
    },
  ],
  [
    'a hold ignores the balance',
    (book, command, context) => {
      const openGrants = () => book.openGrants().map((grant) => ({ ...grant, available: Math.max(1, grant.available) }))
      return decide(command.kind === 'hold' ? lying(book, { openGrants }) : book, command, context)
    },
  ],
  [
    'an answer in doubt counts as a no',
    (book, command, context) =>
      decide(
        book,
        command.kind === 'settle' && command.answer.outcome === 'unknown'
          ? { ...command, answer: { ...command.answer, outcome: 'unavailable' } }
          : command,
        context,
      ),
  ],
  [
    'a used key is not looked up',
    (book, command, context) => decide(lying(book, { verificationByIdempotency: () => null }), command, context),
  ],
  [
    'a withdrawn consent still counts',
    (book, command, context) => {
      const consentByReference: Book['consentByReference'] = (reference) => {
        const consent = book.consentByReference(reference)
        return consent && { ...consent, withdrawnAt: null }
      }
      return decide(command.kind === 'hold' ? lying(book, { consentByReference }) : book, command, context)
    },
  ],
  [
    'a use is not given back',
    (book, command, context) => {
      const decision = decide(book, command, context)
      if (command.kind !== 'settle' && command.kind !== 'release_doubt') return decision
      return { ...decision, changes: decision.changes.filter(({ table }) => table !== 'consents') }
    },
  ],
  [
    'the clock follows the machine back',
    (book, command, context) => {
      const account: Book['account'] = () => {
        const row = book.account()
        return row && { ...row, lastAt: 0 }
      }
      return decide(lying(book, { account }), command, context)
    },
  ],
  [
    'a timer releases a hold',
    (book, command, context) => {
      if (command.kind !== 'doubt') return decide(book, command, context)
      const { changes } = decide(book, command, context)
      if (changes.length === 0) return { result: { kind: 'done', changed: false }, changes }
      const answer = {
        outcome: 'unavailable',
        sourceReference: null,
        sourceBilled: null,
        reason: 'deadline',
        rawDigest: null,
      } as const
      const released = decide(book, { ...command, kind: 'settle', sourceId: null, answer, by: 'time' }, context)
      return { result: { kind: 'done', changed: true }, changes: released.changes }
    },
  ],
  [
    'an ending has no leaf',
    (book, command, context) => {
      const decision = decide(book, command, context)
      const changes = decision.changes.map((change) =>
        change.table === 'entries' && change.row.kind === 'release'
          ? { ...change, row: { ...change.row, leaf: null, leafHash: null, leafIndex: null } }
          : change,
      )
      return { ...decision, changes }
    },
  ],
  [
    'a suspension does not stop a call',
    (book, command, context) => {
      const account: Book['account'] = () => {
        const row = book.account()
        return row && { ...row, suspendedAt: null }
      }
      return decide(command.kind === 'hold' ? lying(book, { account }) : book, command, context)
    },
  ],
  [
    'held credits expire, too',
    (book, command, context) => {
      const decision = decide(book, command, context)
      if (command.kind !== 'expire_grant') return decision
      const changes = decision.changes.map((change) =>
        change.table === 'grants'
          ? { ...change, row: { ...change.row, expired: change.row.expired + change.row.held, held: 0 } }
          : change,
      )
      return { ...decision, changes }
    },
  ],
]

const runs = 400

describe('the model beside the ledger', () => {
  test(`agrees in ${runs} random lives, and everything settles in the end`, () => {
    fc.assert(life(decide), { numRuns: runs })
  })

  test.each(mutants)('does not agree when %s', (_what, mutant) => {
    const found = fc.check(life(mutant as Decide), { numRuns: runs, seed: 20_240_802, endOnFailure: true })
    expect(found.failed).toBe(true)
    expect(String(found.errorInstance)).toMatch(/ and not |a second row of /)
  })
})
