import type { Remedy } from '../../core/matters/charge-dispute.ts'
import type { Refusal } from '../../core/refusal.ts'
import type { Rows } from '../book.ts'
import { type ActContext, actorText } from '../decide/act-context.ts'
import type { Charge } from './charge-value.ts'
import { creditRoom, isGivenBack } from './credit-note.ts'
import { conflict } from './record.ts'

/** What a dispute that is won gives back: credits or money, never both. */
export interface ProposedRemedy {
  remedy: Remedy
  credits: number
  amountFen: number
}

/** Credits can be given back while those of the same pack could still be used. */
const canGiveCredits = ({ draft }: ActContext, { grant }: Charge): boolean =>
  grant !== null && draft.account.closedAt === null && (grant.expiresAt === null || draft.now < grant.expiresAt)

/** The remedy that is wanted, with its exact figures; without a wish credits where a pack paid and they can be used. */
export const findRemedy = (at: ActContext, charge: Charge, wanted: Remedy | null): ProposedRemedy | Refusal => {
  if (isGivenBack(at, charge)) return conflict('nothing_to_give_back')
  const remedy = wanted ?? (canGiveCredits(at, charge) ? 'credits' : 'money')
  if (remedy === 'credits')
    return canGiveCredits(at, charge)
      ? { remedy, credits: charge.ending.credits, amountFen: 0 }
      : conflict('remedy_must_be_money')
  const amountFen = Math.min(Number(charge.valueFen), creditRoom(at, charge))
  return amountFen > 0 ? { remedy, credits: 0, amountFen } : conflict('nothing_to_give_back')
}

/**
 * The credits of a disputed charge once more: a grant of the same check, mode, end and turn as the one that paid, for which nobody
 * paid again. Its number is that of the dispute, so that a charge it pays for later is traced to the price that was paid.
 */
export const giveCredits = (at: ActContext, disputeId: number, { verification, ending, grant }: Charge): Rows['grants'] => {
  const { draft, book } = at
  const { check, mode } = verification
  const given = draft.put('grants', {
    id: disputeId,
    accountId: book.accountId,
    orderId: null,
    check,
    mode,
    priority: grant?.priority ?? 100,
    granted: ending.credits,
    available: ending.credits,
    held: 0,
    captured: 0,
    expired: 0,
    refunded: 0,
    startsAt: draft.now,
    expiresAt: grant?.expiresAt ?? null,
    // It is so small that every use of it would tell the customer that little is left.
    toldPercent: 0,
  })
  draft.entry({
    kind: 'grant',
    actor: actorText(at.by),
    grantId: given.id,
    credits: given.granted,
    leaf: {
      grant: given.id,
      charge_dispute: disputeId,
      check,
      mode,
      credits: given.granted,
      expires_at: given.expiresAt,
    },
  })
  return given
}
