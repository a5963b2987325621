/** Kinds of change that a source can announce (S1 §2.4). */
export const sourceChangeKinds = ['format', 'content', 'price', 'part_withdrawn', 'all_withdrawn'] as const
export type SourceChangeKind = (typeof sourceChangeKinds)[number]

/** A change that a source has announced, and what the customer says to it (S1 §2.4). */
export interface SourceChange {
  source: string
  change: SourceChangeKind
  /** When the source's notice came in: the period to tell the customer runs from its day. */
  arrivedAt: number
  /** The day from which it is so. */
  effectiveOn: string
  checks: string[]
  /** Yuan per unit from then on, exact decimal text; only a change of price has one. */
  newPrice: string | null
  toldAt: number
  /** Told after the period of the agreement. */
  lateNotice: boolean
  answer: 'accept' | 'refuse' | null
  answeredAt: number | null
  /** What follows: nothing for now, the change, the old terms, or an end that both sides agree on. */
  standing: 'pending' | 'accepted' | 'old_terms_continue' | 'close_by_agreement'
  /** Whether the new price counts. Silence is no consent (contracts.md §5 no. 42). */
  repriced: boolean
  /** Whether the source's act counts as the provider's breach (S3 §6.1.2); never under S1 §2.4. */
  providerBreach: boolean
}

export type SourceChangeAct =
  | ({ kind: 'record_source_change'; reference: string | null } & Pick<
      SourceChange,
      'source' | 'change' | 'arrivedAt' | 'effectiveOn' | 'checks' | 'newPrice'
    >)
  | { kind: 'answer_source_change'; changeId: number; answer: 'accept' | 'refuse' }
