import { describe, expect, it, test } from 'vitest'
import { workingCalendar } from '../../src/agreement/calendar.ts'
import {
  countTalks,
  extendDeadline,
  findLongEvent,
  isProved,
  isToldAtOnce,
  judgeRelief,
} from '../../src/agreement/force-majeure.ts'
import { timeTermsOf } from '../../src/agreement/time-terms.ts'
import { startOfDayMs } from '../../src/core/shanghai.ts'

const ten = { n: 10, unit: 'day' as const }

describe('a long event', () => {
  const event = findLongEvent('2025-09-06', 30)

  it('is full at the end of its last day, holiday or not', () => {
    expect(event).toEqual({ fullOn: '2025-10-06', talksFromMs: startOfDayMs('2025-10-07') })
    expect(findLongEvent('2024-01-31', 45).fullOn).toBe('2024-03-16')
  })

  test.each([
    ['2025-10-07', '2025-10-17', 'the first day on which talks may be asked for'],
    ['2025-10-09', '2025-10-20', 'ends on a Sunday and rolls'],
    ['2025-12-22', '2026-01-04', 'ends on New Year and rolls to a Sunday that is worked'],
  ])('talks asked for on %s end on %s (%s)', (requestedOn, lastDay) => {
    expect(countTalks(workingCalendar, event, requestedOn, ten)).toMatchObject({ kind: 'period', lastDay })
  })

  it('opens no talks before it has lasted long enough', () => {
    expect(countTalks(workingCalendar, event, '2025-10-06', ten)).toEqual({ kind: 'too_early' })
  })

  it('needs the calendar of the day on which talks end', () => {
    expect(countTalks(workingCalendar, event, '2026-12-24', ten)).toEqual({ kind: 'calendar_not_covered', year: 2027 })
  })
})

test.each([
  ['2025-06-01', 20, 0, '2025-06-21', '2025-06-23'],
  ['2025-06-01', 20, 2, '2025-06-23', '2025-06-23'],
  ['2025-06-01', 20, 6, '2025-06-27', '2025-06-27'],
  ['2025-06-01', 20, 7, '2025-06-28', '2025-06-30'],
])('%s, %d days and %d of delay: %s, rolled to %s', (effectiveOn, days, delayDays, unrolledLastDay, lastDay) => {
  expect(extendDeadline(workingCalendar, effectiveOn, days, delayDays)).toMatchObject({ unrolledLastDay, lastDay })
})

describe('relief', () => {
  const claim = { eventOn: '2025-07-10', obligationLastDay: '2025-07-20', notifiedAtOnce: true, proofInTime: true }

  it('needs all three conditions', () => {
    expect(judgeRelief(claim)).toEqual({ exempt: true })
    expect(judgeRelief({ ...claim, notifiedAtOnce: false })).toEqual({ exempt: false, reason: 'notice_late' })
    expect(judgeRelief({ ...claim, proofInTime: false })).toEqual({ exempt: false, reason: 'proof_late' })
    expect(judgeRelief({ ...claim, notifiedAtOnce: false, proofInTime: false })).toMatchObject({ reason: 'notice_late' })
  })

  it('comes on the last day of the obligation, but not after it', () => {
    expect(judgeRelief({ ...claim, eventOn: '2025-07-20' })).toEqual({ exempt: true })
    const late = { exempt: false, reason: 'already_late_before_event' }
    expect(judgeRelief({ ...claim, eventOn: '2025-07-21' })).toEqual(late)
    expect(judgeRelief({ ...claim, eventOn: '2025-07-21', proofInTime: false, notifiedAtOnce: false })).toEqual(late)
  })
})

test.each([
  ['2025-07-10T23:59:59.999+08:00', true],
  ['2025-07-11T23:59:59.999+08:00', true],
  ['2025-07-12T00:00:00.000+08:00', false],
])('an event of 10 July 2025 that is told at %s is told at once: %s', (toldAt, isAtOnce) => {
  expect(isToldAtOnce('2025-07-10', Date.parse(toldAt))).toBe(isAtOnce)
})

test('the papers that prove an event are those of the preset, each; any one where it names none', () => {
  const { S0, S1, S2, S3 } = timeTermsOf
  expect([[], ['other']].map((filed) => isProved(S0.forceMajeure.papers, filed))).toEqual([false, true])
  expect([['other'], ['notarial_deed']].map((filed) => isProved(S1.forceMajeure.papers, filed))).toEqual([false, true])
  expect([[], ['other']].map((filed) => isProved(S2.forceMajeure.papers, filed))).toEqual([false, true])
  const filed = [['notarial_deed'], ['written_statement', 'notarial_deed']]
  expect(filed.map((papers) => isProved(S3.forceMajeure.papers, papers))).toEqual([false, true])
})
