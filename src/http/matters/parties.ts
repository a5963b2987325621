import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { MatterView } from '../../core/matters/index.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import { checkUscc, normaliseUscc } from '../../core/uscc.ts'
import type { AppDeps } from '../deps.ts'
import type { AppEnv } from '../env.ts'
import { problem } from '../problem.ts'
import type { Routes } from '../route.ts'
import { callerReference, code, note, plainText, rule, time } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'

const uscc = z
  .string()
  .max(64)
  .transform((text, ctx) => {
    const normalised = normaliseUscc(text)
    const broken = checkUscc(normalised)
    if (broken === null) return normalised
    ctx.addIssue({ code: 'custom', ...rule(broken) })
    return z.NEVER
  })
  .openapi({ type: 'string', description: 'Unified social credit code with its check character (GB 32100).' })

const explanation = plainText(1_000).openapi({
  description: 'Why the account that ordered bears another name. Do not name persons.',
})

const partyBody = z
  .strictObject({
    reference: callerReference.optional(),
    legal_name: plainText(200),
    uscc,
    ordered_by: plainText(200).optional().openapi({ description: 'Name of the market account that ordered.' }),
    business: code.optional().openapi({ description: 'Code of its business, by which some papers are asked for.' }),
    explanation: explanation.optional(),
    reason: note,
  })
  .openapi('PartyRequest')
const explanationBody = z.strictObject({ explanation, reason: note }).openapi('HolderExplanationRequest')

/** How long a claim stands without the record that it was made for, milliseconds: a commit takes far less. */
const claimGraceMs = 60_000

/**
 * Whether the code is of no other customer (S2 五(二)); a refusal otherwise. The directory tells which account has claimed it,
 * the ledger of that account whether it still has it: one that is closed or has recorded another code has it no more.
 */
const claimUscc = async (deps: AppDeps, c: Context<AppEnv>, accountId: string, uscc: string): Promise<Response | null> => {
  const known = await deps.ledgerOf(accountId).read({ kind: 'account', reader: inner, accountId })
  if (known.kind === 'refused') return problem(c, known.code)
  if (known.value.standing === 'closed') return problem(c, 'account_closed')
  const claim = await deps.directory.claimOrganisation({ uscc, accountId, insteadOf: null })
  if (claim.accountId === accountId) return null
  const isLeft = deps.clock() - claim.claimedAt > claimGraceMs && !(await hasParty(deps, claim.accountId, uscc))
  const next = isLeft ? await deps.directory.claimOrganisation({ uscc, accountId, insteadOf: claim.accountId }) : claim
  return next.accountId === accountId ? null : problem(c, 'state_conflict', { reason: 'uscc_taken' })
}

/** The gateway itself asks. */
const inner = { kind: 'staff', sub: 'gateway' } as const

const hasParty = async (deps: AppDeps, accountId: string, uscc: string): Promise<boolean> => {
  const ledger = deps.ledgerOf(accountId)
  const account = await ledger.read({ kind: 'account', reader: inner, accountId })
  if (account.kind === 'refused' || account.value.standing === 'closed') return false
  const list = { kind: 'matters', reader: inner, accountId, matter: 'party', open: true, before: null, limit: 1 } as const
  const found = await ledger.read(list)
  const [party] = found.kind === 'read' ? found.value.items : []
  return (party as MatterView<'party'> | undefined)?.data.uscc === uscc
}

/** Who the customer is: its name, its code, the account that ordered (S1 一, S2 五(二)). */
export const addPartyRoutes = (routes: Routes, deps: AppDeps): void => {
  const parties = new MatterRoutes(routes, deps, {
    kind: 'party',
    noun: 'parties',
    param: 'party_id',
    tag: 'Onboarding',
    name: 'Party',
    members: {
      legal_name: z.string(),
      uscc: z.string(),
      ordered_by: z.string().nullable(),
      business: z.string().nullable(),
      holder_differs: z.boolean().openapi({ description: 'The account that ordered bears another name.' }),
      explanation: z.strictObject({ text: z.string(), by: z.string(), at: time }).nullable(),
    },
    render: ({ legalName, uscc, orderedBy, business, differs, explanation }) => ({
      legal_name: legalName,
      uscc,
      ordered_by: orderedBy,
      business,
      holder_differs: differs,
      explanation: explanation && { ...explanation, at: toRfc3339(explanation.at) },
    }),
  })
  parties.addCustomerReads({ list: 'Who you are on record, newest first', one: 'One record of who you are' })
  parties.addStaffReads({ list: 'Who the customer is on record, newest first', one: 'One record of who the customer is' })
  parties.addStaffAct({
    method: 'post',
    summary: 'Record who the customer is; it takes the place of the record before',
    roles: ['ops'],
    body: partyBody,
    status: 201,
    wanted: async (body, accountId, c) =>
      (await claimUscc(deps, c, accountId, body.uscc)) ?? {
        kind: 'record_party',
        reference: body.reference ?? null,
        legalName: body.legal_name,
        uscc: body.uscc,
        orderedBy: body.ordered_by ?? null,
        business: body.business ?? null,
        explanation: body.explanation ?? null,
      },
  })
  parties.addStaffAct({
    method: 'put',
    path: '/{party_id}/explanation',
    summary: 'Explain why another account ordered',
    roles: ['ops'],
    body: explanationBody,
    status: 200,
    wanted: ({ explanation }, accountId, c) => {
      const partyId = parties.numberIn(c, accountId)
      return partyId === null ? null : { kind: 'explain_holder', partyId, explanation }
    },
  })
}
