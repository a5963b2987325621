import { findTerm } from '../../agreement/term.ts'
import type { Terms } from '../../agreement/terms.ts'
import type { HoldCommand, HoldResult } from '../../core/commands.ts'
import { makeId } from '../../core/ids.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import type { Book, Rows } from '../book.ts'
import { accountNow, type Context, type Decision, Draft, unchanged } from '../draft.ts'
import { acceptByUse } from '../matters/amendment.ts'
import { viewVerification } from '../views.ts'
import { judgeCredentials } from './credentials.ts'
import { deny } from './deny.ts'
import { chooseGrant } from './grant-order.ts'
import { tellLowBalance } from './low-balance.ts'

/** Everything that the standing checks found to be in order. */
interface Admission {
  terms: Terms
  agreementId: number
  check: string
  purpose: string
  credits: number
  consent: Rows['consents']
  sources: string[]
  grant: Rows['grants'] | null
}

/**
 * First commit of a verification (DESIGN.md §2 step 3): who calls, replay, the standing checks in their order, then the
 * hold, the use of the consent and the journal entry, all or nothing. A refusal from the standing checks on is written
 * to the audit log; the earlier ones leave no trace. Nothing here burns the Idempotency-Key before the hold.
 */
export const decideHold = (book: Book, command: HoldCommand, context: Context): Decision<HoldResult> => {
  const now = accountNow(book, context)
  const caller = judgeCredentials(book, command.credentials, 'verifications:write', now)
  if (caller.kind === 'refused') return unchanged(caller)

  const rate = command.credentials.rate
  const prior = book.verificationByIdempotency(command.idempotency.digest)
  if (prior) return unchanged(replay(book, command, prior))

  const admission = judgeStanding(book, command, caller, now)
  if ('kind' in admission) return deny(context, caller, rate ? { ...admission, rate } : admission, book)

  const draft = new Draft(context, caller.account)
  draft.operated()
  const { grant, consent, credits } = admission
  const id = context.nextId()
  const grantId = grant?.id ?? null
  if (grant) {
    const left = { ...grant, available: grant.available - credits, held: grant.held + credits }
    draft.put('grants', tellLowBalance(draft, book, left, admission.terms))
  }
  draft.put('consents', { ...consent, uses: consent.uses + 1 })
  const body = command.traceId === null ? {} : { body: JSON.stringify({ trace_id: command.traceId }) }
  const entry = draft.entry({ kind: 'hold', actor: `key:${caller.key.id}`, verificationId: id, grantId, credits, ...body })
  const deadlineAt = draft.now + command.deadlineMs
  draft.put('verifications', {
    id,
    accountId: book.accountId,
    keyId: caller.key.id,
    mode: caller.key.mode,
    check: admission.check,
    purpose: admission.purpose,
    agreementId: admission.agreementId,
    consentId: consent.id,
    grantId,
    credits: grant ? credits : 0,
    idempotency: command.idempotency.digest,
    fingerprint: command.fingerprint.digest,
    reference: command.reference,
    sources: admission.sources,
    heldAt: draft.now,
    deadlineAt,
    seq: entry.seq,
  })
  if (admission.terms.amendment === 'shown_and_used')
    acceptByUse({ book, by: { kind: 'key', name: String(caller.key.id) }, kind: 'hold', reason: null, context, draft })
  return draft.done({
    kind: 'held',
    verificationId: id,
    sources: admission.sources,
    heldAt: draft.now,
    deadlineAt,
    consent: { id: consent.id, evidenceSha256: consent.details.evidence.sha256 },
    rate,
  })
}

/** The stored answer of a key that was used before, at no charge; or why there is none yet (DESIGN.md §3, idempotency). */
const replay = (book: Book, command: HoldCommand, prior: Rows['verifications']): HoldResult => {
  const rate = command.credentials.rate
  const more = { verificationId: makeId('ver', prior.accountId, prior.id), ...(rate ? { rate } : {}) }
  // A live call is never answered from the sandbox, nor the other way round.
  const isSameCall = prior.fingerprint === command.fingerprint.digest && prior.mode === command.credentials.mode
  if (!isSameCall) return refuse('idempotency_key_reused', rate ? { rate } : {})
  const outcome = book.get('outcomes', prior.id)
  const doubt = book.get('doubts', prior.id)
  if (!outcome) return doubt ? refuse('source_unknown', more) : refuse('verification_in_progress', more)
  if (outcome.outcome === 'unavailable' || outcome.outcome === 'unknown') return refuse('source_unavailable', more)
  return { kind: 'replayed', verification: viewVerification(prior, outcome, doubt), rate }
}

/** The standing checks, first fault first. The order is pinned by a table of every pair of faults. */
const judgeStanding = (
  book: Book,
  command: HoldCommand,
  { account, key }: { account: Rows['accounts']; key: Rows['apiKeys'] },
  now: number,
): Admission | Refusal => {
  if (account.closedAt !== null) return refuse('account_closed')
  if (account.agreementId === null) return refuse('not_effective')
  const terms = book.terms(account.agreementId)
  const term = findTerm(terms.term, account.effectiveAt, now)
  if (term !== 'ok') return refuse(term)

  if (account.suspendedAt !== null) return refuse('account_suspended')
  if (key.suspendedAt !== null) return refuse('key_suspended')
  const subject = command.subject ? book.subjectByDigest(command.subject) : null
  if (subject && subject.suspendedAt !== null) return refuse('subject_on_hold')

  const checkTerms =
    command.check !== null && Object.hasOwn(terms.checks, command.check) ? terms.checks[command.check] : undefined
  if (command.check === null || !checkTerms) {
    // A body without a readable check is a fault of the input, not of the grant.
    return command.check === null && command.inputFaults.length > 0
      ? refuse('input_invalid', { faults: command.inputFaults })
      : refuse('check_not_granted')
  }
  if (command.purpose !== null && !checkTerms.purposes.includes(command.purpose)) return refuse('purpose_not_allowed')
  if (command.purpose === null || command.inputFaults.length > 0) return refuse('input_invalid', { faults: command.inputFaults })

  const consent = judgeConsent(book, command, checkTerms.consentTypes, subject, now)
  if ('kind' in consent) return consent

  const admitted = { terms, agreementId: account.agreementId, check: command.check, purpose: command.purpose, ...consent }
  const { model } = terms.charging
  const counted = { ...admitted, credits: 0, grant: null }
  if (model === 'free' || model === 'milestones') return counted
  const grant = chooseGrant(book.openGrants(), { check: command.check, mode: key.mode, credits: checkTerms.credits, now })
  if (grant) return { ...admitted, credits: checkTerms.credits, grant }
  // Use that is billed afterwards is counted, once no pack pays for it (S4 §6.2).
  return model === 'postpaid' ? counted : refuse('quota_exhausted')
}

/** The recorded consent of the person checked (sources.md §8.3, call-time checks; S1 §2.1). */
const judgeConsent = (
  book: Book,
  command: HoldCommand,
  types: string[],
  subject: Rows['dataSubjects'] | null,
  now: number,
): { consent: Rows['consents']; sources: string[] } | Refusal => {
  const named = command.consent
  const consent = !named ? null : 'id' in named ? book.get('consents', named.id) : book.consentByReference(named.reference)
  if (!consent || consent.accountId !== book.accountId) return refuse('consent_missing')
  if (!subject || consent.subjectId !== subject.id) return refuse('consent_subject')
  if (consent.withdrawnAt !== null) return refuse('consent_withdrawn')
  if (consent.expiresAt !== null && now >= consent.expiresAt) return refuse('consent_expired')
  // Before the submission, not before the decision: the body of a call may have come later than the consent (S1 §2.1).
  if (consent.grantedAt > now - command.waitedMs) return refuse('consent_after_request')
  const covered =
    types.includes(consent.type) &&
    consent.checks.includes(command.check ?? '') &&
    consent.purposes.includes(command.purpose ?? '')
  if (!covered) return refuse('consent_scope')
  if (command.candidates.length === 0) return refuse('source_unavailable', { detail: 'no_source' })
  const sources = command.candidates.filter((source) => consent.sources.includes(source))
  if (sources.length === 0) return refuse('consent_source')
  if (consent.maxUses !== null && consent.uses >= consent.maxUses) return refuse('consent_used_up')
  return { consent, sources }
}
