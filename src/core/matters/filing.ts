/** What is filed [备案] of an endpoint: an internet content provider, a network safety record, an address. */
export const filingKinds = ['icp', 'network_safety', 'address'] as const
export type FilingKind = (typeof filingKinds)[number]

/** The filing of one domain or address of the customer (S3 §8.2, 附件3 第八条). */
export interface Filing {
  number: string
  filing: FilingKind
  endpoint: string
  /** Who holds it, as filed: never the provider. */
  holder: string
  validTo: string | null
  /** When staff last looked it up; null before that. */
  checkedOn: string | null
  /** Since when it is no longer what is filed; null when it is. */
  changedOn: string | null
}

interface Filed {
  number: string
  filing: FilingKind
  endpoint: string
  holder: string
  validTo: string | null
}

export type FilingAct =
  | ({ kind: 'record_filing'; reference: string | null } & Filed)
  /** What is filed was brought up to date. */
  | ({ kind: 'update_filing'; filingId: number } & Filed)
  /** It is no longer what is filed, since this day. */
  | { kind: 'outdate_filing'; filingId: number; changedOn: string }
  | { kind: 'check_filing'; filingId: number; checkedOn: string }

export type OwnFilingAct = Exclude<FilingAct, { kind: 'check_filing' }>
