/** What a document of an agreement is. */
export const documentKinds = ['contract', 'annex', 'supplement', 'privacy_policy', 'interface', 'other'] as const
export type DocumentKind = (typeof documentKinds)[number]

export const documentForms = ['sealed_download', 'paper', 'online_text'] as const
export type DocumentForm = (typeof documentForms)[number]

/** A document of an agreement: known by its digest, and kept itself where it was filed. */
export interface AgreementDocument {
  what: DocumentKind
  /** As the document calls itself, such as `2024-07`. */
  version: string
  sha256: string
  /** Whether both seals stand on it. */
  sealed: boolean
  /** How many copies were made. */
  copies: number
  form: DocumentForm
  /** Whether this form is the one that counts (contracts.md §5 no. 36). */
  authoritative: boolean
  /** Version of the agreement to which it belongs (S1 二.2). */
  agreementVersion: number
  /** Bytes of the filed copy; null until it is filed. */
  bytes: number | null
  filedAt: number | null
  /** Downloads by the customer, the newest 100; each has its entry in the journal. */
  downloads: { at: number; by: string }[]
}

export type DocumentAct =
  | {
      kind: 'record_document'
      what: DocumentKind
      version: string
      sha256: string
      sealed: boolean
      /** Null for the number that the agreement says. */
      copies: number | null
      form: DocumentForm
    }
  | { kind: 'file_document'; documentId: number; sha256: string; bytes: number }
  | { kind: 'download_document'; documentId: number }
