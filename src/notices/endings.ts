import type { NetworkResult, Sending } from '../core/ports.ts'

/** One sending has this long, from the connection to the last byte. */
export const sendingMs = 10_000

/** The other side may ask for a pause, but not for one without end. */
const longestPauseMs = 86_400_000
const hourMs = 3_600_000

export const failed = (reason: string, retryAfterMs: number | null = null): Sending => ({ kind: 'failed', reason, retryAfterMs })
export const refused = (reason: string): Sending => ({ kind: 'refused', reason })

/** What is wrong with our own account or settings at the other side. A person has to mend it, so it is not tried every minute. */
export const misconfigured = (reason: string): Sending => failed(reason, hourMs)

/** The pause that a response asks for (RFC 9110 §10.2.3), in milliseconds; null when it asks for none that can be read. */
export const pauseOf = (headers: Readonly<Record<string, string>>, now: number): number | null => {
  const text = headers['retry-after']?.trim() ?? ''
  const pauseMs = /^\d{1,9}$/.test(text)
    ? Number(text) * 1_000
    : /^[A-Z][a-z]{2}, /.test(text)
      ? Date.parse(text) - now
      : Number.NaN
  return Number.isNaN(pauseMs) ? null : Math.min(Math.max(pauseMs, 0), longestPauseMs)
}

/** Without a response, where sending it again harms nobody. */
export const withoutResponse = (result: Exclude<NetworkResult, { kind: 'response' }>): Sending => failed(result.reason)

/** A reference of the other side that may be kept: printable and short. */
export const plainReference = (value: unknown): string | null =>
  typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value) ? value : null

/** A JSON object, or an empty one for any other text. */
export const readObject = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
