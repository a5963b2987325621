/** What a paper of the customer is (S1 §3.3, §3.4; S3 §6.1.3; S0 一.3). Papers themselves are filed elsewhere; here stand their digests. */
export const paperKinds = [
  'business_licence',
  'pre_approval',
  'authorisation_letter',
  'agent_id',
  'truth_statement',
  'rotation_request',
  'change_proof',
] as const
export type PaperKind = (typeof paperKinds)[number]

/** A paper on file. It names nobody and holds no content. */
export interface Paper {
  paper: PaperKind
  sha256: string
  /** Whether it bears the customer's seal (S1 §3.3: 须加盖公章). */
  sealed: boolean
  /** First and last day of its validity, Asia/Shanghai; null is open. */
  validFrom: string | null
  validTo: string | null
  /** Who looked at it; never the one who filed it. */
  review: { decision: 'approved' | 'rejected'; by: string; at: number; reason: string } | null
}

export type PaperAct =
  | {
      kind: 'file_paper'
      reference: string | null
      paper: PaperKind
      sha256: string
      sealed: boolean
      validFrom: string | null
      validTo: string | null
    }
  | { kind: 'review_paper'; paperId: number; decision: 'approved' | 'rejected'; text: string }

/** What a customer does itself. */
export type OwnPaperAct = Extract<PaperAct, { kind: 'file_paper' }>
