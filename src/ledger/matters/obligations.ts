import type { Terms } from '../../agreement/terms.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import type { ActContext } from '../decide/act-context.ts'
import { startBilling } from './bill.ts'
import { openBuild } from './build.ts'

/**
 * What an agreement begins on the day on which it comes into force, by whatever trigger: the time to build and the first month
 * that is billed. Done again it does nothing.
 */
export const beginObligations = (at: ActContext, terms: Terms): void => {
  const { effectiveAt } = at.draft.account
  if (effectiveAt === null) return
  openBuild(at, terms, shanghaiDay(effectiveAt))
  startBilling(at, terms)
}
