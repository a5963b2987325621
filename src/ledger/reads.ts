import { and, asc, desc, eq, gte, isNotNull, isNull, lt, or, sql } from 'drizzle-orm'
import { findTerm } from '../agreement/term.ts'
import type { Read, Reader, ReadResult, ValueOf } from '../core/commands.ts'
import type { MatterKind, MatterView } from '../core/matters/index.ts'
import { type RateState, type Refusal, refuse } from '../core/refusal.ts'
import type { BalanceView, Page } from '../core/views.ts'
import { readAgreement, readParties } from './agreement-reading.ts'
import type { Book, Rows } from './book.ts'
import { prepareClearing, prepareFiltered } from './clearing-reads.ts'
import type { Db } from './db.ts'
import { judgeCredentials } from './decide/credentials.ts'
import { isFirstOfDay } from './decide/operation.ts'
import { accountNow } from './draft.ts'
import { prepareEvidence } from './evidence-reading.ts'
import { prepareExport } from './export.ts'
import { isShownToCustomer } from './matters/index.ts'
import { asMatter, viewMatter } from './matters/matter.ts'
import { prepareMonthEnd } from './month-end.ts'
import * as schema from './schema.ts'
import { prepareStatementCharges } from './statement-charges.ts'
import { sumUsage } from './usage.ts'
import {
  viewAccount,
  viewAgreement,
  viewAlarm,
  viewApiKey,
  viewApproval,
  viewConsent,
  viewGrant,
  viewJournalLine,
  viewOrderRecord,
  viewVerification,
} from './views.ts'

/** Signings and documents that are looked through for one agreement. */
const mostOfAgreement = 500

const value = (name: string) => sql.placeholder(name)

/** Everything that is read, always from what is committed. A key is judged as in a write; staff's role was judged at the door. */
export const prepareReads = (db: Db): (<R extends Read>(book: Book, read: R, now: number) => ReadResult<R>) => {
  const lists = prepareLists(db)
  const exportPage = prepareExport(db)
  const chargesPage = prepareStatementCharges(db)
  const evidence = prepareEvidence(db)
  const clearing = prepareClearing(db)
  const filtered = prepareFiltered(db)
  const monthEnd = prepareMonthEnd(db)

  const answer = (book: Book, read: Read, now: number): ValueOf<Read> | Refusal => {
    const account = book.account()
    if (!account) return refuse('not_found')
    switch (read.kind) {
      case 'verification': {
        const row = book.get('verifications', read.id)
        return row ? viewVerification(row, book.get('outcomes', row.id), book.get('doubts', row.id)) : refuse('not_found')
      }
      case 'verifications': {
        const ids = lists.verifications.all({
          account: account.id,
          before: read.before ?? Number.MAX_SAFE_INTEGER,
          limit: read.limit + 1,
        })
        const rows = ids.map(({ id }) => book.get('verifications', id)).filter((row) => row !== null)
        return pageOf(rows, read.limit, (row) => viewVerification(row, book.get('outcomes', row.id), book.get('doubts', row.id)))
      }
      case 'consent': {
        const row = 'id' in read.consent ? book.get('consents', read.consent.id) : book.consentByReference(read.consent.reference)
        const subject = row && book.get('dataSubjects', row.subjectId)
        return row && subject ? viewConsent(row, subject, now) : refuse('not_found')
      }
      case 'consents': {
        const rows = lists.consents.all({
          account: account.id,
          before: read.before ?? Number.MAX_SAFE_INTEGER,
          limit: read.limit + 1,
        })
        return pageOf(rows, read.limit, (row) => {
          const subject = book.get('dataSubjects', row.subjectId)
          if (!subject) throw new Error(`consent ${row.id} has no data subject`)
          return viewConsent(row, subject, now)
        })
      }
      case 'account': {
        const agreement = account.agreementId === null ? null : book.get('agreements', account.agreementId)
        return viewAccount(account, agreement && viewAgreement(agreement, book.terms(agreement.id), account.effectiveAt))
      }
      case 'agreement': {
        const mattersOf = (kind: MatterKind) =>
          lists.matters.all({ account: account.id, kind, before: Number.MAX_SAFE_INTEGER, limit: mostOfAgreement })
        const found = readAgreement(
          {
            account,
            agreements: lists.agreements.all({ account: account.id }),
            signings: mattersOf('signing'),
            documents: mattersOf('document'),
            orders: lists.orders.all({ account: account.id }),
          },
          read.at,
          (id) => book.terms(id),
        )
        return found ?? refuse('not_found')
      }
      case 'parties': {
        const kind = 'party'
        const records = lists.matters.all({ account: account.id, kind, before: Number.MAX_SAFE_INTEGER, limit: mostOfAgreement })
        const agreements = lists.agreements.all({ account: account.id })
        return readParties({ account, agreements, records }, read.at, (id) => book.terms(id)) ?? refuse('not_found')
      }
      case 'standing': {
        const agreement = account.agreementId === null ? null : book.get('agreements', account.agreementId)
        const terms = agreement && book.terms(agreement.id)
        const suspensions = book.openMatters('suspension').map((row) => viewMatter(row) as MatterView<'suspension'>)
        return {
          account: viewAccount(account, agreement && terms && viewAgreement(agreement, terms, account.effectiveAt)),
          term: terms ? findTerm(terms.term, account.effectiveAt, now) : 'not_effective',
          keys: lists.keys.all({ account: account.id }).map((row) => {
            const { accountId, keyNumber, standing, suspension } = viewApiKey(row, now)
            return { accountId, keyNumber, standing, suspension, throttle: row.throttle }
          }),
          suspensions,
          recordsKept: suspensions.some(({ data }) => data.keepRecords),
        }
      }
      case 'balance':
        return balanceOf(account.id, lists.grants.all({ account: account.id }), now)
      case 'keys':
        return lists.keys.all({ account: account.id }).map((row) => viewApiKey(row, now))
      case 'usage':
        return sumUsage(db, account.id, read)
      case 'alarms':
        return lists.alarms.all({ account: account.id }).map(viewAlarm)
      case 'orders':
        return lists.orders.all({ account: account.id }).map(viewOrderRecord)
      case 'approvals':
        return lists.approvals.all({ account: account.id }).map(viewApproval)
      case 'matter': {
        const row = book.get('matters', read.id)
        return row && row.kind === read.matter && isShownTo(read.reader, row) ? viewMatter(row) : refuse('not_found')
      }
      case 'matters': {
        const list = read.open ? lists.openMatters : lists.matters
        const asked = {
          account: account.id,
          kind: read.matter,
          before: read.before ?? Number.MAX_SAFE_INTEGER,
          limit: read.limit + 1,
        }
        const rows = read.only ? filtered(asked, read.only) : list.all(asked)
        const { items, next } = pageOf(rows, read.limit, (row) => row)
        return { items: items.filter((row) => isShownTo(read.reader, row)).map(viewMatter), next }
      }
      case 'clearing':
        return clearing(account.id, read.fromDay, read.toDay)
      case 'journal': {
        const rows = lists.journal.all({
          account: account.id,
          from: read.fromMs,
          to: read.toMs,
          entryKind: read.entryKind,
          actor: read.actor,
          before: read.before ?? Number.MAX_SAFE_INTEGER,
          limit: read.limit + 1,
        })
        const shown = rows.slice(0, read.limit)
        return { items: shown.map(viewJournalLine), next: rows.length > read.limit ? (shown.at(-1)?.seq ?? null) : null }
      }
      case 'month_end':
        return monthEnd(book, account, read.month, now)
      case 'export':
        return exportPage(account, read)
      case 'call_evidence':
        return evidence.callEvidence(book, account, read.verificationId, now) ?? refuse('not_found')
      case 'leaf_hashes':
        return evidence.leafHashes(account, read)
      case 'subject_records': {
        const consent = book.get('consents', read.consentId)
        const subject = consent && book.get('dataSubjects', consent.subjectId)
        if (!subject) return refuse('not_found')
        const ids = lists.verificationsOfSubject.all({ account: account.id, subject: subject.id, limit: read.limit })
        const verifications = ids.map(({ id }) => book.get('verifications', id)).filter((row) => row !== null)
        return {
          subject: {
            kind: subject.kind,
            numberMasked: subject.numberMasked,
            nameMasked: subject.nameMasked,
            erasedAt: subject.erasedAt,
          },
          consents: book.consentsOfSubject(subject.id).map((row) => viewConsent(row, subject, now)),
          verifications: verifications.map((row) =>
            viewVerification(row, book.get('outcomes', row.id), book.get('doubts', row.id)),
          ),
        }
      }
      case 'statement_charges': {
        const row = book.get('matters', read.id)
        if (row?.kind !== 'statement') return refuse('not_found')
        const { figures } = asMatter<'statement'>(row).data
        // A period that runs has no charges yet that stay: the usage report tells of it.
        if (figures === null) return { items: [], next: null }
        return chargesPage({ accountId: account.id, figures, after: read.after, limit: read.limit })
      }
      case 'deadlines':
        // A matter can also wake by itself; that is nobody's deadline.
        return lists.running
          .all({ account: account.id })
          .filter(({ clocks }) => clocks.some(({ ending }) => ending === null))
          .map(viewMatter)
    }
  }

  return <R extends Read>(book: Book, read: R, machineNow: number): ReadResult<R> => {
    const now = accountNow(book, { now: machineNow })
    const admitted = admit(book, read.reader, now)
    if ('kind' in admitted) return admitted
    const found = answer(book, read, now)
    if (isRefusal(found)) return admitted.rate ? { ...found, rate: admitted.rate } : found
    const value = { kind: 'read' as const, value: found as ValueOf<R>, rate: admitted.rate }
    return admitted.isFirst ? { ...value, noteOperation: true } : value
  }
}

/** Staff read everything. */
const isShownTo = (reader: Reader, row: Rows['matters']): boolean => reader.kind === 'staff' || isShownToCustomer(row)

const isRefusal = (found: ValueOf<Read> | Refusal): found is Refusal => 'kind' in found && found.kind === 'refused'

/** A suspended key reads nothing, except where the route lets it fetch an answer that was paid for. A suspended account may read. */
const admit = (book: Book, reader: Reader, now: number): { rate: RateState | null; isFirst: boolean } | Refusal => {
  if (reader.kind === 'staff') return { rate: null, isFirst: false }
  const caller = judgeCredentials(book, reader.credentials, reader.scope, now)
  if (caller.kind === 'refused') return caller
  const rate = reader.credentials.rate
  if (caller.key.suspendedAt !== null && !reader.allowSuspended) return refuse('key_suspended', rate ? { rate } : {})
  return { rate, isFirst: isFirstOfDay(caller.account, now) }
}

const pageOf = <R extends { id: number }, V>(rows: R[], limit: number, view: (row: R) => V): Page<V> => {
  const shown = rows.slice(0, limit)
  return { items: shown.map(view), next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}

const balanceOf = (accountId: string, grants: Rows['grants'][], now: number): BalanceView => {
  const totals = new Map<string, BalanceView['totals'][number]>()
  for (const grant of grants) {
    if (now < grant.startsAt || (grant.expiresAt !== null && now >= grant.expiresAt)) continue
    const key = `${grant.check} ${grant.mode}`
    const total = totals.get(key) ?? { check: grant.check, mode: grant.mode, granted: 0, available: 0, held: 0, captured: 0 }
    total.granted += grant.granted
    total.available += grant.available
    total.held += grant.held
    total.captured += grant.captured
    totals.set(key, total)
  }
  return { accountId, totals: [...totals.values()], grants: grants.map(viewGrant), asOf: now }
}

const prepareLists = (db: Db) => {
  const { agreements, verificationIndex, consents, grants, apiKeys, alarms, approvals, orders, matters, entries } = schema
  const mattersOf = (open: boolean) =>
    db
      .select()
      .from(matters)
      .where(
        and(
          eq(matters.accountId, value('account')),
          eq(matters.kind, value('kind')),
          lt(matters.id, value('before')),
          ...(open ? [isNull(matters.closedAt)] : []),
        ),
      )
      .orderBy(desc(matters.id))
      .limit(value('limit'))
      .prepare()
  return {
    journal: db
      .select()
      .from(entries)
      .where(
        and(
          eq(entries.accountId, value('account')),
          gte(entries.at, value('from')),
          lt(entries.at, value('to')),
          lt(entries.seq, value('before')),
          sql`(${value('entryKind')} IS NULL OR ${entries.kind} = ${value('entryKind')})`,
          sql`(${value('actor')} IS NULL OR ${entries.actor} = ${value('actor')})`,
        ),
      )
      .orderBy(desc(entries.seq))
      .limit(value('limit'))
      .prepare(),
    verificationsOfSubject: db
      .select({ id: schema.verifications.id })
      .from(schema.verifications)
      .innerJoin(consents, eq(consents.id, schema.verifications.consentId))
      .where(and(eq(consents.accountId, value('account')), eq(consents.subjectId, value('subject'))))
      .orderBy(desc(schema.verifications.id))
      .limit(value('limit'))
      .prepare(),
    matters: mattersOf(false),
    openMatters: mattersOf(true),
    running: db
      .select()
      .from(matters)
      .where(
        and(
          eq(matters.accountId, value('account')),
          isNull(matters.closedAt),
          or(isNotNull(matters.dueAt), isNotNull(matters.provisionalUnder)),
        ),
      )
      .orderBy(asc(matters.dueAt), asc(matters.id))
      .prepare(),
    verifications: db
      .select({ id: verificationIndex.verificationId })
      .from(verificationIndex)
      .where(and(eq(verificationIndex.accountId, value('account')), lt(verificationIndex.verificationId, value('before'))))
      .orderBy(desc(verificationIndex.verificationId))
      .limit(value('limit'))
      .prepare(),
    consents: db
      .select()
      .from(consents)
      .where(and(eq(consents.accountId, value('account')), lt(consents.id, value('before'))))
      .orderBy(desc(consents.id))
      .limit(value('limit'))
      .prepare(),
    grants: db
      .select()
      .from(grants)
      .where(eq(grants.accountId, value('account')))
      .orderBy(asc(grants.id))
      .prepare(),
    keys: db
      .select()
      .from(apiKeys)
      .where(eq(apiKeys.accountId, value('account')))
      .orderBy(asc(apiKeys.id))
      .prepare(),
    alarms: db
      .select()
      .from(alarms)
      .where(eq(alarms.accountId, value('account')))
      .orderBy(desc(alarms.lastAt))
      .prepare(),
    agreements: db
      .select()
      .from(agreements)
      .where(eq(agreements.accountId, value('account')))
      .orderBy(asc(agreements.version))
      .prepare(),
    orders: db
      .select()
      .from(orders)
      .where(eq(orders.accountId, value('account')))
      .orderBy(desc(orders.id))
      .prepare(),
    approvals: db
      .select()
      .from(approvals)
      .where(eq(approvals.accountId, value('account')))
      .orderBy(desc(approvals.id))
      .prepare(),
  }
}
