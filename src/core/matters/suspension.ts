/** What a suspension stops: the whole account, one key, or the checks about one person. */
export const suspensionTargets = ['account', 'key', 'subject'] as const

/** The three sides that have to agree before checks about a person who objected go on (S3 §6.2.9). */
export const agreeingParties = ['data_subject', 'customer', 'provider'] as const
export type AgreeingParty = (typeof agreeingParties)[number]

/** One suspension, from the act that imposed it to the act that lifted it: who, why, when. */
export interface SuspensionRecord {
  target: (typeof suspensionTargets)[number]
  /** The key that is stopped; null elsewhere. */
  keyNumber: number | null
  /** The consent by which the person was named, and the number of the person's row; null elsewhere. */
  consentId: number | null
  subjectId: number | null
  ground: string
  /** Why, in the words of who imposed it; null where the clock did. */
  note: string | null
  /** The clause that it rests on; null where staff named the ground alone. */
  clause: string | null
  /** The notice that came first, and when it counted as delivered. */
  noticeId: number | null
  noticeAt: number | null
  /** Nothing of the account's records is erased while it stands (S3 附件3 第二条). */
  keepRecords: boolean
  /** The authority has to be told (S3 附件3 第二条); an alarm stands until somebody did. */
  reportToAuthority: boolean
  resumeOn: 'three_party_agreement' | null
  lifted: { by: string; note: string | null; clause: string | null; agreedBy: AgreeingParty[] } | null
}

/** The customer says that a key is in the wrong hands: it is locked at once (S2 三(三), S3 §6.1.9). */
export type SuspensionAct = { kind: 'report_leak'; keyNumber: number; note: string | null }
