import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { workingCalendar as calendar } from '../../src/agreement/calendar.ts'
import { type EvidenceClock, type EvidenceUpload, judgeEvidence } from '../../src/agreement/evidence.ts'

const upload = (callId: string, digestMatches: boolean, uploadedOn: string | null = null): EvidenceUpload => ({
  callId,
  digestMatches,
  uploadedOn,
})
// Requested on a Friday: the three working days end on Wednesday the 9th.
const clock = (today: string): EvidenceClock => ({
  answerWithin: { n: 3, unit: 'workday' },
  requestedOn: '2025-07-04',
  today,
})
const judge = (uploads: EvidenceUpload[], at: EvidenceClock | null) => {
  const found = judgeEvidence(calendar, ['a'], uploads, at)
  if (found.kind !== 'evidence') throw new Error('the year is covered')
  return { standing: found.calls[0]?.standing, lastDay: found.lastDay, breach: found.breach }
}

describe('a request for evidence (S1 §2.1)', () => {
  test.each<[string, EvidenceUpload[], EvidenceClock | null, string, boolean]>([
    ['nothing came, and no clock runs', [], null, 'pending', false],
    ['nothing came on the last day', [], clock('2025-07-09'), 'pending', false],
    ['nothing came by the day after', [], clock('2025-07-10'), 'overdue', true],
    ['the right text came on the last day', [upload('a', true, '2025-07-09')], clock('2025-08-01'), 'proved', false],
    ['the right text came a day late', [upload('a', true, '2025-07-10')], clock('2025-08-01'), 'overdue', true],
    ['another text came', [upload('a', false, '2025-07-07')], clock('2025-07-08'), 'digest_mismatch', true],
    [
      'another text came first',
      [upload('a', false, '2025-07-07'), upload('a', true, '2025-07-08')],
      clock('2025-07-08'),
      'proved',
      false,
    ],
    ['the right text came for another call', [upload('b', true)], clock('2025-07-10'), 'overdue', true],
    ['the right text will come tomorrow', [upload('a', true, '2025-07-08')], clock('2025-07-07'), 'pending', false],
    ['the right text came, and no clock runs', [upload('a', true, '2025-07-08')], null, 'proved', false],
  ])('%s', (_what, uploads, at, standing, breach) => {
    expect(judge(uploads, at)).toEqual({ standing, breach, lastDay: at && '2025-07-09' })
  })

  test('calendar days roll out of days off, because the customer must act', () => {
    const found = judgeEvidence(calendar, ['a'], [], {
      answerWithin: { n: 2, unit: 'day' },
      requestedOn: '2025-07-04',
      today: '2025-07-07',
    })
    expect(found).toMatchObject({ lastDay: '2025-07-07', breach: false })
  })

  test('is not guessed beyond the holiday table', () => {
    const at = { answerWithin: { n: 1, unit: 'workday' }, requestedOn: '2026-12-31', today: '2026-12-31' } as const
    expect(judgeEvidence(calendar, ['a'], [], at)).toEqual({ kind: 'calendar_not_covered', year: 2027 })
  })

  test('every call that was asked about stands once, and a breach is one that differs or is late', () => {
    const calls = ['a', 'b', 'c']
    const someUpload = fc.record({
      callId: fc.constantFrom(...calls, 'd'),
      digestMatches: fc.boolean(),
      uploadedOn: fc.constantFrom(null, '2025-07-05', '2025-07-09', '2025-07-10'),
    })
    fc.assert(
      fc.property(fc.array(someUpload), fc.constantFrom('2025-07-08', '2025-07-10'), (uploads, today) => {
        const found = judgeEvidence(calendar, calls, uploads, clock(today))
        if (found.kind !== 'evidence') throw new Error('the year is covered')
        expect(found.calls.map(({ callId }) => callId)).toEqual(calls)
        const isBad = found.calls.some(({ standing }) => standing !== 'proved' && standing !== 'pending')
        expect(found.breach).toBe(isBad)
        if (today > '2025-07-09') expect(found.calls.every(({ standing }) => standing !== 'pending')).toBe(true)
      }),
    )
  })
})
