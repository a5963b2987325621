import type { Terms } from '../../agreement/terms.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import type { ActContext } from '../decide/act-context.ts'
import { startBilling } from './bill.ts'
import { openBuild } from './build.ts'
import { startStatements } from './statement.ts'

/**
 * What an agreement begins on the day on which it comes into force, by whatever trigger: the time to build, the first month
 * that is billed and the first statement. Done again it does nothing.
 */
export const beginObligations = (at: ActContext, terms: Terms): void => {
  const { effectiveAt } = at.draft.account
  if (effectiveAt === null) return
  openBuild(at, terms, shanghaiDay(effectiveAt))
  startBilling(at, terms)
  startStatements(at)
}
