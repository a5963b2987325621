import { canonicalJson } from '../../core/canonical-json.ts'
import type { ActResult, StaffAct } from '../../core/commands.ts'
import type { DeliveredOutcome } from '../../core/outcome.ts'
import { refuse } from '../../core/refusal.ts'
import { type Decision, unchanged } from '../draft.ts'
import { viewApproval, viewVerification } from '../views.ts'
import { type ActContext, actorText, writeAct } from './act-context.ts'
import { clearAlarm } from './alarm.ts'
import { writeEnding } from './settle.ts'

/** A proposal that nobody approves in this time is void. */
const approvalLifeMs = 24 * 3_600_000

/** The exact change that a second person agrees to. */
interface ProposedSettlement {
  verification: number
  outcome: DeliveredOutcome | 'released'
  source: string | null
  source_reference: string | null
}

/** First of two persons: how a verification in doubt should end, as the source told staff. Changes no balance. */
export const decideProposeSettlement = (
  at: ActContext,
  act: Extract<StaffAct, { kind: 'propose_settlement' }>,
): Decision<ActResult> => {
  const { book, context, draft, by } = at
  const verification = book.get('verifications', act.verificationId)
  if (!verification || verification.accountId !== book.accountId) return unchanged(refuse('not_found'))
  if (!book.get('doubts', verification.id) || book.get('outcomes', verification.id))
    return unchanged(refuse('state_conflict', { detail: 'not_in_doubt' }))
  const proposed: ProposedSettlement = {
    verification: verification.id,
    outcome: act.outcome,
    source: act.sourceId,
    source_reference: act.sourceReference,
  }
  const change = canonicalJson({ ...proposed })
  const approval = draft.put('approvals', {
    id: context.nextId(),
    accountId: book.accountId,
    act: 'settle',
    change,
    digest: context.crypto.sha256(change),
    proposedBy: by.name,
    proposedAt: draft.now,
    expiresAt: draft.now + approvalLifeMs,
    decidedBy: null,
    decidedAt: null,
  })
  writeAct(at, { approval: approval.id, change: approval.digest })
  return draft.done({ kind: 'approval', approval: viewApproval(approval) })
}

/** Second of two persons: the proposed change takes place, exactly as it was proposed. */
export const decideApprove = (at: ActContext, act: Extract<StaffAct, { kind: 'approve' }>): Decision<ActResult> => {
  const { book, draft, by } = at
  const approval = book.get('approvals', act.approvalId)
  if (!approval || approval.accountId !== book.accountId) return unchanged(refuse('not_found'))
  if (approval.decidedAt !== null) return unchanged(refuse('state_conflict', { detail: 'already_decided' }))
  if (draft.now >= approval.expiresAt) return unchanged(refuse('state_conflict', { detail: 'proposal_expired' }))
  if (approval.proposedBy === by.name) return unchanged(refuse('approval_required', { detail: 'same_person' }))
  const change = JSON.parse(approval.change) as ProposedSettlement
  const verification = book.get('verifications', change.verification)
  const doubt = book.get('doubts', change.verification)
  if (!verification || !doubt || book.get('outcomes', change.verification))
    return unchanged(refuse('state_conflict', { detail: 'not_in_doubt' }))

  draft.put('approvals', { ...approval, decidedBy: by.name, decidedAt: draft.now })
  writeAct(at, { approval: approval.id, change: approval.digest })
  const outcome = writeEnding(draft, book, verification, {
    outcome: change.outcome === 'released' ? 'unknown' : change.outcome,
    sourceId: change.source ?? doubt.sourceId,
    sourceReference: change.source_reference,
    sourceBilled: null,
    reason: 'settled_by_staff',
    rawDigest: null,
    by: 'staff',
    actor: actorText(by),
  })
  clearAlarm(draft, book, 'in_doubt_aged', String(verification.id))
  return draft.done({ kind: 'settlement', verification: viewVerification(verification, outcome, doubt) })
}
