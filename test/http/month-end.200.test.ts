import { beforeAll, describe, expect, it } from 'vitest'
import * as xlsx from 'xlsx'
import type { Directory, Ledger } from '../../src/core/ports.ts'
import { gatherMonthEnd } from '../../src/http/month-end.ts'
import { useGateway } from '../support/http-gateway.ts'
import { buyCredits, type Customer, expectStatus, openAccount, openCustomer, persons } from '../support/http-world.ts'

const gateway = useGateway()

let one: Customer
let other: Customer

beforeAll(async () => {
  one = await openCustomer(gateway())
  other = await openCustomer(gateway())
  await openAccount(gateway())
  await buyCredits(gateway(), one.accountId, 30_000, 'live', 'order-2')
  await one.record('c-1')
  await one.record('c-2', persons.unknownForEver)
  gateway().clock.set('2024-08-31T23:59:59.999+08:00')
  await expectStatus(200, one.verify('k-1', 'c-1'))
  await expectStatus(504, one.verify('k-2', 'c-2', persons.unknownForEver))
  gateway().clock.set('2024-09-01T00:00:00.000+08:00')
  await expectStatus(200, one.verify('k-3', 'c-1'))
  await buyCredits(gateway(), other.accountId, 30_000, 'live', 'order-2')
  gateway().clock.set('2024-09-01T10:00:00.000+08:00')
  await gateway().sweep()
})

const monthEnd = (query: string) => gateway().asStaff('finance', 'GET', `/v1/reports/month-end?${query}`)

describe('the end of a month', () => {
  it('adds up the packs of all accounts, and names the accounts behind the totals', async () => {
    const { body } = await expectStatus(200, monthEnd('month=2024-08'))
    expect(body).toMatchObject({
      month: '2024-08',
      from: '2024-08-01',
      to: '2024-08-31',
      provisional: false,
      asked: 3,
      quiet: 1,
      to_explain: 1,
      totals: { opening_fen: 0, sold_fen: 80_000, closing_fen: 80_000, received_fen: 80_000, open_calls: 1, in_doubt: 1 },
      missing: [],
      differences: [],
    })
    const page = body as Record<string, Record<string, unknown>[]>
    expect(page.packs).toMatchObject([
      {
        account_id: one.accountId,
        order: 'order-2',
        check: 'id2',
        opening_credits: 0,
        sold_credits: 30_000,
        closing_fen: 80_000,
      },
    ])
    expect(page.test_packs).toHaveLength(2)
    expect(page.test_packs).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          account_id: one.accountId,
          sold_credits: 100,
          used_credits: 1,
          closing_credits: 99,
          held_credits: 1,
        }),
        expect.objectContaining({ account_id: other.accountId, sold_credits: 100, used_credits: 0, closing_credits: 100 }),
      ]),
    )
    expect(page.open_calls).toMatchObject([
      { account_id: one.accountId, mode: 'test', state: 'unknown', held_at: '2024-08-31T23:59:59.999+08:00' },
    ])
    expect(page.payments).toMatchObject([{ on: '2024-08-02', amount_fen: 80_000, bank_reference: 'bank-order-2' }])
  })

  it('of a running month is provisional, and begins where the one before ended', async () => {
    const { body } = await expectStatus(200, monthEnd('month=2024-09'))
    expect(body).toMatchObject({
      provisional: true,
      totals: { opening_fen: 80_000, sold_fen: 80_000, used_fen: 0, closing_fen: 160_000, received_fen: 80_000 },
    })
    const [august, september] = await Promise.all(
      ['2024-08', '2024-09'].map((month) => monthEnd(`month=${month}&account_id=${one.accountId}`)),
    )
    expect(september?.member('accounts', 0, 'journal_before')).toBe(august?.member('accounts', 0, 'journal_last'))
    expect(september?.member('accounts', 0, 'name')).toBe('Example Ltd')
  })

  it('of one account is that account alone, and of one that is not there says so', async () => {
    const own = await expectStatus(200, monthEnd(`month=2024-08&account_id=${one.accountId}`))
    expect(own.body).toMatchObject({ asked: 1, totals: { sold_fen: 80_000 } })
    const none = await expectStatus(200, monthEnd('month=2024-08&account_id=acc_0000000000'))
    expect(none.body).toMatchObject({
      asked: 1,
      to_explain: 1,
      missing: [{ account_id: 'acc_0000000000', name: null, reason: 'not_found' }],
    })
  })

  it('comes as text, as a page and as a workbook, each of the same figures', async () => {
    const of = (format: string) => expectStatus(200, monthEnd(`month=2024-08&format=${format}&language=en`))
    const csv = await of('csv')
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="month-end-2024-08.csv"')
    expect(csv.text).toContain('\uFEFF')
    expect(csv.text).toMatch(
      new RegExp(`\r\n${one.accountId},gra_\\w+,order-2,id2,0,30000,0,0,0,30000,0,800.00,0.00,800.00,0.00`),
    )
    const page = await of('html')
    expect(page.headers.get('content-disposition')).toBe('inline; filename="month-end-2024-08.html"')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.text).toContain('Deferred revenue, closing')
    expect(page.text).toContain('Example Ltd')
    const book = xlsx.read((await of('xlsx')).bytes)
    const sheet = Object.values(book.Sheets).find((each) => JSON.stringify(each).includes('order-2'))
    expect(JSON.stringify(sheet)).toContain('800')
    expect((await of('xlsx')).bytes).toEqual((await of('xlsx')).bytes)
    const { items } = (await gateway().asStaff('auditor', 'GET', '/v1/staff-log?limit=1')).body as { items: object[] }
    expect(items).toMatchObject([{ act: 'month_end_exported', target: '2024-08' }])
  })

  it.each([
    ['', '/month', 'member_missing'],
    ['month=2024-13', '/month', 'format'],
    ['month=2024-8', '/month', 'format'],
    ['month=2024-10', '/month', 'not_begun'],
    ['month=2024-08&account_id=acc_1', '/account_id', 'format'],
  ])('?%s is 400', async (query, pointer, rule) => {
    const answer = await monthEnd(query)
    expect([answer.status, answer.code]).toEqual([400, 'query_invalid'])
    expect(answer.member('errors')).toEqual([{ pointer, rule }])
  })
})

it('lists every ledger that cannot answer, and goes on with the others', async () => {
  const ids = Array.from({ length: 250 }, (_, at) => `acc_${String(at).padStart(10, '0')}`)
  const directory = {
    accounts: async ({ before, limit }: Parameters<Directory['accounts']>[0]) => {
      const rows = ids.filter((id) => before === null || id > before).slice(0, limit)
      return { rows: rows.map((id) => ({ id, name: `name of ${id}` })), asOf: 7 }
    },
  } as unknown as Directory
  const logged: unknown[] = []
  const ledgerOf = (accountId: string) =>
    ({
      read: async () => {
        if (accountId.endsWith('17')) throw new TypeError('no answer')
        return { kind: 'refused', code: 'not_found' }
      },
    }) as unknown as Ledger
  const report = await gatherMonthEnd(
    { directory, ledgerOf, log: (event, fields) => logged.push([event, fields]), clock: () => gateway().clock.now },
    { month: '2024-08', accountId: null, sub: 'zhao' },
  )
  expect(report).toMatchObject({ asked: 250, quiet: 0, to_explain: 250, as_of: 7 })
  expect(report.rows.missing).toHaveLength(250)
  expect(report.rows.missing.filter(({ reason }) => reason === 'fault').map(({ account_id }) => account_id)).toEqual([
    'acc_0000000017',
    'acc_0000000117',
    'acc_0000000217',
  ])
  expect(report.rows.missing[0]).toEqual({ account_id: 'acc_0000000000', name: 'name of acc_0000000000', reason: 'not_found' })
  expect(logged).toHaveLength(3)
  expect(logged[0]).toEqual(['month_end_missing', { account: 'acc_0000000017', kind: 'TypeError' }])
})
