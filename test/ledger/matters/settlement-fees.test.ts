import { describe, expect, test } from 'vitest'
import type { StaffAct } from '../../../src/core/commands.ts'
import type { Bill } from '../../../src/core/matters/bill.ts'
import type { Build } from '../../../src/core/matters/build.ts'
import type { Milestone } from '../../../src/core/matters/milestone.ts'
import { addDays } from '../../../src/core/shanghai.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { accountA, take } from '../../support/ledger-commands.ts'
import { done, listMatters, passTo, signedOn } from '../../support/ledger-days.ts'
import { approveSettlement, conflictOf, proposeSettlement, settleAccount, settlementAct } from '../../support/ledger-matters.ts'
import { act, changeAgreement, seedWorld } from '../../support/ledger-world.ts'

const open = useTestLedgers()

const world = { accountId: accountA }
const conflict = (ledger: TestLedger, wanted: StaffAct) => conflictOf(ledger, world as Parameters<typeof conflictOf>[1], wanted)

/** What a settlement in between says now; it is withdrawn, so that the next one can be asked for. */
const figures = (ledger: TestLedger, wishes: Parameters<typeof proposeSettlement>[2] = {}) => {
  const { id, data } = proposeSettlement(ledger, world, { final: false, ...wishes })
  done(ledger, { kind: 'withdraw_settlement', settlementId: id, text: null })
  return data
}

const pay = (milestoneId: number, on: string, amountFen: number): StaffAct => ({
  kind: 'pay_milestone',
  milestoneId,
  on,
  amountFen,
  bankReference: `${milestoneId}-${on}-${amountFen}`,
})

/** S3, signed on 20 January 2025: 1,740,000.00, forty days to build. */
const signed = (overrides: Record<string, unknown> = {}): TestLedger => {
  const ledger = open()
  signedOn(ledger, '2025-01-20', 'S3', { term: { start: '2025-01-20', end: '2027-12-31' }, ...overrides })
  return ledger
}

/** The same, built by a day, and accepted on 18 March: the parts of the price are due on 29 April and 30 April a year later. */
const accepted = (finishedOn: string, overrides?: Record<string, unknown>) => {
  const ledger = signed(overrides)
  passTo(ledger, finishedOn)
  const buildId = listMatters<Build>(ledger, 'build')[0]?.id ?? 0
  done(ledger, { kind: 'finish_build', buildId, on: finishedOn })
  passTo(ledger, '2025-03-18')
  const { id: acceptanceId } = done(ledger, { kind: 'apply_acceptance', reference: null, on: '2025-03-18' })
  done(ledger, { kind: 'conclude_acceptance', acceptanceId, result: 'passed', on: '2025-03-18', text: null })
  const [one, two] = listMatters<Milestone>(ledger, 'milestone')
  return { ledger, first: one?.id ?? 0, second: two?.id ?? 0 }
}

const firstFen = 130_500_000
const secondFen = 43_500_000

describe('fees with the penalties of both sides (S3 §2.5)', () => {
  test.each([
    ['SET-01', '2025-02-28', '2025-04-29', firstFen],
    ['SET-02', '2025-02-28', '2025-05-02', 142_245_000],
    ['SET-03', '2025-03-05', '2025-04-29', 120_060_000],
  ])('%s: the first part, built by %s and paid on %s', (_id, finishedOn, paidOn, amountFen) => {
    const { ledger, first } = accepted(finishedOn)
    passTo(ledger, paidOn)
    done(ledger, pay(first, paidOn, firstFen))
    const [line] = figures(ledger).fees
    expect(line).toMatchObject({ code: 'milestone_1', feeFen: firstFen, amountFen, paidFen: firstFen, clause: 'S3 §2.5' })
  })

  test('SET-04: both parts, each with its own, and the balance is what was not paid of it', () => {
    const { ledger, first, second } = accepted('2025-03-05')
    passTo(ledger, '2025-05-02')
    done(ledger, pay(first, '2025-05-02', firstFen))
    passTo(ledger, '2026-05-01')
    done(ledger, pay(second, '2026-05-01', secondFen))
    const data = figures(ledger)
    expect(data.fees.map(({ amountFen }) => amountFen)).toEqual([131_805_000, 44_805_000])
    expect([data.feesFen, data.feesPaidFen, data.balanceFen, data.inFavourOf]).toEqual([
      176_610_000,
      174_000_000,
      2_610_000,
      'provider',
    ])
    expect(data.delay).toEqual({
      daysLate: 2,
      daysFen: 10_440_000,
      lumpFen: null,
      chosen: 'days',
      countedFen: 10_440_000,
      clause: 'S3 §8.1',
    })
  })

  test('a sum below 0 is a credit to the customer, never cut to 0', () => {
    const ledger = signed()
    passTo(ledger, '2025-03-05')
    const data = figures(ledger)
    expect(data.fees).toMatchObject([{ code: 'build', feeFen: 0, providerPenaltyFen: 10_440_000, amountFen: -10_440_000 }])
    expect([data.balanceFen, data.inFavourOf, data.creditNoteFen]).toEqual([-10_440_000, 'customer', 10_440_000])
  })

  test('PEN-A, PEN-B: capped and uncapped stand side by side on every day of delay', () => {
    const { ledger, first } = accepted('2025-02-28')
    const shown = (index: number) => {
      const { penalty, daysLate } = figures(ledger).fees[index] ?? { penalty: null, daysLate: 0 }
      return [daysLate, penalty?.accruedFen, penalty?.cappedFen, penalty?.chargedFen, penalty?.thresholdFen]
    }
    const thresholdFen = 34_800_000
    const expected = (days: number, perDayFen: number) => {
      const capped = Math.min(days * perDayFen, thresholdFen)
      return [days, days * perDayFen, capped, capped, thresholdFen]
    }
    for (const days of [0, 1, 2, 3, 8, 9, 11]) {
      passTo(ledger, addDays('2025-04-29', days))
      expect(shown(0)).toEqual(expected(days, 3_915_000))
    }
    done(ledger, pay(first, '2025-04-29', firstFen))
    for (const days of [0, 1, 26, 27]) {
      passTo(ledger, addDays('2026-04-30', days))
      expect(shown(1)).toEqual(expected(days, 1_305_000))
    }
  })

  test('more than the capped penalty is billed only where its proposer confirms it, and another person approves', () => {
    const { ledger } = accepted('2025-02-28', { latePayment: { capped: false } })
    passTo(ledger, '2025-05-20')
    const capped = figures(ledger)
    expect([capped.uncapped, capped.fees[0]?.penalty]).toEqual([
      false,
      { accruedFen: 82_215_000, thresholdFen: 34_800_000, cappedFen: 34_800_000, chargedFen: 34_800_000 },
    ])
    const proposed = proposeSettlement(ledger, world, { confirmUncapped: true })
    expect([proposed.data.uncapped, proposed.data.fees[0]?.penalty?.chargedFen]).toEqual([true, 82_215_000])
    expect(approveSettlement(ledger, world, proposed, 'staff-1')).toMatchObject({ detail: 'same_person' })
    // Whoever proposes it again has to confirm it again.
    const again = { kind: 'propose_settlement_again', settlementId: proposed.id, confirmUncapped: false } as const
    expect(done(ledger, again)).toMatchObject({ data: { uncapped: false } })
  })

  test('PENP-01: what was paid in parts is late for its own days', () => {
    const { ledger, first } = accepted('2025-02-28')
    passTo(ledger, '2025-05-05')
    done(ledger, pay(first, '2025-05-02', 50_000_000))
    done(ledger, pay(first, '2025-05-05', 80_500_000))
    expect(figures(ledger).fees[0]?.penalty?.accruedFen).toBe(18_990_000)
  })
})

describe('a provider that builds late (S3 §8.1)', () => {
  test('SUP-00 to SUP-10: days and lump sum are both shown, and one of them counts', () => {
    const ledger = signed()
    passTo(ledger, '2025-03-03')
    expect(figures(ledger).delay).toBeNull()
    for (const days of [1, 2, 6, 7, 8, 10]) {
      passTo(ledger, addDays('2025-03-03', days))
      const lumpFen = days > 7 ? 34_800_000 : null
      expect(figures(ledger).delay).toMatchObject({
        daysLate: days,
        daysFen: days * 5_220_000,
        lumpFen,
        countedFen: days * 5_220_000,
      })
      if (lumpFen === null) {
        expect(conflict(ledger, settlementAct({ delayChoice: 'lump' }))).toBe('lump_not_due')
        continue
      }
      const lump = figures(ledger, { delayChoice: 'lump' })
      expect([lump.delay?.countedFen, lump.feesFen]).toEqual([lumpFen, -lumpFen])
    }
  })
})

describe('debts that a final settlement holds', () => {
  test('are paid by it alone, and end with it', () => {
    const { ledger, first, second } = accepted('2025-02-28')
    passTo(ledger, '2025-05-02')
    const { id, data } = settleAccount(ledger, world)
    expect(data.balanceFen).toBe(firstFen + secondFen + 11_745_000)
    expect(conflict(ledger, pay(first, '2025-05-02', firstFen))).toBe('in_settlement')
    const payment = { on: '2025-05-02', bankReference: 'b-1', direction: 'from_customer' } as const
    done(ledger, { kind: 'pay_settlement', settlementId: id, ...payment, amountFen: data.balanceFen })
    expect(listMatters(ledger, 'settlement')[0]).toMatchObject({ state: 'settled', data: { openFen: 0 } })
    expect(listMatters<Milestone>(ledger, 'milestone').map(({ state, closedAt }) => [state, closedAt])).toEqual([
      ['settled', ledger.clock.now],
      ['settled', ledger.clock.now],
    ])
    expect(conflict(ledger, pay(second, '2025-05-02', secondFen))).toBe('milestone_closed')
    // Nothing is settled twice.
    expect(figures(ledger)).toMatchObject({ fees: [], delay: null, balanceFen: 0, inFavourOf: 'nobody' })
  })

  test('that were paid between proposal and approval refuse it', () => {
    const { ledger, first } = accepted('2025-02-28')
    const proposed = proposeSettlement(ledger, world)
    done(ledger, pay(first, '2025-03-18', firstFen))
    expect(approveSettlement(ledger, world, proposed)).toMatchObject({ detail: 'figures_changed' })
  })
})

describe('bills (S4 §6)', () => {
  const postpaid = (): TestLedger => {
    const ledger = open()
    signedOn(ledger, '2025-06-01', 'S4', {
      term: { start: '2025-06-01', end: '2027-05-31' },
      checks: { id2: { consentTypes: ['click', 'paper', 'e_signature'] } },
      serviceLevel: { hours: { reply: 2, plan: 8 } },
      prices: { platform_fee: '500.00', query_fee: '0.04', data_fee: '0.12' },
      payWithin: { n: 10, unit: 'workday' },
      latePayment: { rate: '0.0005' },
    })
    return ledger
  }

  test('stand with the interest on what is late; the month that runs is waited for', () => {
    const ledger = postpaid()
    passTo(ledger, '2025-07-01')
    const billId = listMatters<Bill>(ledger, 'bill')[0]?.id ?? 0
    done(ledger, { kind: 'record_invoice_receipt', billId, on: '2025-07-01' })
    const dueOn = listMatters<Bill>(ledger, 'bill')[0]?.clocks[0]?.lastDay ?? ''
    passTo(ledger, addDays(dueOn, 20))
    expect(conflict(ledger, settlementAct())).toBe('period_runs')
    const [line] = figures(ledger).fees
    // 500.00 at 0.05 percent a day.
    expect(line).toMatchObject({ code: 'bill_2025-06', feeFen: 50_000, dueOn, daysLate: 20, interestFen: 500, amountFen: 50_500 })
    take(act(ledger, accountA, { kind: 'close_account', note: '' }), 'account')
    passTo(ledger, '2025-09-01')
    expect(settleAccount(ledger, world).data.fees.map(({ code }) => code)).toContain('bill_2025-07')
  })

  test('and milestones keep a closing from its statement until a final settlement holds them', () => {
    const ledger = postpaid()
    take(act(ledger, accountA, { kind: 'close_account', note: '' }), 'account')
    const { id: closingId } = listMatters(ledger, 'closing')[0] ?? { id: 0 }
    const step = (name: 'open_calls_ended' | 'statement'): StaffAct => ({ kind: 'step_closing', closingId, step: name })
    done(ledger, step('open_calls_ended'))
    expect(conflict(ledger, step('statement'))).toBe('settlement_missing')
    passTo(ledger, '2025-07-01')
    settleAccount(ledger, world, { final: false })
    expect(conflict(ledger, step('statement'))).toBe('settlement_missing')
    const { data } = settleAccount(ledger, world)
    expect(data.fees).toMatchObject([{ code: 'bill_2025-06' }])
    done(ledger, step('statement'))
  })
})

describe('claims', () => {
  const claim = (claimant: 'customer' | 'provider', head: 'legal_fees' | 'indirect_loss', amountFen: number): StaffAct => ({
    kind: 'record_claim',
    reference: null,
    claimant,
    head,
    amountFen,
    text: 'as stated',
    verificationIds: [],
    evidence: [],
  })

  test('count as they were recorded where the agreement knows their head, and are named where it does not', () => {
    const ledger = open()
    const seeded = seedWorld(ledger)
    const { id } = done(ledger, claim('provider', 'legal_fees', 100_000))
    done(ledger, claim('customer', 'indirect_loss', 7_000))
    done(ledger, claim('customer', 'legal_fees', 5_000))
    const both = figures(ledger)
    expect([both.claims.map(({ amountFen }) => amountFen), both.balanceFen]).toEqual([
      [100_000, 7_000, 5_000],
      100_000 - 7_000 - 5_000 - 80_000,
    ])
    changeAgreement(ledger, accountA, { term: { start: '2024-07-28', end: '2025-07-29' }, claims: 'direct_only' })
    const settled = settleAccount(ledger, seeded)
    expect(settled.data).toMatchObject({
      claims: [{ claimId: id, clause: 'S1 §6.1' }, { amountFen: 5_000 }],
      excludedClaims: [{ head: 'indirect_loss', amountFen: 7_000, reason: 'head_not_in_agreement', clause: 'S1 §6.1' }],
      balanceFen: 15_000,
    })
    // Those that were counted are settled with the last payment; the others stay open.
    const payment = { on: '2024-08-02', amountFen: 15_000, bankReference: 'b-1', direction: 'from_customer' } as const
    done(ledger, { kind: 'pay_settlement', settlementId: settled.id, ...payment })
    expect(listMatters(ledger, 'claim').map(({ state }) => state)).toEqual(['settled', 'open', 'settled'])
  })
})

describe('credit notes', () => {
  const notes = (ledger: TestLedger) =>
    ledger.row<{ state: string; closed_at: number | null }>("SELECT state, closed_at FROM matters WHERE kind = 'credit_note'")

  test('that were issued are taken by a final settlement, and given back when it is withdrawn', () => {
    const ledger = open()
    const seeded = seedWorld(ledger)
    const { id } = done(ledger, {
      kind: 'record_claim',
      reference: null,
      claimant: 'customer',
      head: 'legal_fees',
      amountFen: 1,
      text: '',
      verificationIds: [],
      evidence: [],
    })
    // A note as the books keep it, whoever issued it.
    ledger.corrupt(
      "UPDATE matters SET kind = 'credit_note', state = 'issued', data = json_object('amountFen', 250, 'appliedTo', NULL) WHERE id = ?",
      id,
    )
    const { data, id: settlementId } = settleAccount(ledger, seeded)
    expect([data.creditNotes, data.balanceFen]).toEqual([[{ creditNoteId: id, amountFen: 250 }], -80_250])
    expect(notes(ledger)).toEqual({ state: 'applied', closed_at: ledger.clock.now })
    done(ledger, { kind: 'object_settlement', settlementId, text: 'no' })
    done(ledger, { kind: 'withdraw_settlement', settlementId, text: null })
    expect(notes(ledger)).toEqual({ state: 'issued', closed_at: null })
    expect(settleAccount(ledger, seeded).data.balanceFen).toBe(-80_250)
  })
})
