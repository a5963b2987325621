import type { MatterKind } from './index.ts'

/** Papers that prove an event (S0 四, S1 §7.1.1, S3 §9.2). */
export const proofPapers = ['notarial_deed', 'written_statement', 'other'] as const
export type ProofPaperKind = (typeof proofPapers)[number]

/** What an event does to the obligation (S0 四). */
export const reliefEffects = ['end', 'partial_release', 'extension'] as const
export type ReliefEffect = (typeof reliefEffects)[number]

export type Side = 'provider' | 'customer'
export const sides = ['provider', 'customer'] as const satisfies readonly Side[]

/** What the event keeps its side from doing. */
export interface AffectedObligation {
  text: string
  /** Its last day, before the event moved it. */
  lastDay: string
  /** The clock of another matter that counts it; null where none does. */
  matterId: number | null
  matterKind: MatterKind | null
  clock: string | null
}

/** A case of force majeure (S0 四, S1 §7.1.1, S3 §9). */
export interface ForceMajeure {
  /** Whom the event keeps from its obligation. */
  side: Side
  eventOn: string
  endedOn: string | null
  text: string
  obligation: AffectedObligation
  /** When the other side was told in writing. */
  toldAt: number
  papers: { kind: ProofPaperKind; sha256: string; at: number; by: string }[]
  /** What was done against the loss; without any, the case does not close (S0 四). */
  mitigation: { text: string; at: number; by: string }[]
  effect: { kind: ReliefEffect; delayDays: number | null; at: number; by: string } | null
  /** Day on which the request for talks counts as delivered (S3 §9.4). */
  talksRequestedOn: string | null
  /** From when either side may end the agreement (S3 §9.4); null while it may not. */
  mayEndFrom: number | null
}

export type ForceMajeureAct =
  | {
      kind: 'open_force_majeure'
      reference: string | null
      side: Side
      eventOn: string
      text: string
      obligation: { text: string; lastDay: string | null; matterId: number | null; clock: string | null }
      toldAt: number | null
    }
  | { kind: 'file_proof'; caseId: number; paper: ProofPaperKind; sha256: string }
  | { kind: 'note_mitigation'; caseId: number; text: string }
  | { kind: 'request_event_talks'; caseId: number; deemedOn: string | null }
/** Relief and the end of a case are recorded by staff alone. */
export type ForceMajeureStaffAct =
  | { kind: 'end_event'; caseId: number; on: string }
  | { kind: 'grant_relief'; caseId: number; effect: ReliefEffect; delayDays: number | null }
  | { kind: 'close_force_majeure'; caseId: number }
