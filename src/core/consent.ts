/**
 * What a consent record says besides whom, what and when (sources.md §8.3, after ISO/IEC TS 27560:2023): kept as stated,
 * judged by nobody at call time. Codes and digests; nothing here names a person.
 */
export interface ConsentDetails {
  method: string
  lawfulBasis: string
  separateConsent: boolean
  notice: { version: string; sha256: string; language: string; url: string | null }
  evidence: { sha256: string; mediaType: string }
  dataCategories: string[]
  service: string | null
  channel: string | null
  collectedBy: string | null
  storageLocation: string | null
  retentionUntil: number | null
  withdrawalMethod: string | null
  /** Who consented in the place of a person under 14 (PIPL art. 31). */
  guardian: string | null
}
