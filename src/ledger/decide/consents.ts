import type {
  ConsentInput,
  RecordConsentResult,
  RecordConsentsCommand,
  RecordConsentsResult,
  WithdrawConsentCommand,
  WithdrawConsentResult,
} from '../../core/commands.ts'
import type { ConsentDetails } from '../../core/consent.ts'
import { refuse } from '../../core/refusal.ts'
import type { Book, Rows } from '../book.ts'
import { accountNow, type Context, type Decision, Draft, unchanged } from '../draft.ts'
import { viewConsent } from '../views.ts'
import { judgeCredentials } from './credentials.ts'

/** A client's clock may run this far ahead; then the server's time is stored (DESIGN.md §3). */
const clockSkewMs = 60_000

/**
 * Records what data subjects agreed to. Idempotent on the caller's reference: the same statement again is the same
 * record, another statement under a used reference is refused. Recording costs nothing, so a suspended account may.
 */
export const decideRecordConsents = (
  book: Book,
  command: RecordConsentsCommand,
  context: Context,
): Decision<RecordConsentsResult> => {
  const now = accountNow(book, context)
  const caller = judgeCredentials(book, command.credentials, 'consents:write', now)
  if (caller.kind === 'refused') return unchanged(caller)
  const rate = command.credentials.rate
  const more = rate ? { rate } : {}
  if (caller.account.closedAt !== null) return unchanged(refuse('account_closed', more))
  if (caller.key.suspendedAt !== null) return unchanged(refuse('key_suspended', more))

  const draft = new Draft(context, caller.account)
  draft.operated()
  const recorded = new Map<string, Rows['consents']>()
  const subjects = new Map<string, Rows['dataSubjects']>()
  const items = command.items.map((item): RecordConsentResult => {
    const prior = recorded.get(item.reference) ?? book.consentByReference(item.reference)
    if (prior) {
      const subject = subjects.get(item.subject.digest.digest) ?? book.get('dataSubjects', prior.subjectId)
      if (prior.fingerprint !== item.fingerprint.digest || !subject) return refuse('consent_reference_reused')
      return { kind: 'recorded', consent: viewConsent(prior, subject, draft.now), repeated: true }
    }
    if (item.grantedAt > draft.now + clockSkewMs)
      return refuse('input_invalid', { faults: [{ pointer: '/granted_at', rule: 'in_the_future' }] })
    const subject = findOrAddSubject(draft, book, context, subjects, item)
    const consent = addConsent(draft, context, caller.key.id, subject, item)
    recorded.set(item.reference, consent)
    return { kind: 'recorded', consent: viewConsent(consent, subject, draft.now), repeated: false }
  })
  const result: RecordConsentsResult = { kind: 'consents', items, rate }
  return recorded.size === 0 ? unchanged(result) : draft.done(result)
}

const findOrAddSubject = (
  draft: Draft,
  book: Book,
  context: Context,
  subjects: Map<string, Rows['dataSubjects']>,
  item: ConsentInput,
): Rows['dataSubjects'] => {
  const known = subjects.get(item.subject.digest.digest) ?? book.subjectByDigest(item.subject.digest)
  if (known) return known
  const subject = draft.put('dataSubjects', {
    id: context.nextId(),
    accountId: draft.account.id,
    kind: item.subject.kind,
    digest: item.subject.digest.digest,
    digestKeyId: item.subject.digest.keyId,
    numberMasked: item.subject.numberMasked,
    nameMasked: item.subject.nameMasked,
    salt: context.crypto.randomHex(16),
    suspendedGround: null,
    suspendedNote: null,
    suspendedBy: null,
    suspendedAt: null,
    createdAt: draft.now,
    erasedAt: null,
    frozenAt: null,
  })
  subjects.set(subject.digest, subject)
  return subject
}

const addConsent = (
  draft: Draft,
  context: Context,
  keyId: number,
  subject: Rows['dataSubjects'],
  item: ConsentInput,
): Rows['consents'] => {
  const consent = draft.put('consents', {
    id: context.nextId(),
    accountId: draft.account.id,
    subjectId: subject.id,
    reference: item.reference,
    fingerprint: item.fingerprint.digest,
    type: item.type,
    purposes: item.purposes,
    checks: item.checks,
    sources: item.sources,
    details: detailsOf(item),
    recordedBy: keyId,
    grantedAt: Math.min(item.grantedAt, draft.now),
    recordedAt: draft.now,
    expiresAt: item.expiresAt,
    maxUses: item.maxUses,
    uses: 0,
    withdrawnAt: null,
    withdrawalSource: null,
  })
  // What was agreed, digested: the record can be proved unchanged although the log names nobody.
  draft.entry({
    kind: 'consent_recorded',
    actor: `key:${keyId}`,
    leaf: {
      consent: consent.id,
      statement: context.crypto.sha256(subject.salt + item.fingerprint.digest),
      evidence: item.evidence.sha256,
    },
  })
  return consent
}

const detailsOf = (item: ConsentDetails): ConsentDetails => ({
  method: item.method,
  lawfulBasis: item.lawfulBasis,
  separateConsent: item.separateConsent,
  notice: item.notice,
  evidence: item.evidence,
  dataCategories: item.dataCategories,
  service: item.service,
  channel: item.channel,
  collectedBy: item.collectedBy,
  storageLocation: item.storageLocation,
  retentionUntil: item.retentionUntil,
  withdrawalMethod: item.withdrawalMethod,
  guardian: item.guardian,
})

/** Ends a consent at once. Always possible, also for a suspended or closed account (PIPL art. 15); repeated, it changes nothing. */
export const decideWithdrawConsent = (
  book: Book,
  command: WithdrawConsentCommand,
  context: Context,
): Decision<WithdrawConsentResult> => {
  const now = accountNow(book, context)
  const caller = judgeCredentials(book, command.credentials, 'consents:write', now)
  if (caller.kind === 'refused') return unchanged(caller)
  const rate = command.credentials.rate
  const consent =
    'id' in command.consent ? book.get('consents', command.consent.id) : book.consentByReference(command.consent.reference)
  const subject = consent ? book.get('dataSubjects', consent.subjectId) : null
  if (!consent || !subject || consent.accountId !== book.accountId) return unchanged(refuse('not_found', rate ? { rate } : {}))
  if (consent.withdrawnAt !== null)
    return unchanged({ kind: 'withdrawn', consent: viewConsent(consent, subject, now), repeated: true, rate })
  const draft = new Draft(context, caller.account)
  draft.operated()
  const withdrawn = draft.put('consents', { ...consent, withdrawnAt: draft.now, withdrawalSource: command.source })
  draft.entry({ kind: 'consent_withdrawn', actor: `key:${caller.key.id}`, leaf: { consent: consent.id, source: command.source } })
  return draft.done({ kind: 'withdrawn', consent: viewConsent(withdrawn, subject, draft.now), repeated: false, rate })
}
