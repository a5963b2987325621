import { describe, expect, test } from 'vitest'
import type { StaffAct } from '../../../src/core/commands.ts'
import type { Bill } from '../../../src/core/matters/bill.ts'
import type { FeeNotice } from '../../../src/core/matters/fee-notice.ts'
import type { SettlementFigures } from '../../../src/core/matters/settlement-figures.ts'
import { startOfDayMs } from '../../../src/core/shanghai.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { accountA, staffReader, take } from '../../support/ledger-commands.ts'
import { done, leavesOf, listMatters, passTo, signedOn } from '../../support/ledger-days.ts'
import {
  act,
  changeAgreement,
  createKey,
  hold,
  recordConsent,
  seedWorld,
  settle,
  verifyOnce,
} from '../../support/ledger-world.ts'

const open = useTestLedgers()

const filledIn = {
  term: { start: '2025-06-01', end: '2027-05-31' },
  checks: { id2: { consentTypes: ['click', 'paper', 'e_signature'] } },
  serviceLevel: { hours: { reply: 2, plan: 8 } },
  prices: { platform_fee: '500.00', query_fee: '0.04', data_fee: '0.12' },
  payWithin: { n: 10, unit: 'workday' },
  latePayment: { rate: '0.0005' },
  // How a customer is connected is tested elsewhere.
  onboarding: { testCalls: null },
}

/** The agreement of S4 with its blanks filled in. */
const seed = (overrides: Record<string, unknown> = {}, day = '2025-06-01') => {
  const ledger = open()
  signedOn(ledger, day, 'S4', { ...filledIn, ...overrides })
  const credentials = createKey(ledger, accountA)
  recordConsent(ledger, credentials, 'consent-1', { grantedAt: ledger.clock.now })
  return { ledger, world: { accountId: accountA, credentials, keyNumber: credentials.keyNumber, orderId: 0, grantId: 0 } }
}

const bills = (ledger: TestLedger) => listMatters<Bill>(ledger, 'bill')
const billId = (ledger: TestLedger): number => bills(ledger)[0]?.id ?? 0
const use = (ledger: TestLedger, bytes: number, reference = `use-${bytes}`): StaffAct => ({
  kind: 'record_data_use',
  billId: billId(ledger),
  reference,
  bytes,
})
const invoice = (ledger: TestLedger, on: string) => done(ledger, { kind: 'record_invoice_receipt', billId: billId(ledger), on })
const pay = (ledger: TestLedger, on: string, amountFen: number) =>
  done(ledger, { kind: 'pay_bill', billId: billId(ledger), on, amountFen, bankReference: `bank-${on}` })
const standing = (ledger: TestLedger) =>
  take(ledger.read({ kind: 'account', reader: staffReader, accountId: accountA }), 'read').value

describe('a bill for a month of use (S4 §6)', () => {
  test('is made at the end of the month from what was counted: charged calls, data and the platform', () => {
    const { ledger, world } = seed()
    for (const [name, outcome] of [
      ['one', 'match'],
      ['two', 'mismatch'],
      ['three', 'no_record'],
      ['four', 'unavailable'],
    ] as const)
      verifyOnce(ledger, world, name, outcome)
    done(ledger, use(ledger, 1_536_750_000))
    passTo(ledger, '2025-06-30')
    expect(bills(ledger).map(({ state }) => state)).toEqual(['running'])
    passTo(ledger, '2025-07-01')
    const [june, july] = bills(ledger)
    expect(june).toMatchObject({ state: 'issued', data: { period: '2025-06', owedFen: 50_000 + 8 + 18_441, tax: null } })
    expect(june?.data.lines).toEqual([
      { code: 'platform_fee', quantity: '1', unitPrice: '500.00', amountFen: 50_000 },
      { code: 'query_fee', quantity: '2', unitPrice: '0.04', amountFen: 8 },
      { code: 'data_fee', quantity: '1536.75', unitPrice: '0.12', amountFen: 18_441 },
    ])
    expect(july).toMatchObject({ state: 'running', data: { period: '2025-07', dataUses: [] } })
    expect(leavesOf(ledger, 'issue_bill')).toMatchObject([{ period: '2025-06', total_fen: 68_449, clause: 'S4 §6.3.1' }])
    ledger.restart()
    expect(act(ledger, accountA, use(ledger, 1))).toMatchObject({ detail: 'period_billed' })
  })

  test('counts a recorded quantity once under its reference', () => {
    const { ledger } = seed()
    done(ledger, use(ledger, 1_000, 'once'))
    expect(take(act(ledger, accountA, use(ledger, 1_000, 'once')), 'matter').repeated).toBe(true)
    expect(act(ledger, accountA, use(ledger, 1_001, 'once'))).toMatchObject({ detail: 'reference_reused' })
    expect(bills(ledger)[0]?.data.dataUses).toHaveLength(1)
  })

  test('of a month that was not whole bears the platform fee for its days alone, and tax where a rate is agreed', () => {
    const term = { start: '2025-02-15', end: '2025-03-20' }
    const prices = { platform_fee: '3000.00', query_fee: '0.04', data_fee: '0.12' }
    const { ledger } = seed({ term, prices, vatRate: '0.06' }, '2025-02-15')
    passTo(ledger, '2025-06-01')
    // 14 of 28 days and 20 of 31 (contracts.md §3.4, PRO-01 and PRO-03); nothing after the end of the term.
    expect(bills(ledger).map(({ data }) => [data.period, data.owedFen, data.tax])).toEqual([
      ['2025-02', 150_000, { rate: '0.06', netFen: 141_509, taxFen: 8_491 }],
      ['2025-03', 193_548, { rate: '0.06', netFen: 182_592, taxFen: 10_956 }],
    ])
  })

  test('has a line for each price of a month in which the price changes: a new one counts from the next day', () => {
    const { ledger, world } = seed({ prices: { platform_fee: '310.00', query_fee: '0.04', data_fee: '0.12' } }, '2025-08-01')
    for (const name of ['one', 'two', 'three']) verifyOnce(ledger, world, name, 'match')
    done(ledger, use(ledger, 1_000_000))
    passTo(ledger, '2025-08-10')
    const prices = { platform_fee: '310.00', query_fee: '0.05', data_fee: '0.12' }
    changeAgreement(ledger, accountA, { ...filledIn, prices }, 'S4')
    verifyOnce(ledger, world, 'same day', 'match')
    passTo(ledger, '2025-08-11')
    for (const name of ['four', 'five']) verifyOnce(ledger, world, name, 'match')
    passTo(ledger, '2025-09-01')
    expect(bills(ledger)[0]?.data.lines.map(({ code, quantity, unitPrice }) => [code, quantity, unitPrice])).toEqual([
      ['platform_fee', '1', '310.00'],
      ['query_fee', '4', '0.04'],
      ['query_fee', '2', '0.05'],
      ['data_fee', '1', '0.12'],
    ])
  })

  test('of a call that is settled in the next month stands on the next bill', () => {
    const { ledger, world } = seed()
    passTo(ledger, '2025-06-30')
    ledger.clock.now = startOfDayMs('2025-07-01') - 1_000
    const { verificationId } = hold(ledger, world, 'late')
    ledger.clock.now = startOfDayMs('2025-07-01') + 1_000
    settle(ledger, world, verificationId, 'match')
    passTo(ledger, '2025-08-01')
    const queries = bills(ledger).map(({ data }) => data.lines.find(({ code }) => code === 'query_fee')?.quantity)
    expect(queries).toEqual(['0', '1', undefined])
  })

  test('is due ten working days after the invoice; overdue it suspends, bears interest by the day, and its payment opens the service again', () => {
    const { ledger, world } = seed({ prices: { platform_fee: '1178.21', query_fee: '0', data_fee: '0' } })
    passTo(ledger, '2025-07-03')
    expect(invoice(ledger, '2025-07-03').clocks).toMatchObject([{ name: 'pay', lastDay: '2025-07-17', clause: 'S4 §6.2.1' }])
    const suspend = { kind: 'suspend_account', ground: 'overdue', note: 'by hand', noticeId: null } as const
    passTo(ledger, '2025-07-17')
    expect(act(ledger, accountA, suspend)).toMatchObject({ detail: 'not_overdue' })
    passTo(ledger, '2025-07-18')
    expect(standing(ledger).suspension).toEqual({
      ground: 'overdue',
      note: 'S4 §6.3.2',
      by: 'clock',
      at: startOfDayMs('2025-07-18'),
    })
    expect(bills(ledger)[0]).toMatchObject({ state: 'overdue', data: { figures: { daysLate: 1, interestFen: 59 } } })
    expect(ledger.rows("SELECT 1 FROM matters WHERE kind = 'notice' AND data LIKE '%\"overdue\"%'")).not.toEqual([])
    passTo(ledger, '2025-07-27')
    expect(pay(ledger, '2025-07-20', 100_000)).toMatchObject({ state: 'overdue', data: { figures: { openFen: 17_821 } } })
    expect(standing(ledger).standing).toBe('suspended')
    // 1000.00 for 3 days and 178.21 for 10, at 0.05% a day.
    expect(pay(ledger, '2025-07-27', 17_821)).toMatchObject({
      state: 'paid',
      data: { figures: { daysLate: 10, interestFen: 239, totalFen: 118_060 } },
      clocks: [{ ending: 'missed' }],
    })
    expect(standing(ledger).standing).toBe('open')
    expect(leavesOf(ledger, 'resume_account')).toMatchObject([{ ground: 'overdue', clause: 'S4 §6.3.2' }])
    verifyOnce(ledger, world, 'again', 'match')
  })

  test('lets staff suspend by hand on the first overdue day, once the clock has not done it', () => {
    const { ledger } = seed()
    passTo(ledger, '2025-07-20')
    invoice(ledger, '2025-07-03')
    const suspend = { kind: 'suspend_account', ground: 'overdue', note: 'by hand', noticeId: null } as const
    expect(take(act(ledger, accountA, suspend), 'account').account.standing).toBe('suspended')
  })

  test('of nothing is closed, and a month can be opened by hand only where there is service', () => {
    const { ledger } = seed({ prices: { platform_fee: '0', query_fee: '0.04', data_fee: '0.12' } })
    passTo(ledger, '2025-07-01')
    expect(bills(ledger)[0]).toMatchObject({ state: 'nothing_due', closedAt: startOfDayMs('2025-07-01') })
    expect(act(ledger, accountA, { kind: 'open_bill', period: '2025-05' })).toMatchObject({ detail: 'no_service_in_period' })
    expect(act(ledger, accountA, { kind: 'open_bill', period: '2025-08' })).toMatchObject({ detail: 'period_not_begun' })
    expect(take(act(ledger, accountA, { kind: 'open_bill', period: '2025-06' }), 'matter').repeated).toBe(true)
  })
})

describe('a fee that the customer was told of (S3 §6.1.6)', () => {
  const send = (on: string): StaffAct => ({ kind: 'send_fee_notice', reference: null, amountFen: 5_000, about: 'extra work', on })

  test('is accepted by silence when the fifteenth day is over', () => {
    const { ledger } = seed()
    passTo(ledger, '2025-06-10')
    // The fifteenth day is Wednesday 25 June.
    expect(done(ledger, send('2025-06-10')).clocks).toMatchObject([{ lastDay: '2025-06-25', clause: 'choice' }])
    passTo(ledger, '2025-06-25')
    expect(listMatters(ledger, 'fee_notice')[0]).toMatchObject({ state: 'open' })
    passTo(ledger, '2025-06-26')
    expect(listMatters<FeeNotice>(ledger, 'fee_notice')[0]).toMatchObject({
      state: 'accepted',
      data: { acceptedOn: '2025-06-26', objectedOn: null },
    })
  })

  test('stays open after an objection in time, until both sides settle on an amount; one that is late is refused', () => {
    const { ledger } = seed()
    passTo(ledger, '2025-06-26')
    const first = done(ledger, send('2025-06-20')).id
    const late = done(ledger, send('2025-06-10')).id
    const object = (feeNoticeId: number): StaffAct => ({ kind: 'object_to_fee', feeNoticeId, on: null, text: 'not ordered' })
    expect(act(ledger, accountA, object(late))).toMatchObject({ detail: 'objection_too_late' })
    done(ledger, object(first))
    expect(take(act(ledger, accountA, object(first)), 'matter').repeated).toBe(true)
    passTo(ledger, '2025-08-30')
    expect(listMatters(ledger, 'fee_notice').map(({ state }) => state)).toEqual(['objected', 'accepted'])
    expect(done(ledger, { kind: 'conclude_fee_objection', feeNoticeId: first, amountFen: 2_500 })).toMatchObject({
      state: 'concluded',
      data: { concludedFen: 2_500 },
    })
  })
})

describe('a settlement on actual use (S1 §4.6)', () => {
  const figure = (cause: SettlementFigures['cause']): StaffAct => ({
    kind: 'figure_settlement',
    reference: null,
    cause,
    delay: 'days',
    confirmUncapped: false,
  })

  test('charges what was used at the exact unit price and pays the rest back; nothing is settled while a call has no ending', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    for (const name of ['one', 'two', 'three']) verifyOnce(ledger, world, name, 'match')
    const { verificationId } = hold(ledger, world, 'four')
    expect(act(ledger, world.accountId, figure('mutual'))).toMatchObject({ detail: 'calls_without_ending' })
    settle(ledger, world, verificationId, 'unavailable')
    const settled = done(ledger, figure('mutual')).data as SettlementFigures
    // 800.00 for 30,000: three calls are exactly 8 fen.
    expect(settled).toMatchObject({ chargeFen: 8, refundFen: 79_992, keptFen: 0 })
    expect(settled.packs).toMatchObject([{ used: 3, unitPrice: '8/3', remainder: 'refund' }])
  })

  test.each([
    ['provider_fault', 80_000, 0],
    ['upstream_change_rejected', 80_000, 0],
    ['customer_breach', 0, 80_000],
    ['expiry', 0, 80_000],
  ] as const)('for %s pays %i back and keeps %i', (cause, refundFen, keptFen) => {
    const ledger = open()
    seedWorld(ledger)
    expect(done(ledger, figure(cause)).data).toMatchObject({ chargeFen: 0, refundFen, keptFen })
  })

  test('of a pack that has expired pays nothing back, whatever the cause', () => {
    const ledger = open()
    seedWorld(ledger)
    passTo(ledger, '2025-07-30')
    expect(done(ledger, figure('mutual')).data).toMatchObject({ refundFen: 0, keptFen: 80_000, packs: [{ remainder: 'lapse' }] })
  })
})
