import { z } from '@hono/zod-openapi'
import { makeId } from '../../core/ids.ts'
import { claimHeads } from '../../core/matters/claim.ts'
import { sides } from '../../core/matters/force-majeure.ts'
import type { MatterView } from '../../core/matters/index.ts'
import { type SettlementClaim, type SettlementFee, settlementDirections } from '../../core/matters/settlement.ts'
import { endCauses } from '../../core/matters/settlement-figures.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import { nullableTime, orNull, time } from '../schemas/common.ts'
import { fen } from './debts.ts'
import { renderPack, settledPack } from './settlement-figures.ts'

/* What a settlement shows, to staff and customer alike. */

export const signedFen = z.int()

const pack = settledPack.extend({
  grant_id: z.string(),
  check: z.string(),
  clause: z.string(),
  held: z.int().openapi({ description: 'Credits of calls without an ending; 0 in a final settlement.' }),
  left: z.int().openapi({ description: 'Credits that nobody used and that leave the pack when a final settlement is approved.' }),
  move: z.enum(['refund', 'expire']),
})

const fee = z.strictObject({
  code: z.string(),
  fee_fen: fen,
  due_on: z.string().nullable(),
  days_late: z.int(),
  penalty: orNull(
    z.strictObject({
      uncapped_fen: fen,
      threshold_fen: fen,
      capped_fen: fen,
      charged_fen: fen.openapi({ description: 'What of it stands in this settlement.' }),
    }),
  ),
  interest_fen: fen,
  provider_penalty_fen: fen,
  amount_fen: signedFen,
  paid_fen: fen,
  clause: z.string(),
})

const delay = z.strictObject({
  days_late: z.int(),
  days_fen: fen,
  lump_fen: fen.nullable(),
  chosen: z.enum(['days', 'lump']),
  counted_fen: fen.openapi({ description: 'Days or lump sum, as the customer chose; never both.' }),
  clause: z.string(),
})

const claimMembers = {
  claim_id: z.string(),
  claimant: z.enum(sides),
  head: z.enum(claimHeads),
  amount_fen: fen,
  clause: z.string(),
}

export const settlementMembers = {
  final: z.boolean().openapi({ description: 'False for one in between, which moves nothing.' }),
  cause: z.enum(endCauses),
  as_of: z.string(),
  basis: z.enum(['paid', 'list']),
  packs: z.array(pack),
  fees: z.array(fee),
  delay: orNull(delay),
  claims: z.array(z.strictObject(claimMembers)),
  excluded_claims: z.array(z.strictObject({ ...claimMembers, reason: z.string() })),
  credit_notes: z.array(z.strictObject({ credit_note_id: z.string(), amount_fen: fen })),
  carried: z
    .array(z.strictObject({ settlement_id: z.string(), from_customer_fen: fen, to_customer_fen: fen }))
    .openapi({ description: 'Payments under settlements that were withdrawn.' }),
  charge_fen: fen,
  refund_fen: fen,
  kept_fen: fen,
  fees_fen: signedFen,
  fees_paid_fen: fen,
  uncapped: z
    .boolean()
    .openapi({ description: 'More than the capped penalty is billed; whoever proposed it has confirmed that.' }),
  balance_fen: signedFen.openapi({ description: 'What the customer owes; below 0 what it is owed.' }),
  in_favour_of: z.enum(['customer', 'provider', 'nobody']),
  credit_note_fen: fen.nullable(),
  digest: z.string().openapi({ description: 'SHA-256 of the canonical JSON of everything that two persons agreed to.' }),
  approval_id: z.string().nullable(),
  approved_at: nullableTime,
  signature: orNull(z.strictObject({ at: time, by: z.enum(['customer', 'staff']), document_sha256: z.string().nullable() })),
  objections: z.array(z.strictObject({ at: time, by: z.enum(['customer', 'staff']), text: z.string() })),
  payments: z.array(
    z.strictObject({ on: z.string(), amount_fen: fen, bank_reference: z.string(), direction: z.enum(settlementDirections) }),
  ),
  open_fen: signedFen.openapi({ description: 'What is left of the balance after the payments.' }),
}

/** Which side did it: the customer by its key, or staff on a paper of the customer. */
const sideOf = (by: string): 'customer' | 'staff' => (by.startsWith('key:') ? 'customer' : 'staff')

const renderFee = ({ penalty, ...line }: SettlementFee) => ({
  code: line.code,
  fee_fen: line.feeFen,
  due_on: line.dueOn,
  days_late: line.daysLate,
  penalty: penalty && {
    uncapped_fen: penalty.accruedFen,
    threshold_fen: penalty.thresholdFen,
    capped_fen: penalty.cappedFen,
    charged_fen: penalty.chargedFen,
  },
  interest_fen: line.interestFen,
  provider_penalty_fen: line.providerPenaltyFen,
  amount_fen: line.amountFen,
  paid_fen: line.paidFen,
  clause: line.clause,
})

const renderClaim = (accountId: string, { claimId, claimant, head, amountFen, clause }: SettlementClaim) => ({
  claim_id: makeId('cla', accountId, claimId),
  claimant,
  head,
  amount_fen: amountFen,
  clause,
})

export const renderSettlement = (
  data: MatterView<'settlement'>['data'],
  { accountId }: Pick<MatterView<'settlement'>, 'accountId'>,
) => ({
  final: data.final,
  cause: data.cause,
  as_of: data.asOf,
  basis: data.basis,
  packs: data.packs.map((line) => ({
    ...renderPack(accountId, line),
    grant_id: makeId('gra', accountId, line.grantId),
    check: line.check,
    clause: line.clause,
    held: line.held,
    left: line.left,
    move: line.move,
  })),
  fees: data.fees.map(renderFee),
  delay: data.delay && {
    days_late: data.delay.daysLate,
    days_fen: data.delay.daysFen,
    lump_fen: data.delay.lumpFen,
    chosen: data.delay.chosen,
    counted_fen: data.delay.countedFen,
    clause: data.delay.clause,
  },
  claims: data.claims.map((line) => renderClaim(accountId, line)),
  excluded_claims: data.excludedClaims.map((line) => ({ ...renderClaim(accountId, line), reason: line.reason })),
  credit_notes: data.creditNotes.map(({ creditNoteId, amountFen }) => ({
    credit_note_id: makeId('crn', accountId, creditNoteId),
    amount_fen: amountFen,
  })),
  carried: data.carried.map(({ settlementId, fromCustomerFen, toCustomerFen }) => ({
    settlement_id: makeId('set', accountId, settlementId),
    from_customer_fen: fromCustomerFen,
    to_customer_fen: toCustomerFen,
  })),
  charge_fen: data.chargeFen,
  refund_fen: data.refundFen,
  kept_fen: data.keptFen,
  fees_fen: data.feesFen,
  fees_paid_fen: data.feesPaidFen,
  uncapped: data.uncapped,
  balance_fen: data.balanceFen,
  in_favour_of: data.inFavourOf,
  credit_note_fen: data.creditNoteFen,
  digest: data.digest,
  approval_id: data.approvalId === null ? null : makeId('app', accountId, data.approvalId),
  approved_at: data.approvedAt === null ? null : toRfc3339(data.approvedAt),
  signature: data.signature && {
    at: toRfc3339(data.signature.at),
    by: sideOf(data.signature.by),
    document_sha256: data.signature.documentSha256,
  },
  objections: data.objections.map(({ at, by, text }) => ({ at: toRfc3339(at), by: sideOf(by), text })),
  payments: data.payments.map(({ on, amountFen, bankReference, direction }) => ({
    on,
    amount_fen: amountFen,
    bank_reference: bankReference,
    direction,
  })),
  open_fen: data.openFen,
})
