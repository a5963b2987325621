/** What the two sides do not agree about. */
export const disputeTopics = ['fee', 'service', 'data', 'other'] as const
export type DisputeTopic = (typeof disputeTopics)[number]
export const disputeEndings = ['agreed', 'withdrawn', 'judged'] as const
export type DisputeEnding = (typeof disputeEndings)[number]

/** A dispute (S0 五, S3 §11). Nothing stands still but the disputed amount. */
export interface Dispute {
  topic: DisputeTopic
  text: string
  /** What is not paid while it is disputed, in fen; 0 where it is not about money. */
  disputedFen: number
  /** The day on which the request for talks counts as delivered (S3 §11.2). */
  requestedOn: string
  /** Where it goes when the talks are over without a result; null where the agreement names no place. */
  venue: 'providers_place' | 'customers_place' | null
  ending: DisputeEnding | null
}

export type DisputeAct =
  | {
      kind: 'open_dispute'
      reference: string | null
      topic: DisputeTopic
      text: string
      disputedFen: number
      /** The notice by which talks were asked for, or the day on which another request counts as delivered; both null: now. */
      noticeId: number | null
      requestedOn: string | null
    }
  | { kind: 'close_dispute'; disputeId: number; ending: DisputeEnding; text: string | null }
