import { and, asc, eq, gt, gte, lt, lte, sql } from 'drizzle-orm'
import type { StatementFigures } from '../core/matters/statement.ts'
import { shanghaiDay, startOfDayMs } from '../core/shanghai.ts'
import type { Page, StatementChargeView } from '../core/views.ts'
import type { Db } from './db.ts'
import * as schema from './schema.ts'

const { outcomes, verificationIndex, verifications } = schema

const value = (name: string) => sql.placeholder(name)

/** Where a page of charges lies. */
export interface ChargesWanted {
  accountId: string
  figures: Pick<StatementFigures, 'fromSeq' | 'toSeq' | 'firstServiceDay'>
  /** The number of the verification that the page before ended with; 0 for the first page. */
  after: number
  limit: number
}

/**
 * The charged calls of a statement, oldest first: those whose capture has a journal number of the statement. Only the calls that
 * arrived between its first service day and its end are looked at, however long the history is: numbers of calls grow with their
 * time and with the journal, so that both ends are found by halving.
 */
export const prepareStatementCharges = (db: Db): ((wanted: ChargesWanted) => Page<StatementChargeView>) => {
  const nextCall = db
    .select({ id: verifications.id, seq: verifications.seq, heldAt: verifications.heldAt })
    .from(verificationIndex)
    .innerJoin(verifications, eq(verifications.id, verificationIndex.verificationId))
    .where(and(eq(verificationIndex.accountId, value('account')), gte(verificationIndex.verificationId, value('from'))))
    .orderBy(asc(verificationIndex.verificationId))
    .limit(1)
    .prepare()
  const charges = db
    .select({
      id: verifications.id,
      check: verifications.check,
      heldAt: verifications.heldAt,
      outcome: outcomes.outcome,
      credits: outcomes.credits,
      settledAt: outcomes.settledAt,
      leafIndex: outcomes.leafIndex,
      leafHash: outcomes.leafHash,
    })
    .from(verificationIndex)
    .innerJoin(outcomes, eq(outcomes.verificationId, verificationIndex.verificationId))
    .innerJoin(verifications, eq(verifications.id, verificationIndex.verificationId))
    .where(
      and(
        eq(verificationIndex.accountId, value('account')),
        gte(verificationIndex.verificationId, value('from')),
        lt(verificationIndex.verificationId, value('to')),
        eq(verifications.mode, 'live'),
        eq(outcomes.disposition, 'captured'),
        gt(outcomes.seq, value('fromSeq')),
        lte(outcomes.seq, value('toSeq')),
      ),
    )
    .orderBy(asc(verificationIndex.verificationId))
    .limit(value('limit'))
    .prepare()

  /** A number from which on every call has what is asked, and below which none has. */
  const findFirst = (account: string, has: (call: { seq: number; heldAt: number }) => boolean): number => {
    let low = 0
    let high = Number.MAX_SAFE_INTEGER
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const call = nextCall.get({ account, from: middle })
      if (!call || has(call)) high = middle
      else low = call.id + 1
    }
    return low
  }

  return ({ accountId, figures, after, limit }) => {
    const { fromSeq, toSeq, firstServiceDay } = figures
    if (firstServiceDay === null) return { items: [], next: null }
    const firstMs = startOfDayMs(firstServiceDay)
    const from = after > 0 ? after + 1 : findFirst(accountId, ({ heldAt }) => heldAt >= firstMs)
    const to = findFirst(accountId, ({ seq }) => seq > toSeq)
    const rows = charges.all({ account: accountId, from, to, fromSeq, toSeq, limit: limit + 1 })
    const shown = rows.slice(0, limit)
    return {
      items: shown.map(({ id, check, heldAt, outcome, credits, settledAt, leafIndex, leafHash }) => ({
        accountId,
        id,
        check,
        outcome,
        credits,
        serviceDay: shanghaiDay(heldAt),
        settledAt,
        audit: { index: leafIndex, leafHash },
      })),
      next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
    }
  }
}
