/** Either an authority asks, or the provider reports to one as the law has it (S2 十三(一), S3 §7.5, 附件3 第二条). */
export const authorityDirections = ['request', 'report'] as const
export type AuthorityDirection = (typeof authorityDirections)[number]

/** What an authority asks for or is told, and the records that are kept for it. */
export interface AuthorityRequest {
  direction: AuthorityDirection
  authority: string
  /** The law or order that it rests on. */
  basis: string
  /** Digest of the paper. */
  paperSha256: string
  /** Consents whose data subjects are frozen: nothing of them is erased while it is open. */
  consentIds: number[]
  /** When the customer was told; null while it was not. */
  toldAt: number | null
}

export type AuthorityRequestAct =
  | ({ kind: 'open_authority_request'; reference: string | null; tell: boolean } & Omit<AuthorityRequest, 'toldAt'>)
  | { kind: 'tell_of_authority'; requestId: number }
  | { kind: 'close_authority_request'; requestId: number; text: string }
