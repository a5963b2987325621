import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { workingCalendar } from '../../src/agreement/calendar.ts'
import { findInactivityRight, isInactive, planInactivityClosing } from '../../src/agreement/inactivity.ts'
import { startOfDayMs } from '../../src/core/shanghai.ts'

const at = (text: string) => Date.parse(text)
const nothing = { livePaidPack: false, openBill: false }
const five = { n: 5, unit: 'workday' as const }
const right = findInactivityRight(at('2025-03-01T08:00:00+08:00'), 360)

describe('the right to close a silent customer', () => {
  it('arises at the end of the last silent day', () => {
    expect(right).toEqual({ lastDay: '2026-02-24', rightFromMs: startOfDayMs('2026-02-25') })
    expect(isInactive(right, right.rightFromMs - 1, nothing)).toBe(false)
    expect(isInactive(right, right.rightFromMs, nothing)).toBe(true)
  })

  it('counts from the day in Shanghai, whatever the hour', () => {
    const lastDayAfter = (text: string) => findInactivityRight(at(text), 30).lastDay
    expect(lastDayAfter('2024-06-10T15:59:59.999Z')).toBe('2024-07-10')
    expect(lastDayAfter('2024-06-10T16:00:00Z')).toBe('2024-07-11')
  })

  it('does not end in the table of working days', () => {
    expect(findInactivityRight(at('2026-12-31T12:00:00+08:00'), 360).lastDay).toBe('2027-12-26')
  })

  it('waits for a paid pack and for an open bill', () => {
    expect(isInactive(right, right.rightFromMs, { ...nothing, livePaidPack: true })).toBe(false)
    expect(isInactive(right, right.rightFromMs, { ...nothing, openBill: true })).toBe(false)
  })

  it('is never nearer after a later operation', () => {
    const instants = fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2100-01-01T00:00:00Z') })
    fc.assert(
      fc.property(instants, instants, fc.integer({ min: 1, max: 800 }), (one, other, days) => {
        const rightAfter = (ms: number) => findInactivityRight(ms, days).rightFromMs
        expect(rightAfter(Math.min(one, other))).toBeLessThanOrEqual(rightAfter(Math.max(one, other)))
        const silence = rightAfter(one) - one
        expect(silence).toBeGreaterThan(days * 86_400_000)
        expect(silence).toBeLessThanOrEqual((days + 1) * 86_400_000)
      }),
    )
  })
})

describe('the notice', () => {
  it('starts the working days on the day after it', () => {
    expect(planInactivityClosing(workingCalendar, right, at('2026-02-27T18:00:00+08:00'), five)).toEqual({
      kind: 'closing',
      lastDay: '2026-03-05',
      closeFromMs: startOfDayMs('2026-03-06'),
    })
  })

  it('is valid from the first instant of the right, and not before', () => {
    expect(planInactivityClosing(workingCalendar, right, right.rightFromMs, five).kind).toBe('closing')
    expect(planInactivityClosing(workingCalendar, right, right.rightFromMs - 1, five)).toEqual({
      kind: 'right_not_yet_arisen',
      rightFromMs: right.rightFromMs,
    })
  })

  it('closes on no day that is not covered', () => {
    expect(planInactivityClosing(workingCalendar, right, at('2026-12-28T09:00:00+08:00'), five)).toEqual({
      kind: 'calendar_not_covered',
      year: 2027,
    })
  })
})
