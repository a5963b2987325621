import { z } from 'zod'
import { workingCalendar } from '../../src/agreement/calendar.ts'
import { countTalks, extendDeadline, findLongEvent, judgeRelief } from '../../src/agreement/force-majeure.ts'
import { count, day, type OpTable, op } from './op.ts'
import { iso, length, moment, notCovered, writePeriod } from './time.ts'

/** Force majeure (S3 §9, S0 四). */
export const forceMajeureOps: OpTable = {
  'fm.longEvent': op(
    { startOn: moment, durationDays: length.n, consultNoticeDeemedOn: moment.nullish(), n: length.n },
    ({ startOn, durationDays, consultNoticeDeemedOn, n }) => {
      const event = findLongEvent(startOn.day, durationDays)
      // The vectors call the last day by the usual duration.
      const begun = { day30: event.fullOn, consultAllowedFrom: iso(event.talksFromMs) }
      if (!consultNoticeDeemedOn) return begun
      const talks = countTalks(workingCalendar, event, consultNoticeDeemedOn.day, { n, unit: 'day' })
      if (talks.kind === 'too_early') return { ...begun, noticeValid: false, reason: 'right_not_yet_arisen' }
      if (talks.kind !== 'period') return notCovered(talks)
      return { ...begun, consultLastDay: talks.lastDay, terminationRightFrom: iso(talks.endMs) }
    },
  ),
  'fm.extend': op({ effectiveOn: moment, n: length.n, delayDays: count }, ({ effectiveOn, n, delayDays }) =>
    writePeriod(extendDeadline(workingCalendar, effectiveOn.day, n, delayDays)),
  ),
  'fm.exempt': op({ eventOn: day, obligationLastDay: day, proofInTime: z.boolean(), notifiedAtOnce: z.boolean() }, (claim) => ({
    ...judgeRelief(claim),
  })),
}
