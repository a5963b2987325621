import { isDelivered, type Outcome, outcomes } from '../core/outcome.ts'
import type { NetworkResult, SourceAnswer, SourceCall, SourceFinding } from '../core/ports.ts'
import type { Query } from '../core/query.ts'
import { containsResidentId } from '../core/resident-id.ts'
import { costOf } from './cost.ts'
import type { Source, SourceIo } from './source.ts'

/** Longest answer that is read from a source. The real ones stay below 2 KiB. */
export const maxResponseBytes = 64 * 1024

/** An ending without an answer of the vendor: no order number, no digest, nothing said of the bill. */
export const withoutAnswer = (outcome: 'unavailable' | 'unknown', reason: string): SourceAnswer => ({
  outcome,
  sourceReference: null,
  sourceBilled: null,
  reason,
  rawDigest: null,
})

/** A network ending without a response: `not_sent` is a definite no, everything else is in doubt (DESIGN.md §2). */
export const fromNetwork = (result: Exclude<NetworkResult, { kind: 'response' }>): SourceAnswer =>
  withoutAnswer(result.kind === 'not_sent' ? 'unavailable' : 'unknown', result.reason)

/**
 * How much earlier than the cut a source has to end by itself. Its own ending tells more: a request that never left is
 * `unavailable`, which the cut could only call `unknown`.
 */
const ownEndingMs = 20

const isNullOr = (type: 'string' | 'boolean', value: unknown): boolean => value === null || typeof value === type

const isOutcome = (value: unknown): value is Outcome => outcomes.some((outcome) => outcome === value)

/** A reason is one word of ours. Anything else may be text of the vendor, and that may speak of the person. */
const isReason = (value: unknown): value is string => typeof value === 'string' && /^[a-z][a-z0-9_]{0,63}$/.test(value)

/** An order number is printable and short, and a vendor that builds it from the ID number must not get the ID number kept. */
const plainReference = (reference: string | null): string | null =>
  reference !== null && /^[\x21-\x7e]{1,128}$/.test(reference) && !containsResidentId(reference) ? reference : null

/** An instant that can be shown; anything else that a source says of its clock is left out. */
const isInstant = (value: unknown): value is number => Number.isSafeInteger(value) && Math.abs(Number(value)) < 4_102_444_800_000

/** Rebuilt member by member, so that nothing more than the contract leaves the room. Null when the source broke the contract. */
const checkAnswer = (source: Source, answer: SourceAnswer, io: SourceIo): SourceAnswer | null => {
  const { outcome, sourceReference, sourceBilled, reason, rawDigest, saidAt, costMicroYuan } = answer
  const whole =
    isOutcome(outcome) &&
    isReason(reason) &&
    isNullOr('string', sourceReference) &&
    isNullOr('boolean', sourceBilled) &&
    isNullOr('string', rawDigest)
  if (!whole) return null
  const told = isInstant(saidAt) ? { saidAt } : {}
  const whatWas = { outcome, sourceReference: plainReference(sourceReference), sourceBilled, reason, rawDigest, ...told }
  return { ...whatWas, ...costOf(source, whatWas, costMicroYuan, io) }
}

/** Nor may an order number hold anything else that was asked, such as the mobile number. */
const withoutPersonalData = (answer: SourceAnswer, query: Query): SourceAnswer => {
  const reference = answer.sourceReference?.toUpperCase() ?? ''
  const telling = Object.values(query.fields).some((value) => value.length >= 6 && reference.includes(value.toUpperCase()))
  return telling ? { ...answer, sourceReference: null } : answer
}

const checkFinding = (source: Source, finding: SourceFinding, io: SourceIo): SourceFinding => {
  const broken: SourceFinding = { kind: 'unclear', reason: 'finding_invalid' }
  switch (finding.kind) {
    case 'not_executed':
      return { kind: 'not_executed' }
    case 'unclear':
      return isReason(finding.reason) ? { kind: 'unclear', reason: finding.reason } : broken
    case 'executed': {
      const answer = checkAnswer(source, finding.answer, io)
      if (answer === null) return broken
      // Only a result ends a doubt: "unavailable" and "unknown" are not what a source did.
      if (!isDelivered(answer.outcome) && answer.outcome !== 'rejected') return { kind: 'unclear', reason: answer.reason }
      return { kind: 'executed', answer }
    }
    default:
      return broken
  }
}

/** Runs `work` until the end at the latest; what it does after that is nobody's answer. */
const within = <T>(
  call: SourceCall,
  io: SourceIo,
  endings: { work(call: SourceCall): Promise<T>; onFault(): T; onDeadline(): T },
): Promise<T> => {
  const remainingMs = call.deadlineAt - io.clock()
  const inner = { ...call, deadlineAt: call.deadlineAt - Math.min(ownEndingMs, Math.floor(remainingMs / 10)) }
  return new Promise((resolve) => {
    let takeBack = (): void => undefined
    const end = (ending: T): void => {
      takeBack()
      resolve(ending)
    }
    try {
      takeBack = io.after(remainingMs, () => resolve(endings.onDeadline()))
    } catch {
      // Without a timer nothing would bound the call.
      return resolve(endings.onDeadline())
    }
    // The error is dropped on purpose: its text may hold the query.
    endings.work(inner).then(end, () => end(endings.onFault()))
  })
}

const boundedBy = (source: Source, call: SourceCall, io: SourceIo): SourceCall => ({
  ...call,
  deadlineAt: Math.min(call.deadlineAt, io.clock() + source.deadlineMs),
})

/**
 * One question to one source within min(`call.deadlineAt`, now + `source.deadlineMs`). Never throws; every ending is an
 * outcome. A source that throws, never returns or breaks the contract ends `unknown`, because bytes may have left; only a
 * deadline that had passed before is `unavailable`, because nothing was sent.
 */
export const ask = async (source: Source, query: Query, call: SourceCall, io: SourceIo): Promise<SourceAnswer> => {
  const bounded = boundedBy(source, call, io)
  if (!(bounded.deadlineAt > io.clock())) return withoutAnswer('unavailable', 'deadline_before_asking')
  return within<SourceAnswer>(bounded, io, {
    work: async (inner) => {
      const answer = checkAnswer(source, await source.lookup(query, inner, io), io)
      return answer === null ? withoutAnswer('unknown', 'answer_invalid') : withoutPersonalData(answer, query)
    },
    onFault: () => withoutAnswer('unknown', 'source_fault'),
    onDeadline: () => withoutAnswer('unknown', 'deadline'),
  })
}

/** Query by reference within the same bounds. Never throws; whatever is not a whole finding is `unclear`. */
export const find = async (source: Source, call: SourceCall, io: SourceIo): Promise<SourceFinding> => {
  const findAtSource = source.find
  if (findAtSource === undefined) return { kind: 'unclear', reason: 'no_query_by_reference' }
  const bounded = boundedBy(source, call, io)
  if (!(bounded.deadlineAt > io.clock())) return { kind: 'unclear', reason: 'deadline_before_asking' }
  return within<SourceFinding>(bounded, io, {
    work: async (inner) => checkFinding(source, await findAtSource(inner, io), io),
    onFault: () => ({ kind: 'unclear', reason: 'source_fault' }),
    onDeadline: () => ({ kind: 'unclear', reason: 'deadline' }),
  })
}
