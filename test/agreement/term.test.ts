import { describe, expect, test } from 'vitest'
import { findTerm, termDays, termEndMs } from '../../src/agreement/term.ts'

interface Case {
  id: string
  start?: string | null
  end?: string | null
  endInclusive?: boolean
  effectiveAt?: string | null
  at: string
  finding: 'ok' | 'not_effective' | 'term_expired'
}

/** The cases of the contract vectors, and below them those of an open term. */
const cases: Case[] = [
  { id: 'TERM-01 before the first day', at: '2024-07-27T23:59:59.999+08:00', finding: 'not_effective' },
  { id: 'TERM-02 first instant, paid before midnight', at: '2024-07-28T00:00:00+08:00', finding: 'ok' },
  {
    id: 'TERM-03 before the payment is complete',
    effectiveAt: '2024-07-28T09:15:00+08:00',
    at: '2024-07-28T08:00:00+08:00',
    finding: 'not_effective',
  },
  {
    id: 'TERM-04 at the instant of payment',
    effectiveAt: '2024-07-28T09:15:00+08:00',
    at: '2024-07-28T09:15:00+08:00',
    finding: 'ok',
  },
  { id: 'TERM-05 inside under both readings', at: '2025-07-28T23:59:59.999+08:00', finding: 'ok' },
  { id: 'TERM-06 the last day belongs to the term', at: '2025-07-29T00:00:00+08:00', finding: 'ok' },
  { id: 'TERM-07 last millisecond of the last day in Shanghai', at: '2025-07-29T15:59:59.999Z', finding: 'ok' },
  { id: 'TERM-08 the day after in Shanghai', at: '2025-07-29T16:00:00Z', finding: 'term_expired' },
  { id: 'TERM-09 the exclusive reading', endInclusive: false, at: '2025-07-29T12:00:00+08:00', finding: 'term_expired' },
  { id: 'exclusive, the last instant', endInclusive: false, at: '2025-07-28T23:59:59.999+08:00', finding: 'ok' },
  { id: 'never effective', effectiveAt: null, at: '2024-08-02T00:00:00+08:00', finding: 'not_effective' },
  { id: 'never effective and over', effectiveAt: null, at: '2026-01-01T00:00:00+08:00', finding: 'not_effective' },
  { id: 'no first day', start: null, at: '2024-07-28T00:00:00+08:00', finding: 'ok' },
  { id: 'no last day', end: null, at: '2124-07-28T00:00:00+08:00', finding: 'ok' },
]

describe('the term of an agreement', () => {
  test.each(cases)('$id: $finding', ({ start, end, endInclusive = true, effectiveAt, at, finding }) => {
    const term = { start: start === undefined ? '2024-07-28' : start, end: end === undefined ? '2025-07-29' : end, endInclusive }
    const effective = effectiveAt === undefined ? '2024-07-28T00:00:00+08:00' : effectiveAt
    const paidAt = start === null ? 0 : effective === null ? null : Date.parse(effective)
    expect(findTerm(term, paidAt, Date.parse(at))).toBe(finding)
  })

  test('TERM-10: the specimen term has 367 days, 366 under the exclusive reading', () => {
    expect(termDays('2024-07-28', '2025-07-29', true)).toBe(367)
    expect(termDays('2024-07-28', '2025-07-29', false)).toBe(366)
    expect(termDays('2024-02-28', '2024-03-01', true)).toBe(3)
  })

  test('its end is the first instant after it, or none', () => {
    expect(termEndMs({ start: null, end: '2025-07-29', endInclusive: true })).toBe(Date.parse('2025-07-30T00:00:00+08:00'))
    expect(termEndMs({ start: null, end: '2025-07-29', endInclusive: false })).toBe(Date.parse('2025-07-29T00:00:00+08:00'))
    expect(termEndMs({ start: null, end: '2024-12-31', endInclusive: true })).toBe(Date.parse('2025-01-01T00:00:00+08:00'))
    expect(termEndMs({ start: '2024-07-28', end: null, endInclusive: true })).toBeNull()
  })
})
