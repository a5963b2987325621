/** What a customer reports as changed (S1 §3.3). */
export const changedThings = [
  'name',
  'address',
  'contact',
  'licence',
  'business',
  'legal_representative',
  'approval',
  'other',
] as const
export type ChangedThing = (typeof changedThings)[number]

/** A report that something of the customer has changed. Free text names no person. */
export interface CustomerChange {
  what: ChangedThing
  /** Asia/Shanghai day on which it changed. */
  changedOn: string
  text: string
  /** Whether it was reported after the period of the agreement; null where there is none, or its days are uncertain. */
  late: boolean | null
}

export type CustomerChangeAct =
  | { kind: 'report_change'; reference: string | null; what: ChangedThing; changedOn: string; text: string }
  | { kind: 'note_change'; changeId: number }

export type OwnCustomerChangeAct = Extract<CustomerChangeAct, { kind: 'report_change' }>
