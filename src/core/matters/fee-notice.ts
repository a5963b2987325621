/** A fee that the customer was told of: it may object, and silence accepts it (S3 §6.1.6). Free text names no person. */
export interface FeeNotice {
  amountFen: number
  about: string
  /** Day on which the notice counts as delivered. */
  noticedOn: string
  objectedOn: string | null
  objection: string | null
  /** Day from which the fee stands by silence. */
  acceptedOn: string | null
  /** What the two sides settled on after an objection. */
  concludedFen: number | null
}

export type FeeObjectionAct = { kind: 'object_to_fee'; feeNoticeId: number; on: string | null; text: string }

export type FeeNoticeAct =
  | { kind: 'send_fee_notice'; reference: string | null; amountFen: number; about: string; on: string }
  | { kind: 'conclude_fee_objection'; feeNoticeId: number; amountFen: number }
  | FeeObjectionAct
