import type { CustomerActCommand, CustomerActResult, Scope } from '../../core/commands.ts'
import type { CustomerMatterAct } from '../../core/matters/index.ts'
import { refuse } from '../../core/refusal.ts'
import type { Book } from '../book.ts'
import { accountNow, type Context, type Decision, Draft, unchanged } from '../draft.ts'
import { acceptByUse } from '../matters/amendment.ts'
import { decideMatterAct, staysAfterClosing } from '../matters/index.ts'
import type { ActContext } from './act-context.ts'
import { judgeCredentials } from './credentials.ts'

/** Whoever holds a key may have it locked, whatever else it may do (S2 三(三)): nobody is harmed by that but who holds it wrongly. */
const scopeOf = ({ act, credentials }: CustomerActCommand): Scope | null =>
  act.kind === 'report_leak' && act.keyNumber === credentials.keyNumber ? null : 'account:write'

/** Acts by which a customer does not go on using: it reads what it is told, locks a key, objects, or ends the agreement (S2 二(三), 三(五)). */
const withoutUse: readonly CustomerMatterAct['kind'][] = ['read_notice', 'report_leak', 'object_amendment', 'apply_closing']

/**
 * One act of the customer itself, by a key with `account:write`. A suspended account may act, because what it is suspended for
 * may end by it; a suspended key may not. Each act leaves an entry with a leaf.
 */
export const decideCustomerAct = (book: Book, command: CustomerActCommand, context: Context): Decision<CustomerActResult> => {
  const caller = judgeCredentials(book, command.credentials, scopeOf(command), accountNow(book, context))
  if (caller.kind === 'refused') return unchanged(caller)
  const rate = command.credentials.rate
  const more = rate ? { rate } : {}
  if (caller.account.closedAt !== null && !staysAfterClosing(command.act.kind)) return unchanged(refuse('account_closed', more))
  if (caller.key.suspendedAt !== null) return unchanged(refuse('key_suspended', more))
  const by = { kind: 'key', name: String(caller.key.id) } as const
  const at: ActContext = { book, by, kind: command.act.kind, reason: null, context, draft: new Draft(context, caller.account) }
  at.draft.operated()
  const { result, changes } = decideMatterAct(at, command.act)
  if (result.kind === 'refused') return unchanged({ ...result, ...more })
  const acted = { kind: 'acted', result, rate } as const
  if (changes.length === 0) return unchanged(acted)
  // After the act, which was judged by the version before.
  if (!withoutUse.includes(command.act.kind)) acceptByUse(at)
  return at.draft.done(acted)
}
