import { z } from 'zod'
import { findTerm, termDays } from '../../src/agreement/term.ts'
import { day, instant, type OpTable, op } from './op.ts'

/** The term of an agreement (S1 一 and 三). */
export const termOps: OpTable = {
  'term.contains': op(
    { start: day.nullable(), end: day.nullable(), endInclusive: z.boolean(), effectiveAt: instant.nullable(), at: instant },
    ({ start, end, endInclusive, effectiveAt, at }) => {
      const reason = findTerm({ start, end, endInclusive }, effectiveAt, at)
      return { inTerm: reason === 'ok', reason }
    },
  ),
  'term.days': op({ start: day, end: day, endInclusive: z.boolean() }, ({ start, end, endInclusive }) => ({
    days: termDays(start, end, endInclusive),
  })),
}
