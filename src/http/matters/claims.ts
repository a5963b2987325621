import { z } from '@hono/zod-openapi'
import { makeId } from '../../core/ids.ts'
import { claimEndings, claimHeads } from '../../core/matters/claim.ts'
import { sides } from '../../core/matters/force-majeure.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { MatterRoutes } from './matter-routes.ts'
import { amountFen, numbersOf, reason, reference, sha256, text } from './parts.ts'
import { addStaffStep } from './staff-step.ts'

const claimMembers = {
  reference,
  head: z.enum(claimHeads).openapi({ description: 'What it is for. Which heads there are, the agreement says.' }),
  amount_fen: amountFen,
  text,
  verification_ids: z.array(z.string().max(64)).max(100).default([]),
  evidence: z.array(sha256).max(20).default([]),
}
const claimBody = z.strictObject(claimMembers).openapi('ClaimRequest')
const staffClaimBody = z.strictObject({ ...claimMembers, claimant: z.enum(sides), reason }).openapi('StaffClaimRequest')
const endingBody = z.strictObject({ ending: z.enum(claimEndings), text: text.optional(), reason }).openapi('ClaimEndingRequest')

/** Claims of either side, recorded as they were stated (S1 §2.1, §6.1). */
export const addClaimRoutes = (routes: Routes, deps: AppDeps): void => {
  const claims = new MatterRoutes(routes, deps, {
    kind: 'claim',
    noun: 'claims',
    param: 'claim_id',
    tag: 'Claims',
    name: 'Claim',
    members: {
      claimant: z.enum(sides),
      head: z.enum(claimHeads),
      amount_fen: z.int(),
      text: z.string(),
      verification_ids: z.array(z.string()),
      evidence: z.array(z.string()),
      ending: z.enum(claimEndings).nullable(),
    },
    render: ({ claimant, head, amountFen: amount, text: said, verificationIds, evidence, ending }, { accountId }) => ({
      claimant,
      head,
      amount_fen: amount,
      text: said,
      verification_ids: verificationIds.map((id) => makeId('ver', accountId, id)),
      evidence,
      ending,
    }),
  })
  claims.addCustomerReads({ list: 'Claims of either side, newest first', one: 'One claim' })
  claims.addCustomerAct({
    method: 'post',
    summary: 'Claim something of the provider',
    description:
      'Recorded as you state it; nothing is computed. Refused with the reason `head_not_in_agreement` where the agreement ' +
      'knows no such claim, and `business_risk` for what follows from the use that you made of a result.',
    body: claimBody,
    status: 201,
    problems: ['not_found'],
    wanted: ({ reference: named = null, head, amount_fen, text: said, verification_ids, evidence }, accountId) => {
      const verificationIds = numbersOf(verification_ids, 'ver', accountId)
      return {
        kind: 'record_claim',
        reference: named,
        claimant: 'customer',
        head,
        amountFen: amount_fen,
        text: said,
        verificationIds,
        evidence,
      }
    },
  })
  claims.addStaffReads({ list: 'Claims of an account, newest first', one: 'One claim of an account' })
  claims.addStaffAct({
    method: 'post',
    summary: 'Record a claim of the provider, or one that the customer made by another way',
    roles: ['finance'],
    body: staffClaimBody,
    status: 201,
    wanted: ({ reference: named = null, claimant, head, amount_fen, text: said, verification_ids, evidence }, accountId) => {
      const verificationIds = numbersOf(verification_ids, 'ver', accountId)
      return {
        kind: 'record_claim',
        reference: named,
        claimant,
        head,
        amountFen: amount_fen,
        text: said,
        verificationIds,
        evidence,
      }
    },
  })
  addStaffStep(
    claims,
    { param: 'claim_id', path: 'ending', summary: 'Record how a claim ended', roles: ['finance'], body: endingBody },
    ({ ending, text: said = null }, claimId) => ({ kind: 'end_claim', claimId, ending, text: said }),
  )
}
