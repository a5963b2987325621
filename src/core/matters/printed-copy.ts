import type { MatterKind } from './index.ts'

/** A printed form of a document that was made outside the gateway, such as a PDF: known by its digest, and not kept. */
export interface PrintedCopy {
  /** What was printed: the kind of the matter, and its number. */
  about: MatterKind
  aboutId: number
  /** Whether it was a draft when it was printed. */
  draft: boolean
  language: 'zh' | 'en'
  sha256: string
  bytes: number
}

export type PrintedCopyAct = { kind: 'record_printed_copy' } & PrintedCopy
