import type { ActResult } from '../../core/commands.ts'
import type { DeliveredOutcome } from '../../core/outcome.ts'
import { refuse } from '../../core/refusal.ts'
import { winChargeDispute } from '../matters/charge-dispute.ts'
import { issueProposedNote } from '../matters/credit-note.ts'
import { settleAccount } from '../matters/settlement-approval.ts'
import { viewVerification } from '../views.ts'
import { type ActContext, actorText } from './act-context.ts'
import { clearAlarm } from './alarm.ts'
import { writeEnding } from './settle.ts'

/** How a verification in doubt should end, as it was proposed. */
export interface ProposedSettlement {
  verification: number
  outcome: DeliveredOutcome | 'released'
  source: string | null
  source_reference: string | null
}

/**
 * Does what two persons agreed to, exactly as it was proposed. The approval is journaled already; a refusal undoes it, so an
 * executor judges the state anew and may refuse at any point. An answer of kind `done` is shown as the approval itself.
 */
export type ApprovalExecutor = (at: ActContext, change: never) => ActResult

const settle = (at: ActContext, change: ProposedSettlement): ActResult => {
  const { book, draft, by } = at
  const verification = book.get('verifications', change.verification)
  const doubt = book.get('doubts', change.verification)
  if (!verification || !doubt || book.get('outcomes', change.verification))
    return refuse('state_conflict', { detail: 'not_in_doubt' })
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
  return { kind: 'settlement', verification: viewVerification(verification, outcome, doubt) }
}

/** What each kind of approval does, by the `act` of its row. */
export const executors: Readonly<Record<string, ApprovalExecutor>> = {
  settle,
  credit_note: issueProposedNote,
  win_charge_dispute: winChargeDispute,
  settle_account: settleAccount,
}
