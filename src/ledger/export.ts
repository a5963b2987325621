import { and, asc, eq, gt, isNotNull, lte, sql } from 'drizzle-orm'
import type { ExportPage, ExportPart } from '../core/commands.ts'
import type { Rows } from './book.ts'
import type { Db } from './db.ts'
import * as schema from './schema.ts'

const value = (name: string) => sql.placeholder(name)

interface Asked {
  part: ExportPart
  uptoSeq: number
  after: number
  limit: number
}

/** What a source bills the reseller is not the customer's. */
const withoutCost = ({ sourceCostMicroYuan, ...outcome }: Rows['outcomes']): Omit<Rows['outcomes'], 'sourceCostMicroYuan'> =>
  outcome

/**
 * What is handed over of the books, page by page in the order in which it came about (S3 §6.2.10): the lines are the rows as
 * they are kept, so numbers and names are masked and everything else is a digest. Keys and their secrets are not in it.
 */
export const prepareExport = (db: Db): ((account: Rows['accounts'], asked: Asked) => ExportPage) => {
  const { entries, verifications, outcomes, consents, dataSubjects } = schema
  const page = { account: value('account'), after: value('after'), limit: value('limit'), upto: value('upto') }
  const journal = db
    .select()
    .from(entries)
    .where(and(eq(entries.accountId, page.account), gt(entries.id, page.after), lte(entries.seq, page.upto)))
    .orderBy(asc(entries.id))
    .limit(page.limit)
    .prepare()
  const leaves = db
    .select({ id: entries.id, index: entries.leafIndex, leaf: entries.leaf, hash: entries.leafHash })
    .from(entries)
    .where(
      and(
        eq(entries.accountId, page.account),
        gt(entries.id, page.after),
        lte(entries.seq, page.upto),
        isNotNull(entries.leafIndex),
      ),
    )
    .orderBy(asc(entries.id))
    .limit(page.limit)
    .prepare()
  const calls = db
    .select({ verification: verifications, outcome: outcomes })
    .from(verifications)
    .leftJoin(outcomes, eq(outcomes.verificationId, verifications.id))
    .where(and(eq(verifications.accountId, page.account), gt(verifications.id, page.after), lte(verifications.seq, page.upto)))
    .orderBy(asc(verifications.id))
    .limit(page.limit)
    .prepare()
  const agreed = db
    .select({ consent: consents, number: dataSubjects.numberMasked, name: dataSubjects.nameMasked, kind: dataSubjects.kind })
    .from(consents)
    .innerJoin(dataSubjects, eq(dataSubjects.id, consents.subjectId))
    .where(and(eq(consents.accountId, page.account), gt(consents.id, page.after)))
    .orderBy(asc(consents.id))
    .limit(page.limit)
    .prepare()

  /** Rows of one part, each with the number that the next page begins after. */
  const rowsOf = (part: ExportPart, values: Record<string, unknown>): { id: number; line: object }[] => {
    switch (part) {
      case 'ledger':
        return journal.all(values).map(({ id, accountId, leaf, ...row }) => ({ id, line: { id, account: accountId, ...row } }))
      case 'audit_log':
        return leaves.all(values).map(({ id, ...line }) => ({ id, line }))
      case 'all_collected_data':
        return calls.all(values).map(({ verification, outcome }) => {
          // Fingerprints and digests of idempotency keys are the gateway's own and say nothing to anybody else.
          const { idempotency, fingerprint, ...call } = verification
          return { id: call.id, line: { ...call, outcome: outcome && withoutCost(outcome) } }
        })
      case 'consent_records':
        return agreed.all(values).map(({ consent, number, name, kind }) => {
          const { fingerprint, ...stated } = consent
          return { id: consent.id, line: { ...stated, data_subject: { kind, number, name } } }
        })
    }
  }

  return (account, { part, uptoSeq, after, limit }) => {
    const rows = rowsOf(part, { account: account.id, after, limit: limit + 1, upto: uptoSeq })
    const shown = rows.slice(0, limit)
    return {
      lines: shown.map(({ line }) => JSON.stringify(line)),
      next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
      seq: account.seq,
    }
  }
}
