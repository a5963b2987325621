import { describe, expect, test } from 'vitest'
import type { MonthEndView } from '../../src/core/month-end.ts'
import { startOfDayMs } from '../../src/core/shanghai.ts'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'
import { accountA, answerOf, staffReader, take } from '../support/ledger-commands.ts'
import { done, listMatters, passTo, signedOn } from '../support/ledger-days.ts'
import { RandomHistory } from '../support/ledger-history.ts'
import {
  act,
  buyCredits,
  createKey,
  hold,
  recordConsent,
  type SeededAccount,
  seedAccount,
  seedWorld,
  settle,
  verifyOnce,
} from '../support/ledger-world.ts'

const open = useTestLedgers()

const monthEnd = (ledger: TestLedger, month: string, accountId = accountA): MonthEndView =>
  take(ledger.read({ kind: 'month_end', reader: staffReader, accountId, month }), 'read').value

const useTimes = (ledger: TestLedger, world: SeededAccount, name: string, times: number): void => {
  for (let at = 1; at <= times; at += 1) verifyOnce(ledger, world, `${name}-${at}`, 'match')
}

const fenOf = ({ packs }: MonthEndView) =>
  packs.map((pack) => [pack.openingFen, pack.soldFen, pack.usedFen, pack.lapsedFen, pack.refundedFen, pack.closingFen])
const creditsOf = ({ packs }: MonthEndView) =>
  packs.map((pack) => [pack.opening, pack.sold, pack.used, pack.lapsed, pack.refunded, pack.closing, pack.held])

/** What every month of every history has to be. */
const expectRolled = (view: MonthEndView): void => {
  for (const pack of view.packs) {
    expect(pack.opening + pack.sold - pack.used - pack.lapsed - pack.refunded).toBe(pack.closing)
    expect(pack.openingFen + pack.soldFen - pack.usedFen - pack.lapsedFen - pack.refundedFen).toBe(pack.closingFen)
    expect(pack.held).toBeGreaterThanOrEqual(0)
    expect(pack.held).toBeLessThanOrEqual(pack.closing)
  }
  expect(view.differences.filter(({ kind }) => kind === 'cut_off')).toEqual([])
}

describe('deferred revenue', () => {
  test('of a pack over three months is the whole price, to the fen', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 7 })
    useTimes(ledger, world, 'august', 2)
    passTo(ledger, '2024-09-10')
    useTimes(ledger, world, 'september', 4)
    passTo(ledger, '2024-10-10')
    useTimes(ledger, world, 'october', 1)
    const months = ['2024-08', '2024-09', '2024-10', '2024-11'].map((month) => monthEnd(ledger, month))
    expect(months.map(fenOf)).toEqual([
      [[0, 80_000, 22_857, 0, 0, 57_143]],
      [[57_143, 0, 45_714, 0, 0, 11_429]],
      [[11_429, 0, 11_429, 0, 0, 0]],
      [],
    ])
    expect(months.map(creditsOf)).toEqual([[[0, 7, 2, 0, 0, 5, 0]], [[5, 0, 4, 0, 0, 1, 0]], [[1, 0, 1, 0, 0, 0, 0]], []])
    expect(months.map(({ provisional }) => provisional)).toEqual([false, false, true, true])
    expect(months[0]?.packs[0]).toMatchObject({ order: 'order-1', check: 'id2', mode: 'live', paidFen: 80_000 })
    expect(months[0]?.payments).toMatchObject([{ on: '2024-08-02', amountFen: 80_000, bankReference: 'bank-1' }])
  })

  test('of a pack that is sold and used up in one month is nothing before and after it', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 3 })
    useTimes(ledger, world, 'august', 3)
    passTo(ledger, '2024-09-01')
    expect(fenOf(monthEnd(ledger, '2024-07'))).toEqual([])
    expect(fenOf(monthEnd(ledger, '2024-08'))).toEqual([[0, 80_000, 80_000, 0, 0, 0]])
    expect(fenOf(monthEnd(ledger, '2024-09'))).toEqual([])
  })

  test('of test packs is told apart, and earns nothing', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 3 })
    buyCredits(ledger, world.accountId, 5, 'test')
    const view = monthEnd(ledger, '2024-08')
    expect(view.packs.map(({ mode, closing }) => [mode, closing])).toEqual([
      ['live', 3],
      ['test', 5],
    ])
    expect(view.payments.map(({ amountFen }) => amountFen)).toEqual([80_000])
  })

  test('lapses in the month in which the term is over', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 8 })
    useTimes(ledger, world, 'august', 3)
    passTo(ledger, '2025-08-02')
    expect(creditsOf(monthEnd(ledger, '2025-07'))).toEqual([[5, 0, 0, 5, 0, 0, 0]])
    expect(fenOf(monthEnd(ledger, '2025-07'))).toEqual([[50_000, 0, 0, 50_000, 0, 0]])
  })
})

describe('the end of a month', () => {
  /** One call at the last millisecond of a month and one at the first of the next. */
  const atTheEnd = (lastDay: string, term: { start: string; end: string }) => {
    const ledger = open()
    ledger.clock.now = startOfDayMs(`${lastDay.slice(0, 7)}-10`) + 10 * 3_600_000
    const world = seedAccount(ledger, { credits: 8, overrides: { term } })
    recordConsent(ledger, world.credentials, 'consent-2', { grantedAt: ledger.clock.now - 1 })
    const endMs = startOfDayMs(lastDay) + 86_400_000
    for (const [name, at] of [
      ['before', endMs - 1],
      ['after', endMs],
    ] as const) {
      ledger.clock.now = at
      const { verificationId } = hold(ledger, world, name, { consent: { reference: 'consent-2' } })
      settle(ledger, world, verificationId, 'match')
    }
    return ledger
  }

  test.each([
    ['2024-08-31', '2024-09'],
    ['2024-02-29', '2024-03'],
    ['2025-02-28', '2025-03'],
    ['2024-12-31', '2025-01'],
  ])('at 24:00 of %s in Shanghai parts the calls', (lastDay, next) => {
    const ledger = atTheEnd(lastDay, { start: '2024-01-01', end: '2025-12-31' })
    const [month, after] = [monthEnd(ledger, lastDay.slice(0, 7)), monthEnd(ledger, next)]
    expect([month.to, after.from]).toEqual([lastDay, `${next}-01`])
    expect(fenOf(month)).toEqual([[0, 80_000, 10_000, 0, 0, 70_000]])
    expect(fenOf(after)).toEqual([[70_000, 0, 10_000, 0, 0, 60_000]])
    expect([month.checks, after.checks].map(([check]) => check?.verifications)).toEqual([1, 1])
    expect(month.journal.last).toBe(after.journal.before)
    expect(after.journal.last).toBeGreaterThan(after.journal.before)
  })

  test('does not cut off a call that the end of the term met on its way: it is charged in the next month (TERM-11)', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 8, overrides: { term: { start: '2024-07-28', end: '2025-07-31' } } })
    const endMs = startOfDayMs('2025-08-01')
    ledger.clock.now = endMs - 100
    const { verificationId } = hold(ledger, world, 'in flight')
    ledger.clock.now = endMs
    ledger.runDue()
    expect(monthEnd(ledger, '2025-07').open).toMatchObject({ stillOpen: 1, inDoubt: 0, settledSince: [] })
    ledger.clock.now = endMs + 900
    settle(ledger, world, verificationId, 'match')
    const [july, august] = [monthEnd(ledger, '2025-07'), monthEnd(ledger, '2025-08')]
    expect(creditsOf(july)).toEqual([[8, 0, 0, 0, 0, 8, 1]])
    expect(creditsOf(august)).toEqual([[8, 0, 1, 7, 0, 0, 0]])
    expect(fenOf(august)).toEqual([[80_000, 0, 10_000, 70_000, 0, 0]])
    expect(july.open).toEqual({
      calls: [],
      stillOpen: 0,
      inDoubt: 0,
      settledSince: [{ check: 'id2', mode: 'live', outcome: 'match', count: 1, credits: 1 }],
    })
  })

  test('names the calls that have no ending yet, and later what became of them', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 8 })
    ledger.clock.set('2024-08-31T23:00:00+08:00')
    const doubted = hold(ledger, world, 'doubted').verificationId
    settle(ledger, world, doubted, 'unknown')
    ledger.clock.set('2024-09-01T00:00:00+08:00')
    hold(ledger, world, 'of september')
    const { open: left, packs } = monthEnd(ledger, '2024-08')
    expect(left).toMatchObject({ stillOpen: 1, inDoubt: 1, settledSince: [] })
    expect(left.calls).toMatchObject([{ check: 'id2', mode: 'live', state: 'unknown' }])
    expect(packs[0]).toMatchObject({ closing: 8, held: 1 })
    ledger.clock.set('2024-09-02T10:00:00+08:00')
    settle(ledger, world, doubted, 'mismatch', { by: 'query' })
    expect(monthEnd(ledger, '2024-08').open).toMatchObject({ stillOpen: 0, settledSince: [{ outcome: 'mismatch', credits: 1 }] })
  })
})

describe('a random history', () => {
  test.each([1, 2, 3, 4, 5])('(seed %i) is the same in every split into months, and no fen is lost', (seed) => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 60 })
    buyCredits(ledger, world.accountId, 7, 'live', 'order-2')
    const history = new RandomHistory(ledger, world, seed)
    for (let month = 0; month < 4; month += 1) {
      history.run(60)
      ledger.clock.advance(20 * 86_400_000)
    }
    passTo(ledger, '2025-08-02')
    const months = Array.from({ length: 13 }, (_, at) => {
      const month = 2024 * 12 + 7 + at
      return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`
    })
    const views = months.map((month) => monthEnd(ledger, month))
    const closing = new Map<string, number>()
    const paid = new Map<string, number>()
    for (const view of views) {
      expectRolled(view)
      const prior = new Map(closing)
      closing.clear()
      for (const pack of view.packs) {
        expect(pack.openingFen).toBe(prior.get(pack.grantId) ?? 0)
        prior.delete(pack.grantId)
        closing.set(pack.grantId, pack.closingFen)
        paid.set(pack.grantId, (paid.get(pack.grantId) ?? 0) + pack.usedFen + pack.lapsedFen + pack.refundedFen)
      }
      for (const left of prior.values()) expect(left).toBe(0)
    }
    // The term is over: every credit was used or has lapsed, but for those of calls in doubt.
    const held = views.at(-1)?.packs.filter(({ closing }) => closing > 0) ?? []
    for (const pack of held) expect(pack.closing).toBe(pack.held)
    for (const [grantId, fen] of paid) expect(fen + (closing.get(grantId) ?? 0)).toBe(80_000)
    const used = views.flatMap(({ packs }) => packs).reduce((sum, pack) => sum + pack.used, 0)
    const [sums] = ledger.rows<{ credits: number }>('SELECT sum(credits) AS credits FROM rollups')
    expect(used).toBe(sums?.credits)
    ledger.restart()
    ledger.core.flushDerived(100_000)
    expect(months.map((month) => monthEnd(ledger, month).packs)).toEqual(views.map(({ packs }) => packs))
  })
})

const filledIn = {
  term: { start: '2025-06-01', end: '2027-05-31' },
  checks: { id2: { consentTypes: ['click', 'paper', 'e_signature'] } },
  serviceLevel: { hours: { reply: 2, plan: 8 } },
  prices: { platform_fee: '500.00', query_fee: '0.04', data_fee: '0.12' },
  payWithin: { n: 10, unit: 'workday' },
  latePayment: { rate: '0.0005' },
  onboarding: { testCalls: null },
}

/** An account that pays afterwards (S4), with two charged calls in June. */
const seedBilled = () => {
  const ledger = open()
  signedOn(ledger, '2025-06-01', 'S4', filledIn)
  const credentials = createKey(ledger, accountA)
  recordConsent(ledger, credentials, 'consent-1', { grantedAt: ledger.clock.now })
  const world = { accountId: accountA, credentials, keyNumber: credentials.keyNumber, orderId: 0, grantId: 0 }
  for (const name of ['one', 'two']) {
    const { verificationId } = hold(ledger, world, name)
    settle(ledger, world, verificationId, 'match', { answer: answerOf('match', { costMicroYuan: 15_000 }) })
  }
  return { ledger, world }
}
const june = (ledger: TestLedger) => listMatters(ledger, 'bill')[0]?.id ?? 0

describe('what is paid afterwards', () => {
  test('stands with its bill, what it cost, and what is left of it', () => {
    const { ledger } = seedBilled()
    expect(monthEnd(ledger, '2025-06')).toMatchObject({
      provisional: true,
      bill: { state: 'running', owedFen: 0 },
      differences: [],
    })
    ledger.clock.now = startOfDayMs('2025-07-01')
    const late = monthEnd(ledger, '2025-06').differences
    expect(late.map(({ kind }) => kind)).toEqual(['bill_not_issued', 'statement_not_issued'])
    passTo(ledger, '2025-07-01')
    const view = monthEnd(ledger, '2025-06')
    expect(view).toMatchObject({ provisional: false, preset: 'S4', bill: { state: 'issued', owedFen: 50_008 }, differences: [] })
    expect(view.checks).toEqual([
      {
        check: 'id2',
        verifications: 2,
        credits: 0,
        usedFen: 0,
        billedFen: 8,
        costMicroYuan: 30_000,
        marginMicroYuan: 50_000,
      },
    ])
    expect(view.debts).toMatchObject([{ about: '2025-06', state: 'not_due', dueOn: null, openFen: 50_008, lateFen: 0 }])
  })

  test('is as it stood at the end of each month: not due, due, overdue with its interest, paid late', () => {
    const { ledger } = seedBilled()
    passTo(ledger, '2025-07-20')
    done(ledger, { kind: 'record_invoice_receipt', billId: june(ledger), on: '2025-07-20' })
    passTo(ledger, '2025-09-10')
    done(ledger, { kind: 'pay_bill', billId: june(ledger), on: '2025-09-05', amountFen: 60_000, bankReference: 'late' })
    passTo(ledger, '2025-11-03')
    const debtsOf = (month: string) =>
      monthEnd(ledger, month)
        .debts.filter(({ about }) => about === '2025-06')
        .map(({ state, dueOn, openFen, overpaidFen, daysLate, lateFen }) => [
          state,
          dueOn,
          openFen,
          overpaidFen,
          daysLate,
          lateFen,
        ])
    expect(debtsOf('2025-06')).toEqual([['not_due', null, 50_008, 0, 0, 0]])
    expect(debtsOf('2025-07')).toEqual([['due', '2025-08-01', 50_008, 0, 0, 0]])
    expect(debtsOf('2025-08')).toEqual([['overdue', '2025-08-01', 50_008, 0, 30, 750]])
    expect(debtsOf('2025-09')).toEqual([['paid', '2025-08-01', 0, 9_992, 35, 875]])
    expect(monthEnd(ledger, '2025-09').payments).toMatchObject([{ on: '2025-09-05', amountFen: 60_000, bankReference: 'late' }])
    expect(monthEnd(ledger, '2025-08').payments).toEqual([])
    const { differences } = monthEnd(ledger, '2025-09')
    expect(differences.map(({ kind, amountFen }) => [kind, amountFen])).toEqual([
      ['alarm', null],
      ['overpaid', 9_992],
    ])
  })
})

describe('what is to be explained', () => {
  test('are calls that a source billed without a result, once for the month in which they were given up', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 8 })
    ledger.clock.set('2024-08-30T12:00:00+08:00')
    for (const [name, billed] of [
      ['billed', true],
      ['not billed', false],
    ] as const) {
      const { verificationId } = hold(ledger, world, name)
      const answer = answerOf('unavailable', { sourceBilled: billed, costMicroYuan: 12_345 })
      ledger.clock.set('2024-09-01T12:00:00+08:00')
      settle(ledger, world, verificationId, 'unavailable', { answer })
      ledger.clock.set('2024-09-02T12:00:00+08:00')
    }
    verifyOnce(ledger, world, 'no record', 'no_record')
    ledger.core.flushDerived(1_000)
    const billed = (month: string) => monthEnd(ledger, month).differences.filter(({ kind }) => kind === 'billed_without_result')
    expect(billed('2024-08')).toEqual([])
    expect(billed('2024-09')).toEqual([{ kind: 'billed_without_result', about: null, count: 1, amountFen: 1 }])
  })

  test('are alarms that concern money, and no others', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 8 })
    const raise = (alarm: string, subject: string) =>
      ledger.submit({ kind: 'alarm', accountId: world.accountId, alarm, subject, raised: true })
    raise('late_answer', '4096')
    raise('deadline_missed', 'tic_1')
    raise('deadline_missed', 'bil_1')
    raise('deadline_missed', 'mil_1')
    raise('key_shared', 'key_1')
    passTo(ledger, '2024-09-02')
    raise('source_unknown_code', 'source_a')
    expect(monthEnd(ledger, '2024-07').differences).toEqual([])
    expect(monthEnd(ledger, '2024-08').differences).toMatchObject([
      { kind: 'alarm', about: 'deadline_missed', count: 2 },
      { kind: 'alarm', about: expect.stringMatching(/^late_answer\.ver_/), count: 1 },
    ])
  })

  test('is a statement that is not there, or that says something else than the journal', () => {
    const ledger = open({ sound: false })
    const world = seedWorld(ledger, { credits: 8 })
    useTimes(ledger, world, 'august', 3)
    const endMs = startOfDayMs('2024-09-01')
    ledger.clock.now = endMs - 1
    expect(monthEnd(ledger, '2024-08')).toMatchObject({ documents: [], differences: [] })
    ledger.clock.now = endMs
    expect(monthEnd(ledger, '2024-08').differences).toMatchObject([{ kind: 'statement_not_issued', count: 1 }])
    passTo(ledger, '2024-09-02')
    const { documents, differences } = monthEnd(ledger, '2024-08')
    expect(differences).toEqual([])
    expect(documents).toMatchObject([{ kind: 'statement', number: '2024-08', state: 'issued', amountFen: 30_000 }])
    const path = '$.figures.packs[0].usedFen'
    ledger.corrupt(`UPDATE matters SET data = json_set(data, '${path}', 1) WHERE kind = 'statement' AND reference = '2024-08'`)
    expect(monthEnd(ledger, '2024-08').differences).toMatchObject([{ kind: 'statement_differs', count: 1 }])
    ledger.corrupt("DELETE FROM matters WHERE kind = 'statement'")
    expect(monthEnd(ledger, '2024-08').differences).toEqual([
      { kind: 'statement_not_issued', about: null, count: 1, amountFen: null },
    ])
  })

  test('are sums of calls and of packs that do not agree', () => {
    const ledger = open({ sound: false })
    const world = seedWorld(ledger, { credits: 8 })
    useTimes(ledger, world, 'august', 3)
    expect(monthEnd(ledger, '2024-08').differences).toEqual([])
    ledger.corrupt('UPDATE rollups SET credits = credits - 2')
    expect(monthEnd(ledger, '2024-08').differences).toEqual([{ kind: 'cut_off', about: 'id2', count: 2, amountFen: null }])
  })
})

test('a month of an account without an agreement is empty', () => {
  const ledger = open()
  take(act(ledger, accountA, { kind: 'create_account', name: 'customer' }), 'account')
  expect(monthEnd(ledger, '2024-08')).toEqual({
    accountId: accountA,
    name: 'customer',
    month: '2024-08',
    from: '2024-08-01',
    to: '2024-08-31',
    provisional: true,
    preset: null,
    journal: { before: 0, last: 1 },
    packs: [],
    checks: [],
    open: { calls: [], stillOpen: 0, inDoubt: 0, settledSince: [] },
    bill: null,
    milestones: [],
    debts: [],
    payments: [],
    documents: [],
    differences: [],
  })
})
