import { containsResidentId } from './resident-id.ts'

/** The trace that a request belongs to (W3C Trace Context, level 1). */
export interface Trace {
  /** 32 lower-case hex digits, never all zero. */
  traceId: string
  /** Whether the caller's trace goes on; otherwise it was begun here. */
  continued: boolean
}

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/
const zeros = /^0+$/

/**
 * The trace id of a `traceparent` header, or null when it breaks the rules (W3C Trace Context §3.2): lower case, no id of
 * zeros only, no version ff, nothing after the flags in version 00. A later version may be longer, and its first four fields are read. Two
 * headers arrive joined by a comma and are refused. A caller writes this id, and it stands in logs and books, so one that
 * spells a resident identity number is none.
 */
export const readTraceparent = (header: string): string | null => {
  const [, version, traceId = '', parentId = '', more] = form.exec(header.trim()) ?? []
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null
  return zeros.test(traceId) || zeros.test(parentId) || containsResidentId(traceId) ? null : traceId
}

/** Goes on with the caller's trace, or begins one with `randomHex`: 32 hex digits that were handed in. */
export const traceOf = (header: string | undefined, randomHex: string): Trace => {
  const traceId = header === undefined ? null : readTraceparent(header)
  return traceId === null ? { traceId: randomHex, continued: false } : { traceId, continued: true }
}
