import { judgeFeeObjection } from '../../agreement/objection.ts'
import { days, workdays } from '../../agreement/time-terms.ts'
import type { ActResult } from '../../core/commands.ts'
import type {
  ChargeDisputeAct,
  ChargeDisputeStaffAct,
  ChargeDisputeWithdrawal,
  Remedy,
} from '../../core/matters/charge-dispute.ts'
import type { Refusal } from '../../core/refusal.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import type { Rows } from '../book.ts'
import { type ActContext, calendarOf, termsOf, writeAct } from '../decide/act-context.ts'
import { propose, proposed } from '../decide/propose.ts'
import { type Decision, unchanged } from '../draft.ts'
import { findRemedy, giveCredits, type ProposedRemedy } from './charge-remedy.ts'
import { findCharge } from './charge-value.ts'
import { issueCreditNote } from './credit-note.ts'
import {
  changeMatter,
  clockFrom,
  defineMatter,
  endClock,
  findMatter,
  findRepeated,
  isRefusal,
  matterDone,
  openMatter,
} from './matter.ts'
import { clauseFor, conflict, endOnce } from './record.ts'
import { findStatementOf } from './statement-of.ts'

type Act<N extends ChargeDisputeStaffAct['kind']> = Extract<ChargeDisputeStaffAct, { kind: N }>

/** How soon the provider answers: as for an authorisation text, by the house's choice (contracts.md §5 no. 23). */
const answerWithin = workdays(3)

const answerClock = 'answer'

/** The disputes of one charge are told apart by their reference: there is one, and another only when staff open it again. */
const referenceOf = (verificationId: number, round: number): string =>
  round === 1 ? `verification-${verificationId}` : `verification-${verificationId}-${round}`

const latestOf = (at: ActContext, verificationId: number): { row: Rows['matters'] | null; next: string } => {
  let row: Rows['matters'] | null = null
  for (let round = 1; ; round += 1) {
    const found = at.book.matterByReference('charge_dispute', referenceOf(verificationId, round))
    if (!found) return { row, next: referenceOf(verificationId, round) }
    row = found
  }
}

/**
 * Whether the time to object is over: that of the statement which holds the charge, and where there is none, as long after the
 * charge (S3 §6.1.6; contracts.md §5 no. 39). While the statement is not issued, and while days are uncertain, it is not.
 */
const isTooLate = (at: ActContext, { seq, settledAt }: Rows['outcomes']): boolean => {
  const statement = findStatementOf(at, seq)
  const from = statement === null ? shanghaiDay(settledAt) : statement.noticedOn
  if (from === null) return false
  const within = termsOf(at)?.feeObjection ?? days(15)
  return judgeFeeObjection(calendarOf(at), within, from, null, shanghaiDay(at.draft.now)).kind === 'accepted'
}

/** A charge is disputed once; after it was lost or taken back, staff alone may look at it again. */
const openChargeDispute = (at: ActContext, act: ChargeDisputeAct): Decision<ActResult> => {
  const { verificationId, chargeGround: ground, text } = act
  const charge = findCharge(at, verificationId)
  if (isRefusal(charge)) return unchanged(charge)
  const { row: prior, next } = latestOf(at, verificationId)
  if (prior) {
    const repeated = findRepeated(at, 'charge_dispute', prior.reference, act)
    const mayOpenAgain = at.by.kind === 'staff' && (prior.state === 'lost' || prior.state === 'withdrawn')
    if (!mayOpenAgain) return unchanged(repeated?.kind === 'matter' ? repeated : conflict('already_disputed'))
  } else if (isTooLate(at, charge.ending)) return unchanged(conflict('objection_period_over'))
  const { verification, ending } = charge
  const dispute = openMatter(at, 'charge_dispute', {
    state: 'open',
    data: {
      verificationId,
      check: verification.check,
      outcome: ending.outcome,
      credits: ending.credits,
      settledAt: ending.settledAt,
      ground,
      text,
      reply: null,
      remedy: null,
      grantId: null,
      creditNoteId: null,
      previousId: prior?.id ?? null,
    },
    clocks: [
      clockFrom(at, {
        name: answerClock,
        clause: clauseFor(at, 'charge_dispute'),
        rule: { kind: 'within', eventOn: shanghaiDay(at.draft.now), length: answerWithin, roll: true },
      }),
    ],
    reference: next,
    act,
  })
  const clause = clauseFor(at, 'fee_objection')
  writeAct(at, { charge_dispute: dispute.id, verification: verificationId, ground, clause }, { text })
  return matterDone(at, dispute)
}

/** Whoever opened it may take it back; staff record that the customer said so by another way. */
const withdraw = (at: ActContext, { disputeId, text }: ChargeDisputeWithdrawal) =>
  endOnce(at, 'charge_dispute', disputeId, 'withdrawn', ({ data }) => ({
    state: 'withdrawn',
    close: true,
    facts: { verification: data.verificationId },
    body: { text },
  }))

/** The charge stands, and the customer is told why. */
const lose = (at: ActContext, { disputeId, text }: Act<'lose_charge_dispute'>) =>
  endOnce(at, 'charge_dispute', disputeId, 'lost', ({ data, clocks }) => ({
    state: 'lost',
    data: { reply: text },
    clocks: endClock(clocks, answerClock, at.draft.now),
    close: true,
    facts: { verification: data.verificationId },
    body: { text },
  }))

interface ProposedWin {
  charge_dispute: number
  remedy: Remedy
  credits: number
  amount_fen: number
  text: string
}

const remedyOf = (at: ActContext, verificationId: number, wanted: Remedy | null): ProposedRemedy | Refusal => {
  const charge = findCharge(at, verificationId)
  return isRefusal(charge) ? charge : findRemedy(at, charge, wanted)
}

/** What is given back is credits or money, so two persons agree to it: this is the first. */
const proposeWin = (at: ActContext, { disputeId, remedy, text }: Act<'propose_charge_dispute_win'>): Decision<ActResult> => {
  const dispute = findMatter(at, 'charge_dispute', disputeId)
  if (isRefusal(dispute)) return unchanged(dispute)
  const found = remedyOf(at, dispute.data.verificationId, remedy)
  if (isRefusal(found)) return unchanged(found)
  const { amountFen, ...more } = found
  const change: ProposedWin = { charge_dispute: disputeId, ...more, amount_fen: amountFen, text }
  return proposed(at, propose(at, 'win_charge_dispute', change))
}

/**
 * The second person has agreed: the customer is given back exactly what was proposed. The verification, its ending and its entries
 * stay as they are.
 */
export const winChargeDispute = (at: ActContext, change: ProposedWin): ActResult => {
  const { charge_dispute: disputeId, remedy, credits, amount_fen: amountFen, text } = change
  const dispute = findMatter(at, 'charge_dispute', disputeId)
  if (isRefusal(dispute)) return dispute
  const { verificationId } = dispute.data
  const charge = findCharge(at, verificationId)
  if (isRefusal(charge)) return charge
  const found = findRemedy(at, charge, remedy)
  if (isRefusal(found)) return found
  if (found.credits !== credits || found.amountFen !== amountFen) return conflict('figures_changed')
  writeAct(
    { ...at, kind: 'win_charge_dispute' },
    { charge_dispute: disputeId, verification: verificationId, remedy, credits, amount_fen: amountFen },
    { text },
  )
  const won = { state: 'won', clocks: endClock(dispute.clocks, answerClock, at.draft.now), close: true }
  if (remedy === 'credits') {
    const grant = giveCredits(at, disputeId, charge)
    changeMatter(at, dispute, { ...won, data: { reply: text, remedy, grantId: grant.id } })
    return { kind: 'done' }
  }
  const statementId = findStatementOf(at, charge.ending.seq)?.id ?? null
  const about = { statementId, verificationId, billId: charge.billId }
  const note = issueCreditNote(at, { amountFen, cause: 'charge_dispute', about, text })
  if (isRefusal(note)) return note
  changeMatter(at, dispute, { ...won, data: { reply: text, remedy, creditNoteId: note.id } })
  return { kind: 'done' }
}

/** Disputes of single charges (a choice of the house; S3 §6.1.6 gives the time to object). What is not disputed stays as it is. */
export const chargeDisputeRules = defineMatter<'charge_dispute', ChargeDisputeStaffAct>(
  'charge_dispute',
  {
    open_charge_dispute: openChargeDispute,
    withdraw_charge_dispute: withdraw,
    propose_charge_dispute_win: proposeWin,
    lose_charge_dispute: lose,
  },
  undefined,
  // What is open between the two sides outlives the account (S2 八(三), 十三(一)).
  ['open_charge_dispute', 'withdraw_charge_dispute', 'propose_charge_dispute_win', 'lose_charge_dispute'],
)
