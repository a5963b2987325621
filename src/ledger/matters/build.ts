import { clauseOf } from '../../agreement/clause.ts'
import { startClock } from '../../agreement/clock.ts'
import { countDaysLate, firstLateDay } from '../../agreement/late-payment.ts'
import { readMoneyTerms } from '../../agreement/money-terms.ts'
import { findDelayPenalty } from '../../agreement/penalty.ts'
import type { Terms } from '../../agreement/terms.ts'
import type { ActResult } from '../../core/commands.ts'
import type { BuildAct, DelayFigures } from '../../core/matters/build.ts'
import { refuse } from '../../core/refusal.ts'
import { addDays, shanghaiDay, startOfDayMs } from '../../core/shanghai.ts'
import { type ActContext, calendarOf, termsOf, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import { toFen } from './debt.ts'
import {
  changeMatter,
  clockFrom,
  defineMatter,
  findMatter,
  findRepeatedEnding,
  isRefusal,
  type Matter,
  matterDone,
  openMatter,
} from './matter.ts'

const clockName = 'finish'

/** Starts the time to build, once, where the agreement has one (S3 第三条). */
export const openBuild = (at: ActContext, terms: Terms, startedOn: string): void => {
  if (terms.build === null || at.book.matterByReference('build', '1')) return
  const clause = clauseOf(terms.preset, 'build')
  const build = openMatter(at, 'build', {
    state: 'building',
    reference: '1',
    data: { startedOn, finishedOn: null, delay: null },
    clocks: [
      clockFrom(at, { name: clockName, clause, rule: { kind: 'within', eventOn: startedOn, length: terms.build, roll: true } }),
    ],
  })
  writeAct({ ...at, kind: 'open_build', reason: null }, { build: build.id, on: startedOn, clause })
}

/** What the provider owes for its delay up to a day; null while it is in time or where no penalty or price is agreed (S3 §8.1). */
export const findDelay = (at: ActContext, build: Matter<'build'>): DelayFigures | null => {
  const terms = termsOf(at)
  const money = terms && readMoneyTerms(terms)
  const kept = build.clocks.find(({ name }) => name === clockName)
  const clock = kept ? startClock(calendarOf(at), kept) : null
  if (!money?.providerDelay || money.contractFen === null || !clock || clock.lastDay === null || clock.assumedYears.length > 0)
    return null
  const asOf = build.data.finishedOn ?? shanghaiDay(at.draft.now)
  const daysLate = countDaysLate(firstLateDay(clock.lastDay), asOf)
  if (daysLate === 0) return null
  const found = findDelayPenalty(money.contractFen, daysLate, money.providerDelay)
  return {
    asOf,
    daysLate,
    dailyFen: toFen(found.dailyFen),
    accruedFen: toFen(found.accruedFen),
    terminationRight: found.terminationRight,
    lumpFen: found.lumpFen === null ? null : toFen(found.lumpFen),
  }
}

const finish = (at: ActContext, act: BuildAct): Decision<ActResult> => {
  const repeated = findRepeatedEnding(at, 'build', act.buildId, 'finished')
  if (repeated) return unchanged(repeated)
  const build = findMatter(at, 'build', act.buildId)
  if (isRefusal(build)) return unchanged(build)
  const today = shanghaiDay(at.draft.now)
  if (act.on > today) return unchanged(refuse('state_conflict', { detail: 'day_not_come' }))
  if (act.on < build.data.startedOn) return unchanged(refuse('state_conflict', { detail: 'day_before_start' }))
  const delay = findDelay(at, { ...build, data: { ...build.data, finishedOn: act.on } })
  const clocks = build.clocks.map((clock) =>
    clock.ending === null && clock.assumedYears.length === 0
      ? {
          ...clock,
          endedAt: at.draft.now,
          ending: clock.lastDay !== null && act.on > clock.lastDay ? ('missed' as const) : ('met' as const),
        }
      : clock,
  )
  const finished = changeMatter(at, build, { state: 'finished', data: { finishedOn: act.on, delay }, clocks, close: true })
  writeAct(at, {
    build: build.id,
    on: act.on,
    days_late: delay?.daysLate ?? 0,
    penalty_fen: delay?.accruedFen ?? 0,
    clause: clauseOf(termsOf(at)?.preset ?? '', delay ? 'late_build' : 'build'),
  })
  return matterDone(at, finished)
}

/** Late: the figures grow day by day until it is finished. */
const age = (at: ActContext, build: Matter<'build'>): void => {
  const wakeAt = startOfDayMs(addDays(shanghaiDay(at.draft.now), 1))
  changeMatter(at, build, { state: 'late', data: { delay: findDelay(at, build) }, wakeAt })
}

/** The time to build, and what a provider owes that needs longer (S3 第三条, §8.1). */
export const buildRules = defineMatter<'build', BuildAct>('build', { finish_build: finish }, age)
