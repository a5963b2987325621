import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../../src/core/canonical-json.ts'
import type { MatterView } from '../../../src/core/matters/index.ts'
import type { SettlementPayment } from '../../../src/core/matters/settlement.ts'
import { formatFen } from '../../../src/core/money.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { holdCommand, staffReader, take } from '../../support/ledger-commands.ts'
import {
  approveSettlement,
  conflictOf,
  customerDoes,
  customerTries,
  leavesOf,
  mattersOf,
  proposeSettlement,
  settleAccount,
  settlementAct,
} from '../../support/ledger-matters.ts'
import {
  act,
  changeAgreement,
  grantOf,
  hold,
  type SeededAccount,
  s1Term,
  seedWorld,
  settle,
  verifyOnce,
} from '../../support/ledger-world.ts'

const open = useTestLedgers()

const dayMs = 86_400_000

type Cause = Extract<Parameters<typeof proposeSettlement>[2], object>['cause']

/** A pack of 30,000 credits for 800.00 yuan, so many of them used by one call. */
const used = (credits: number, basis: 'paid' | 'list' = 'paid'): { ledger: TestLedger; world: SeededAccount } => {
  const ledger = open()
  const checks = credits === 0 ? {} : { checks: { id2: { credits } } }
  const world = seedWorld(ledger, { overrides: { ...checks, charging: { settlementBasis: basis } } })
  if (credits > 0) verifyOnce(ledger, world, 'one', 'match')
  return { ledger, world }
}

/** Vectors of S1 §4.6: credits used, basis, cause; value of the use, refund, what is kept, unused credits. */
const packVectors: [string, number, 'paid' | 'list', NonNullable<Cause>, string, string, string, number][] = [
  ['REF-P-00000', 0, 'paid', 'mutual', '0.00', '800.00', '0.00', 30000],
  ['REF-L-00000', 0, 'list', 'mutual', '0.00', '800.00', '0.00', 30000],
  ['REF-P-00001', 1, 'paid', 'mutual', '0.03', '799.97', '0.00', 29999],
  ['REF-L-00001', 1, 'list', 'mutual', '0.04', '799.96', '0.00', 29999],
  ['REF-P-00002', 2, 'paid', 'mutual', '0.05', '799.95', '0.00', 29998],
  ['REF-L-00002', 2, 'list', 'mutual', '0.08', '799.92', '0.00', 29998],
  ['REF-P-00003', 3, 'paid', 'mutual', '0.08', '799.92', '0.00', 29997],
  ['REF-L-00003', 3, 'list', 'mutual', '0.12', '799.88', '0.00', 29997],
  ['REF-P-00075', 75, 'paid', 'mutual', '2.00', '798.00', '0.00', 29925],
  ['REF-L-00075', 75, 'list', 'mutual', '3.00', '797.00', '0.00', 29925],
  ['REF-P-00100', 100, 'paid', 'mutual', '2.67', '797.33', '0.00', 29900],
  ['REF-L-00100', 100, 'list', 'mutual', '4.00', '796.00', '0.00', 29900],
  ['REF-P-00999', 999, 'paid', 'mutual', '26.64', '773.36', '0.00', 29001],
  ['REF-L-00999', 999, 'list', 'mutual', '39.96', '760.04', '0.00', 29001],
  ['REF-P-01000', 1000, 'paid', 'mutual', '26.67', '773.33', '0.00', 29000],
  ['REF-L-01000', 1000, 'list', 'mutual', '40.00', '760.00', '0.00', 29000],
  ['REF-P-07500', 7500, 'paid', 'mutual', '200.00', '600.00', '0.00', 22500],
  ['REF-L-07500', 7500, 'list', 'mutual', '300.00', '500.00', '0.00', 22500],
  ['REF-P-10000', 10000, 'paid', 'mutual', '266.67', '533.33', '0.00', 20000],
  ['REF-L-10000', 10000, 'list', 'mutual', '400.00', '400.00', '0.00', 20000],
  ['REF-P-12345', 12345, 'paid', 'mutual', '329.20', '470.80', '0.00', 17655],
  ['REF-L-12345', 12345, 'list', 'mutual', '493.80', '306.20', '0.00', 17655],
  ['REF-P-15000', 15000, 'paid', 'mutual', '400.00', '400.00', '0.00', 15000],
  ['REF-L-15000', 15000, 'list', 'mutual', '600.00', '200.00', '0.00', 15000],
  ['REF-P-19999', 19999, 'paid', 'mutual', '533.31', '266.69', '0.00', 10001],
  ['REF-L-19999', 19999, 'list', 'mutual', '799.96', '0.04', '0.00', 10001],
  ['REF-P-20000', 20000, 'paid', 'mutual', '533.33', '266.67', '0.00', 10000],
  ['REF-L-20000', 20000, 'list', 'mutual', '800.00', '0.00', '0.00', 10000],
  ['REF-P-20001', 20001, 'paid', 'mutual', '533.36', '266.64', '0.00', 9999],
  ['REF-L-20001', 20001, 'list', 'mutual', '800.00', '0.00', '0.00', 9999],
  ['REF-P-25000', 25000, 'paid', 'mutual', '666.67', '133.33', '0.00', 5000],
  ['REF-L-25000', 25000, 'list', 'mutual', '800.00', '0.00', '0.00', 5000],
  ['REF-P-29999', 29999, 'paid', 'mutual', '799.97', '0.03', '0.00', 1],
  ['REF-L-29999', 29999, 'list', 'mutual', '800.00', '0.00', '0.00', 1],
  ['REF-P-30000', 30000, 'paid', 'mutual', '800.00', '0.00', '0.00', 0],
  ['REF-L-30000', 30000, 'list', 'mutual', '800.00', '0.00', '0.00', 0],
  ['REFC-01', 12345, 'paid', 'provider_fault', '329.20', '470.80', '0.00', 17655],
  ['REFC-02', 12345, 'paid', 'upstream_change_rejected', '329.20', '470.80', '0.00', 17655],
  ['REFC-03', 12345, 'paid', 'customer_breach', '329.20', '0.00', '470.80', 17655],
  ['REFC-04', 12345, 'paid', 'expiry', '329.20', '0.00', '470.80', 17655],
]

describe('a pack at its end (S1 §4.6)', () => {
  test.each(packVectors)('%s', (_id, credits, basis, cause, charge, refund, kept, unused) => {
    const { ledger, world } = used(credits, basis)
    if (cause === 'expiry') ledger.clock.set('2025-07-30T00:00:00+08:00')
    const { data } = settleAccount(ledger, world, { cause })
    const money = [data.chargeFen, data.refundFen, data.keptFen].map(formatFen)
    expect([...money, (data.packs[0]?.credits ?? 0) - (data.packs[0]?.used ?? 0)]).toEqual([charge, refund, kept, unused])
    expect(data.packs[0]).toMatchObject({ used: credits, left: unused, paidFen: 80_000 })
    expect([data.balanceFen, data.creditNoteFen]).toEqual([
      data.refundFen === 0 ? 0 : -data.refundFen,
      data.refundFen === 0 ? null : data.refundFen,
    ])
    // What nobody used has left the grant by an entry of its own.
    const moved = cause === 'customer_breach' || cause === 'expiry' ? { expired: unused } : { refunded: unused }
    expect(grantOf(ledger, world)).toMatchObject({ available: 0, captured: credits, ...moved })
  })

  test('REFM-01: each pack at its own price', () => {
    const ledger = open()
    const world = seedWorld(ledger, { overrides: { checks: { id2: { credits: 30_000 } } } })
    verifyOnce(ledger, world, 'all of the first', 'match')
    const second = { kind: 'record_order', externalId: 'second', check: 'id2', mode: 'live', credits: 30_000 } as const
    const { order } = take(
      act(ledger, world.accountId, { ...second, listFen: 180_000, paidFen: 120_000, offerSha256: null }),
      'order',
    )
    take(act(ledger, world.accountId, { kind: 'record_payment', orderId: order.id, bankReference: 'bank-2' }), 'order')
    changeAgreement(ledger, world.accountId, { term: s1Term, checks: { id2: { credits: 6_000 } } })
    verifyOnce(ledger, world, 'some of the second', 'mismatch')
    const { data } = settleAccount(ledger, world)
    expect(data.packs.map((pack) => [pack.used, pack.usedFen, pack.refundFen])).toEqual([
      [30_000, 80_000, 0],
      [6_000, 24_000, 96_000],
    ])
    expect([data.refundFen, data.balanceFen, data.inFavourOf]).toEqual([96_000, -96_000, 'customer'])
    // One entry for each grant that something was left of.
    expect(leavesOf(ledger, 'refund')).toMatchObject([{ credits: 24_000, clause: 'S1 §4.6' }])
  })
})

describe('two persons', () => {
  test('one proposes, another one approves the exact figures, and only then anything moves', () => {
    const { ledger, world } = used(12_345)
    const proposed = proposeSettlement(ledger, world)
    expect(proposed).toMatchObject({ state: 'proposed', closedAt: null, data: { approvedAt: null, proposedBy: 'staff-1' } })
    expect(grantOf(ledger, world)).toMatchObject({ available: 17_655, refunded: 0 })
    const approvals = take(ledger.read({ kind: 'approvals', reader: staffReader, accountId: world.accountId }), 'read').value
    expect(approvals).toMatchObject([{ act: 'settle_account', target: { kind: 'settlement', id: proposed.id }, decidedBy: null }])
    const { change, digest } = ledger.row<{ change: string; digest: string }>('SELECT change, digest FROM approvals')
    expect(JSON.parse(change)).toEqual({ settlement: proposed.id, facts: proposed.data.digest })
    expect(ledger.crypto.sha256(change)).toBe(digest)

    expect(approveSettlement(ledger, world, proposed, 'staff-1')).toMatchObject({
      code: 'approval_required',
      detail: 'same_person',
    })
    expect(grantOf(ledger, world)).toMatchObject({ available: 17_655 })
    const approved = take(approveSettlement(ledger, world, proposed), 'matter').matter
    expect(approved).toMatchObject({
      state: 'approved',
      data: { approvedBy: 'staff-2', approvedAt: ledger.clock.now, openFen: -47_080 },
    })
    expect(leavesOf(ledger, 'approve')).toMatchObject([{ staff: 'staff-2', change: digest }])
    expect(leavesOf(ledger, 'refund')).toMatchObject([
      { grant: world.grantId, credits: 17_655, settlement: proposed.id, clause: 'S1 §4.6' },
    ])
    expect(ledger.submit(holdCommand(world.credentials, 'after the end'))).toMatchObject({ code: 'quota_exhausted' })
    expect(approveSettlement(ledger, world, proposed)).toMatchObject({ detail: 'already_decided' })
    expect(mattersOf(ledger, world, 'notice').map(({ data }) => data.scene)).toContain('settlement_approved')
  })

  test('the digest is that of the canonical JSON of everything that the document says', () => {
    const { ledger, world } = used(1)
    const { data } = proposeSettlement(ledger, world)
    const { digest, approvalId, proposedBy, approvedBy, approvedAt, signature, objections, payments, openFen, ...facts } = data
    expect([approvedBy, approvedAt, signature, objections, payments, openFen]).toEqual([null, null, null, [], [], -79_997])
    expect([typeof approvalId, proposedBy]).toEqual(['number', 'staff-1'])
    expect(ledger.crypto.sha256(canonicalJson(facts))).toBe(digest)
  })

  test('a proposal lapses after a day, is a draft then, and is proposed again with the figures of that moment', () => {
    const { ledger, world } = used(12_345)
    const proposed = proposeSettlement(ledger, world)
    ledger.clock.advance(dayMs)
    expect(approveSettlement(ledger, world, proposed)).toMatchObject({ detail: 'proposal_expired' })
    ledger.runDue()
    const [draft] = mattersOf(ledger, world, 'settlement')
    expect(draft).toMatchObject({ state: 'draft', data: { approvalId: null } })
    expect(leavesOf(ledger, 'lapse_settlement_proposal')).toMatchObject([{ settlement: proposed.id, clause: 'choice' }])
    ledger.restart()
    expect(ledger.runDue()).toEqual([])
    const again = take(
      act(
        ledger,
        world.accountId,
        { kind: 'propose_settlement_again', settlementId: proposed.id, confirmUncapped: false },
        'staff-2',
      ),
      'matter',
    ).matter as MatterView<'settlement'>
    expect(approveSettlement(ledger, world, again, 'staff-2')).toMatchObject({ detail: 'same_person' })
    take(approveSettlement(ledger, world, again, 'staff-1'), 'matter')
  })

  test('what has moved since the proposal refuses the approval, and nothing changes', () => {
    const { ledger, world } = used(100)
    const proposed = proposeSettlement(ledger, world)
    verifyOnce(ledger, world, 'two', 'match')
    const before = grantOf(ledger, world)
    expect(approveSettlement(ledger, world, proposed)).toMatchObject({ code: 'state_conflict', detail: 'figures_changed' })
    expect(grantOf(ledger, world)).toEqual(before)
    expect(mattersOf(ledger, world, 'settlement')).toMatchObject([{ state: 'proposed' }])
    const again = take(
      act(ledger, world.accountId, { kind: 'propose_settlement_again', settlementId: proposed.id, confirmUncapped: false }),
      'matter',
    ).matter as MatterView<'settlement'>
    expect(approveSettlement(ledger, world, proposed)).toMatchObject({ detail: 'proposal_replaced' })
    expect(take(approveSettlement(ledger, world, again), 'matter').matter).toMatchObject({ data: { packs: [{ used: 200 }] } })
  })

  test('another day without a change of the figures is no change', () => {
    const { ledger, world } = used(100)
    const proposed = proposeSettlement(ledger, world)
    ledger.clock.advance(dayMs - 1)
    expect(take(approveSettlement(ledger, world, proposed), 'matter').matter).toMatchObject({
      data: { asOf: proposed.data.asOf, digest: proposed.data.digest },
    })
  })

  test('one settlement is open at a time; one that nobody approved can be withdrawn', () => {
    const { ledger, world } = used(100)
    const proposed = proposeSettlement(ledger, world)
    expect(conflictOf(ledger, world, settlementAct())).toBe('settlement_open')
    const withdraw = { kind: 'withdraw_settlement', settlementId: proposed.id, text: null } as const
    take(act(ledger, world.accountId, withdraw), 'matter')
    expect(take(act(ledger, world.accountId, withdraw), 'matter').repeated).toBe(true)
    expect(approveSettlement(ledger, world, proposed)).toMatchObject({ detail: 'proposal_replaced' })
    const second = settleAccount(ledger, world)
    expect([second.reference, second.data.packs.length]).toEqual(['2', 1])
    expect(conflictOf(ledger, world, { ...withdraw, settlementId: second.id })).toBe('settlement_approved')
  })
})

describe('calls without an ending', () => {
  test('keep a final settlement away, and one in between only once the account is closed', () => {
    const { ledger, world } = used(100)
    const { verificationId } = hold(ledger, world, 'in doubt')
    settle(ledger, world, verificationId, 'unknown')
    expect(conflictOf(ledger, world, settlementAct())).toBe('open_verifications')
    const between = proposeSettlement(ledger, world, { final: false })
    expect(between.data.packs).toMatchObject([{ held: 100, used: 100 }])
    const before = grantOf(ledger, world)
    expect(take(approveSettlement(ledger, world, between), 'matter').matter).toMatchObject({
      state: 'approved',
      closedAt: ledger.clock.now,
    })
    // It moves nothing.
    expect(grantOf(ledger, world)).toEqual(before)
    verifyOnce(ledger, world, 'service goes on', 'match')
    take(act(ledger, world.accountId, { kind: 'close_account', note: '' }), 'account')
    expect(conflictOf(ledger, world, settlementAct({ final: false }))).toBe('open_verifications')
    settle(ledger, world, verificationId, 'match', { by: 'query' })
    expect(settleAccount(ledger, world).data.packs).toMatchObject([{ held: 0, used: 300 }])
  })

  test('that appear after the proposal refuse its approval', () => {
    const { ledger, world } = used(100)
    const proposed = proposeSettlement(ledger, world)
    const { verificationId } = hold(ledger, world, 'meanwhile')
    expect(approveSettlement(ledger, world, proposed)).toMatchObject({ detail: 'open_verifications' })
    settle(ledger, world, verificationId, 'no_record')
    take(approveSettlement(ledger, world, proposed), 'matter')
  })
})

describe('what becomes of unused credits', () => {
  test('after a breach they are kept until the settlement is approved, and lapse then by its clause, never silently', () => {
    const { ledger, world } = used(12_345)
    take(act(ledger, world.accountId, { kind: 'close_account', note: '' }), 'account')
    ledger.clock.advance(30 * dayMs)
    ledger.runDue()
    const proposed = proposeSettlement(ledger, world, { cause: 'customer_breach' })
    expect(proposed.data).toMatchObject({ refundFen: 0, keptFen: 47_080, packs: [{ remainder: 'hold', move: 'expire' }] })
    expect(grantOf(ledger, world)).toMatchObject({ available: 17_655, expired: 0 })
    take(approveSettlement(ledger, world, proposed), 'matter')
    expect(grantOf(ledger, world)).toMatchObject({ available: 0, expired: 17_655 })
    expect(leavesOf(ledger, 'expire')).toMatchObject([
      { grant: world.grantId, credits: 17_655, settlement: proposed.id, clause: 'S1 §6.1' },
    ])
  })

  test('at the end of the term nothing is left to move; before it, nothing has lapsed', () => {
    const { ledger, world } = used(100)
    expect(conflictOf(ledger, world, settlementAct({ cause: 'expiry' }))).toBe('term_not_over')
    ledger.clock.set('2025-07-30T00:00:00+08:00')
    ledger.runDue()
    expect(grantOf(ledger, world)).toMatchObject({ available: 0, expired: 29_900 })
    const { data } = settleAccount(ledger, world, { cause: 'mutual' })
    expect(data).toMatchObject({ refundFen: 0, packs: [{ remainder: 'lapse', left: 0, clause: 'S1 三' }], inFavourOf: 'nobody' })
    expect(leavesOf(ledger, 'expire')).toHaveLength(1)
    expect(leavesOf(ledger, 'refund')).toEqual([])
  })
})

describe('the customer', () => {
  const shown = (ledger: TestLedger, { accountId, credentials }: SeededAccount) => {
    const reader = { kind: 'key', credentials, scope: 'account:read', allowSuspended: false } as const
    const read = { kind: 'matters', reader, accountId, matter: 'settlement', open: false, before: null, limit: 10 } as const
    return take(ledger.read(read), 'read').value.items
  }
  const signatureOf = ({ id, data }: MatterView<'settlement'>, digest = data.digest) =>
    ({ kind: 'sign_settlement', settlementId: id, digest, documentSha256: null }) as const

  test('sees a settlement once two persons have agreed to it, and signs what it was shown', () => {
    const { ledger, world } = used(100)
    const proposed = proposeSettlement(ledger, world)
    expect(shown(ledger, world)).toEqual([])
    expect(customerTries(ledger, world, signatureOf(proposed))).toMatchObject({ code: 'not_found' })
    take(approveSettlement(ledger, world, proposed), 'matter')
    expect(shown(ledger, world)).toHaveLength(1)
    expect(customerTries(ledger, world, signatureOf(proposed, 'ab'.repeat(32)))).toMatchObject({ detail: 'digest_differs' })
    const signed = customerDoes<'settlement'>(ledger, world, signatureOf(proposed))
    expect(signed).toMatchObject({
      state: 'approved',
      data: { signature: { at: ledger.clock.now, by: `key:${world.keyNumber}` } },
    })
    expect(take(customerTries(ledger, world, signatureOf(proposed)), 'acted').result).toMatchObject({ repeated: true })
    expect(customerTries(ledger, world, { kind: 'object_settlement', settlementId: proposed.id, text: 'no' })).toMatchObject({
      detail: 'settlement_signed',
    })
  })

  test('objects, and staff keep the settlement or withdraw it; the next one settles the same packs and counts what was paid', () => {
    const { ledger, world } = used(12_345)
    const first = settleAccount(ledger, world, { cause: 'customer_breach' })
    const objection = { kind: 'object_settlement', settlementId: first.id, text: 'we kept to it' } as const
    expect(customerDoes(ledger, world, objection)).toMatchObject({ state: 'objected' })
    const keep = { kind: 'keep_settlement', settlementId: first.id, text: 'as the notice says' } as const
    take(act(ledger, world.accountId, keep), 'matter')
    expect(conflictOf(ledger, world, keep)).toBe('not_objected')
    customerDoes(ledger, world, objection)
    const part: SettlementPayment = { on: '2024-08-02', amountFen: 1_000, bankReference: 'b-1', direction: 'to_customer' }
    take(act(ledger, world.accountId, { kind: 'pay_settlement', settlementId: first.id, ...part }), 'matter')
    take(act(ledger, world.accountId, { kind: 'withdraw_settlement', settlementId: first.id, text: null }), 'matter')
    // The credits have lapsed for good; the money follows the new cause, less what was paid already.
    const second = settleAccount(ledger, world, { cause: 'mutual' })
    expect(second.data).toMatchObject({
      refundFen: 47_080,
      carried: [{ settlementId: first.id, fromCustomerFen: 0, toCustomerFen: 1_000 }],
      balanceFen: -46_080,
      packs: [{ left: 0 }],
    })
    expect(leavesOf(ledger, 'refund')).toEqual([])
  })
})

describe('payments', () => {
  const pay = (settlementId: number, more: Partial<SettlementPayment> = {}) => {
    const payment: SettlementPayment = {
      on: '2024-08-02',
      amountFen: 47_080,
      bankReference: 'b-1',
      direction: 'to_customer',
      ...more,
    }
    return { kind: 'pay_settlement', settlementId, ...payment } as const
  }

  test('are recorded in both directions, once under a bank reference, and the last one settles', () => {
    const { ledger, world } = used(12_345)
    const { id } = settleAccount(ledger, world)
    const too = take(act(ledger, world.accountId, pay(id, { amountFen: 47_100 })), 'matter').matter
    expect(too).toMatchObject({ state: 'approved', data: { openFen: 20 } })
    expect(take(act(ledger, world.accountId, pay(id, { amountFen: 47_100 })), 'matter').repeated).toBe(true)
    expect(conflictOf(ledger, world, pay(id))).toBe('bank_reference_reused')
    expect(conflictOf(ledger, world, pay(id, { bankReference: 'b-2', on: '2024-08-03' }))).toBe('day_not_come')
    const back = pay(id, { amountFen: 20, bankReference: 'b-2', direction: 'from_customer' })
    const settled = take(act(ledger, world.accountId, back), 'matter').matter
    expect(settled).toMatchObject({ state: 'settled', closedAt: ledger.clock.now, data: { openFen: 0 } })
    expect(conflictOf(ledger, world, pay(id, { bankReference: 'b-3' }))).toBe('settlement_closed')
    expect(leavesOf(ledger, 'pay_settlement').map(({ open_fen }) => open_fen)).toEqual([20, 0])
  })

  test('of one in between or of a proposal are none', () => {
    const { ledger, world } = used(100)
    const proposed = proposeSettlement(ledger, world, { final: false })
    expect(conflictOf(ledger, world, pay(proposed.id))).toBe('settlement_in_between')
    take(act(ledger, world.accountId, { kind: 'withdraw_settlement', settlementId: proposed.id, text: null }), 'matter')
    expect(conflictOf(ledger, world, pay(proposeSettlement(ledger, world).id))).toBe('settlement_not_approved')
    expect(conflictOf(ledger, world, pay(1))).toBe('not_found')
  })
})
