import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { workingCalendar } from '../../../src/agreement/calendar.ts'
import type { CreditedThing } from '../../../src/core/matters/credit-note.ts'
import type { MatterView } from '../../../src/core/matters/index.ts'
import { Book, type Change } from '../../../src/ledger/book.ts'
import type { ActContext } from '../../../src/ledger/decide/act-context.ts'
import { Draft } from '../../../src/ledger/draft.ts'
import { applyCreditNotes, issueCreditNote } from '../../../src/ledger/matters/credit-note.ts'
import { expectSound, type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { holdCommand, staffReader, take } from '../../support/ledger-commands.ts'
import { passTo } from '../../support/ledger-days.ts'
import { MemoryRows } from '../../support/ledger-memory.ts'
import { act, type SeededAccount, seedWorld, settle, verifyOnce } from '../../support/ledger-world.ts'

const open = useTestLedgers()

const about = (more: Partial<CreditedThing>): CreditedThing => ({
  statementId: null,
  verificationId: null,
  billId: null,
  ...more,
})

const propose = (ledger: TestLedger, { accountId }: SeededAccount, amountFen: number, thing: CreditedThing) =>
  act(ledger, accountId, { kind: 'propose_credit_note', amountFen, about: thing, text: 'counted wrongly' })

const approve = (ledger: TestLedger, { accountId }: SeededAccount, approvalId: number, actor = 'staff-2') =>
  act(ledger, accountId, { kind: 'approve', approvalId }, actor)

const correct = (ledger: TestLedger, world: SeededAccount, amountFen: number, thing: CreditedThing) => {
  const proposed = propose(ledger, world, amountFen, thing)
  return proposed.kind === 'approval' ? approve(ledger, world, proposed.approval.id) : proposed
}

const notesOf = (ledger: TestLedger, { accountId }: SeededAccount): MatterView<'credit_note'>[] => {
  const list = { kind: 'matters', matter: 'credit_note', open: false, before: null, limit: 1_000 } as const
  return take(ledger.read({ ...list, reader: staffReader, accountId }), 'read').value.items as MatterView<'credit_note'>[]
}

const total = (notes: readonly MatterView<'credit_note'>[]): number => notes.reduce((sum, { data }) => sum + data.amountFen, 0)

/** One credit that cost 800.00 yuan, used. */
const dear = (overrides: Record<string, unknown> = {}) => {
  const ledger = open()
  const world = seedWorld(ledger, { credits: 1, overrides })
  return { ledger, world, verificationId: verifyOnce(ledger, world, 'one', 'match').id }
}

/** The rows of a ledger under a decision that this part has no act for. */
const decideOn = <R>(ledger: TestLedger, { accountId }: SeededAccount, decide: (at: ActContext) => R) => {
  const rows = new MemoryRows()
  for (const table of ['accounts', 'agreements', 'orders', 'grants', 'verifications', 'outcomes', 'matters'] as const)
    rows.write(
      (ledger.db.query[table] as { findMany(): { sync(): object[] } })
        .findMany()
        .sync()
        .map((row) => ({ table, row }) as Change),
    )
  const book = new Book(accountId, rows)
  const account = book.account()
  if (!account) throw new Error('the account is there')
  let id = 9_000_000_000_000_000
  const context = { now: ledger.clock.now, nextId: () => id++, crypto: ledger.crypto, calendar: workingCalendar }
  const draft = new Draft(context, account)
  const result = decide({ book, by: { kind: 'clock', name: '' }, kind: 'issue_statement', reason: null, context, draft })
  return { result, changes: draft.changes }
}

describe('a correction by credit note', () => {
  test('is proposed by one person and approved by another, with the tax in it', () => {
    const { ledger, world, verificationId } = dear({ vatRate: '0.06' })
    const { approval } = take(propose(ledger, world, 10_600, about({ verificationId })), 'approval')
    expect(notesOf(ledger, world)).toEqual([])
    expect(approve(ledger, world, approval.id, 'staff-1')).toMatchObject({ kind: 'refused', code: 'approval_required' })
    take(approve(ledger, world, approval.id), 'approval')
    expect(notesOf(ledger, world)).toMatchObject([
      {
        state: 'issued',
        openedBy: 'staff:staff-2',
        data: {
          amountFen: 10_600,
          tax: { rate: '0.06', netFen: 10_000, taxFen: 600 },
          cause: 'correction',
          text: 'counted wrongly',
        },
      },
    ])
    const { leaf } = ledger.row<{ leaf: string }>("SELECT leaf FROM entries WHERE kind = 'issue_credit_note'")
    expect(JSON.parse(leaf)).toMatchObject({ amount_fen: 10_600, cause: 'correction', verification: verificationId })
    expect(leaf).not.toContain('wrongly')
  })

  test('is never more than what was charged, less what was given back before', () => {
    const { ledger, world, verificationId } = dear()
    const thing = about({ verificationId })
    expect(propose(ledger, world, 80_001, thing)).toMatchObject({ detail: 'more_than_charged' })
    take(correct(ledger, world, 50_000, thing), 'approval')
    expect(propose(ledger, world, 30_001, thing)).toMatchObject({ detail: 'more_than_charged' })
    const [first, second] = [propose(ledger, world, 20_000, thing), propose(ledger, world, 20_000, thing)]
    take(approve(ledger, world, take(first, 'approval').approval.id), 'approval')
    // It was right when it was proposed, and is judged anew.
    expect(approve(ledger, world, take(second, 'approval').approval.id)).toMatchObject({ detail: 'more_than_charged' })
    take(correct(ledger, world, 10_000, thing), 'approval')
    expect(total(notesOf(ledger, world))).toBe(80_000)
  })

  test('about nothing, or about what is not of the account, is refused', () => {
    const { ledger, world } = dear()
    expect(propose(ledger, world, 1, about({}))).toMatchObject({ detail: 'credit_about_nothing' })
    expect(propose(ledger, world, 1, about({ verificationId: 1 }))).toMatchObject({ code: 'not_found' })
    expect(propose(ledger, world, 1, about({ billId: 1 }))).toMatchObject({ code: 'not_found' })
    expect(propose(ledger, world, 1, about({ statementId: 1 }))).toMatchObject({ code: 'not_found' })
    const uncharged = verifyOnce(ledger, seedWorld(ledger, { accountId: 'acc_zzzzzzzzzz' }), 'one', 'match').id
    expect(propose(ledger, world, 1, about({ verificationId: uncharged }))).toMatchObject({ code: 'not_found' })
  })

  test('of a bill is no more than the bill, also when a call of it was credited before', () => {
    const ledger = open()
    const world = seedWorld(ledger, {
      credits: 1,
      overrides: { charging: { model: 'postpaid' }, prices: { query_fee: '2.00' }, payWithin: { n: 10, unit: 'workday' } },
    })
    verifyOnce(ledger, world, 'paid by the pack', 'match')
    const calls = ['a', 'b', 'c'].map((name) => verifyOnce(ledger, world, name, 'match').id)
    const { id: billId } = ledger.row<{ id: number }>("SELECT id FROM matters WHERE kind = 'bill'")
    expect(propose(ledger, world, 1, about({ billId }))).toMatchObject({ detail: 'nothing_charged_yet' })
    take(correct(ledger, world, 200, about({ verificationId: calls[0] ?? 0, billId })), 'approval')
    passTo(ledger, '2024-09-02')
    expect(propose(ledger, world, 401, about({ billId }))).toMatchObject({ detail: 'more_than_charged' })
    take(correct(ledger, world, 400, about({ billId })), 'approval')
    expect(propose(ledger, world, 200, about({ verificationId: calls[1] ?? 0, billId }))).toMatchObject({
      detail: 'more_than_charged',
    })
    expect(total(notesOf(ledger, world))).toBe(600)
  })

  test('can be made when the account is closed', () => {
    const { ledger, world, verificationId } = dear()
    take(act(ledger, world.accountId, { kind: 'close_account', note: 'as agreed' }), 'account')
    take(correct(ledger, world, 80_000, about({ verificationId })), 'approval')
    expect(notesOf(ledger, world)).toHaveLength(1)
  })
})

test('a statement takes every note that is issued, in its own commit, each with an entry', () => {
  const { ledger, world, verificationId } = dear()
  take(correct(ledger, world, 100, about({ verificationId })), 'approval')
  take(correct(ledger, world, 200, about({ verificationId })), 'approval')
  const { result, changes } = decideOn(ledger, world, (at) => applyCreditNotes(at, 77, ledger.clock.now + 1))
  expect(result.map(({ state, data, closedAt }) => [state, data.amountFen, data.appliedTo, closedAt !== null])).toEqual([
    ['applied', 100, 77, true],
    ['applied', 200, 77, true],
  ])
  const leaves = changes.flatMap(({ table, row }) => (table === 'entries' ? [JSON.parse(row.leaf ?? '{}')] : []))
  expect(leaves).toMatchObject([
    { event: 'apply_credit_note', statement: 77, amount_fen: 100 },
    { event: 'apply_credit_note', statement: 77, amount_fen: 200 },
  ])
})

test('a note about a statement is limited by what its issuer says that it charged', () => {
  const { ledger, world } = dear()
  ledger.corrupt(
    `INSERT INTO matters (id, account_id, kind, state, fingerprint, data, clocks, opened_by, opened_at, changed_at)
     VALUES (77, ?, 'statement', 'issued', '', '{"figures":{"chargedFen":500,"fromSeq":0,"toSeq":1}}', '[]', 'clock', 0, 0)`,
    world.accountId,
  )
  const wanted = { cause: 'objection', about: about({ statementId: 77 }), text: 'agreed' } as const
  const issue = (amountFen: number, more: { chargedFen?: number } = {}) =>
    decideOn(ledger, world, (at) => issueCreditNote(at, { ...wanted, amountFen, ...more })).result
  expect(issue(501)).toMatchObject({ kind: 'refused', detail: 'more_than_charged' })
  expect(issue(500)).toMatchObject({ state: 'issued', data: { amountFen: 500, cause: 'objection' } })
  expect(issue(300, { chargedFen: 299 })).toMatchObject({ detail: 'more_than_charged' })
  expect(issue(0)).toMatchObject({ detail: 'nothing_to_give_back' })
})

test('over any history no charge gives back more than it was worth, and no pack more than its price', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('correct' as const), call: fc.nat(3), fen: fc.integer({ min: 1, max: 30_000 }) }),
    fc.record({ kind: fc.constant('win' as const), call: fc.nat(3), remedy: fc.constantFrom('credits', 'money', null) }),
    fc.record({ kind: fc.constant('call' as const), call: fc.nat(3) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 14 }), fc.integer({ min: 3, max: 7 }), (steps, credits) => {
      const ledger = open()
      const world = seedWorld(ledger, { credits })
      const calls = ['a', 'b', 'c'].map((name) => verifyOnce(ledger, world, name, 'match').id)
      steps.forEach((wanted, index) => {
        const verificationId = calls[wanted.call % calls.length] ?? 0
        if (wanted.kind === 'correct') correct(ledger, world, wanted.fen, about({ verificationId }))
        else if (wanted.kind === 'call') {
          const held = ledger.submit(holdCommand(world.credentials, `more ${index}`))
          if (held.kind === 'held') calls.push(settle(ledger, world, held.verificationId, 'match').verification.id)
        } else {
          const opened = act(ledger, world.accountId, {
            kind: 'open_charge_dispute',
            verificationId,
            chargeGround: 'other',
            text: 'no',
          })
          if (opened.kind !== 'matter') return
          const win = {
            kind: 'propose_charge_dispute_win',
            disputeId: opened.matter.id,
            remedy: wanted.remedy,
            text: 'yes',
          } as const
          const proposed = act(ledger, world.accountId, win)
          if (proposed.kind === 'approval') approve(ledger, world, proposed.approval.id)
        }
      })
      const notes = notesOf(ledger, world)
      const value = Math.round(80_000 / credits)
      for (const call of calls)
        expect(total(notes.filter(({ data }) => data.about.verificationId === call))).toBeLessThanOrEqual(value)
      expect(total(notes)).toBeLessThanOrEqual(80_000)
      // Grants that gave credits back keep every invariant of a grant.
      expectSound(ledger)
    }),
    { numRuns: 25 },
  )
})
