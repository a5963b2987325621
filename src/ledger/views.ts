import type { Terms } from '../agreement/terms.ts'
import { faultOf } from '../core/fault-of.ts'
import type {
  AccountView,
  AgreementView,
  AlarmView,
  ApiKeyView,
  ApprovalView,
  ConsentView,
  GrantView,
  JournalLineView,
  OrderRecordView,
  OrderView,
  Suspension,
  VerificationView,
} from '../core/views.ts'
import type { Rows } from './book.ts'

/** Rows to what the rest of the house sees. Nothing here decides anything. */

type SuspensionColumns = Pick<Rows['accounts'], 'suspendedGround' | 'suspendedNote' | 'suspendedBy' | 'suspendedAt'>

const viewSuspension = (row: SuspensionColumns): Suspension | null =>
  row.suspendedAt === null
    ? null
    : { ground: row.suspendedGround ?? '', note: row.suspendedNote ?? '', by: row.suspendedBy ?? '', at: row.suspendedAt }

/** One that was released because its time was over failed for the reason of its doubt. */
const viewFault = (outcome: Rows['outcomes'] | null, doubt: Rows['doubts'] | null) => {
  if (outcome && (outcome.settledBy !== 'time' || !doubt)) return faultOf(outcome.outcome, outcome.reason)
  return doubt && faultOf('unknown', doubt.reason)
}

export const viewVerification = (
  row: Rows['verifications'],
  outcome: Rows['outcomes'] | null,
  doubt: Rows['doubts'] | null,
): VerificationView => ({
  accountId: row.accountId,
  id: row.id,
  keyNumber: row.keyId,
  mode: row.mode,
  check: row.check,
  purpose: row.purpose,
  reference: row.reference,
  consentId: row.consentId,
  state: outcome ? outcome.disposition : doubt ? 'unknown' : 'held',
  outcome: outcome ? outcome.outcome : doubt ? 'unknown' : null,
  fault: viewFault(outcome, doubt),
  credits: outcome?.credits ?? 0,
  available: row.grantId === null ? null : (outcome?.available ?? null),
  source: outcome?.sourceId ? { id: outcome.sourceId, reference: outcome.sourceReference, saidAt: outcome.sourceAt } : null,
  audit: outcome ? { index: outcome.leafIndex, leafHash: outcome.leafHash } : null,
  createdAt: row.heldAt,
  completedAt: outcome?.settledAt ?? null,
})

export const viewConsent = (row: Rows['consents'], subject: Rows['dataSubjects'], now: number): ConsentView => ({
  accountId: row.accountId,
  id: row.id,
  reference: row.reference,
  state:
    row.withdrawnAt !== null
      ? 'withdrawn'
      : row.expiresAt !== null && now >= row.expiresAt
        ? 'expired'
        : row.maxUses !== null && row.uses >= row.maxUses
          ? 'used_up'
          : 'active',
  subject: { kind: subject.kind, numberMasked: subject.numberMasked, nameMasked: subject.nameMasked },
  type: row.type,
  ...row.details,
  purposes: row.purposes,
  checks: row.checks,
  sources: row.sources,
  grantedAt: row.grantedAt,
  recordedAt: row.recordedAt,
  expiresAt: row.expiresAt,
  maxUses: row.maxUses,
  uses: row.uses,
  withdrawnAt: row.withdrawnAt,
  withdrawalSource: row.withdrawalSource,
})

export const viewAgreement = (row: Rows['agreements'], terms: Terms, effectiveAt: number | null): AgreementView => ({
  accountId: row.accountId,
  version: row.version,
  preset: terms.preset,
  digest: row.digest,
  effectiveAt,
  term: terms.term,
  checks: Object.entries(terms.checks).map(([code, check]) => ({
    code,
    credits: check.credits,
    purposes: check.purposes,
    chargedOutcomes: check.chargedOutcomes,
  })),
})

export const viewAccount = (row: Rows['accounts'], agreement: AgreementView | null): AccountView => ({
  id: row.id,
  name: row.name,
  standing: row.closedAt !== null ? 'closed' : row.suspendedAt !== null ? 'suspended' : 'open',
  suspension: viewSuspension(row),
  agreement,
  createdAt: row.createdAt,
  closedAt: row.closedAt,
})

export const viewOrder = (row: Rows['orders']): OrderView => ({
  accountId: row.accountId,
  id: row.id,
  externalId: row.externalId,
  check: row.check,
  mode: row.mode,
  credits: row.credits,
  listFen: row.listFen,
  paidFen: row.paidFen,
  offerSha256: row.offerSha256,
  paidAt: row.paidAt,
})

export const viewOrderRecord = (row: Rows['orders']): OrderRecordView => ({
  ...viewOrder(row),
  orderedAt: row.orderedAt,
  bankReference: row.bankReference,
})

export const viewGrant = (row: Rows['grants']): GrantView => ({
  accountId: row.accountId,
  id: row.id,
  check: row.check,
  mode: row.mode,
  priority: row.priority,
  granted: row.granted,
  available: row.available,
  held: row.held,
  captured: row.captured,
  expired: row.expired,
  refunded: row.refunded,
  startsAt: row.startsAt,
  expiresAt: row.expiresAt,
})

export const viewApiKey = (row: Rows['apiKeys'], now: number): ApiKeyView => ({
  accountId: row.accountId,
  keyNumber: row.id,
  name: row.name,
  mode: row.mode,
  scopes: row.scopes,
  addresses: row.addresses,
  standing:
    row.revokedAt !== null
      ? 'revoked'
      : row.expiresAt !== null && now >= row.expiresAt
        ? 'expired'
        : row.suspendedAt !== null
          ? 'suspended'
          : 'active',
  suspension: viewSuspension(row),
  holder: row.holder,
  project: row.project,
  channel: row.channel,
  createdAt: row.createdAt,
  expiresAt: row.expiresAt,
  revokedAt: row.revokedAt,
  replacedBy: row.replacedBy,
})

/** The one thing that a proposed change is about. */
const targetOf = (change: string): ApprovalView['target'] => {
  const { settlement, verification } = JSON.parse(change) as { settlement?: number; verification?: number }
  if (settlement !== undefined) return { kind: 'settlement', id: settlement }
  return verification === undefined ? null : { kind: 'verification', id: verification }
}

export const viewApproval = (row: Rows['approvals']): ApprovalView => ({
  accountId: row.accountId,
  id: row.id,
  act: row.act,
  target: targetOf(row.change),
  change: row.change,
  digest: row.digest,
  proposedBy: row.proposedBy,
  proposedAt: row.proposedAt,
  expiresAt: row.expiresAt,
  decidedBy: row.decidedBy,
  decidedAt: row.decidedAt,
})

export const viewAlarm = (row: Rows['alarms']): AlarmView => ({
  accountId: row.accountId,
  kind: row.kind,
  subject: row.subject,
  since: row.since,
  lastAt: row.lastAt,
  count: row.count,
  clearedAt: row.clearedAt,
  acknowledgedBy: row.acknowledgedBy,
})

export const viewJournalLine = ({
  seq,
  kind,
  at,
  actor,
  credits,
  leafIndex,
  leafHash,
  leaf,
}: Rows['entries']): JournalLineView => ({
  seq,
  kind,
  at,
  actor,
  credits,
  leaf: leafIndex === null || leafHash === null || leaf === null ? null : { index: leafIndex, hash: leafHash, text: leaf },
})
