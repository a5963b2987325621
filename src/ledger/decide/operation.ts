import type { DueResult } from '../../core/commands.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import type { Book, Rows } from '../book.ts'
import { accountNow, type Context, type Decision, Draft, unchanged } from '../draft.ts'

/** Whether an operation at this instant is the first of its day: a reading is written down then and not again. */
export const isFirstOfDay = ({ lastOperationAt }: Pick<Rows['accounts'], 'lastOperationAt'>, now: number): boolean =>
  lastOperationAt === null || shanghaiDay(lastOperationAt) < shanghaiDay(now)

/** A reading is an operation, too (S0 六.2). Counting is by days, so one writing a day says as much as all. */
export const decideNoteOperation = (book: Book, context: Context): Decision<DueResult> => {
  const account = book.account()
  if (!account || !isFirstOfDay(account, accountNow(book, context))) return unchanged({ kind: 'done', changed: false })
  const draft = new Draft(context, account)
  draft.operated()
  return draft.done({ kind: 'done', changed: true })
}
