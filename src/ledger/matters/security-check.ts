import type { SecurityCheckAct } from '../../core/matters/security-check.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import type { ActContext } from '../decide/act-context.ts'
import { clearAlarm, raiseAlarm } from '../decide/alarm.ts'
import { changeMatter, clockFrom, defineMatter, endClock, type MatterRules, openMattersOf, publicIdOf } from './matter.ts'
import { clauseFor, conflict, openOnce } from './record.ts'

/** A check answers the one before it, whose clock ends, and starts the clock of the next. An interval never rolls out of days off. */
const recordCheck = (at: ActContext, act: SecurityCheckAct) =>
  openOnce(at, 'security_check', act, () => {
    const { on, intervalDays, found, fixed, reportSha256 } = act
    if (on > shanghaiDay(at.draft.now)) return conflict('not_yet')
    if (fixed > found) return conflict('more_fixed_than_found')
    const prior = openMattersOf(at, 'security_check')
    if (prior.some(({ data }) => data.on > on)) return conflict('later_check_recorded')
    for (const check of prior) {
      changeMatter(at, check, { state: 'followed', clocks: endClock(check.clocks, 'next_check', at.draft.now), close: true })
      clearAlarm(at.draft, at.book, 'security_check_overdue', publicIdOf(check))
    }
    const length = { n: intervalDays, unit: 'day' } as const
    return {
      state: 'newest',
      data: { on, intervalDays, found, fixed, reportSha256 },
      clocks: [
        clockFrom(at, {
          name: 'next_check',
          clause: clauseFor(at, 'security_check'),
          rule: { kind: 'within', eventOn: on, length, roll: false },
        }),
      ],
      facts: { on, interval_days: intervalDays, found, fixed, report: reportSha256 },
    }
  })

/** Security checks at intervals, with an alarm while the next one is overdue (S4 §7.2.2). */
export const securityCheckRules: MatterRules = {
  ...defineMatter<'security_check', SecurityCheckAct>(
    'security_check',
    { record_security_check: recordCheck },
    (at, check, missed) => {
      if (missed.length > 0) raiseAlarm(at.draft, at.book, 'security_check_overdue', publicIdOf(check))
    },
  ),
  raisesOwnAlarm: true,
}
