import { z } from '@hono/zod-openapi'
import { parseId } from '../core/ids.ts'
import type { ApprovalView } from '../core/views.ts'
import type { AppDeps } from './deps.ts'
import { addSettlementDocumentRoutes } from './matters/settlements.ts'
import { problem } from './problem.ts'
import { bodyBy, numberOf } from './reading.ts'
import { renderApproval, renderVerification } from './render.ts'
import type { Routes } from './route.ts'
import { verification } from './schemas/customer.ts'
import * as schemas from './schemas/staff.ts'
import { act, staffOf } from './staff.ts'
import { accountParams, StaffRoutes } from './staff-routes.ts'

/** What takes two persons: one proposes the exact change, another one approves it. How a verification in doubt ends is proposed here. */
export const addSettlementRoutes = (routes: Routes, deps: AppDeps): void => {
  const settlements = addSettlementDocumentRoutes(routes, deps)
  const tag = 'Approvals (staff)'
  const staff = new StaffRoutes(routes, deps, tag)
  staff.addRead({
    path: '/approvals',
    summary: 'Approvals of an account',
    schema: schemas.approvalList,
    question: { kind: 'approvals' },
    render: (approvals) => ({ items: (approvals as ApprovalView[]).map(renderApproval) }),
  })
  staff.addRead({
    path: '/approvals/{approval_id}',
    summary: 'One approval of an account',
    schema: schemas.approval,
    params: accountParams.extend({ approval_id: z.string() }),
    question: { kind: 'approvals' },
    render: (approvals, c) =>
      (approvals as ApprovalView[]).map(renderApproval).find(({ id }) => id === c.req.param('approval_id')) ?? null,
  })
  staff.addAct({
    method: 'post',
    path: '/verifications/{verification_id}/settlement-proposals',
    summary: 'Propose how a verification in doubt ends',
    roles: ['ops', 'finance'],
    params: accountParams.extend({ verification_id: z.string() }),
    body: schemas.settlementProposalBody,
    status: 201,
    schema: schemas.approval,
    wanted: (body, accountId, c) => {
      const verificationId = numberOf(c.req.param('verification_id'), 'ver', accountId)
      if (verificationId === null) return null
      return {
        reason: body.reason,
        act: {
          kind: 'propose_settlement',
          verificationId,
          outcome: body.outcome,
          sourceId: body.source_id ?? null,
          sourceReference: body.source_reference ?? null,
        },
      }
    },
    kind: 'approval',
    render: (done) => renderApproval(done.approval),
  })
  routes.add(
    {
      method: 'post',
      path: '/v1/approvals/{approval_id}/approval',
      caller: 'staff',
      trace: 'account',
      tag,
      summary: 'Approve what somebody else proposed; it takes place at once',
      params: z.object({ approval_id: z.string() }),
      body: schemas.reasonBody,
      answers: {
        200: {
          schema: z.union([verification, settlements.schema, schemas.approval]),
          description:
            'The verification with its ending or the settlement of the account, where that is what was approved; the approval as decided otherwise.',
        },
      },
      problems: ['state_conflict', 'approval_required'],
    },
    async (c) => {
      const member = await staffOf(deps, c, ['ops', 'finance'])
      if (member instanceof Response) return member
      const id = parseId(c.req.param('approval_id') ?? '', 'app')
      if (!id) return problem(c, 'not_found')
      const body = await bodyBy(c, schemas.reasonBody)
      if (body instanceof Response) return body
      const done = await act(deps, c, member, id.accountId, body.reason, { kind: 'approve', approvalId: id.n })
      if (done instanceof Response) return done
      if (done.kind === 'matter') return c.json(settlements.render(done.matter), 200)
      if (done.kind === 'approval') return c.json(renderApproval(done.approval), 200)
      if (done.kind !== 'settlement') throw new Error(`an approval answered ${done.kind}`)
      return c.json(renderVerification(done.verification), 200)
    },
  )
}
