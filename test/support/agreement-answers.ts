import { judgeAcceptance } from '../../src/agreement/acceptance.ts'
import { countWorkdays, isWorkday, workingCalendar } from '../../src/agreement/calendar.ts'
import { countAfterMonths, countAhead, countWithin } from '../../src/agreement/deadline.ts'
import { type Channel, judgeDelivery } from '../../src/agreement/delivery.ts'
import { defaultReadings, deliveryRulesOf } from '../../src/agreement/delivery-table.ts'
import { countTalks, extendDeadline, findLongEvent } from '../../src/agreement/force-majeure.ts'
import { findInactivityRight, planInactivityClosing } from '../../src/agreement/inactivity.ts'
import { maintenanceTerm } from '../../src/agreement/maintenance.ts'
import { judgeFeeObjection } from '../../src/agreement/objection.ts'
import { findServiceDue } from '../../src/agreement/sla.ts'
import { addDays, shanghaiDay } from '../../src/core/shanghai.ts'

/*
 * Prints what every time rule answers on fixed days, as JSON, for test/agreement/time-zone.test.ts, which runs it in several
 * time zones. The control is a count that does hang on the zone of the machine.
 */

const calendar = workingCalendar
const channels: Channel[] = ['personal', 'ems', 'letter', 'email', 'fax', 'sms', 'im', 'site_message', 'announcement']
const everyDay = Array.from({ length: 1096 }, (_, n) => addDays('2024-01-01', n))

/** Around midnight in Shanghai, in UTC and in New York, on both days of its summer time. */
const instants = [
  '2024-03-10T06:59:59.999Z',
  '2024-11-03T06:00:00Z',
  '2025-01-27T15:59:59.999Z',
  '2025-01-27T16:00:00Z',
  '2025-09-30T23:59:59+08:00',
  '2025-10-01T00:00:00+08:00',
].map((text) => Date.parse(text))

const answersOn = (day: string, ms: number) => {
  const facts = {
    postedAt: ms,
    sentAt: ms,
    shownSentAt: ms,
    arrivedAt: ms,
    handedAt: ms,
    signed: true,
    agreedAddress: 'a@b.example',
  }
  const right = findInactivityRight(ms, 360)
  return [
    countWithin(calendar, day, { n: 5, unit: 'workday' }, false),
    countWithin(calendar, day, { n: 15, unit: 'day' }, true),
    countWithin(calendar, day, { n: 1, unit: 'month' }, true),
    countAhead(calendar, day, { n: 14, unit: 'workday' }),
    countAfterMonths(calendar, day, 12, { n: 30, unit: 'workday' }, false),
    maintenanceTerm(day, 1),
    countTalks(calendar, findLongEvent(day, 30), addDays(day, 31), { n: 10, unit: 'day' }),
    extendDeadline(calendar, day, 40, 11),
    right,
    planInactivityClosing(calendar, right, right.rightFromMs, { n: 5, unit: 'workday' }),
    judgeFeeObjection(calendar, { n: 15, unit: 'day' }, day, null, addDays(day, 16)),
    judgeAcceptance(
      calendar,
      { organise: { n: 7, unit: 'workday' }, afterReminder: { n: 3, unit: 'workday' } },
      { applicationDeemedOn: day, reminderDeemedOn: addDays(day, 20), organisedOn: null },
      addDays(day, 40),
    ),
    findServiceDue(calendar, { hours: { reply: 2 }, startsOn: 'workdays' }, 'reply', ms),
    ...Object.values(deliveryRulesOf).flatMap((rules) =>
      channels.map((channel) => judgeDelivery(rules(defaultReadings), { channel, ...facts })),
    ),
  ]
}

process.stdout.write(
  JSON.stringify({
    answers: {
      workdays: everyDay.filter((day) => isWorkday(calendar, day) === true),
      counts: [2024, 2025, 2026].map((year) => countWorkdays(calendar, year)),
      rules: instants.map((ms) => answersOn(shanghaiDay(ms), ms)),
    },
    control: instants.map((ms) => new Date(ms).getDate()),
  }),
)
