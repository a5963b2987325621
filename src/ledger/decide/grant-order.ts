import type { Rows } from '../book.ts'

const isUsable = (grant: Rows['grants'], now: number): boolean =>
  now >= grant.startsAt && (grant.expiresAt === null || now < grant.expiresAt)

/**
 * The grant that pays for one verification: lowest priority number, then earliest expiry, then oldest (DESIGN.md §3).
 * One grant pays the whole of it; null when none can.
 */
export const chooseGrant = (
  grants: readonly Rows['grants'][],
  wanted: { check: string; mode: Rows['grants']['mode']; credits: number; now: number },
): Rows['grants'] | null => {
  const usable = grants.filter(
    (grant) =>
      grant.check === wanted.check &&
      grant.mode === wanted.mode &&
      grant.available >= wanted.credits &&
      isUsable(grant, wanted.now),
  )
  usable.sort(
    (a, b) =>
      a.priority - b.priority ||
      (a.expiresAt ?? Number.MAX_SAFE_INTEGER) - (b.expiresAt ?? Number.MAX_SAFE_INTEGER) ||
      a.id - b.id,
  )
  return usable[0] ?? null
}

/** Credits that a check could spend at this instant in this mode. */
export const sumAvailable = (
  grants: readonly Rows['grants'][],
  check: string,
  mode: Rows['grants']['mode'],
  now: number,
): number =>
  grants
    .filter((grant) => grant.check === check && grant.mode === mode && isUsable(grant, now))
    .reduce((sum, grant) => sum + grant.available, 0)
