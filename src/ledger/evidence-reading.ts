import { and, asc, eq, gt, gte, isNotNull, lt, sql } from 'drizzle-orm'
import type { MatterView } from '../core/matters/index.ts'
import type { CallEvidence, LeafHashPage } from '../core/reads.ts'
import type { Book, Rows } from './book.ts'
import type { Db } from './db.ts'
import { viewMatter } from './matters/matter.ts'
import * as schema from './schema.ts'
import { viewConsent, viewJournalLine, viewVerification } from './views.ts'

const value = (name: string) => sql.placeholder(name)

/** What is kept about one call, and the log that proves it, the latter page by page so that nobody waits for a long one. */
export const prepareEvidence = (db: Db) => {
  const { entries } = schema
  // A journal line is younger than its verification: looked for from there, it is found soon without an index of its own.
  const line = db
    .select()
    .from(entries)
    .where(and(gte(entries.id, value('from')), eq(entries.accountId, value('account')), eq(entries.seq, value('seq'))))
    .orderBy(asc(entries.id))
    .limit(1)
    .prepare()
  const hashes = db
    .select({ id: entries.id, hash: entries.leafHash })
    .from(entries)
    .where(
      and(
        eq(entries.accountId, value('account')),
        gt(entries.id, value('after')),
        isNotNull(entries.leafIndex),
        lt(entries.leafIndex, value('size')),
      ),
    )
    .orderBy(asc(entries.id))
    .limit(value('limit'))
    .prepare()

  const callEvidence = (book: Book, account: Rows['accounts'], verificationId: number, now: number): CallEvidence | null => {
    const verification = book.get('verifications', verificationId)
    const outcome = book.get('outcomes', verificationId)
    const consent = verification && book.get('consents', verification.consentId)
    const subject = consent && book.get('dataSubjects', consent.subjectId)
    const agreement = verification && book.get('agreements', verification.agreementId)
    if (!outcome || !consent || !subject || !agreement) return null
    const doubt = book.get('doubts', verificationId)
    const filed = book.matterByReference('evidence', String(consent.id))
    const seqs = [verification.seq, ...(doubt ? [doubt.seq] : []), outcome.seq]
    return {
      verification: viewVerification(verification, outcome, doubt),
      consent: viewConsent(consent, subject, now),
      evidence: filed && (viewMatter(filed) as MatterView<'evidence'>),
      agreement: { version: agreement.version, digest: agreement.digest, terms: agreement.terms },
      entries: seqs.map((seq) => {
        const found = line.get({ from: verification.id, account: account.id, seq })
        if (!found) throw new Error(`journal line ${seq} is missing`)
        return viewJournalLine(found)
      }),
      size: account.leaves,
    }
  }

  const leafHashes = (
    account: Rows['accounts'],
    { size, after, limit }: { size: number; after: number; limit: number },
  ): LeafHashPage => {
    const rows = hashes.all({ account: account.id, after, size, limit: limit + 1 })
    const shown = rows.slice(0, limit)
    return {
      hashes: shown.map(({ hash }) => hash ?? ''),
      next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
    }
  }

  return { callEvidence, leafHashes }
}
