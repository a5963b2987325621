import { describe, expect, it, test } from 'vitest'
import { workingCalendar } from '../../src/agreement/calendar.ts'
import { findServiceDue, isServiceMet, type ServiceLevel } from '../../src/agreement/sla.ts'

const at = (text: string) => Date.parse(text)
const always: ServiceLevel = { hours: { reply: 1, on_site: 36, plan: null }, startsOn: 'every_day' }
const workdays: ServiceLevel = { ...always, startsOn: 'workdays' }
const due = (level: ServiceLevel, response: string, receivedAt: string) =>
  findServiceDue(workingCalendar, level, response, at(receivedAt))

describe('a response', () => {
  test.each([
    ['2024-12-31T23:30:00+08:00', 'reply', '2025-01-01T00:30:00+08:00', 'into a holiday'],
    ['2025-02-27T20:00:00+08:00', 'on_site', '2025-03-01T08:00:00+08:00', 'over the end of a month'],
    ['2026-10-03T10:00:00.250Z', 'reply', '2026-10-03T11:00:00.250Z', 'in a holiday, to the millisecond'],
    ['2031-05-01T10:00:00+08:00', 'reply', '2031-05-01T11:00:00+08:00', 'in a year without a table'],
  ])('to a ticket of %s (%s) is due at %s: %s', (receivedAt, response, dueAt) => {
    expect(due(always, response, receivedAt)).toEqual({ kind: 'due', startMs: at(receivedAt), dueMs: at(dueAt) })
  })

  test.each([
    ['2025-10-01T15:00:00+08:00', '2025-10-09T00:00:00+08:00', 'a long holiday'],
    ['2025-10-11T15:00:00+08:00', '2025-10-11T15:00:00+08:00', 'a Saturday that is worked'],
    ['2025-10-11T17:00:00Z', '2025-10-13T00:00:00+08:00', 'Sunday in Shanghai, Saturday elsewhere'],
    ['2025-10-13T23:59:59.999+08:00', '2025-10-13T23:59:59.999+08:00', 'late on a working day'],
  ])('without support on days off, the clock of %s starts at %s: %s', (receivedAt, startAt) => {
    expect(due(workdays, 'reply', receivedAt)).toEqual({ kind: 'due', startMs: at(startAt), dueMs: at(startAt) + 3_600_000 })
  })

  it('is met at the very instant that is due', () => {
    const dueMs = at('2025-03-03T11:00:00+08:00')
    expect(isServiceMet(dueMs, dueMs - 1)).toBe(true)
    expect(isServiceMet(dueMs, dueMs)).toBe(true)
    expect(isServiceMet(dueMs, dueMs + 1)).toBe(false)
  })

  it('that is not promised, not filled in, or not covered is said to be so', () => {
    expect(due(always, 'flowers', '2025-03-03T10:00:00+08:00')).toEqual({ kind: 'not_promised' })
    expect(due(always, 'toString', '2025-03-03T10:00:00+08:00')).toEqual({ kind: 'not_promised' })
    expect(due(always, 'plan', '2025-03-03T10:00:00+08:00')).toEqual({ kind: 'blank' })
    expect(due(workdays, 'reply', '2027-03-03T10:00:00+08:00')).toEqual({ kind: 'calendar_not_covered', year: 2027 })
  })
})
