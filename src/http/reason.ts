import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { containsResidentId } from '../core/resident-id.ts'
import type { AppDeps } from './deps.ts'
import type { AppEnv } from './env.ts'
import { problem } from './problem.ts'
import { act, type StaffMember } from './staff.ts'

const longestReason = 200

/** The header that says why staff read something, as the OpenAPI document shows it. */
export const reasonHeader = z.object({
  'verimeter-reason': z.string().openapi({
    description: `Why you read this: 1 to ${longestReason} characters, percent-encoded UTF-8. It is kept with your name. Do not name persons.`,
    example: 'ticket%20481',
  }),
})

/** Why staff read this, or the problem that says what to send. What was sent is never repeated. */
export const reasonOf = (c: Context<AppEnv>): string | Response => {
  const header = c.req.header('verimeter-reason')
  if (header === undefined || header.trim() === '') return problem(c, 'reason_missing')
  const reason = decode(header)
  const wrong = (rule: string) => problem(c, 'reason_malformed', { faults: [{ pointer: '', rule }] })
  if (reason === null || /[^\x20-\x7e]/.test(header)) return wrong('percent_encoded')
  if (reason === '' || reason.length > longestReason) return wrong(reason === '' ? 'too_small' : 'too_large')
  if (/\p{Cc}/u.test(reason)) return wrong('control_character')
  return containsResidentId(reason) ? wrong('personal_number') : reason
}

/** What the books say of a report that nobody gave a reason for: it shows counts and nobody's data, so it may be asked for without. */
const notGiven = 'not given'

/** The reason of a report: as `reasonOf`, but it may be left out. */
export const reportReasonOf = (c: Context<AppEnv>): string | Response =>
  c.req.header('verimeter-reason') === undefined ? notGiven : reasonOf(c)

const decode = (header: string): string | null => {
  try {
    return decodeURIComponent(header).trim()
  } catch {
    return null
  }
}

/** What staff read, for the books. */
export interface Reading {
  what: string
  /** Public id, or the days of a report; null when there is nothing more to say. Never personal data. */
  target: string | null
  reason: string
}

/** A line in the staff log, before the answer leaves. When it cannot be written, the problem that is answered instead. */
export const logReading = async (
  deps: AppDeps,
  c: Context<AppEnv>,
  { sub, roles }: StaffMember,
  { what, target, reason }: Reading,
): Promise<Response | null> => {
  try {
    await deps.directory.record({ sub, roles, act: what, target, reason })
    return null
  } catch (error) {
    deps.log('staff_log_failed', { request_id: c.get('requestId'), kind: error instanceof Error ? error.name : 'unknown' })
    return problem(c, 'overloaded', { reason: 'staff_log_not_writable', retryAfterSeconds: 5 })
  }
}

/** An entry in the journal of the account, before the answer leaves; a problem when the account is not there. */
export const noteReading = async (
  deps: AppDeps,
  c: Context<AppEnv>,
  member: StaffMember,
  accountId: string,
  { what, target, reason }: Reading,
): Promise<Response | null> => {
  const done = await act(deps, c, member, accountId, reason, { kind: 'note_read', what, target })
  return done instanceof Response ? done : null
}
