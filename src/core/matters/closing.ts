/** Why an agreement ends: the customer's wish, a ground of the agreement, silence, or both sides agreed. */
export const closingCauses = ['customer_stop', 'termination', 'inactivity', 'by_agreement'] as const
export type ClosingCause = (typeof closingCauses)[number]

/** Facts of a notice that was sent on paper or by a system, as far as they are known: instants in milliseconds, days `YYYY-MM-DD`. */
export interface SentNotice {
  channel: string
  postedAt?: number | undefined
  sentAt?: number | undefined
  shownSentAt?: number | undefined
  arrivedAt?: number | undefined
  handedAt?: number | undefined
  postmarkOn?: string | undefined
  atAddressOn?: string | undefined
  signedOn?: string | undefined
  sameCity?: boolean | undefined
  refused?: boolean | undefined
  addressCorrect?: boolean | undefined
}

/**
 * What is left to do once calls are refused, in this order; a hand-over only where the agreement has one (S3 §6.2.10). The keys
 * end last, so that the customer can read its books and fetch what is handed over (S2 八(三)).
 */
export const closingChecks = ['open_calls_ended', 'statement'] as const
export const closingSteps = [
  ...closingChecks,
  'export_complete',
  'export_confirmed',
  'delete',
  'delete_or_anonymise',
  'keys_ended',
] as const
export type ClosingStepName = (typeof closingSteps)[number]

/** What became of what was personal. `digest` is SHA-256 of the canonical JSON of the other members. */
export interface ErasureCertificate {
  clause: string
  erasedAt: number
  /** `overwritten`: number, name, digest and salt are gone, the row and its number stay. */
  method: 'overwritten'
  dataSubjects: number
  /** Data subjects that an authority's matter keeps; they were not erased (S2 十三(一)). */
  keptFrozen: number
  evidenceFiles: number
  /** Matters of which free text was removed. */
  matters: number
  digest: string
}

/** One file of what is handed over. */
export interface HandOverFile {
  part: string
  name: string
  lines: number
  bytes: number
  sha256: string
}

/** What is handed over: files that the gateway made, and papers by their digest. */
export interface HandOverManifest {
  madeAt: number
  /** Journal number up to which the books are in it. */
  uptoSeq: number
  files: HandOverFile[]
  papers: { part: string; sha256: string }[]
  digest: string
}

/** The end of an agreement, from its announcement until nothing is left to do. */
export interface Closing {
  cause: ClosingCause
  /** The code of the agreement's table; null for the customer's wish. */
  ground: string | null
  clause: string
  text: string | null
  /** Digest of the paper that proves the ground, or that both sides signed. */
  documentSha256: string | null
  /** How the notice went; null for one that was made here. */
  sent: SentNotice | null
  /** When the notice counts as delivered; null while nothing was announced. */
  deemedAt: number | null
  /** When calls are refused from; null until it is known. */
  endsAt: number | null
  /** Last operation of the customer when a closing for silence was announced. */
  lastOperationAt: number | null
  steps: { step: ClosingStepName; at: number; by: string; sha256: string | null }[]
  handOver: HandOverManifest | null
  /** What was erased so far; the certificate once nothing is left. */
  erased: { dataSubjects: number; evidenceFiles: number; matters: number }
  certificate: ErasureCertificate | null
}

export type ClosingAct =
  | {
      kind: 'apply_closing'
      reference: string | null
      stopOn: string | null
      text: string | null
      /** Null for an application that is made here. */
      sent: SentNotice | null
    }
  | { kind: 'withdraw_closing'; closingId: number }
  | { kind: 'confirm_hand_over'; closingId: number; manifestDigest: string; documentSha256: string | null }

export type ClosingStaffAct =
  | ClosingAct
  | { kind: 'agree_closing'; closingId: number; documentSha256: string; stopOn: string | null }
  | {
      kind: 'announce_termination'
      reference: string | null
      ground: string
      text: string | null
      documentSha256: string | null
      sent: SentNotice | null
    }
  | { kind: 'announce_inactivity'; reference: string | null; text: string | null; sent: SentNotice }
  | { kind: 'step_closing'; closingId: number; step: 'open_calls_ended' | 'statement' | 'keys_ended' }
  | { kind: 'record_hand_over'; closingId: number; manifest: Omit<HandOverManifest, 'madeAt' | 'digest'> }
  /** The erasure may be done: from here on files are removed. */
  | { kind: 'begin_erasure'; closingId: number }
  /** Overwrites what is personal, a bounded share in each commit, after the files were removed. */
  | { kind: 'erase_account'; closingId: number }
