/** What an address is for. Letters, express mail and messengers all go to `post`. */
export const contactChannels = ['email', 'sms', 'fax', 'im', 'post'] as const
export type ContactChannel = (typeof contactChannels)[number]

/** One address for notices (S0 七, S3 §10). A changed address is a matter of its own that follows the old one from its day. */
export interface Contact {
  channel: ContactChannel
  /** What the address is for, such as `finance`; with the channel it names the place in the book. */
  label: string
  /** The one thing here that is somebody's own: in no journal, leaf, log or notice. Null when it was erased. */
  address: string | null
  /** Whether the agreement itself names it (S3 §10.3.5). */
  agreed: boolean
  /** Whether it may be told of offers; service notices always go (S2 五(五)1). */
  marketing: boolean
  language: 'zh' | 'en'
  /** First day on which it is the address, and the first on which it no longer is. */
  from: string
  until: string | null
  /** The number of the contact that it follows. */
  follows: number | null
}

export type ContactAct =
  | {
      kind: 'record_contact'
      channel: ContactChannel
      label: string
      address: string
      agreed: boolean
      marketing: boolean
      language: 'zh' | 'en'
      /** The wanted first day; null takes the first that the agreement allows. */
      from: string | null
    }
  | { kind: 'set_contact_marketing'; contactId: number; marketing: boolean }
  /** It is no address any more, and it is erased. */
  | { kind: 'end_contact'; contactId: number }
