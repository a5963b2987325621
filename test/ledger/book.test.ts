import { describe, expect, test } from 'vitest'
import { Book, type RowKey, type Rows, type TableName } from '../../src/ledger/book.ts'
import type { Loader } from '../../src/ledger/loader.ts'
import { useTestLedgers } from '../support/ledger.ts'
import { hold, seedWorld, settle } from '../support/ledger-world.ts'

const open = useTestLedgers()

/** A loader that finds nothing and writes down what it was asked for. */
const emptyLoader = (): { loader: Loader; asked: string[] } => {
  const asked: string[] = []
  const loader: Loader = {
    load: <T extends TableName>(table: T, _accountId: string, key: RowKey): Rows[T] | null => {
      asked.push(`${table} ${key}`)
      return null
    },
    findSubject: () => null,
    findConsent: (_accountId, reference) => {
      asked.push(`reference ${reference}`)
      return null
    },
    findOrder: () => null,
    findVerification: () => null,
    openGrants: () => [],
    allGrants: () => [],
    agreements: () => [],
    usage: () => [],
    grantPeriods: () => [],
    lastSeq: () => 0,
    openMatters: () => [],
    allMatters: () => [],
    findMatter: () => null,
    openVerifications: () => [],
    erasableSubjects: () => [],
    frozenSubjects: () => 0,
    consentsOfSubject: () => [],
    keysOf: () => [],
    mattersAfter: () => [],
    paymentOrdersOf: () => [],
    paidOrders: () => [],
    parseTerms: () => {
      throw new Error('no terms')
    },
  }
  return { loader, asked }
}

/** Rows of one real verification. */
const sampleRows = () => {
  const ledger = open()
  const world = seedWorld(ledger)
  const { verificationId } = hold(ledger, world, 'one')
  settle(ledger, world, verificationId, 'match')
  const [row] = ledger.db.query.consents.findMany().sync()
  const verification = ledger.db.query.verifications.findFirst().sync()
  const outcome = ledger.db.query.outcomes.findFirst().sync()
  if (!row || !verification || !outcome) throw new Error('the world has no verification')
  return { consent: row, ended: { verification, outcome } }
}
const { consent, ended } = sampleRows()

describe('a working copy inside its commit', () => {
  const order = (id: number, paidOn: string | null) =>
    ({ id, accountId: consent.accountId, kind: 'payment_order', data: { paidOn } }) as unknown as Rows['matters']

  test('knows the payment orders of a day as they stand now: those that it has changed, too', () => {
    const { loader } = emptyLoader()
    const stored = [order(1, '2025-03-03'), order(2, '2025-03-03')]
    const book = new Book(consent.accountId, { ...loader, paymentOrdersOf: () => stored })
    const now = [order(3, '2025-03-03'), order(4, '2025-03-04'), order(1, '2025-03-02')]
    book.apply(now.map((row) => ({ table: 'matters', row })))
    expect(book.paymentOrdersOf('2025-03-03').map(({ id }) => id)).toEqual([2, 3])
  })

  test('knows the paid orders of a day: from its first to its last millisecond in Shanghai', () => {
    const { loader } = emptyLoader()
    const book = new Book(consent.accountId, loader)
    const paid = ['03-02T23:59:59.999', '03-03T00:00:00.000', '03-03T23:59:59.999', '03-04T00:00:00.000']
    const rows = paid.map((at, id) => ({ id, accountId: consent.accountId, paidAt: Date.parse(`2025-${at}+08:00`) }))
    book.apply(rows.map((row) => ({ table: 'orders', row: row as Rows['orders'] })))
    expect(book.paidOrders('2025-03-03').map(({ id }) => id)).toEqual([1, 2])
  })
})

describe('a working copy that outlives its commit', () => {
  test('keeps what many commits read, and asks nobody for it again', () => {
    const { loader, asked } = emptyLoader()
    const book = new Book(consent.accountId, loader)
    book.apply([{ table: 'consents', row: consent }])
    book.keep()
    expect([...book.changes()]).toEqual([])
    expect(book.consentByReference(consent.reference)).toEqual(consent)
    expect(asked).toEqual([])
  })

  test('forgets a verification with its ending, and never looks for the ending of one that it has just held', () => {
    const { loader, asked } = emptyLoader()
    const book = new Book(consent.accountId, loader)
    book.apply([{ table: 'verifications', row: ended.verification }])
    book.keep()
    expect(book.get('outcomes', ended.verification.id)).toBeNull()
    expect(book.get('verifications', ended.verification.id)).toEqual(ended.verification)
    expect(asked).toEqual([])
    book.apply([{ table: 'outcomes', row: ended.outcome }])
    book.keep()
    expect(book.get('verifications', ended.verification.id)).toBeNull()
    expect(book.get('outcomes', ended.verification.id)).toBeNull()
    expect(asked).toEqual([`verifications ${ended.verification.id}`, `outcomes ${ended.verification.id}`])
  })

  test('begins anew when it has grown too large', () => {
    const { loader, asked } = emptyLoader()
    const book = new Book(consent.accountId, loader)
    const rows = Array.from({ length: 10_001 }, (_, at) => ({ ...consent, id: at + 1, reference: `r${at}` }))
    book.apply(rows.map((row) => ({ table: 'consents' as const, row })))
    book.keep()
    expect(book.consentByReference('r0')).toBeNull()
    expect(asked).toEqual(['reference r0'])
  })
})
