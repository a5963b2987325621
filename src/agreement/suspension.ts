import type { Terms } from './terms.ts'

export type SuspensionFinding = { allowed: true } | { allowed: false; reason: 'ground_unknown' | 'notice_required' }

/**
 * Whether service may be stopped on this ground at this instant. The customer's consent is never needed; a delivered
 * notice is, where the agreement's table says so, and there is no waiting time after it (S1 §6.1, contracts.md §5 no. 6).
 */
export const judgeSuspension = (
  suspension: Terms['suspension'],
  ground: string,
  noticeDeemedAt: number | null,
  at: number,
): SuspensionFinding => {
  const rule = Object.hasOwn(suspension, ground) ? suspension[ground] : undefined
  if (rule === undefined) return { allowed: false, reason: 'ground_unknown' }
  if (rule === 'after_notice' && (noticeDeemedAt === null || noticeDeemedAt > at))
    return { allowed: false, reason: 'notice_required' }
  return { allowed: true }
}
