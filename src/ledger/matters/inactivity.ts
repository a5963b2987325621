import { clauseOf } from '../../agreement/clause.ts'
import { findInactivityRight, isInactive } from '../../agreement/inactivity.ts'
import type { Terms } from '../../agreement/terms.ts'
import type { ActContext } from '../decide/act-context.ts'
import { termsOf, writeAct } from '../decide/act-context.ts'
import { clearAlarm, raiseAlarm } from '../decide/alarm.ts'
import { keptBy, silentSince } from './closing-plan.ts'
import { changeMatter, defineMatter, type Matter, openMatter, openMattersOf, publicIdOf } from './matter.ts'
import { notify } from './notice.ts'

/** How often it is looked at while the right stands or something keeps the account. */
const dayMs = 86_400_000

/** Begins to watch for silence with an agreement that lets silence end it, and ends with one that does not. */
export const watchInactivity = (at: ActContext, terms: Terms): void => {
  const [watch] = openMattersOf(at, 'inactivity_watch')
  if (terms.inactivity === null) {
    if (!watch) return
    changeMatter(at, watch, { state: 'ended', close: true })
    clearAlarm(at.draft, at.book, 'inactive', publicIdOf(watch))
    return
  }
  const { days } = terms.inactivity
  const rightFrom = findInactivityRight(silentSince(at), days).rightFromMs
  const data = { days, rightFrom }
  const wakeAt = Math.max(rightFrom, at.draft.now)
  if (watch) changeMatter(at, watch, { state: 'watching', data, wakeAt })
  else openMatter(at, 'inactivity_watch', { state: 'watching', data, wakeAt })
}

/**
 * Looks again: every operation since has moved the day on, and a paid pack or an open bill keeps the account however silent it
 * is (contracts.md §5 no. 14). The day is computed from what the account keeps, so no restart and no standstill loses it.
 */
const inactivityDue = (at: ActContext, watch: Matter<'inactivity_watch'>): void => {
  const { days } = watch.data
  const right = findInactivityRight(silentSince(at), days)
  const tomorrow = at.draft.now + dayMs
  const subject = publicIdOf(watch)
  if (isInactive(right, at.draft.now, keptBy(at)) && at.draft.account.effectiveAt !== null) {
    if (watch.state !== 'inactive') {
      const clause = clauseOf(termsOf(at)?.preset ?? '', 'inactivity')
      writeAct({ ...at, kind: 'inactivity_reached' }, { inactivity_watch: watch.id, clause, last_day: right.lastDay })
      raiseAlarm(at.draft, at.book, 'inactive', subject)
      notify(at, 'inactivity_reached', { last_day: right.lastDay, clause })
    }
    changeMatter(at, watch, { state: 'inactive', data: { rightFrom: right.rightFromMs }, wakeAt: tomorrow })
    return
  }
  if (watch.state === 'inactive') clearAlarm(at.draft, at.book, 'inactive', subject)
  const wakeAt = right.rightFromMs > at.draft.now ? right.rightFromMs : tomorrow
  changeMatter(at, watch, { state: 'watching', data: { rightFrom: right.rightFromMs }, wakeAt })
}

/** The watch over silence: nobody acts on it but the clock. */
export const inactivityRules = defineMatter('inactivity_watch', {}, inactivityDue)
