import type { ActResult, StaffAct } from '../../core/commands.ts'
import { refuse } from '../../core/refusal.ts'
import { type Decision, unchanged } from '../draft.ts'
import { viewApproval } from '../views.ts'
import { type ActContext, writeAct } from './act-context.ts'
import { type ApprovalExecutor, executors } from './approval-executors.ts'
import { propose, proposed } from './propose.ts'

/** First of two persons: how a verification in doubt should end, as the source told staff. Changes no balance. */
export const decideProposeSettlement = (
  at: ActContext,
  act: Extract<StaffAct, { kind: 'propose_settlement' }>,
): Decision<ActResult> => {
  const { book } = at
  const verification = book.get('verifications', act.verificationId)
  if (!verification || verification.accountId !== book.accountId) return unchanged(refuse('not_found'))
  if (!book.get('doubts', verification.id) || book.get('outcomes', verification.id))
    return unchanged(refuse('state_conflict', { detail: 'not_in_doubt' }))
  const change = {
    verification: verification.id,
    outcome: act.outcome,
    source: act.sourceId,
    source_reference: act.sourceReference,
  }
  return proposed(at, propose(at, 'settle', change))
}

const executorOf = (act: string): ApprovalExecutor => {
  const executor = Object.hasOwn(executors, act) ? executors[act] : undefined
  if (!executor) throw new Error(`nobody does what is approved as ${act}`)
  return executor
}

/** Second of two persons: the proposed change takes place, exactly as it was proposed. */
export const decideApprove = (at: ActContext, act: Extract<StaffAct, { kind: 'approve' }>): Decision<ActResult> => {
  const { book, draft, by } = at
  const approval = book.get('approvals', act.approvalId)
  if (!approval || approval.accountId !== book.accountId) return unchanged(refuse('not_found'))
  if (approval.decidedAt !== null) return unchanged(refuse('state_conflict', { detail: 'already_decided' }))
  if (draft.now >= approval.expiresAt) return unchanged(refuse('state_conflict', { detail: 'proposal_expired' }))
  if (approval.proposedBy === by.name) return unchanged(refuse('approval_required', { detail: 'same_person' }))

  const decided = draft.put('approvals', { ...approval, decidedBy: by.name, decidedAt: draft.now })
  writeAct(at, { approval: approval.id, change: approval.digest })
  const result = executorOf(approval.act)(at, JSON.parse(approval.change) as never)
  // The draft with the approval is thrown away: what could not be done was not approved either.
  if (result.kind === 'refused') return unchanged(result)
  return draft.done(result.kind === 'done' ? { kind: 'approval', approval: viewApproval(decided) } : result)
}
