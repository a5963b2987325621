import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { workingCalendar as calendar } from '../../src/agreement/calendar.ts'
import {
  type ClosingStep,
  judgeSilenceClosing,
  judgeStopDay,
  listClosingSteps,
  nextClosingStep,
  planEnd,
} from '../../src/agreement/closing.ts'
import { presets } from '../../src/agreement/presets.ts'

const at = (text: string) => Date.parse(`${text}+08:00`)
const endingOf = (preset: string) => {
  const terms = presets.get(preset)
  if (!terms) throw new Error(`${preset} is no preset`)
  return terms.ending
}
const plan = (preset: string, ground: string | null, requested: string) =>
  planEnd(calendar, endingOf(preset), ground, at(requested))

describe('the earliest end', () => {
  test.each([
    // Over the autumn festival of 2025: 26, 28 (made up for), 29, 30 September; 9, 10, 11 (made up for), 13 to 17, 20, 21 October.
    ['S0', null, '2025-09-25T23:59:59', '2025-10-22T00:00:00'],
    ['S0', 'bankruptcy', '2025-07-04T12:00:00', '2025-07-12T00:00:00'],
    ['S2', null, '2025-07-04T12:00:00', '2025-07-04T12:00:00'],
    ['S1', 'breach', '2025-07-04T12:00:00', '2025-07-04T12:00:00'],
    // Calendar days of a notice do not roll: the last one is Saturday 2 August.
    ['S3', null, '2025-07-03T12:00:00', '2025-08-03T00:00:00'],
    ['S4', null, '2025-07-01T12:00:00', '2025-07-22T00:00:00'],
  ])('%s, ground %s, asked for at %s: %s', (preset, ground, requested, earliest) => {
    expect(plan(preset, ground, requested)).toEqual({ kind: 'end', earliestMs: at(earliest) })
  })

  test('S1 ends by agreement alone, when nobody is in breach', () => {
    expect(plan('S1', null, '2025-07-04T12:00:00')).toEqual({ kind: 'agreement_needed' })
  })

  test.each(['a whim', 'constructor', '__proto__', ''])('"%s" is no ground', (ground) => {
    for (const preset of presets.keys()) expect(plan(preset, ground, '2025-07-04T12:00:00')).toEqual({ kind: 'ground_unknown' })
  })

  test('is not guessed beyond the holiday table', () => {
    expect(plan('S0', null, '2026-12-20T12:00:00')).toEqual({ kind: 'calendar_not_covered', year: 2027 })
  })

  test('a stop may be asked for the first day that is possible, and for no day before', () => {
    const earliestMs = at('2025-07-22T00:00:00')
    expect(judgeStopDay(earliestMs, '2025-07-22')).toEqual({ accepted: true, stopMs: earliestMs })
    expect(judgeStopDay(earliestMs, '2025-07-21')).toEqual({ accepted: false, reason: 'notice_too_short', earliestMs })
    expect(judgeStopDay(earliestMs + 1, '2025-07-22')).toMatchObject({ accepted: false })
  })
})

describe('closing for silence', () => {
  const rule = { days: 100, notice: { n: 2, unit: 'workday' } } as const
  const judge = (notice: string, operation: string | null) =>
    judgeSilenceClosing(calendar, rule, at(notice), operation === null ? null : at(operation))
  // Friday; the two working days are Monday and Tuesday.
  const notice = '2025-07-04T10:00:00'
  const closing = { kind: 'closing', lastDay: '2025-07-08', closeFromMs: at('2025-07-09T00:00:00') }

  test('goes on when nothing is done before the period is over', () => {
    expect(judge(notice, null)).toEqual(closing)
    expect(judge(notice, '2025-07-09T00:00:00')).toEqual(closing)
  })

  test('is stopped by an operation from the notice to the last millisecond of the period', () => {
    const cancelled = { kind: 'closing_cancelled', reason: 'operation_in_notice_period' }
    expect(judge(notice, notice)).toEqual(cancelled)
    expect(judge(notice, '2025-07-08T23:59:59.999')).toEqual(cancelled)
  })

  test('counts from an operation before the notice', () => {
    expect(judge(notice, '2025-03-25T23:00:00')).toEqual(closing)
    expect(judge(notice, '2025-03-27T00:00:00')).toEqual({ kind: 'right_not_yet_arisen', rightFromMs: at('2025-07-06T00:00:00') })
  })

  test('is not guessed beyond the holiday table', () => {
    expect(judge('2026-12-31T10:00:00', null)).toEqual({ kind: 'calendar_not_covered', year: 2027 })
  })
})

describe('the steps after the end', () => {
  test('hand over before anything is deleted where there is a hand-over', () => {
    expect(listClosingSteps(endingOf('S3'))).toEqual(['export_complete', 'export_confirmed', 'delete_or_anonymise'])
    expect(listClosingSteps(endingOf('S0'))).toEqual(['delete'])
    expect(listClosingSteps(endingOf('S2'))).toEqual(['delete_or_anonymise'])
  })

  test('nothing is deleted unless both steps before it are done in their order', () => {
    const step = fc.constantFrom<ClosingStep>('export_complete', 'export_confirmed', 'delete_or_anonymise')
    fc.assert(
      fc.property(fc.array(step, { maxLength: 4 }), (done) => {
        const isReady = done[0] === 'export_complete' && done[1] === 'export_confirmed'
        const next = nextClosingStep(endingOf('S3'), done)
        expect(next === 'delete_or_anonymise' || next === null).toBe(isReady)
      }),
    )
    expect(nextClosingStep(endingOf('S3'), ['export_complete', 'export_confirmed', 'delete_or_anonymise'])).toBeNull()
  })
})
