import type { Terms } from '../../agreement/terms.ts'
import type { Book, Rows } from '../book.ts'
import type { Draft } from '../draft.ts'
import { notify } from '../matters/notice.ts'
import { byClock } from './by-clock.ts'

/**
 * The lowest share, in percent, that so few credits have reached and that the customer was not told of; null when there is none.
 * Whole numbers only, because every hold asks.
 */
export const reachedWarning = (
  { granted, available, toldPercent }: Pick<Rows['grants'], 'granted' | 'available' | 'toldPercent'>,
  warnings: readonly number[],
): number | null => {
  let reached: number | null = null
  for (const percent of warnings)
    if (percent < toldPercent && available * 100 <= granted * percent && (reached === null || percent < reached))
      reached = percent
  return reached
}

/**
 * The grant after a hold. When a share of the agreement's list is reached the customer is told in the same commit, once for
 * each share and grant: credits that come back and go again tell nothing new.
 */
export const tellLowBalance = (
  draft: Draft,
  book: Book,
  grant: Rows['grants'],
  { balanceWarnings }: Pick<Terms, 'balanceWarnings'>,
): Rows['grants'] => {
  const percent = reachedWarning(grant, balanceWarnings)
  if (percent === null) return grant
  const { id, check, mode, available } = grant
  const at = byClock(book, 'quota_low', draft)
  notify(at, 'quota_low', { grant: id, check, mode, percent, available })
  return { ...grant, toldPercent: percent }
}
