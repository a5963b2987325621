import { z } from 'zod'
import { workingCalendar } from '../../src/agreement/calendar.ts'
import { countAfterMonths, countAhead, countWithin, isInTime } from '../../src/agreement/deadline.ts'
import { maintenanceTerm } from '../../src/agreement/maintenance.ts'
import { day, type OpTable, op } from './op.ts'
import { iso, length, moment, notCovered, writeNotice, writePeriod } from './time.ts'

/** Where a vector leaves the switch out: calendar periods in which somebody must act roll (R7). */
const roll = z.boolean().default(true)

/** Periods and terms (contracts.md §3.9, rules R4 to R10). */
export const deadlineOps: OpTable = {
  'deadline.within': op({ eventAt: moment, ...length, roll }, ({ eventAt, n, unit, roll }) =>
    writePeriod(countWithin(workingCalendar, eventAt.day, { n, unit }, roll)),
  ),
  'deadline.judge': op({ eventAt: moment, ...length, roll, actAt: moment }, ({ eventAt, n, unit, roll, actAt }) => {
    const period = countWithin(workingCalendar, eventAt.day, { n, unit }, roll)
    const written = writePeriod(period)
    return period.kind === 'period' ? { ...written, inTime: isInTime(period, actAt.ms) } : written
  }),
  'deadline.advance': op({ noticeDeemedAt: moment, ...length }, ({ noticeDeemedAt, n, unit }) =>
    writeNotice(countAhead(workingCalendar, noticeDeemedAt.day, { n, unit })),
  ),
  'deadline.monthsThenWorkdays': op({ onlineOn: moment, months: length.n, n: length.n }, ({ onlineOn, months, n }) => {
    const period = countAfterMonths(workingCalendar, onlineOn.day, months, { n, unit: 'workday' }, false)
    return period.kind === 'period' ? { ...writePeriod(period), fullOn: period.fullOn } : notCovered(period)
  }),
  'term.maintenance': op({ acceptedOn: day, years: z.int().min(1).max(100) }, ({ acceptedOn, years }) => {
    const { endMs, ...term } = maintenanceTerm(acceptedOn, years)
    return { ...term, endExclusive: iso(endMs) }
  }),
}
