import type { Refusal } from '../../core/refusal.ts'
import type { Book, Rows } from '../book.ts'
import { type Context, type Decision, Draft } from '../draft.ts'

/** Denials of one key and code that have a leaf of their own in each minute; beyond, one counting leaf tells the rest. */
const leavesPerMinute = 60
const minuteMs = 60_000

/** A refusal of the standing checks: counted always, and told in the audit log while the minute's share lasts. */
export const deny = <R extends Refusal>(
  context: Context,
  { account, key }: { account: Rows['accounts']; key: Rows['apiKeys'] },
  refusal: R,
  book: Book,
): Decision<R> => {
  const draft = new Draft(context, account)
  draft.operated()
  const minute = Math.floor(draft.now / minuteMs)
  const code = refusal.code
  const prior = book.get('denials', `${minute}|${key.id}|${code}`)
  const count = (prior?.count ?? 0) + 1
  const logged = (prior?.logged ?? 0) + (count <= leavesPerMinute ? 1 : 0)
  if (count <= leavesPerMinute) draft.entry({ kind: 'denial', actor: `key:${key.id}`, leaf: { key: key.id, code } })
  draft.put('denials', { minute, accountId: account.id, keyId: key.id, code, count, logged })
  return draft.done(refusal)
}

/** Writes the counting leaf of a minute that is over. */
export const decideCountDenials = (
  book: Book,
  command: { minute: number; keyNumber: number; code: string },
  context: Context,
): Decision<{ kind: 'done'; changed: boolean }> => {
  const account = book.account()
  const denial = book.get('denials', `${command.minute}|${command.keyNumber}|${command.code}`)
  if (!account || !denial || denial.logged === denial.count) return { result: { kind: 'done', changed: false }, changes: [] }
  const draft = new Draft(context, account)
  if (Math.floor(draft.now / minuteMs) <= denial.minute) return { result: { kind: 'done', changed: false }, changes: [] }
  draft.entry({
    kind: 'denials_counted',
    actor: 'clock',
    leaf: { key: denial.keyId, code: denial.code, minute: denial.minute, count: denial.count - denial.logged },
  })
  draft.put('denials', { ...denial, logged: denial.count })
  return draft.done({ kind: 'done', changed: true })
}
