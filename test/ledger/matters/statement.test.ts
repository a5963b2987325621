import { describe, expect, test } from 'vitest'
import type { CustomerMatterAct } from '../../../src/core/matters/index.ts'
import { startOfDayMs } from '../../../src/core/shanghai.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { accountA, take } from '../../support/ledger-commands.ts'
import { done, leavesOf, passTo } from '../../support/ledger-days.ts'
import { RandomHistory } from '../../support/ledger-history.ts'
import { conflictOf, customerDoes, customerTries } from '../../support/ledger-matters.ts'
import { expectBalanced, figuresOf, seedPack, statementOf, statementsOf, statesOf } from '../../support/ledger-statements.ts'
import { act, buyCredits, changeAgreement, hold, type SeededAccount, settle, verifyOnce } from '../../support/ledger-world.ts'

const open = useTestLedgers()

const seed = (more: Parameters<typeof seedPack>[1] = {}) => {
  const ledger = open()
  return { ledger, world: seedPack(ledger, more) }
}

const told = (ledger: TestLedger): number =>
  ledger.row<{ n: number }>("SELECT count(*) AS n FROM matters WHERE kind = 'notice' AND data LIKE '%statement_ready%'").n

describe('the statement of a month', () => {
  test('is opened when the agreement comes into force, issued when the month is over, and the next month begins', () => {
    const { ledger, world } = seed()
    expect(statementsOf(ledger)).toMatchObject([
      { state: 'open', reference: '2024-07', data: { from: '2024-07-28', to: '2024-07-31', figures: null } },
    ])
    verifyOnce(ledger, world, 'one', 'match')
    ledger.clock.now = startOfDayMs('2024-08-01') - 1
    ledger.runDue()
    expect(statesOf(ledger)).toEqual([['2024-07', 'open']])
    ledger.clock.advance(1)
    ledger.runDue()
    expect(statesOf(ledger)).toEqual([
      ['2024-07', 'issued'],
      ['2024-08', 'open'],
    ])
    expect(told(ledger)).toBe(1)
    expect(leavesOf(ledger, 'open_statement')).toMatchObject([{ period: '2024-07' }, { period: '2024-08' }])
  })

  test('covers the journal without gap or overlap, and its digest stands in the audit log', () => {
    const { ledger, world } = seed()
    verifyOnce(ledger, world, 'one', 'match')
    passTo(ledger, '2024-10-02')
    const months = ['2024-07', '2024-08', '2024-09'].map((period) => figuresOf(ledger, period))
    expect(months.map(({ fromSeq }) => fromSeq)).toEqual([0, ...months.slice(0, -1).map(({ toSeq }) => toSeq)])
    const digests = statementsOf(ledger).flatMap(({ data }) => data.digest ?? [])
    expect(leavesOf(ledger, 'issue_statement').map(({ digest }) => digest)).toEqual(digests)
    expect(digests).toHaveLength(3)
  })

  test('of months that passed while the process was down is issued for each, as if it had been awake', () => {
    const histories = [['2024-08-01', '2024-09-01', '2024-10-01'], []].map((awake) => {
      const { ledger, world } = seed()
      verifyOnce(ledger, world, 'one', 'match')
      for (const day of awake) passTo(ledger, day)
      ledger.restart()
      ledger.clock.now = startOfDayMs('2024-10-05')
      while (ledger.runDue().length > 0);
      return ledger
    })
    const [awake, asleep] = histories.map((ledger) =>
      statementsOf(ledger).map(({ data }) => ({
        period: data.period,
        usage: data.figures?.usage,
        packs: data.figures?.packs.map(({ grantId, orderId, ...pack }) => pack),
      })),
    )
    expect(asleep).toEqual(awake)
    expect(asleep?.map(({ period }) => period)).toEqual(['2024-07', '2024-08', '2024-09', '2024-10'])
  })

  test('is not issued twice, and a closed period is not opened again', () => {
    const { ledger } = seed()
    passTo(ledger, '2024-08-02')
    const before = ledger.row<{ n: number }>('SELECT count(*) AS n FROM entries').n
    expect(act(ledger, accountA, { kind: 'open_statement', period: '2024-07' })).toMatchObject({ detail: 'period_closed' })
    const running = take(act(ledger, accountA, { kind: 'open_statement', period: '2024-08' }), 'matter')
    expect(running.repeated).toBe(true)
    expect(act(ledger, accountA, { kind: 'open_statement', period: '2024-09' })).toMatchObject({ detail: 'period_not_begun' })
    expect(act(ledger, accountA, { kind: 'open_statement', period: '2024-06' })).toMatchObject({ detail: 'no_service_in_period' })
    const july = statementOf(ledger, '2024-07').id
    ledger.submit({ kind: 'matter_due', accountId: accountA, matterId: july })
    expect(ledger.row<{ n: number }>('SELECT count(*) AS n FROM entries').n).toBe(before)
  })

  test('of an account from before there were statements is issued by an act, and the clock goes on from there', () => {
    const { ledger, world } = seed()
    verifyOnce(ledger, world, 'one', 'match')
    ledger.corrupt("DELETE FROM matters WHERE kind = 'statement'")
    passTo(ledger, '2024-10-02')
    expect(statesOf(ledger)).toEqual([])
    const opening = { kind: 'open_statement', period: '2024-07' } as const
    expect(done(ledger, opening).state).toBe('issued')
    expect(take(act(ledger, accountA, opening), 'matter').repeated).toBe(true)
    while (ledger.runDue().length > 0);
    expect(statesOf(ledger)).toEqual([
      ['2024-07', 'issued'],
      ['2024-08', 'issued'],
      ['2024-09', 'issued'],
      ['2024-10', 'open'],
    ])
    expect(figuresOf(ledger, '2024-07').usage).toMatchObject([{ outcome: 'match', credits: 1 }])
  })

  test('is not asked of an agreement that is not in force', () => {
    const ledger = open()
    take(act(ledger, accountA, { kind: 'create_account', name: 'customer' }), 'account')
    expect(act(ledger, accountA, { kind: 'open_statement', period: '2024-08' })).toMatchObject({
      detail: 'agreement_not_in_force',
    })
  })
})

describe('the last statement', () => {
  test('ends with the day on which the account is closed', () => {
    const { ledger, world } = seed()
    verifyOnce(ledger, world, 'one', 'match')
    ledger.clock.now = startOfDayMs('2024-08-14') + 10 * 3_600_000
    while (ledger.runDue().length > 0);
    take(act(ledger, accountA, { kind: 'close_account', note: 'both agreed' }), 'account')
    ledger.clock.now = startOfDayMs('2024-08-15') - 1
    ledger.runDue()
    expect(statesOf(ledger).at(-1)).toEqual(['2024-08', 'open'])
    ledger.clock.advance(1)
    ledger.runDue()
    expect(statementOf(ledger, '2024-08')).toMatchObject({ state: 'issued', data: { from: '2024-08-01', to: '2024-08-14' } })
    passTo(ledger, '2024-12-01')
    expect(statesOf(ledger).map(([period]) => period)).toEqual(['2024-07', '2024-08'])
  })

  test('waits for calls under way, also into the next month: no charge is without a statement', () => {
    const { ledger, world } = seed()
    passTo(ledger, '2024-08-31')
    ledger.clock.now = startOfDayMs('2024-09-01') - 10_000
    const { verificationId } = hold(ledger, world, 'late')
    take(act(ledger, accountA, { kind: 'close_account', note: 'both agreed' }), 'account')
    ledger.clock.now = startOfDayMs('2024-09-01')
    ledger.runDue()
    expect(statesOf(ledger).at(-1)).toEqual(['2024-09', 'open'])
    expect(figuresOf(ledger, '2024-08').openCalls).toBe(1)
    settle(ledger, world, verificationId, 'unknown')
    ledger.clock.now = startOfDayMs('2024-09-02') + 3_600_000
    settle(ledger, world, verificationId, 'match', { by: 'query' })
    ledger.runDue()
    ledger.clock.now = startOfDayMs('2024-09-03')
    ledger.runDue()
    const last = statementOf(ledger, '2024-09')
    expect(last).toMatchObject({ state: 'issued', data: { to: '2024-09-02' } })
    expect(last.data.figures?.usage).toMatchObject([{ serviceMonth: '2024-08', outcome: 'match', credits: 1 }])
    passTo(ledger, '2024-11-01')
    expect(statesOf(ledger).at(-1)?.[0]).toBe('2024-09')
  })

  test('of a term that is over comes when nothing is left to tell of; a new pack begins anew', () => {
    const { ledger } = seed({ overrides: { term: { start: '2024-07-28', end: '2024-09-10' } } })
    passTo(ledger, '2025-01-15')
    expect(statesOf(ledger).map(([period]) => period)).toEqual(['2024-07', '2024-08', '2024-09'])
    expect(figuresOf(ledger, '2024-09').packs).toMatchObject([{ lapsed: 30_000, closing: 0, lapsedFen: 80_000, closingFen: 0 }])
  })
})

describe('the time to object (OBJ-*)', () => {
  /** Issued on 1 August 2024; the fifteenth day after it is Friday the 16th. */
  const issued = () => {
    const { ledger, world } = seed()
    for (let call = 0; call < 375; call += 1) verifyOnce(ledger, world, `call ${call}`, 'match')
    passTo(ledger, '2024-08-01')
    return { ledger, world, id: statementOf(ledger, '2024-07').id }
  }
  const objection = (statementId: number, disputedFen = 1_000) =>
    ({ kind: 'object_to_statement', statementId, on: null, text: 'counted twice', disputedFen }) as const
  const detailOf = (ledger: TestLedger, world: SeededAccount, wanted: CustomerMatterAct) => {
    const tried = customerTries(ledger, world, wanted)
    const answer = tried.kind === 'acted' ? tried.result : tried
    return answer.kind === 'refused' ? answer.detail : answer.kind
  }

  test('is named by the clause of the agreement, or by choice where it is silent', () => {
    const { ledger } = issued()
    expect(statementOf(ledger, '2024-07').clocks).toMatchObject([{ name: 'objection', clause: 'choice', lastDay: '2024-08-16' }])
  })

  test('takes an objection on its last day, and none a day later', () => {
    const { ledger, world, id } = issued()
    ledger.clock.now = startOfDayMs('2024-08-17') - 1
    expect(customerDoes(ledger, world, objection(id))).toMatchObject({
      state: 'disputed',
      data: { objection: { on: '2024-08-16', disputedFen: 1_000 } },
    })
    const late = issued()
    // The process has slept: nobody has accepted yet, and the objection is late all the same.
    late.ledger.clock.now = startOfDayMs('2024-08-17')
    expect(detailOf(late.ledger, late.world, objection(late.id))).toBe('objection_too_late')
  })

  test('passes in silence: the statement is accepted from the day after, and final, though the process slept', () => {
    const { ledger } = issued()
    const before = statementOf(ledger, '2024-07').data
    ledger.restart()
    ledger.clock.now = startOfDayMs('2024-08-25')
    ledger.runDue()
    const { state, data, clocks, closedAt } = statementOf(ledger, '2024-07')
    expect([state, data.finality, data.finalOn]).toEqual(['final', 'silence', '2024-08-17'])
    expect(closedAt).not.toBeNull()
    expect(clocks[0]?.ending).toBe('met')
    expect(data.figures).toEqual(before.figures)
    expect(leavesOf(ledger, 'accept_statement')).toMatchObject([{ on: '2024-08-17', clause: 'choice', digest: data.digest }])
    expect(ledger.rows("SELECT 1 FROM alarms WHERE kind = 'deadline_missed'")).toEqual([])
  })

  test('is of the statement for no more than it charges, once', () => {
    const { ledger, world, id } = issued()
    expect(figuresOf(ledger, '2024-07').chargedFen).toBe(1_000)
    expect(detailOf(ledger, world, objection(id, 1_001))).toBe('disputed_more_than_charged')
    customerDoes(ledger, world, objection(id))
    customerDoes(ledger, world, objection(id))
    expect(leavesOf(ledger, 'object_to_statement')).toHaveLength(1)
    expect(detailOf(ledger, world, objection(id, 999))).toBe('already_objected')
    expect(detailOf(ledger, world, { kind: 'accept_statement', statementId: id })).toBe('statement_disputed')
    passTo(ledger, '2024-09-30')
    expect(statementOf(ledger, '2024-07').state).toBe('disputed')
  })

  test('ends with an acceptance in words, which may be repeated', () => {
    const { ledger, world, id } = issued()
    const accept = { kind: 'accept_statement', statementId: id } as const
    expect(customerDoes(ledger, world, accept)).toMatchObject({
      state: 'final',
      data: { finality: 'accepted', finalOn: '2024-08-01' },
    })
    customerDoes(ledger, world, accept)
    expect(leavesOf(ledger, 'accept_statement')).toHaveLength(1)
    expect(detailOf(ledger, world, objection(id))).toBe('statement_closed')
    expect(detailOf(ledger, world, { kind: 'accept_statement', statementId: statementOf(ledger, '2024-08').id })).toBe(
      'period_runs',
    )
    expect(detailOf(ledger, world, objection(statementOf(ledger, '2024-08').id))).toBe('period_runs')
  })

  test.each([
    ['rejected', null],
    ['upheld', 400],
  ] as const)('ends with an objection that is %s: the figures stay, and the statement is final', (result, amountFen) => {
    const { ledger, world, id } = issued()
    const conclusion = { kind: 'conclude_statement_objection', statementId: id, result, amountFen } as const
    expect(conflictOf(ledger, world, conclusion)).toBe('not_objected')
    customerDoes(ledger, world, objection(id))
    const before = statementOf(ledger, '2024-07').data.figures
    expect(conflictOf(ledger, world, { ...conclusion, result: 'upheld', amountFen: 1_001 })).toBe('concluded_more_than_charged')
    const concluded = done(ledger, conclusion)
    expect(concluded).toMatchObject({
      state: 'final',
      data: { finality: `objection_${result}`, concludedFen: amountFen, figures: before },
    })
    expect(take(act(ledger, accountA, conclusion), 'matter').repeated).toBe(true)
    expect(conflictOf(ledger, world, { ...conclusion, result: result === 'upheld' ? 'rejected' : 'upheld' })).toBe(
      'statement_closed',
    )
  })

  test('gives back exactly what an upheld objection names, by a credit note that the next statement takes', () => {
    const { ledger, world, id } = issued()
    customerDoes(ledger, world, objection(id))
    done(ledger, { kind: 'conclude_statement_objection', statementId: id, result: 'upheld', amountFen: 400 })
    expect(leavesOf(ledger, 'issue_credit_note')).toMatchObject([{ amount_fen: 400, cause: 'objection', statement: id }])
    passTo(ledger, '2024-09-01')
    const { corrections, chargedFen, correctedFen, totalFen } = figuresOf(ledger, '2024-08')
    expect(corrections).toMatchObject([{ amountFen: 400, cause: 'objection' }])
    expect([correctedFen, totalFen]).toEqual([400, chargedFen - 400])
    passTo(ledger, '2024-10-01')
    expect(figuresOf(ledger, '2024-09').corrections).toEqual([])
  })

  test('gives nothing back for an objection that is rejected', () => {
    const { ledger, world, id } = issued()
    customerDoes(ledger, world, objection(id))
    done(ledger, { kind: 'conclude_statement_objection', statementId: id, result: 'rejected', amountFen: null })
    expect(leavesOf(ledger, 'issue_credit_note')).toEqual([])
  })

  test('goes on after the account is closed, for staff who write down what came by letter', () => {
    const { ledger, world, id } = issued()
    take(act(ledger, accountA, { kind: 'close_account', note: 'both agreed' }), 'account')
    const letter = { ...objection(id), on: '2024-08-05' }
    expect(conflictOf(ledger, world, letter)).toBe('day_not_come')
    ledger.clock.now = startOfDayMs('2024-08-20')
    expect(conflictOf(ledger, world, { ...letter, on: '2024-07-31' })).toBe('day_before_notice')
    expect(done(ledger, letter)).toMatchObject({ state: 'disputed', data: { objection: { on: '2024-08-05' } } })
    expect(
      done(ledger, { kind: 'conclude_statement_objection', statementId: id, result: 'rejected', amountFen: null }).state,
    ).toBe('final')
  })
})

describe('the statements of an account that has none running', () => {
  const longer = { term: { start: '2024-07-28', end: '2025-12-31' } }
  const ended = () => {
    const { ledger } = seed({ overrides: { term: { start: '2024-07-28', end: '2024-08-31' } } })
    passTo(ledger, '2024-11-05')
    expect(statesOf(ledger).map(([period]) => period)).toEqual(['2024-07', '2024-08', '2024-09'])
    // The pack lapsed in the first instant of September.
    expect(figuresOf(ledger, '2024-09').packs).toMatchObject([{ opening: 30_000, lapsed: 30_000, closing: 0 }])
    changeAgreement(ledger, accountA, longer)
    return ledger
  }

  test('go on with the running month when a supplement makes the term longer', () => {
    expect(statesOf(ended()).at(-1)).toEqual(['2024-11', 'open'])
  })

  test('begin with the running month when a pack is paid on an account from before there were any', () => {
    const ledger = ended()
    ledger.corrupt("DELETE FROM matters WHERE kind = 'statement'")
    passTo(ledger, '2024-12-05')
    buyCredits(ledger, accountA, 10)
    expect(statesOf(ledger)).toEqual([['2024-12', 'open']])
  })
})

test.each([11, 12, 13])('no charge of a random history is lost or told twice (seed %i)', (number) => {
  const { ledger, world } = seed({ day: '2024-08-31', credits: 60, overrides: { settleWithinDays: 1 } })
  ledger.clock.now = startOfDayMs('2024-09-01') - 60_000
  new RandomHistory(ledger, world, number).run(120)
  ledger.clock.now += 40 * 86_400_000
  while (ledger.runDue().length > 0);
  const issued = statementsOf(ledger).filter(({ data }) => data.figures !== null)
  expect(issued.length).toBeGreaterThan(1)
  for (const { data } of issued) expectBalanced(ledger, data.period)
  const captured = issued.flatMap(({ data }) => data.figures?.packs ?? []).reduce((sum, pack) => sum + pack.captured, 0)
  expect(captured).toBe(ledger.row<{ n: number }>("SELECT sum(captured) AS n FROM grants WHERE mode = 'live'").n)
})
