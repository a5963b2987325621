import { alarmIdOf, publicSubjectOf, runbookOf } from '../core/alarms.ts'
import { makeId } from '../core/ids.ts'
import type { SourceHealth, SourceUsage } from '../core/ports.ts'
import { toRfc3339 } from '../core/shanghai.ts'
import type {
  AccountView,
  AgreementTextView,
  AgreementView,
  AlarmView,
  ApiKeyView,
  ApprovalView,
  BalanceView,
  ConsentView,
  GrantView,
  OrderRecordView,
  OrderView,
  Suspension,
  VerificationView,
} from '../core/views.ts'

/** Views to what the API prints: snake case, public ids, RFC 3339 times. Nothing here decides anything. */

const time = (ms: number | null): string | null => (ms === null ? null : toRfc3339(ms))

/** Made from stored values alone, so that a replay prints the same bytes as the first answer (I16). */
export const renderVerification = (view: VerificationView) => ({
  id: makeId('ver', view.accountId, view.id),
  check: view.check,
  state: view.state,
  outcome: view.outcome,
  fault: view.fault,
  charged: view.state === 'captured',
  credits: view.credits,
  available: view.available,
  consent_id: makeId('con', view.accountId, view.consentId),
  purpose: view.purpose,
  reference: view.reference,
  api_key_id: makeId('key', view.accountId, view.keyNumber),
  mode: view.mode,
  source: view.source && {
    id: view.source.id,
    reference: view.source.reference,
    said_at: time(view.source.saidAt),
  },
  usage: 'internal_reference_only',
  audit: view.audit && { index: view.audit.index, leaf_hash: view.audit.leafHash },
  created_at: toRfc3339(view.createdAt),
  completed_at: time(view.completedAt),
})

export const renderConsent = (view: ConsentView) => ({
  id: makeId('con', view.accountId, view.id),
  reference: view.reference,
  state: view.state,
  data_subject: { kind: view.subject.kind, number_masked: view.subject.numberMasked, name_masked: view.subject.nameMasked },
  type: view.type,
  method: view.method,
  lawful_basis: view.lawfulBasis,
  separate_consent: view.separateConsent,
  purposes: view.purposes,
  checks: view.checks,
  sources: view.sources,
  notice: view.notice,
  evidence: { sha256: view.evidence.sha256, media_type: view.evidence.mediaType },
  granted_at: toRfc3339(view.grantedAt),
  recorded_at: toRfc3339(view.recordedAt),
  expires_at: time(view.expiresAt),
  max_uses: view.maxUses,
  uses: view.uses,
  withdrawn_at: time(view.withdrawnAt),
  withdrawal_source: view.withdrawalSource,
  data_categories: view.dataCategories,
  service: view.service,
  channel: view.channel,
  collected_by: view.collectedBy,
  storage_location: view.storageLocation,
  retention_until: time(view.retentionUntil),
  withdrawal_method: view.withdrawalMethod,
  guardian: view.guardian,
})

const renderSuspension = (suspension: Suspension | null) =>
  suspension && { ground: suspension.ground, note: suspension.note, by: suspension.by, at: toRfc3339(suspension.at) }

export const renderAgreement = (view: AgreementView) => ({
  version: view.version,
  preset: view.preset,
  digest: view.digest,
  effective_at: time(view.effectiveAt),
  term: { start: view.term.start, end: view.term.end, end_inclusive: view.term.endInclusive },
  checks: view.checks.map(({ code, credits, purposes, chargedOutcomes }) => ({
    code,
    credits,
    purposes,
    charged_outcomes: chargedOutcomes,
  })),
})

export const renderAgreementText = (view: AgreementTextView) => ({
  ...renderAgreement(view.agreement),
  provider: view.provider,
  printed_as: view.printedAs,
  venue: view.venue,
  secrecy_years: view.secrecyYears,
  interface_version: view.interfaceVersion,
  authoritative_form: view.authoritativeForm,
  terms: view.terms,
  versions: view.versions.map(({ version, digest, createdAt, inForceFrom }) => ({
    version,
    digest,
    created_at: toRfc3339(createdAt),
    in_force_from: time(inForceFrom),
  })),
  warnings: view.warnings,
})

export const renderAccount = (view: AccountView) => ({
  id: view.id,
  name: view.name,
  standing: view.standing,
  suspension: renderSuspension(view.suspension),
  agreement: view.agreement && renderAgreement(view.agreement),
  created_at: toRfc3339(view.createdAt),
  closed_at: time(view.closedAt),
})

/** The account as its customer sees it: the ground of a suspension, not the staff behind it. */
export const renderOwnAccount = (view: AccountView) => ({
  ...renderAccount(view),
  suspension: view.suspension && { ground: view.suspension.ground, at: toRfc3339(view.suspension.at) },
})

export const renderOrder = (view: OrderView) => ({
  id: makeId('ord', view.accountId, view.id),
  external_id: view.externalId,
  check: view.check,
  mode: view.mode,
  credits: view.credits,
  list_fen: view.listFen,
  paid_fen: view.paidFen,
  offer_sha256: view.offerSha256,
  paid_at: time(view.paidAt),
})

/** What should be known of an order although it was taken: nobody can show the page on which it was made (S1 二.1). */
export const warningsOfOrder = (view: OrderView): string[] => (view.offerSha256 === null ? ['offer_snapshot_missing'] : [])

export const renderOrderRecord = (view: OrderRecordView) => ({ ...renderOrder(view), ordered_at: toRfc3339(view.orderedAt) })

/** The payment of an order; null while it is not paid. */
export const renderPayment = (view: OrderRecordView) =>
  view.paidAt === null
    ? null
    : {
        order_id: makeId('ord', view.accountId, view.id),
        bank_reference: view.bankReference,
        paid_fen: view.paidFen,
        paid_at: toRfc3339(view.paidAt),
      }

export const renderGrant = (view: GrantView) => ({
  id: makeId('gra', view.accountId, view.id),
  check: view.check,
  mode: view.mode,
  priority: view.priority,
  granted: view.granted,
  available: view.available,
  held: view.held,
  captured: view.captured,
  expired: view.expired,
  refunded: view.refunded,
  starts_at: toRfc3339(view.startsAt),
  expires_at: time(view.expiresAt),
})

export const renderBalance = (view: BalanceView) => ({
  totals: view.totals,
  grants: view.grants.map(renderGrant),
  as_of: toRfc3339(view.asOf),
})

export const renderApiKey = (view: ApiKeyView) => ({
  id: makeId('key', view.accountId, view.keyNumber),
  name: view.name,
  mode: view.mode,
  scopes: view.scopes,
  addresses: view.addresses,
  standing: view.standing,
  suspension: renderSuspension(view.suspension),
  holder: view.holder,
  project: view.project,
  channel: view.channel,
  created_at: toRfc3339(view.createdAt),
  expires_at: time(view.expiresAt),
  revoked_at: time(view.revokedAt),
  replaced_by: view.replacedBy === null ? null : makeId('key', view.accountId, view.replacedBy),
})

/** A source: what came of the questions of all accounts, and what this process has seen. */
export const renderSource = (source: SourceHealth, usage: SourceUsage | undefined) => ({
  id: source.id,
  mode: source.mode,
  checks: source.checks,
  state: source.state,
  ended: usage?.outcomes ?? {},
  in_doubt: usage?.inDoubt ?? 0,
  observed: {
    since: toRfc3339(source.since),
    asked: source.asked,
    outcomes: source.outcomes,
    average_ms: source.averageMs,
    longest_ms: source.longestMs,
    last_success_at: time(source.lastSuccessAt),
    last_failure_at: time(source.lastFailureAt),
  },
})

export const renderApproval = (view: ApprovalView) => ({
  id: makeId('app', view.accountId, view.id),
  act: view.act,
  target_id: view.target && makeId(view.target.kind === 'settlement' ? 'set' : 'ver', view.accountId, view.target.id),
  change: view.change,
  digest: view.digest,
  proposed_by: view.proposedBy,
  proposed_at: toRfc3339(view.proposedAt),
  expires_at: toRfc3339(view.expiresAt),
  decided_by: view.decidedBy,
  decided_at: time(view.decidedAt),
})

export const renderAlarm = (view: AlarmView) => ({
  id: alarmIdOf(view.accountId, view.kind, view.subject),
  account_id: view.accountId,
  kind: view.kind,
  subject: publicSubjectOf(view.accountId, view.kind, view.subject),
  runbook: runbookOf(view.kind),
  since: toRfc3339(view.since),
  last_at: toRfc3339(view.lastAt),
  count: view.count,
  cleared_at: time(view.clearedAt),
  acknowledged_by: view.acknowledgedBy,
})
