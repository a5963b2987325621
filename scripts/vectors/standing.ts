import { z } from 'zod'
import { type AcceptanceStanding, judgeAcceptance } from '../../src/agreement/acceptance.ts'
import { workingCalendar } from '../../src/agreement/calendar.ts'
import { judgeFeeObjection } from '../../src/agreement/objection.ts'
import { findServiceDue, isServiceMet } from '../../src/agreement/sla.ts'
import { timeTermsOf } from '../../src/agreement/time-terms.ts'
import { count, InputError, instant, type OpTable, type Output, op } from './op.ts'
import { iso, length, moment, notCovered } from './time.ts'

/** The vectors of these ops name no preset: the clauses are those of S3. */
const preset = z.enum(['S0', 'S1', 'S2', 'S3', 'S4']).default('S3')

const writeStanding = (standing: AcceptanceStanding): Output =>
  standing.status === 'deemed_accepted'
    ? { status: standing.status, deemedAt: iso(standing.deemedAtMs), acceptedOn: standing.acceptedOn }
    : { ...standing }

/** How something stands at an instant: a ticket, an application for acceptance, a fee (S3 §5.2, §4.2, §6.1.6). */
export const standingOps: OpTable = {
  sla: op(
    { receivedAt: instant, kind: z.string(), actAt: instant.nullish(), preset, hours: count.optional() },
    ({ receivedAt, kind, actAt, preset, hours }) => {
      const { serviceLevel } = timeTermsOf[preset]
      const promised = hours === undefined ? serviceLevel.hours : { ...serviceLevel.hours, [kind]: hours }
      const due = findServiceDue(workingCalendar, { ...serviceLevel, hours: promised }, kind, receivedAt)
      if (due.kind === 'calendar_not_covered') return notCovered(due)
      if (due.kind !== 'due') return { error: due.kind === 'blank' ? 'parameter_missing' : due.kind, needs: kind }
      const met = typeof actAt === 'number' ? { met: isServiceMet(due.dueMs, actAt) } : {}
      return { dueAt: iso(due.dueMs), ...met }
    },
  ),
  acceptance: op(
    { applicationDeemedOn: moment, reminderDeemedOn: moment.nullish(), organisedOn: moment.nullish(), now: moment, preset },
    ({ applicationDeemedOn, reminderDeemedOn, organisedOn, now, preset }) => {
      const rule = timeTermsOf[preset].acceptance
      if (!rule) throw new InputError(`input.preset: ${preset} knows no acceptance`)
      const history = {
        applicationDeemedOn: applicationDeemedOn.day,
        reminderDeemedOn: reminderDeemedOn?.day ?? null,
        organisedOn: organisedOn?.day ?? null,
      }
      const found = judgeAcceptance(workingCalendar, rule, history, now.day)
      if (found.kind !== 'acceptance') return notCovered(found)
      const second = found.afterReminder === null ? {} : { lastDay3: found.afterReminder }
      return { lastDay7: found.lastDay, ...second, ...writeStanding(found.standing) }
    },
  ),
  'fee.objection': op(
    { feeNoticeDeemedOn: moment, objectedOn: moment.nullish(), now: moment, n: length.n.optional(), preset },
    ({ feeNoticeDeemedOn, objectedOn, now, n, preset }) => {
      const within = timeTermsOf[preset].feeObjection
      const days = n === undefined ? within : { ...within, n }
      const found = judgeFeeObjection(workingCalendar, days, feeNoticeDeemedOn.day, objectedOn?.day ?? null, now.day)
      if (found.kind === 'calendar_not_covered') return notCovered(found)
      const accepted = found.kind === 'accepted' ? { acceptedAt: iso(found.acceptedAtMs) } : {}
      return { lastDay: found.lastDay, status: found.kind, ...accepted }
    },
  ),
}
