import { z } from '@hono/zod-openapi'
import { type Attribution, causes } from '../../core/matters/cause.ts'
import { type MatterKind, matterPrefixes } from '../../core/matters/index.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import { numberOf } from '../reading.ts'
import { callerReference, note, nullableTime, orNull, plainText, sha256, time } from '../schemas/common.ts'

/* What the bodies and answers of several kinds of matter have in common. */

export const text = plainText(2_000).openapi({ description: 'What it is about. Do not name persons.' })
export const reference = callerReference.optional()
export const reason = note
/** An amount that somebody states, in fen: at most a hundred thousand million yuan. */
export const amountFen = z.int().min(0).max(10_000_000_000_000)

/** A body that says nothing but why staff do it. */
export const reasonBody = z.strictObject({ reason }).openapi('ReasonRequest')

export const step = z
  .strictObject({ step: z.string(), at: time, by: z.string(), text: z.string().nullable() })
  .openapi('MatterStep')
export const renderSteps = (steps: readonly { step: string; at: number; by: string; text: string | null }[]) =>
  steps.map(({ step: name, at, by, text: said }) => ({ step: name, at: toRfc3339(at), by, text: said }))

export const attribution = z
  .strictObject({
    cause: z.enum(causes),
    proof_sha256: z.string().nullable(),
    penalty_may_follow: z
      .boolean()
      .openapi({ description: 'False when the cause is outside the provider and proved, or is nobody’s breach.' }),
  })
  .openapi('Attribution')
export const nullableAttribution = orNull(attribution)
export const renderAttribution = (found: Attribution | null) =>
  found && { cause: found.cause, proof_sha256: found.proofSha256, penalty_may_follow: found.penaltyMayFollow }
export const causeBody = z
  .strictObject({
    cause: z.enum(causes),
    proof_sha256: sha256.optional().openapi({ description: 'Digest of the paper that proves a cause outside the provider.' }),
    reason,
  })
  .openapi('CauseRequest')

export const renderTime = (ms: number | null): string | null => (ms === null ? null : toRfc3339(ms))
export { nullableTime, sha256, time }

/** The numbers inside ids; that of nothing for one of another account, so that the ledger judges the caller first. */
export const numbersOf = (ids: readonly string[], prefix: 'ver' | 'con', accountId: string): number[] =>
  ids.map((id) => numberOf(id, prefix, accountId) ?? 0)

/** The number of a matter of any kind; that of nothing when it is none of this account. */
export const anyMatterNumber = (id: string, accountId: string): number => {
  const kind = (Object.keys(matterPrefixes) as MatterKind[]).find((each) => id.startsWith(`${matterPrefixes[each]}_`))
  return kind === undefined ? 0 : (numberOf(id, matterPrefixes[kind], accountId) ?? 0)
}
