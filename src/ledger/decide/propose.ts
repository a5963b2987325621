import { canonicalJson } from '../../core/canonical-json.ts'
import type { ActResult } from '../../core/commands.ts'
import type { Rows } from '../book.ts'
import type { Decision } from '../draft.ts'
import { viewApproval } from '../views.ts'
import { type ActContext, writeAct } from './act-context.ts'

/** A proposal that nobody approves in this time is void. */
const approvalLifeMs = 24 * 3_600_000

/** First of two persons: puts the exact change that a second one may agree to. `act` names its executor. Changes nothing else. */
export const propose = (at: ActContext, act: string, change: object): Rows['approvals'] => {
  const { book, context, draft, by } = at
  const text = canonicalJson({ ...change })
  const approval = draft.put('approvals', {
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
  writeAct(at, { approval: approval.id, change: approval.digest })
  return approval
}

/** The answer to a proposal. */
export const proposed = (at: ActContext, approval: Rows['approvals']): Decision<ActResult> =>
  at.draft.done({ kind: 'approval', approval: viewApproval(approval) })
