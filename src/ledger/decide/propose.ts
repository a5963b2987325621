import { canonicalJson } from '../../core/canonical-json.ts'
import type { ActResult } from '../../core/commands.ts'
import type { Rows } from '../book.ts'
import type { Decision } from '../draft.ts'
import { viewApproval } from '../views.ts'
import { type ActContext, writeAct } from './act-context.ts'

/** A proposal that nobody approves in this time is void. */
const approvalLifeMs = 24 * 3_600_000

/** The approval of an exact change, by its digest. `act` names its executor. The caller writes the journal line. */
export const putProposal = ({ book, context, draft, by }: ActContext, act: string, change: object): Rows['approvals'] => {
  const text = canonicalJson({ ...change })
  return draft.put('approvals', {
    id: context.nextId(),
    accountId: book.accountId,
    act,
    change: text,
    digest: context.crypto.sha256(text),
    proposedBy: by.name,
    proposedAt: draft.now,
    expiresAt: draft.now + approvalLifeMs,
    decidedBy: null,
    decidedAt: null,
  })
}

/** First of two persons: puts the exact change that a second one may agree to. Changes nothing else. */
export const propose = (at: ActContext, act: string, change: object): Rows['approvals'] => {
  const approval = putProposal(at, act, change)
  writeAct(at, { approval: approval.id, change: approval.digest })
  return approval
}

/** The answer to a proposal. */
export const proposed = (at: ActContext, approval: Rows['approvals']): Decision<ActResult> =>
  at.draft.done({ kind: 'approval', approval: viewApproval(approval) })
