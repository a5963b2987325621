import { describe, expect, test } from 'vitest'
import { findDelayPenalty } from '../../../src/agreement/penalty.ts'
import type { StaffAct } from '../../../src/core/commands.ts'
import type { Acceptance } from '../../../src/core/matters/acceptance.ts'
import type { Build } from '../../../src/core/matters/build.ts'
import type { Milestone } from '../../../src/core/matters/milestone.ts'
import type { SettlementFigures } from '../../../src/core/matters/settlement-figures.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { accountA, take } from '../../support/ledger-commands.ts'
import { done, leavesOf, listMatters, passTo, signedOn } from '../../support/ledger-days.ts'
import { act } from '../../support/ledger-world.ts'

const open = useTestLedgers()
/** The agreement of S3, signed on 20 January 2025: 40 days to build. */
const seed = (overrides: Record<string, unknown> = {}): TestLedger => {
  const ledger = open()
  signedOn(ledger, '2025-01-20', 'S3', { term: { start: '2025-01-20', end: '2027-12-31' }, ...overrides })
  return ledger
}

const apply = (ledger: TestLedger, on: string) => done(ledger, { kind: 'apply_acceptance', reference: null, on })
const remind = (ledger: TestLedger, acceptanceId: number, on: string) =>
  done(ledger, { kind: 'remind_acceptance', acceptanceId, on })
const conclude = (acceptanceId: number, result: 'passed' | 'failed', on: string): StaffAct => ({
  kind: 'conclude_acceptance',
  acceptanceId,
  result,
  on,
  text: null,
})

describe('an application for acceptance (S3 §4.2)', () => {
  test('that nobody answers counts as accepted on the last day after the reminder, and the parts of the price begin', () => {
    const ledger = seed()
    passTo(ledger, '2025-03-03')
    const { id } = apply(ledger, '2025-03-03')
    passTo(ledger, '2025-03-13')
    expect(remind(ledger, id, '2025-03-13').clocks.map(({ name, lastDay, clause }) => [name, lastDay, clause])).toEqual([
      ['organise', '2025-03-12', 'S3 §4.2'],
      ['after_reminder', '2025-03-18', 'S3 §4.2'],
    ])
    passTo(ledger, '2025-03-18')
    expect(listMatters(ledger, 'milestone')).toEqual([])
    passTo(ledger, '2025-03-19')
    const [acceptance] = listMatters<Acceptance>(ledger, 'acceptance')
    expect(acceptance).toMatchObject({
      state: 'deemed_accepted',
      data: {
        acceptedOn: '2025-03-18',
        maintenance: { coverFrom: '2025-03-18', lastDay: '2026-03-18', pricedDays: 365 },
      },
    })
    expect(leavesOf(ledger, 'deem_accepted')).toMatchObject([{ on: '2025-03-18', clause: 'S3 §4.2' }])
    const milestones = listMatters<Milestone>(ledger, 'milestone')
    expect(milestones.map(({ data, clocks }) => [data.owedFen, data.fullOn, clocks[0]?.lastDay, clocks[0]?.clause])).toEqual([
      [130_500_000, null, '2025-04-29', 'S3 §2.3'],
      [43_500_000, '2026-03-18', '2026-04-30', 'S3 §2.3'],
    ])
    expect(milestones[0]?.data).toMatchObject({ paymentForm: 'transfer', invoiceKind: 'ordinary' })
  })

  test('is never accepted without a reminder, and a reminder before the seven days are over does not count', () => {
    const ledger = seed()
    passTo(ledger, '2025-03-03')
    const { id } = apply(ledger, '2025-03-03')
    passTo(ledger, '2025-03-12')
    expect(remind(ledger, id, '2025-03-12')).toMatchObject({ state: 'applied', data: { reminders: [{ counts: false }] } })
    passTo(ledger, '2025-06-30')
    expect(listMatters<Acceptance>(ledger, 'acceptance')[0]).toMatchObject({ state: 'applied', data: { acceptedOn: null } })
    expect(act(ledger, accountA, { kind: 'apply_acceptance', reference: null, on: '2025-06-30' })).toMatchObject({
      detail: 'acceptance_open',
    })
  })

  test('that was organised waits for its result; one that failed may be applied for again', () => {
    const ledger = seed()
    passTo(ledger, '2025-03-03')
    const { id } = apply(ledger, '2025-03-03')
    passTo(ledger, '2025-03-14')
    remind(ledger, id, '2025-03-13')
    done(ledger, { kind: 'organise_acceptance', acceptanceId: id, on: '2025-03-14' })
    passTo(ledger, '2025-04-10')
    expect(listMatters(ledger, 'acceptance')[0]).toMatchObject({ state: 'organised' })
    done(ledger, conclude(id, 'failed', '2025-04-10'))
    expect(listMatters(ledger, 'milestone')).toEqual([])
    const second = apply(ledger, '2025-04-10').id
    done(ledger, conclude(second, 'passed', '2025-04-10'))
    expect(listMatters<Milestone>(ledger, 'milestone').map(({ data }) => data.startedOn)).toEqual(['2025-04-10', '2025-04-10'])
    expect(take(act(ledger, accountA, conclude(second, 'passed', '2025-04-10')), 'matter').repeated).toBe(true)
  })

  test('takes no day that has not come', () => {
    const ledger = seed()
    passTo(ledger, '2025-03-03')
    expect(act(ledger, accountA, { kind: 'apply_acceptance', reference: null, on: '2025-03-04' })).toMatchObject({
      detail: 'day_not_come',
    })
  })
})

describe('a part of the price (S3 §2.3, §8.1)', () => {
  const accepted = (overrides?: Record<string, unknown>): { ledger: TestLedger; first: number; second: number } => {
    const ledger = seed(overrides)
    passTo(ledger, '2025-02-28')
    const build = listMatters<Build>(ledger, 'build')[0]?.id ?? 0
    done(ledger, { kind: 'finish_build', buildId: build, on: '2025-02-28' })
    passTo(ledger, '2025-03-18')
    done(ledger, conclude(apply(ledger, '2025-03-18').id, 'passed', '2025-03-18'))
    const [one, two] = listMatters<Milestone>(ledger, 'milestone')
    return { ledger, first: one?.id ?? 0, second: two?.id ?? 0 }
  }
  const pay = (milestoneId: number, on: string, amountFen: number, bankReference = `${milestoneId}-${on}`): StaffAct => ({
    kind: 'pay_milestone',
    milestoneId,
    on,
    amountFen,
    bankReference,
  })
  const settle = (ledger: TestLedger, more: object = {}) =>
    done(ledger, {
      kind: 'figure_settlement',
      reference: null,
      cause: 'mutual',
      delay: 'days',
      confirmUncapped: false,
      ...more,
    }).data as SettlementFigures

  test('that is paid three days late bears three days of penalty, and the settlement adds it', () => {
    const { ledger, first, second } = accepted()
    passTo(ledger, '2025-05-02')
    const [overdue] = listMatters<Milestone>(ledger, 'milestone')
    expect(overdue).toMatchObject({ state: 'overdue', data: { figures: { daysLate: 3, openFen: 130_500_000 } } })
    expect(ledger.rows("SELECT 1 FROM alarms WHERE kind = 'deadline_missed'")).toHaveLength(1)
    const paid = done(ledger, pay(first, '2025-05-02', 130_500_000))
    expect(paid).toMatchObject({
      state: 'paid',
      closedAt: ledger.clock.now,
      data: { figures: { daysLate: 3, penalty: { billedFen: 11_745_000, terminationRight: false }, totalFen: 142_245_000 } },
    })
    expect(take(act(ledger, accountA, pay(first, '2025-05-02', 130_500_000)), 'matter').repeated).toBe(true)
    expect(act(ledger, accountA, pay(first, '2025-05-02', 1))).toMatchObject({ detail: 'bank_reference_reused' })
    passTo(ledger, '2026-04-30')
    expect(done(ledger, pay(second, '2026-04-30', 43_500_000))).toMatchObject({
      data: { figures: { daysLate: 0, penalty: { billedFen: 0 } } },
      clocks: [{ ending: 'met' }],
    })
    expect(settle(ledger)).toMatchObject({ sumFen: 185_745_000, creditNoteFen: null })
  })

  test('that was paid in time and recorded later is not late', () => {
    const { ledger, first } = accepted()
    passTo(ledger, '2025-05-06')
    expect(done(ledger, pay(first, '2025-04-29', 130_500_000))).toMatchObject({
      state: 'paid',
      data: { figures: { daysLate: 0, penalty: { billedFen: 0 } } },
    })
  })

  test('that stays unpaid passes 20 percent of the contract: a right to end it, told once; the cap counts until somebody confirms', () => {
    const { ledger, first } = accepted({ latePayment: { capped: false } })
    // 3% of 1,305,000.00 a day is more than 348,000.00 on the ninth day.
    passTo(ledger, '2025-05-07')
    expect(leavesOf(ledger, 'termination_right')).toEqual([])
    passTo(ledger, '2025-05-20')
    expect(leavesOf(ledger, 'termination_right')).toMatchObject([
      { milestone: first, accrued_fen: 35_235_000, clause: 'S3 §8.1' },
    ])
    const { penalty } = listMatters<Milestone>(ledger, 'milestone')[0]?.data.figures ?? { penalty: null }
    expect(penalty).toEqual({
      accruedFen: 82_215_000,
      thresholdFen: 34_800_000,
      cappedFen: 34_800_000,
      billedFen: 82_215_000,
      needsConfirmation: true,
      terminationRight: true,
    })
    expect(settle(ledger).sumFen).toBe(174_000_000 + 34_800_000)
    expect(settle(ledger, { confirmUncapped: true }).sumFen).toBe(174_000_000 + 82_215_000)
    expect(listMatters(ledger, 'settlement_figures').map(({ state }) => state)).toEqual(['replaced', 'figured'])
  })

  test('runs from the day of going online where that is another one', () => {
    const { ledger, first, second } = accepted()
    passTo(ledger, '2025-04-10')
    expect(done(ledger, { kind: 'start_milestone', milestoneId: second, on: '2025-04-01' })).toMatchObject({
      data: { startedOn: '2025-04-01', fullOn: '2026-04-01' },
    })
    expect(act(ledger, accountA, { kind: 'start_milestone', milestoneId: first, on: '2025-04-01' })).toMatchObject({
      detail: 'not_from_online',
    })
  })
})

describe('the time to build (S3 第三条, §8.1)', () => {
  test('is forty days from the signatures; what is late costs by the day, or a lump sum instead once the customer may end it', () => {
    const ledger = seed()
    const [build] = listMatters<Build>(ledger, 'build')
    expect(build?.clocks).toMatchObject([{ clause: 'S3 第三条', lastDay: '2025-03-03' }])
    passTo(ledger, '2025-03-11')
    expect(listMatters<Build>(ledger, 'build')[0]).toMatchObject({
      state: 'late',
      data: { delay: { daysLate: 8, lumpFen: 34_800_000 } },
    })
    const finished = done(ledger, { kind: 'finish_build', buildId: build?.id ?? 0, on: '2025-03-05' }).data as Build
    const terms = {
      ratePerDay: { numerator: 3n, denominator: 100n },
      graceDays: 7,
      lumpRate: { numerator: 1n, denominator: 5n },
    }
    expect(finished.delay).toMatchObject({
      daysLate: 2,
      accruedFen: Number(findDelayPenalty(174_000_000n, 2, terms).accruedFen),
      lumpFen: null,
    })
  })

  test('that was kept owes nothing', () => {
    const ledger = seed()
    passTo(ledger, '2025-03-03')
    const buildId = listMatters<Build>(ledger, 'build')[0]?.id ?? 0
    expect(done(ledger, { kind: 'finish_build', buildId, on: '2025-03-03' })).toMatchObject({
      data: { delay: null },
      clocks: [{ ending: 'met' }],
    })
  })
})
