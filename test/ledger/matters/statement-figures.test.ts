import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../../src/core/outcome.ts'
import { startOfDayMs } from '../../../src/core/shanghai.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { accountA, answerOf } from '../../support/ledger-commands.ts'
import { done, listMatters, passTo, signedOn } from '../../support/ledger-days.ts'
import { chargesOf, expectBalanced, figuresOf, seedPack, statementOf } from '../../support/ledger-statements.ts'
import {
  approvePapers,
  buyCredits,
  createKey,
  hold,
  recordConsent,
  type SeededAccount,
  settle,
  verifyOnce,
} from '../../support/ledger-world.ts'

const open = useTestLedgers()

const seed = (more: Parameters<typeof seedPack>[1] = {}) => {
  const ledger = open()
  return { ledger, world: seedPack(ledger, more) }
}

const byKey = (ledger: TestLedger): SeededAccount => {
  const credentials = createKey(ledger, accountA)
  recordConsent(ledger, credentials, 'consent-1', { grantedAt: ledger.clock.now })
  return { accountId: accountA, credentials, keyNumber: credentials.keyNumber, orderId: 0, grantId: 0 }
}

const onboarding = { testCalls: null, papers: [], filing: { updateWithin: { n: 20, unit: 'workday' }, suspends: false } }

describe('a prepaid month (S1)', () => {
  test('tells of each pack in credits and fen, and of the calls by check, outcome and month of arrival', () => {
    const { ledger, world } = seed()
    for (const [name, outcome] of [
      ['one', 'match'],
      ['two', 'mismatch'],
      ['three', 'no_record'],
      ['four', 'unavailable'],
      ['five', 'rejected'],
    ] as [string, Outcome][])
      verifyOnce(ledger, world, name, outcome)
    passTo(ledger, '2024-08-01')
    const figures = figuresOf(ledger, '2024-07')
    expect(figures.packs).toEqual([
      {
        grantId: world.grantId,
        orderId: world.orderId,
        check: 'id2',
        opening: 0,
        granted: 30_000,
        captured: 2,
        lapsed: 0,
        refunded: 0,
        closing: 29_998,
        held: 0,
        openingFen: 0,
        soldFen: 80_000,
        usedFen: 5,
        lapsedFen: 0,
        refundedFen: 0,
        closingFen: 79_995,
      },
    ])
    const line = { mode: 'live', check: 'id2', serviceMonth: '2024-07', verifications: 1 }
    expect(figures.usage).toEqual([
      { ...line, outcome: 'match', credits: 1 },
      { ...line, outcome: 'mismatch', credits: 1 },
      { ...line, outcome: 'no_record', credits: 0 },
      { ...line, outcome: 'rejected', credits: 0 },
      { ...line, outcome: 'unavailable', credits: 0 },
    ])
    expect(figures.faults).toEqual([{ check: 'id2', outcome: 'unavailable', verifications: 1 }])
    expect(figures).toMatchObject({ bill: null, vat: null, contract: null, milestones: [], openCalls: 0 })
    expect([figures.chargedFen, figures.correctedFen, figures.totalFen]).toEqual([5, 0, 5])
    expectBalanced(ledger, '2024-07')
  })

  test('of all months together is worth what was paid, when a pack is used up', () => {
    const { ledger, world } = seed({ credits: 7 })
    const days = ['2024-07-29', '2024-08-10', '2024-08-20', '2024-09-02', '2024-09-03', '2024-09-04', '2024-10-08']
    for (const day of days) {
      passTo(ledger, day)
      verifyOnce(ledger, world, `on ${day}`, 'match')
    }
    passTo(ledger, '2024-12-02')
    const months = ['2024-07', '2024-08', '2024-09', '2024-10'].map((period) => figuresOf(ledger, period))
    expect(months.map(({ chargedFen }) => chargedFen)).toEqual([11_429, 22_857, 34_285, 11_429])
    expect(months.reduce((sum, { chargedFen }) => sum + chargedFen, 0)).toBe(80_000)
    for (const period of ['2024-07', '2024-08', '2024-09', '2024-10']) expectBalanced(ledger, period)
    // It was empty before November began.
    expect(figuresOf(ledger, '2024-11').packs).toEqual([])
  })

  test('goes by the capture: 23:59:59.999 belongs to the month, 00:00:00.000 to the next', () => {
    const { ledger, world } = seed()
    passTo(ledger, '2024-07-31')
    ledger.clock.now = startOfDayMs('2024-08-01') - 1
    verifyOnce(ledger, world, 'last', 'match')
    const { verificationId } = hold(ledger, world, 'over midnight')
    ledger.clock.advance(1)
    settle(ledger, world, verificationId, 'mismatch')
    verifyOnce(ledger, world, 'first', 'match')
    passTo(ledger, '2024-09-01')
    const [july, august] = [figuresOf(ledger, '2024-07'), figuresOf(ledger, '2024-08')]
    expect(july.usage).toMatchObject([{ outcome: 'match', serviceMonth: '2024-07', credits: 1 }])
    expect(july).toMatchObject({ openCalls: 1, packs: [{ captured: 1, held: 1, closing: 29_999 }] })
    // A late capture is a line of its own, "earlier service day" (DESIGN.md §3).
    expect(august.usage).toEqual([
      { mode: 'live', check: 'id2', outcome: 'match', serviceMonth: '2024-08', verifications: 1, credits: 1 },
      { mode: 'live', check: 'id2', outcome: 'mismatch', serviceMonth: '2024-07', verifications: 1, credits: 1 },
    ])
    expect(august).toMatchObject({ firstServiceDay: '2024-07-31', openCalls: 0, packs: [{ opening: 29_999, held: 0 }] })
    expect(chargesOf(ledger, '2024-08').items.map(({ id, serviceDay }) => [id, serviceDay])).toEqual([
      [verificationId, '2024-07-31'],
      [expect.any(Number), '2024-08-01'],
    ])
    for (const period of ['2024-07', '2024-08']) expectBalanced(ledger, period)
  })

  test('of a February in a leap year ends on the 29th', () => {
    const { ledger, world } = seed({ day: '2024-02-27', overrides: { term: { start: '2024-02-01', end: '2025-01-31' } } })
    ledger.clock.now = startOfDayMs('2024-03-01') - 1
    verifyOnce(ledger, world, 'leap day', 'match')
    passTo(ledger, '2024-03-01')
    expect(statementOf(ledger, '2024-02').data).toMatchObject({ from: '2024-02-27', to: '2024-02-29' })
    expect(figuresOf(ledger, '2024-02').usage).toMatchObject([{ credits: 1 }])
  })

  test('in which the term ends still bears the call that was under way, and tells what lapsed (TERM-11)', () => {
    const { ledger, world } = seed({ overrides: { term: { start: '2024-07-28', end: '2024-08-31' } }, credits: 10 })
    passTo(ledger, '2024-08-31')
    ledger.clock.now = startOfDayMs('2024-09-01') - 1
    const { verificationId } = hold(ledger, world, 'under way')
    ledger.clock.advance(1)
    ledger.runDue()
    ledger.clock.advance(2_000)
    settle(ledger, world, verificationId, 'match')
    ledger.runDue()
    passTo(ledger, '2024-10-01')
    expect(figuresOf(ledger, '2024-08')).toMatchObject({ openCalls: 1, packs: [{ held: 1, closing: 10, lapsed: 0 }] })
    expect(figuresOf(ledger, '2024-09').packs).toMatchObject([{ opening: 10, captured: 1, lapsed: 9, closing: 0, closingFen: 0 }])
    for (const period of ['2024-08', '2024-09']) expectBalanced(ledger, period)
  })

  test('counts what is in doubt when it ends as open, and a release later as nothing', () => {
    const { ledger, world } = seed()
    passTo(ledger, '2024-07-31')
    const { verificationId } = hold(ledger, world, 'doubted')
    settle(ledger, world, verificationId, 'unknown')
    // Released by time three days later: the statement of August is issued on time, and tells it.
    passTo(ledger, '2024-09-01')
    expect(figuresOf(ledger, '2024-07')).toMatchObject({ openCalls: 1, packs: [{ held: 1, captured: 0 }], chargedFen: 0 })
    expect(figuresOf(ledger, '2024-08')).toMatchObject({
      openCalls: 0,
      usage: [{ outcome: 'unknown', serviceMonth: '2024-07', verifications: 1, credits: 0 }],
      faults: [{ outcome: 'unknown', verifications: 1 }],
      packs: [{ held: 0, captured: 0, closing: 30_000 }],
    })
  })

  test('counts what was open at its end also when it is issued long after', () => {
    const { ledger, world } = seed()
    passTo(ledger, '2024-07-31')
    const { verificationId } = hold(ledger, world, 'over midnight')
    ledger.clock.now = startOfDayMs('2024-08-01') + 5_000
    settle(ledger, world, verificationId, 'match')
    ledger.clock.now = startOfDayMs('2024-08-20')
    while (ledger.runDue().length > 0);
    expect(figuresOf(ledger, '2024-07').openCalls).toBe(1)
  })

  test('has test calls in lines of their own, at nothing, and no test pack', () => {
    const { ledger, world } = seed()
    buyCredits(ledger, accountA, 5, 'test')
    const credentials = createKey(ledger, accountA, { mode: 'test' })
    recordConsent(ledger, credentials, 'consent-2', { grantedAt: ledger.clock.now })
    const tester = { ...world, credentials, keyNumber: credentials.keyNumber }
    settle(ledger, tester, hold(ledger, tester, 'test', { consent: { reference: 'consent-2' } }).verificationId, 'match')
    verifyOnce(ledger, world, 'live', 'match')
    passTo(ledger, '2024-08-01')
    expect(figuresOf(ledger, '2024-07').usage.map(({ mode, credits }) => [mode, credits])).toEqual([
      ['live', 1],
      ['test', 0],
    ])
    expect(figuresOf(ledger, '2024-07').packs).toHaveLength(1)
    expectBalanced(ledger, '2024-07')
  })

  test('lists the outages that touched it, and the calls that had no answer because of a source', () => {
    const { ledger, world } = seed()
    const { verificationId } = hold(ledger, world, 'no source')
    const answer = answerOf('unavailable', { reason: 'no_source' })
    ledger.submit({ kind: 'settle', accountId: accountA, verificationId, sourceId: null, answer, by: 'source' })
    verifyOnce(ledger, world, 'source down', 'unavailable')
    ledger.clock.now = startOfDayMs('2024-08-02')
    const outage = { kind: 'record_outage' as const, reference: null, checks: [], planned: false, text: null }
    const [first, second] = [
      { from: startOfDayMs('2024-07-30'), to: startOfDayMs('2024-07-31') },
      { from: startOfDayMs('2024-07-31') + 1, to: startOfDayMs('2024-08-01') + 1 },
      { from: startOfDayMs('2024-08-01'), to: startOfDayMs('2024-08-01') + 1 },
    ].map((time) => done(ledger, { ...outage, ...time }).id)
    ledger.runDue()
    const { outages, faults } = figuresOf(ledger, '2024-07')
    expect(outages.map(({ outageId }) => outageId)).toEqual([first, second])
    expect(faults).toEqual([{ check: 'id2', outcome: 'unavailable', verifications: 1 }])
  })

  test('splits the tax out of the used value where the agreement has a rate', () => {
    const { ledger, world } = seed({ credits: 8, overrides: { vatRate: '0.06' } })
    verifyOnce(ledger, world, 'one', 'match')
    passTo(ledger, '2024-08-01')
    expect(figuresOf(ledger, '2024-07').vat).toEqual({
      rate: '0.06',
      lines: [{ code: 'pack_1', grossFen: 10_000, netFen: 9_434, taxFen: 566 }],
      grossFen: 10_000,
      netFen: 9_434,
      taxFen: 566,
    })
  })
})

describe('the charges of a statement', () => {
  test('are one line for each charged call, in pages, each with its place in the audit log', () => {
    const { ledger, world } = seed()
    const calls = Array.from({ length: 5 }, (_, call) =>
      verifyOnce(ledger, world, `call ${call}`, call === 2 ? 'no_record' : 'match'),
    )
    passTo(ledger, '2024-08-01')
    const charged = calls.filter(({ credits }) => credits > 0)
    const first = chargesOf(ledger, '2024-07', 0, 3)
    expect(first.items).toEqual(
      charged.slice(0, 3).map(({ id, audit, outcome, completedAt }) => ({
        accountId: accountA,
        id,
        check: 'id2',
        outcome,
        credits: 1,
        serviceDay: '2024-07-28',
        settledAt: completedAt,
        audit,
      })),
    )
    const second = chargesOf(ledger, '2024-07', first.next ?? 0, 3)
    expect([second.items.map(({ id }) => id), second.next]).toEqual([[charged[3]?.id], null])
    expect(chargesOf(ledger, '2024-08')).toEqual({ items: [], next: null })
  })
})

describe('a postpaid month (S4)', () => {
  const filledIn = {
    term: { start: '2025-06-01', end: '2027-05-31' },
    checks: { id2: { consentTypes: ['click', 'paper', 'e_signature'] } },
    serviceLevel: { hours: { reply: 2, plan: 8 } },
    payWithin: { n: 10, unit: 'workday' },
    latePayment: { rate: '0.0005' },
    onboarding: { testCalls: null },
    vatRate: '0.06',
  }

  test('is its bill: 1,178.21 with 1,111.52 net and 66.69 of tax, whichever of the two falls due first (BILL-01)', () => {
    const ledger = open()
    const prices = { platform_fee: '993.00', query_fee: '0.40', data_fee: '0.12' }
    signedOn(ledger, '2025-06-01', 'S4', { ...filledIn, prices })
    const world = byKey(ledger)
    for (const name of ['one', 'two']) verifyOnce(ledger, world, name, 'match')
    const [bill] = listMatters(ledger, 'bill')
    done(ledger, { kind: 'record_data_use', billId: bill?.id ?? 0, reference: 'use-1', bytes: 1_536_750_000 })
    passTo(ledger, '2025-07-01')
    const figures = figuresOf(ledger, '2025-06')
    expect(figures.bill).toMatchObject({
      billId: bill?.id,
      totalFen: 117_821,
      lines: [{}, { quantity: '2' }, { amountFen: 18_441 }],
    })
    expect(figures.vat).toEqual({
      rate: '0.06',
      lines: [{ code: 'bill_2025-06', grossFen: 117_821, netFen: 111_152, taxFen: 6_669 }],
      grossFen: 117_821,
      netFen: 111_152,
      taxFen: 6_669,
    })
    expect(figures).toMatchObject({ totalFen: 117_821, packs: [], usage: [{ outcome: 'match', verifications: 2, credits: 0 }] })
    expect(listMatters(ledger, 'bill').map(({ state }) => state)).toEqual(['issued', 'running'])
    expect(chargesOf(ledger, '2025-06').items).toHaveLength(2)
  })
})

describe('a fixed price (S3)', () => {
  const seedS3 = () => {
    const ledger = open()
    const filled = { term: { start: '2025-01-20', end: '2026-12-31' }, onboarding }
    signedOn(ledger, '2025-01-20', 'S3', filled)
    return ledger
  }

  test('shows the table of the contract with net and tax by line, totals as sums of the lines (附件2)', () => {
    const ledger = seedS3()
    passTo(ledger, '2025-02-01')
    expect(figuresOf(ledger, '2025-01')).toMatchObject({
      totalFen: 0,
      contract: {
        rate: '0.06',
        lines: [
          { code: 'maintenance', grossFen: 5_340_000, netFen: 5_037_736, taxFen: 302_264 },
          { code: 'integration', grossFen: 168_660_000, netFen: 159_113_208, taxFen: 9_546_792 },
        ],
        grossFen: 174_000_000,
        netFen: 164_150_944,
        taxFen: 9_849_056,
      },
    })
  })

  test('has a milestone in the month in which it falls due, with what was paid and what being late had cost by its end', () => {
    const ledger = seedS3()
    passTo(ledger, '2025-03-03')
    const acceptanceId = done(ledger, { kind: 'apply_acceptance', reference: null, on: '2025-03-03' }).id
    done(ledger, { kind: 'conclude_acceptance', acceptanceId, result: 'passed', on: '2025-03-03', text: null })
    const [first] = listMatters<{ figures: { dueOn: string } }>(ledger, 'milestone')
    expect(first?.data.figures.dueOn).toBe('2025-04-15')
    passTo(ledger, '2025-04-18')
    const payment = { kind: 'pay_milestone', milestoneId: first?.id ?? 0, bankReference: 'bank-1' } as const
    done(ledger, { ...payment, on: '2025-04-18', amountFen: 100_000_000 })
    passTo(ledger, '2025-05-01')
    const { milestones } = figuresOf(ledger, '2025-03')
    expect(milestones).toMatchObject([{ number: 1, fellDueFen: 0, openFen: 130_500_000 }, { number: 2 }])
    const april = figuresOf(ledger, '2025-04')
    expect(april.milestones[0]).toMatchObject({
      fellDueFen: 130_500_000,
      paidInPeriodFen: 100_000_000,
      openFen: 30_500_000,
      daysLate: 15,
    })
    expect(april.totalFen).toBe(130_500_000)
    expect(april.vat?.lines).toEqual([{ code: 'milestone_1', grossFen: 130_500_000, netFen: 123_113_208, taxFen: 7_386_792 }])
  })
})

describe('a free month (S0)', () => {
  test('counts what was used, at 0.00', () => {
    const ledger = open()
    signedOn(ledger, '2025-06-02', 'S0', {
      checks: { id2: { consentTypes: ['click', 'paper', 'e_signature'] } },
      onboarding: { testCalls: null, papers: [] },
    })
    approvePapers(ledger, accountA)
    const world = byKey(ledger)
    for (const name of ['one', 'two']) verifyOnce(ledger, world, name, 'match')
    passTo(ledger, '2025-07-01')
    expect(figuresOf(ledger, '2025-06')).toMatchObject({
      usage: [{ outcome: 'match', verifications: 2, credits: 0 }],
      packs: [],
      totalFen: 0,
    })
  })
})
