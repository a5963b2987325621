import type { Context } from 'hono'
import { parseId } from '../core/ids.ts'
import type { InputFault, RateState, Refusal } from '../core/refusal.ts'
import type { AppEnv } from './env.ts'
import { type ProblemCode, problems, type Retry } from './problems.ts'
import { rateHeaders } from './rate-headers.ts'

/** What a problem says beyond its code. */
export interface ProblemFacts {
  faults?: InputFault[]
  rate?: RateState | null
  reason?: string
  verificationId?: string
  retry?: Retry
  retryAfterSeconds?: number
  allow?: string
}

/** Chinese when the caller prefers it, English otherwise (RFC 9110 §12.5.4, first supported of the highest weight). */
export const languageOf = (header: string | undefined): 'en' | 'zh' => {
  const ranked = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const weight = parameters
        .map((parameter) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(parameter)?.[1])
        .find((q) => q !== undefined)
      return { tag: tag.trim(), weight: weight === undefined ? 1 : Number(weight) }
    })
    .filter(({ tag, weight }) => weight > 0 && (/^zh\b/.test(tag) || /^en\b/.test(tag)))
    .sort((a, b) => b.weight - a.weight)
  return ranked[0]?.tag.startsWith('zh') ? 'zh' : 'en'
}

/** An RFC 9457 problem document. It names where and which rule, never what was sent. */
export const problem = (c: Context<AppEnv>, code: ProblemCode, facts: ProblemFacts = {}): Response => {
  const kind = problems[code]
  const language = languageOf(c.req.header('accept-language'))
  const requestId = c.get('requestId')
  c.set('problemCode', code)
  const body = {
    type: `/docs/problems#${code}`,
    title: kind[language].title,
    status: kind.status,
    detail: kind[language].detail,
    instance: `urn:verimeter:request:${requestId}`,
    code,
    request_id: requestId,
    trace_id: c.get('trace').traceId,
    retry: facts.retry ?? kind.retry,
    ...(facts.reason === undefined ? {} : { reason: facts.reason }),
    ...(facts.faults === undefined ? {} : { errors: facts.faults }),
    ...(facts.verificationId === undefined
      ? {}
      : { verification: { id: facts.verificationId, href: `/v1/verifications/${facts.verificationId}` } }),
  }
  const headers: Record<string, string> = {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Language': language,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...rateHeaders(facts.rate ?? null),
  }
  if (kind.status === 401) headers['WWW-Authenticate'] = 'Bearer'
  if (facts.allow !== undefined) headers.Allow = facts.allow
  const wait = waitOf(kind.status, code, facts)
  if (wait !== null) headers['Retry-After'] = String(wait)
  return c.body(JSON.stringify(body), kind.status, headers)
}

/** Seconds that a caller should wait, never less than the window of its rate still lasts; null when waiting does not help. */
const waitOf = (status: number, code: ProblemCode, { retryAfterSeconds, rate }: ProblemFacts): number | null => {
  if (status === 429) return Math.max(1, retryAfterSeconds ?? 0, rate?.resetSeconds ?? 0)
  if (status === 503) return retryAfterSeconds ?? 5
  return code === 'verification_in_progress' ? 1 : null
}

/** A refusal as a problem document. */
export const problemOf = (c: Context<AppEnv>, refusal: Refusal): Response =>
  problem(c, refusal.code, {
    rate: refusal.rate ?? null,
    ...(refusal.faults === undefined ? {} : { faults: refusal.faults }),
    ...(refusal.detail === undefined ? {} : { reason: refusal.detail }),
    ...(refusal.verificationId !== undefined && parseId(refusal.verificationId, 'ver')
      ? { verificationId: refusal.verificationId }
      : {}),
    // Without a source nothing was held, so the key was not burnt.
    ...(refusal.code === 'source_unavailable' && refusal.verificationId === undefined ? { retry: 'same_key' as const } : {}),
  })

const statusOfBare = { request_malformed: 400, headers_too_large: 431, overloaded: 503 } as const

/**
 * A problem for a request that was not read: its parser refused it, or nothing more is taken in. Status, headers and body; English,
 * because nothing was read.
 */
export const bareProblem = (
  code: 'request_malformed' | 'headers_too_large' | 'overloaded',
  requestId: string,
): { status: 400 | 431 | 503; headers: Record<string, string>; body: string } => {
  const kind = problems[code]
  const body = JSON.stringify({
    type: `/docs/problems#${code}`,
    ...kind.en,
    status: kind.status,
    instance: `urn:verimeter:request:${requestId}`,
    code,
    request_id: requestId,
    retry: kind.retry,
  })
  const headers = {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Language': 'en',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // Whoever comes back soon need not connect anew, which would cost more than the answer.
    ...(code === 'overloaded' ? { 'Retry-After': '1' } : { Connection: 'close' }),
  }
  return { status: statusOfBare[code], headers, body }
}
