/** The text of one authorisation, kept sealed beside the ledger: only its facts are here (S1 §2.1). */
export interface Evidence {
  consentId: number
  sha256: string
  bytes: number
  mediaType: string
  /** Set while an authority's matter keeps it (S2 十三(一)). */
  frozen: boolean
}

export type EvidenceAct =
  /** Announces a text whose digest was compared; its file follows. */
  | {
      kind: 'file_evidence'
      consent: { id: number } | { reference: string }
      sha256: string
      bytes: number
      mediaType: string
    }
  /** The file is stored and durable. */
  | { kind: 'keep_evidence'; evidenceId: number }

export type EvidenceStanding = 'proved' | 'digest_mismatch' | 'pending' | 'overdue'

/** One call whose authorisation text was asked for. */
export interface EvidenceCall {
  verificationId: number
  consentId: number
  /** Digest that was recorded with the consent before the call. */
  expectedSha256: string
  standing: EvidenceStanding
  uploads: { sha256: string; at: number; matches: boolean }[]
}

/** A request for the authorisation texts of chosen calls (S1 §2.1: at any time). */
export interface EvidenceRequest {
  text: string | null
  calls: EvidenceCall[]
}

export type EvidenceRequestAct =
  /** A text that is not the recorded one: only its digest is kept. */
  { kind: 'note_evidence'; requestId: number; verificationId: number; sha256: string }
export type EvidenceRequestStaffAct = {
  kind: 'request_evidence'
  reference: string | null
  verificationIds: number[]
  text: string | null
}
