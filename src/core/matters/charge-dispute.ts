/** Why a customer says that one charge is wrong. */
export const chargeDisputeGrounds = ['wrong_result', 'not_requested', 'no_consent', 'duplicate', 'other'] as const
export type ChargeDisputeGround = (typeof chargeDisputeGrounds)[number]
export const remedies = ['credits', 'money'] as const
export type Remedy = (typeof remedies)[number]

/** A charge that is disputed. What was verified, charged and journaled stays as it is; a dispute that is won adds to it. */
export interface ChargeDispute {
  verificationId: number
  check: string
  outcome: string
  /** Credits that were charged; 0 where no pack paid. */
  credits: number
  settledAt: number
  ground: ChargeDisputeGround
  text: string
  /** What the provider says of it; null until it has. */
  reply: string | null
  remedy: Remedy | null
  /** The grant that gives the credits back. */
  grantId: number | null
  /** The note that gives the money back. */
  creditNoteId: number | null
  /** The dispute of the same charge that was ended before staff opened this one. */
  previousId: number | null
}

export interface ChargeDisputeAct {
  kind: 'open_charge_dispute'
  verificationId: number
  chargeGround: ChargeDisputeGround
  text: string
}
export interface ChargeDisputeWithdrawal {
  kind: 'withdraw_charge_dispute'
  disputeId: number
  text: string | null
}
export type ChargeDisputeOwnAct = ChargeDisputeAct | ChargeDisputeWithdrawal
export type ChargeDisputeStaffAct =
  | ChargeDisputeOwnAct
  /** First of two persons. Without a remedy it is credits where they can be used, and money elsewhere. */
  | { kind: 'propose_charge_dispute_win'; disputeId: number; remedy: Remedy | null; text: string }
  | { kind: 'lose_charge_dispute'; disputeId: number; text: string }
