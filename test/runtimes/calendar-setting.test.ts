import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { countWorkdays, workingCalendar } from '../../src/agreement/calendar.ts'
import { readCalendar } from '../../src/runtimes/calendar-setting.ts'
import { ConfigError, readConfig } from '../../src/runtimes/config.ts'
import { openGateway } from '../../src/runtimes/gateway.ts'

const year = { year: 2027, source: 'made up', daysOff: [['2027-01-01', '2027-01-03']], makeUpDays: ['2027-01-09'] }
const table = (more: object = {}, version = 'v1') => JSON.stringify({ version, years: [{ ...year, ...more }] })

const refusal = (text: string): string => {
  try {
    readCalendar(text, 'THE_SETTING')
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'none'
}

describe('the calendar setting', () => {
  it('adds years to the shipped ones, under a version of its own', () => {
    const calendar = readCalendar(table(), 'THE_SETTING')
    expect(calendar.version).toBe(`${workingCalendar.version}+v1`)
    // 2027 has 261 weekdays; 1 January is off and Saturday 9 January is worked.
    expect([countWorkdays(calendar, 2027), countWorkdays(calendar, 2025)]).toEqual([261, countWorkdays(workingCalendar, 2025)])
    expect(readCalendar(null, 'THE_SETTING')).toBe(workingCalendar)
  })

  test.each([
    ['{', 'THE_SETTING must hold JSON: {"version", "years": [{"year", "source", "daysOff", "makeUpDays"}]}'],
    [table({ year: 2025 }), 'THE_SETTING has a fault: 2025: days off 2027-01-01 to 2027-01-03'],
    [table({ year: 2025, daysOff: [], makeUpDays: [] }), 'THE_SETTING has a fault: 2025: stands twice'],
    [table({ makeUpDays: ['2027-01-04'] }), 'THE_SETTING has a fault: 2027: make-up day 2027-01-04'],
    [table({ holidays: [] }), 'THE_SETTING has a fault at years.0: Unrecognized key: "holidays"'],
    [table({}, 'two words'), /^THE_SETTING has a fault at version: /],
    ['{"version": "v1", "years": []}', /^THE_SETTING has a fault at years: /],
  ])('that is broken is refused with one sentence: %s', (text, sentence) => {
    expect(refusal(text)).toEqual(typeof sentence === 'string' ? sentence : expect.stringMatching(sentence))
  })

  it('stops the start when its file is missing or broken', () => {
    const folder = mkdtempSync(join(tmpdir(), 'verimeter-calendar-'))
    const file = join(folder, 'calendar.json')
    const start = () => openGateway(readConfig({ VERIMETER_DATA_DIR: folder, VERIMETER_CALENDAR_FILE: file }), {} as never)
    expect(start).toThrow(new ConfigError('VERIMETER_CALENDAR_FILE cannot be read (ENOENT)'))
    writeFileSync(file, 'calendar: 2027')
    expect(start).toThrow(/^VERIMETER_CALENDAR_FILE must hold JSON/)
  })
})
