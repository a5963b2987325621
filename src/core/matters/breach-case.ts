/** What becomes of a case of breach. A case that was closed without action is not lost: it can be opened again (S1 §6.2). */
export const breachSteps = ['closed', 'reopened', 'acted_upon'] as const
export type BreachStep = (typeof breachSteps)[number]

/** A breach by the customer, with the ground that it gives. */
export interface BreachCase {
  ground: string
  /** The clause that was broken, as the agreement is printed. */
  clause: string
  /** When it happened. */
  happenedAt: number
  text: string
  /** What was done, oldest first. */
  steps: { step: 'opened' | BreachStep; at: number; by: string; text: string | null }[]
}

export type BreachCaseAct =
  | {
      kind: 'open_breach_case'
      reference: string | null
      ground: string
      clause: string
      happenedAt: number
      text: string
    }
  | { kind: 'step_breach_case'; caseId: number; step: BreachStep; text: string | null }
