/** What a person asks for about itself (S3 §7.3; PIPL art. 45, 47). */
export const subjectAsks = ['access', 'erasure'] as const
export type SubjectAsk = (typeof subjectAsks)[number]

/** Who asks. Only the person itself, or who acts for it by law, is answered (S3 §7.3). */
export const subjectRequesters = ['data_subject', 'guardian', 'third_party'] as const

/** A request of a data subject, named by one of its consents, because no route takes an ID number. */
export interface SubjectRequest {
  ask: SubjectAsk
  requester: (typeof subjectRequesters)[number]
  consentId: number
  /** Digest of the paper by which the requester proved who it is. */
  proofSha256: string | null
  text: string | null
  /** Evidence files that go with the person; known once the request was accepted. */
  evidenceIds: number[]
  /** What was erased, once it was. */
  erased: { consents: number; evidenceFiles: number; erasedAt: number } | null
}

export type SubjectRequestAct =
  | {
      kind: 'open_subject_request'
      reference: string | null
      ask: SubjectAsk
      requester: SubjectRequest['requester']
      consentId: number
      proofSha256: string | null
      text: string | null
    }
  /** An erasure that may be done: from here on the files of the person are removed. */
  | { kind: 'accept_subject_request'; requestId: number }
  /** It is done: the records were given out, or the files are gone and the row is overwritten. */
  | { kind: 'complete_subject_request'; requestId: number }
