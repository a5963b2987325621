/** The one person who answers for the customer, by its own word for that person (S3 §6.1.7); never a name or an address. */
export interface ContactPerson {
  contact: string
  /** Digest of the letter that names it; null for the first one, who needs none. */
  letterSha256: string | null
}

export type ContactPersonAct =
  | { kind: 'name_contact'; reference: string | null; contact: string }
  | { kind: 'replace_contact'; contactPersonId: number; contact: string; letterSha256: string }
