import { workingCalendar } from '../../src/agreement/calendar.ts'
import { findInactivityRight, isInactive, planInactivityClosing } from '../../src/agreement/inactivity.ts'
import { type OpTable, op } from './op.ts'
import { iso, length, moment, notCovered } from './time.ts'

/** The vectors know neither packs nor bills, which would keep a silent account open. */
const nothingPaid = { livePaidPack: false, openBill: false }

/** Silence and what follows (S0 六.2). */
export const inactivityOps: OpTable = {
  'inactivity.judge': op({ lastOperationAt: moment, days: length.n, now: moment }, ({ lastOperationAt, days, now }) => {
    const right = findInactivityRight(lastOperationAt.ms, days)
    // The vectors call the last day by the usual number.
    return { day360: right.lastDay, rightFrom: iso(right.rightFromMs), triggered: isInactive(right, now.ms, nothingPaid) }
  }),
  'inactivity.close': op(
    { lastOperationAt: moment, days: length.n, noticeDeemedAt: moment, n: length.n, unit: length.unit.default('workday') },
    ({ lastOperationAt, days, noticeDeemedAt, n, unit }) => {
      const right = findInactivityRight(lastOperationAt.ms, days)
      const closing = planInactivityClosing(workingCalendar, right, noticeDeemedAt.ms, { n, unit })
      if (closing.kind === 'calendar_not_covered') return notCovered(closing)
      if (closing.kind === 'closing')
        return { noticeValid: true, lastDayOfPeriod: closing.lastDay, closeNotBefore: iso(closing.closeFromMs) }
      return { noticeValid: false, reason: closing.kind, rightFrom: iso(closing.rightFromMs) }
    },
  ),
}
