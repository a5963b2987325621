/**
 * Why something failed (S1 §7.1.2; S2 十(二)(三); S3 §6.1.8, §9.6, 附件3 第五条, 第六条). The partner is a data source; whose fault it is
 * the agreement says.
 */
export const causes = [
  'provider',
  'partner',
  'customer_data',
  'customer_equipment',
  'attack',
  'network',
  'carrier',
  'power',
  'bank',
  'force_majeure',
] as const
export type Cause = (typeof causes)[number]

/** A cause that was recorded, and what follows from it. */
export interface Attribution {
  cause: Cause
  /** Digest of the paper that proves it; null when there is none. */
  proofSha256: string | null
  /** False: the cause is outside the provider and proved, or nobody's breach. Then no penalty line may follow. */
  penaltyMayFollow: boolean
}
