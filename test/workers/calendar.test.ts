import { env } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { workingCalendar } from '../../src/agreement/calendar.ts'
import { openWorkerParts } from '../../src/runtimes/worker-parts.ts'

const year = { year: 2027, source: 'made up', daysOff: [['2027-01-01', '2027-01-03']], makeUpDays: [] }

test('a Worker loads further years from a variable, and a broken one says so', () => {
  const withCalendar = (text: string) => openWorkerParts({ ...env, VERIMETER_CALENDAR: text })
  const { calendar } = withCalendar(JSON.stringify({ version: 'v1', years: [year] }))
  expect([calendar.version, calendar.years.has(2027)]).toEqual([`${workingCalendar.version}+v1`, true])
  expect(openWorkerParts(env).calendar.years.has(2027)).toBe(false)
  expect(() => withCalendar('{}')).toThrow(/^VERIMETER_CALENDAR has a fault at version/)
})
