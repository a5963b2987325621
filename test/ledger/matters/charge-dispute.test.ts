import { describe, expect, test } from 'vitest'
import type { ChargeDisputeStaffAct, Remedy } from '../../../src/core/matters/charge-dispute.ts'
import type { MatterView } from '../../../src/core/matters/index.ts'
import { startOfDayMs } from '../../../src/core/shanghai.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { holdCommand, staffReader, take } from '../../support/ledger-commands.ts'
import { passTo } from '../../support/ledger-days.ts'
import {
  act,
  buyCredits,
  createKey,
  grantOf,
  hold,
  type SeededAccount,
  seedWorld,
  settle,
  verifyOnce,
} from '../../support/ledger-world.ts'

const open = useTestLedgers()

interface Charged {
  ledger: TestLedger
  world: SeededAccount
  verificationId: number
}

const charged = (wishes: Parameters<typeof seedWorld>[1] = {}): Charged => {
  const ledger = open()
  const world = seedWorld(ledger, wishes)
  return { ledger, world, verificationId: verifyOnce(ledger, world, 'one', 'match').id }
}

const dispute = ({ ledger, world, verificationId }: Charged, text = 'nobody asked for it') =>
  act(ledger, world.accountId, { kind: 'open_charge_dispute', verificationId, chargeGround: 'not_requested', text })

const byCustomer = ({ ledger, world, verificationId }: Charged, text = 'nobody asked for it') =>
  ledger.submit({
    kind: 'customer_act',
    accountId: world.accountId,
    credentials: world.credentials,
    act: { kind: 'open_charge_dispute', verificationId, chargeGround: 'not_requested', text },
  })

const opened = (from: Charged): number => take(dispute(from), 'matter').matter.id

const step = ({ ledger, world }: Charged, wanted: ChargeDisputeStaffAct) => act(ledger, world.accountId, wanted)

const proposeWin = (from: Charged, disputeId: number, remedy: Remedy | null = null) =>
  step(from, { kind: 'propose_charge_dispute_win', disputeId, remedy, text: 'you are right' })

const approve = ({ ledger, world }: Charged, approvalId: number, actor = 'staff-2') =>
  act(ledger, world.accountId, { kind: 'approve', approvalId }, actor)

/** Proposed by one person and approved by another. */
const win = (from: Charged, disputeId: number, remedy: Remedy | null = null) =>
  approve(from, take(proposeWin(from, disputeId, remedy), 'approval').approval.id)

const matterOf = <K extends 'charge_dispute' | 'credit_note'>({ ledger, world }: Charged, matter: K, id: number) =>
  take(ledger.read({ kind: 'matter', reader: staffReader, accountId: world.accountId, matter, id }), 'read')
    .value as MatterView<K>

const notesOf = ({ ledger, world }: Charged): MatterView<'credit_note'>[] =>
  take(
    ledger.read({
      kind: 'matters',
      reader: staffReader,
      accountId: world.accountId,
      matter: 'credit_note',
      open: false,
      before: null,
      limit: 100,
    }),
    'read',
  ).value.items as MatterView<'credit_note'>[]

const leavesOf = ({ ledger }: Charged, kind: string): Record<string, unknown>[] =>
  ledger
    .rows<{ leaf: string }>('SELECT leaf FROM entries WHERE kind = ? ORDER BY seq', kind)
    .map(({ leaf }) => JSON.parse(leaf) as Record<string, unknown>)

const detailOf = (answer: { kind: string; detail?: string; code?: string }) => [answer.kind, answer.code, answer.detail]
const conflict = (detail: string) => ['refused', 'state_conflict', detail]

describe('a dispute of a charge', () => {
  test('names one captured verification of the account, and gets its time to be answered', () => {
    const from = charged()
    const { matter } = take(dispute(from), 'matter')
    expect(matter).toMatchObject({
      kind: 'charge_dispute',
      state: 'open',
      data: { verificationId: from.verificationId, check: 'id2', outcome: 'match', credits: 1, ground: 'not_requested' },
      // Friday 2024-08-02 and three working days.
      clocks: [{ name: 'answer', clause: 'choice', lastDay: '2024-08-07', ending: null }],
    })
    expect(leavesOf(from, 'open_charge_dispute')).toMatchObject([
      { charge_dispute: matter.id, verification: from.verificationId, ground: 'not_requested', clause: 'choice' },
    ])
    // The words of the customer are in the journal and nowhere in the audit log.
    expect(JSON.stringify(leavesOf(from, 'open_charge_dispute'))).not.toContain('nobody')
  })

  test('of a verification that is none of the account, or was not charged, is refused', () => {
    const from = charged()
    const { ledger, world } = from
    expect(dispute({ ...from, verificationId: 1 })).toMatchObject({ kind: 'refused', code: 'not_found' })
    const other = seedWorld(ledger, { accountId: 'acc_zzzzzzzzzz' })
    const foreign = verifyOnce(ledger, other, 'one', 'match').id
    expect(dispute({ ...from, verificationId: foreign })).toMatchObject({ kind: 'refused', code: 'not_found' })
    const released = verifyOnce(ledger, world, 'two', 'rejected').id
    expect(detailOf(dispute({ ...from, verificationId: released }))).toEqual(conflict('not_charged'))
    const held = hold(ledger, world, 'three').verificationId
    expect(detailOf(dispute({ ...from, verificationId: held }))).toEqual(conflict('not_charged'))
    settle(ledger, world, held, 'unknown')
    expect(detailOf(dispute({ ...from, verificationId: held }))).toEqual(conflict('not_charged'))
  })

  test('sent again is the same one; another one about the same charge is refused', () => {
    const from = charged()
    const first = take(byCustomer(from), 'acted')
    const again = take(byCustomer(from), 'acted')
    expect([again.result.kind === 'matter' && again.result.repeated, first.result.kind]).toEqual([true, 'matter'])
    expect(detailOf(byCustomer(from, 'still not asked for'))).toEqual(conflict('already_disputed'))
    expect(detailOf(dispute(from, 'still not asked for'))).toEqual(conflict('already_disputed'))
    expect(from.ledger.rows("SELECT 1 FROM matters WHERE kind = 'charge_dispute'")).toHaveLength(1)
  })

  test('comes within the time to object, to the last instant of its last day', () => {
    // The statement of August is issued on 2024-09-01: the fifteenth day is 09-16, a holiday, which rolls to Wednesday 09-18.
    const [inTime, late] = [charged(), charged()]
    for (const { ledger } of [inTime, late]) {
      ledger.clock.set('2024-09-01T00:00:00+08:00')
      ledger.runDue()
    }
    inTime.ledger.clock.now = startOfDayMs('2024-09-19') - 1
    late.ledger.clock.now = startOfDayMs('2024-09-19')
    expect(dispute(inTime).kind).toBe('matter')
    expect(detailOf(dispute(late))).toEqual(conflict('objection_period_over'))
    expect(detailOf(byCustomer(late))).toEqual(conflict('objection_period_over'))
  })

  test('counts its time from the statement that holds the charge, and not at all before that is issued', () => {
    const from = charged()
    const { ledger, world } = from
    const put = (figures: object | null, noticedOn: string | null) => {
      ledger.corrupt('DELETE FROM matters')
      ledger.corrupt(
        `INSERT INTO matters (id, account_id, kind, state, fingerprint, data, clocks, opened_by, opened_at, changed_at)
         VALUES (1, ?, 'statement', 'issued', '', ?, '[]', 'clock', 0, 0)`,
        world.accountId,
        JSON.stringify({ noticedOn, figures }),
      )
    }
    put(null, null)
    ledger.clock.now = startOfDayMs('2024-09-20')
    expect(dispute(from).kind).toBe('matter')
    const { seq } = ledger.row<{ seq: number }>('SELECT seq FROM outcomes')
    put({ fromSeq: 0, toSeq: seq }, '2024-09-01')
    expect(detailOf(dispute(from))).toEqual(conflict('objection_period_over'))
    put({ fromSeq: 0, toSeq: seq }, '2024-09-10')
    expect(dispute(from).kind).toBe('matter')
    // Of a statement that does not hold it, nothing follows.
    put({ fromSeq: 0, toSeq: seq - 1 }, '2024-09-10')
    expect(detailOf(dispute(from))).toEqual(conflict('objection_period_over'))
    put({ fromSeq: seq, toSeq: seq + 9 }, '2024-09-10')
    expect(detailOf(dispute(from))).toEqual(conflict('objection_period_over'))
  })

  test('that nobody answers in time is a missed deadline', () => {
    const from = charged()
    const id = opened(from)
    passTo(from.ledger, '2024-08-08')
    expect(matterOf(from, 'charge_dispute', id).clocks).toMatchObject([{ name: 'answer', ending: 'missed' }])
    expect(leavesOf(from, 'deadline_missed')).toMatchObject([{ charge_dispute: id, clock: 'answer', clause: 'choice' }])
  })

  test('that is taken back or lost changes nothing, and staff alone can open it again', () => {
    const from = charged()
    const before = from.ledger.rows('SELECT * FROM grants')
    const id = opened(from)
    const lost = take(step(from, { kind: 'lose_charge_dispute', disputeId: id, text: 'your key asked for it' }), 'matter').matter
    expect(lost).toMatchObject({ state: 'lost', data: { reply: 'your key asked for it' }, clocks: [{ ending: 'met' }] })
    expect(take(step(from, { kind: 'lose_charge_dispute', disputeId: id, text: 'again' }), 'matter').repeated).toBe(true)
    expect(detailOf(byCustomer(from, 'look again'))).toEqual(conflict('already_disputed'))
    expect(detailOf(proposeWin(from, id))).toEqual(conflict('charge_dispute_closed'))
    const again = take(dispute(from, 'a second look'), 'matter').matter as MatterView<'charge_dispute'>
    expect([again.state, again.data.previousId]).toEqual(['open', id])
    const taken = step(from, { kind: 'withdraw_charge_dispute', disputeId: again.id, text: null })
    expect(take(taken, 'matter').matter).toMatchObject({ state: 'withdrawn', clocks: [{ ending: 'stopped' }] })
    expect(from.ledger.rows('SELECT * FROM grants')).toEqual(before)
    expect(notesOf(from)).toEqual([])
  })
})

describe('a dispute that is won', () => {
  test('takes two persons, and changes nothing before the second', () => {
    const from = charged()
    const id = opened(from)
    const { approval } = take(proposeWin(from, id), 'approval')
    expect(matterOf(from, 'charge_dispute', id).state).toBe('open')
    expect(approve(from, approval.id, 'staff-1')).toMatchObject({ kind: 'refused', code: 'approval_required' })
    expect(take(approve(from, approval.id), 'approval').approval).toMatchObject({ decidedBy: 'staff-2' })
    expect(matterOf(from, 'charge_dispute', id)).toMatchObject({ state: 'won', data: { remedy: 'credits' } })
    // A second proposal about the same dispute finds it ended.
    expect(detailOf(proposeWin(from, id))).toEqual(conflict('charge_dispute_closed'))
  })

  test('gives the credits back as a grant like the one that paid, and leaves the charge as it was', () => {
    const from = charged()
    const { ledger, world } = from
    const id = opened(from)
    const outcome = ledger.row('SELECT * FROM outcomes')
    const capture = ledger.row("SELECT * FROM entries WHERE kind = 'capture'")
    const paid = grantOf(ledger, world)
    take(win(from, id), 'approval')
    const given = grantOf(ledger, { accountId: world.accountId, grantId: id })
    expect(given).toMatchObject({
      check: 'id2',
      mode: 'live',
      priority: 100,
      granted: 1,
      available: 1,
      expiresAt: paid.expiresAt,
    })
    expect(ledger.row('SELECT order_id FROM grants WHERE id = ?', id)).toEqual({ order_id: null })
    expect(grantOf(ledger, world)).toEqual(paid)
    expect([ledger.row('SELECT * FROM outcomes'), ledger.row("SELECT * FROM entries WHERE kind = 'capture'")]).toEqual([
      outcome,
      capture,
    ])
    expect(leavesOf(from, 'grant').at(-1)).toMatchObject({ grant: id, charge_dispute: id, credits: 1 })
    expect(leavesOf(from, 'win_charge_dispute')).toMatchObject([
      { charge_dispute: id, verification: from.verificationId, remedy: 'credits', credits: 1, amount_fen: 0 },
    ])
    // Won once: nothing more is given for it, by nobody.
    expect(detailOf(dispute(from, 'once more'))).toEqual(conflict('already_disputed'))
    const correction = {
      amountFen: 1,
      about: { statementId: null, billId: null, verificationId: from.verificationId },
      text: 'x',
    }
    expect(detailOf(act(ledger, world.accountId, { kind: 'propose_credit_note', ...correction }))).toEqual(
      conflict('more_than_charged'),
    )
  })

  test('gives money back at the exact unit price, rounded once: 8/3 fen are 3', () => {
    const from = charged()
    const id = opened(from)
    take(win(from, id, 'money'), 'approval')
    const [note] = notesOf(from)
    expect(note).toMatchObject({
      state: 'issued',
      data: {
        amountFen: 3,
        tax: null,
        cause: 'charge_dispute',
        about: { verificationId: from.verificationId, statementId: expect.any(Number), billId: null },
        appliedTo: null,
      },
    })
    expect(matterOf(from, 'charge_dispute', id).data).toMatchObject({ remedy: 'money', creditNoteId: note?.id, grantId: null })
    expect(leavesOf(from, 'issue_credit_note')).toMatchObject([{ credit_note: note?.id, amount_fen: 3, cause: 'charge_dispute' }])
  })

  test('gives money when the pack has lapsed or the account is closed', () => {
    const lapsed = charged({ overrides: { term: { start: '2024-07-28', end: '2024-08-04' } } })
    const id = opened(lapsed)
    passTo(lapsed.ledger, '2024-08-06')
    expect(detailOf(proposeWin(lapsed, id, 'credits'))).toEqual(conflict('remedy_must_be_money'))
    take(win(lapsed, id), 'approval')
    expect(notesOf(lapsed)).toHaveLength(1)

    const closed = charged()
    take(act(closed.ledger, closed.world.accountId, { kind: 'close_account', note: 'as agreed' }), 'account')
    const late = opened(closed)
    expect(detailOf(proposeWin(closed, late, 'credits'))).toEqual(conflict('remedy_must_be_money'))
    take(win(closed, late), 'approval')
    expect(notesOf(closed)).toHaveLength(1)
  })

  test('by a proposal whose pack has lapsed meanwhile is refused, and the approval can be used no more', () => {
    const from = charged({ overrides: { term: { start: '2024-07-28', end: '2024-08-02' } } })
    const id = opened(from)
    const { approval } = take(proposeWin(from, id), 'approval')
    from.ledger.clock.now = startOfDayMs('2024-08-03') + 3_600_000
    for (const command of from.ledger.core.due()) from.ledger.submit(command)
    expect(detailOf(approve(from, approval.id))).toEqual(conflict('remedy_must_be_money'))
    expect(matterOf(from, 'charge_dispute', id).state).toBe('open')
    expect(from.ledger.row('SELECT decided_at FROM approvals')).toEqual({ decided_at: null })
  })

  test('of a call that was paid by credits given back is worth what those had cost', () => {
    const from = charged({ credits: 1 })
    const { ledger, world } = from
    const first = opened(from)
    take(win(from, first, 'credits'), 'approval')
    // The pack is used up, so the credit that was given back pays.
    const again = settle(ledger, world, hold(ledger, world, 'two').verificationId, 'match').verification.id
    const second = { ...from, verificationId: again }
    take(win(second, opened(second), 'money'), 'approval')
    expect(notesOf(from).map(({ data }) => data.amountFen)).toEqual([80_000])
  })

  test('gives nothing for a charge of which something was given back by a correction', () => {
    const from = charged({ credits: 1 })
    const { ledger, world, verificationId } = from
    const correction = { amountFen: 100, about: { statementId: null, billId: null, verificationId }, text: 'x' }
    const note = act(ledger, world.accountId, { kind: 'propose_credit_note', ...correction })
    take(approve(from, take(note, 'approval').approval.id), 'approval')
    const id = opened(from)
    expect(detailOf(proposeWin(from, id, 'credits'))).toEqual(conflict('nothing_to_give_back'))
    expect(detailOf(proposeWin(from, id, 'money'))).toEqual(conflict('nothing_to_give_back'))
  })

  test('of every call of a pack gives back no more than the pack cost', () => {
    // 800.00 for three: 266.67 each would be a fen too much.
    const from = charged({ credits: 3 })
    const { ledger, world } = from
    const calls = [from.verificationId, ...['two', 'three'].map((name) => verifyOnce(ledger, world, name, 'match').id)]
    for (const verificationId of calls) take(win(from, opened({ ...from, verificationId }), 'money'), 'approval')
    expect(notesOf(from).map(({ data }) => data.amountFen)).toEqual([26_666, 26_667, 26_667])
  })

  test('of a call that a bill counts is worth the price of the bill, with its tax', () => {
    const ledger = open()
    const world = seedWorld(ledger, {
      credits: 1,
      overrides: {
        charging: { model: 'postpaid', settlementBasis: 'paid' },
        prices: { query_fee: '1.06' },
        vatRate: '0.06',
        payWithin: { n: 10, unit: 'workday' },
      },
    })
    // The pack pays first; what comes after it is counted for the bill.
    verifyOnce(ledger, world, 'one', 'match')
    const postpaid = { ledger, world, verificationId: verifyOnce(ledger, world, 'two', 'match').id }
    const id = opened(postpaid)
    expect(detailOf(proposeWin(postpaid, id, 'credits'))).toEqual(conflict('remedy_must_be_money'))
    take(win(postpaid, id), 'approval')
    expect(notesOf(postpaid)).toMatchObject([
      { data: { amountFen: 106, tax: { rate: '0.06', netFen: 100, taxFen: 6 }, about: { billId: expect.any(Number) } } },
    ])
  })
})

test('a call that cost nothing has no charge to dispute', () => {
  const ledger = open()
  const world = seedWorld(ledger, { overrides: { charging: { model: 'free', settlementBasis: 'paid' } } })
  const id = verifyOnce(ledger, world, 'one', 'match').id
  expect(detailOf(dispute({ ledger, world, verificationId: id }))).toEqual(conflict('not_charged'))
})

test('credits that were given back are used like any other', () => {
  const from = charged({ credits: 1 })
  const { ledger, world } = from
  expect(ledger.submit(holdCommand(world.credentials, 'two')).kind).toBe('refused')
  take(win(from, opened(from)), 'approval')
  expect(hold(ledger, world, 'two').kind).toBe('held')
  expect(createKey(ledger, world.accountId).keyNumber).toBeGreaterThan(0)
  expect(buyCredits(ledger, world.accountId, 5).grant.granted).toBe(5)
})
