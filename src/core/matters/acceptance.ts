/** An application that the customer accept what was built (S3 §4.2). Days are Asia/Shanghai days; null: it has not happened. */
export interface Acceptance {
  /** Day on which the application counts as delivered. */
  appliedOn: string
  /** A reminder before the first period is over does not count (contracts.md §5 no. 28). */
  reminders: { on: string; counts: boolean }[]
  organisedOn: string | null
  /** Day that counts as that of signing: the passed acceptance, or the last day of the silent customer. */
  acceptedOn: string | null
  refusedOn: string | null
  /** What the acceptance begins; null where the agreement has no maintenance (S3 第三条). */
  maintenance: { coverFrom: string; lastDay: string; pricedDays: number } | null
}

/** Acts on it that either side may report. */
export type AcceptanceResultAct =
  | { kind: 'organise_acceptance'; acceptanceId: number; on: string | null }
  | { kind: 'conclude_acceptance'; acceptanceId: number; result: 'passed' | 'failed'; on: string | null; text: string | null }

export type AcceptanceAct =
  | { kind: 'apply_acceptance'; reference: string | null; on: string }
  | { kind: 'remind_acceptance'; acceptanceId: number; on: string }
  | AcceptanceResultAct
