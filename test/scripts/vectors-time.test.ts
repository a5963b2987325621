import { describe, expect, it, test } from 'vitest'
import { ops } from '../../scripts/vectors/ops.ts'

const run = (op: string, input: object) => {
  const found = ops[op]
  if (!found) throw new Error(`there is no op ${op}`)
  return found({ op, ...input })
}

describe('the time rules in the words of the vectors', () => {
  test.each<[string, object, object]>([
    ['calendar.isWorkday', { date: '2025-04-27' }, { workday: true }],
    ['calendar.isWorkday', { date: '2028-01-03' }, { error: 'calendar_not_covered', needs: '2028' }],
    ['calendar.countWorkdays', { year: 2023 }, { error: 'calendar_not_covered', needs: '2023' }],
    [
      'deadline.within',
      { eventAt: '2025-04-30T15:59:59Z', n: 2, unit: 'workday', roll: false },
      {
        firstDay: '2025-05-06',
        lastDay: '2025-05-07',
        deadlineExclusive: '2025-05-08T00:00:00+08:00',
        countedDays: ['2025-05-06', '2025-05-07'],
      },
    ],
    [
      'deadline.within',
      { eventAt: '2026-12-28', n: 9, unit: 'day', roll: true },
      { error: 'calendar_not_covered', needs: '2027' },
    ],
    [
      'deadline.advance',
      { noticeDeemedAt: '2024-06-08T20:00:00Z', n: 1, unit: 'workday' },
      { firstDay: '2024-06-11', lastDayOfPeriod: '2024-06-11', effectiveNotBefore: '2024-06-12T00:00:00+08:00' },
    ],
    [
      'deadline.judge',
      { eventAt: '2025-05-29', n: 3, unit: 'day', roll: true, actAt: '2025-06-03T23:59:59+08:00' },
      { inTime: true, deadlineExclusive: '2025-06-04T00:00:00+08:00' },
    ],
    [
      'deadline.judge',
      { eventAt: '2026-12-31', n: 1, unit: 'workday', roll: false, actAt: '2026-12-31' },
      { error: 'calendar_not_covered', needs: '2027' },
    ],
    [
      'deadline.monthsThenWorkdays',
      { onlineOn: '2025-12-15', months: 12, n: 30 },
      { error: 'calendar_not_covered', needs: '2027' },
    ],
    [
      'term.maintenance',
      { acceptedOn: '2025-02-10', years: 2 },
      { lastDay: '2027-02-10', endExclusive: '2027-02-11T00:00:00+08:00', pricedDays: 730 },
    ],
    [
      'fm.longEvent',
      { startOn: '2025-06-01', durationDays: 30, consultNoticeDeemedOn: '2025-07-01', n: 10 },
      {
        day30: '2025-07-01',
        consultAllowedFrom: '2025-07-02T00:00:00+08:00',
        noticeValid: false,
        reason: 'right_not_yet_arisen',
      },
    ],
    [
      'fm.exempt',
      { eventOn: '2025-01-02', obligationLastDay: '2025-01-02', proofInTime: true, notifiedAtOnce: false },
      { exempt: false, reason: 'notice_late' },
    ],
    [
      'inactivity.judge',
      { lastOperationAt: '2025-01-01T00:00:00Z', days: 10, now: '2025-01-12' },
      { rightFrom: '2025-01-12T00:00:00+08:00', triggered: true },
    ],
    [
      'inactivity.close',
      { lastOperationAt: '2025-01-01', days: 360, noticeDeemedAt: '2026-12-30', n: 5 },
      { error: 'calendar_not_covered', needs: '2027' },
    ],
    [
      'notice.deemed',
      { preset: 'S0', channel: 'ems', postedAt: '2024-07-05T09:00:00.500+08:00', addressCorrect: true, emsSecondDay: 1 },
      { valid: true, deemedAt: '2024-07-06T12:00:00+08:00', altReading: '2024-07-07T12:00:00+08:00' },
    ],
    [
      'notice.deemed',
      { preset: 'S1', channel: 'email', shownSentAt: '2024-07-05T09:00:00.500Z' },
      { valid: true, deemedAt: '2024-07-05T17:00:00.500+08:00' },
    ],
    [
      'notice.deemed',
      { preset: 'S2', channel: 'carrier_pigeon', sentAt: '2024-07-05T09:00:00Z' },
      { valid: false, reason: 'channel_not_in_contract' },
    ],
    [
      'chain.deliveredThenAdvance',
      { preset: 'S3', channel: 'personal', atAddressOn: '2025-04-29', refused: true, n: 30, unit: 'day' },
      { deemedOn: '2025-04-29', lastDayOfPeriod: '2025-05-29', effectiveNotBefore: '2025-05-30T00:00:00+08:00' },
    ],
    [
      'chain.deliveredThenWithin',
      { preset: 'S0', channel: 'email', shownSentAt: '2024-08-31T23:00:00+08:00', n: 30, unit: 'day', roll: true },
      { deemedAt: '2024-08-31T23:00:00+08:00', unrolledLastDay: '2024-09-30', courtAllowedFrom: '2024-10-01T00:00:00+08:00' },
    ],
    [
      'chain.deliveredThenWithin',
      { preset: 'S3', channel: 'email', contractEmail: '/', n: 10, unit: 'day' },
      { valid: false, reason: 'channel_not_in_contract' },
    ],
    [
      'sla',
      { receivedAt: '2025-10-01T10:00:00+08:00', kind: 'reply', preset: 'S4', hours: 2 },
      { dueAt: '2025-10-09T02:00:00+08:00' },
    ],
    [
      'sla',
      { receivedAt: '2025-10-01T10:00:00+08:00', kind: 'reply', preset: 'S4' },
      { error: 'parameter_missing', needs: 'reply' },
    ],
    ['sla', { receivedAt: '2025-10-01T10:00:00+08:00', kind: 'reply', preset: 'S1' }, { error: 'not_promised', needs: 'reply' }],
    [
      'acceptance',
      { applicationDeemedOn: '2025-07-01', reminderDeemedOn: '2025-07-11', organisedOn: null, now: '2025-07-16T23:00:00+08:00' },
      { lastDay7: '2025-07-10', lastDay3: '2025-07-16', status: 'pending' },
    ],
    [
      'fee.objection',
      { feeNoticeDeemedOn: '2025-07-01', objectedOn: null, now: '2025-07-17' },
      { lastDay: '2025-07-16', status: 'accepted', acceptedAt: '2025-07-17T00:00:00+08:00' },
    ],
  ])('%s %j', (op, input, expected) => {
    expect(run(op, input)).toMatchObject(expected)
  })

  it('answers a refusal with nothing else, so that no half-counted day is shown', () => {
    expect(run('deadline.within', { eventAt: '2026-12-30', n: 2, unit: 'workday' })).toEqual({
      error: 'calendar_not_covered',
      needs: '2027',
    })
    expect(run('calendar.isWorkday', { date: '2023-12-31' })).toEqual({ error: 'calendar_not_covered', needs: '2023' })
  })

  it('gives the zone of the machine back after an answer in another', () => {
    const before = process.env.TZ
    expect(run('calendar.isWorkday', { date: '2025-10-11', hostTimeZone: 'Pacific/Kiritimati' })).toEqual({ workday: true })
    expect(process.env.TZ).toBe(before)
  })

  test.each<[string, object, string]>([
    ['deadline.within', { eventAt: '2025-02-30', n: 1, unit: 'day', roll: true }, 'input.eventAt'],
    ['deadline.within', { eventAt: '2025-02-28T10:00:00', n: 1, unit: 'day', roll: true }, 'input.eventAt'],
    ['deadline.within', { eventAt: '2025-02-28', n: 0, unit: 'day', roll: true }, 'input.n'],
    ['deadline.advance', { noticeDeemedAt: '2025-02-28', n: 1, unit: 'fortnight' }, 'input.unit'],
    ['notice.deemed', { preset: 'S5', channel: 'email' }, 'input.preset'],
    ['acceptance', { preset: 'S1', applicationDeemedOn: '2025-07-01', now: '2025-07-01' }, 'S1 knows no acceptance'],
    ['sla', { receivedAt: '2025-02-28T10:00:00Z', kind: 'reply', colour: 'red' }, 'colour'],
  ])('%s refuses %j', (op, input, words) => {
    expect(() => run(op, input)).toThrow(words)
  })
})
