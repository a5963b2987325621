import type { Attribution, Cause } from './cause.ts'

/** What a ticket asks for (S4 §7.1.1, §7.2.1): a question, a fault, an outage, an upgrade. */
export const ticketTopics = ['question', 'fault', 'outage', 'upgrade'] as const
export type TicketTopic = (typeof ticketTopics)[number]

/** A fault report or a request for support. Free text names no person. */
export interface Ticket {
  topic: TicketTopic
  /** Set where somebody has to come at once (S3 §5.2). */
  urgent: boolean
  text: string
  /** What was said and done, oldest first; each step with who and when (S3 §6.2.3, §6.2.4). */
  steps: { step: 'reported' | TicketStep; at: number; by: string; text: string | null }[]
  /** Why it came to that; null while nobody has said. */
  attribution: Attribution | null
}

export const ticketSteps = ['accepted', 'replied', 'planned', 'in_work', 'on_site', 'remote', 'solved', 'confirmed'] as const
export type TicketStep = (typeof ticketSteps)[number]

export type TicketAct =
  | { kind: 'open_ticket'; reference: string | null; topic: TicketTopic; urgent: boolean; text: string }
  | { kind: 'step_ticket'; ticketId: number; step: TicketStep; text: string | null }
/** Only staff say why something failed. */
export type TicketStaffAct = { kind: 'attribute_ticket'; ticketId: number; cause: Cause; proofSha256: string | null }
