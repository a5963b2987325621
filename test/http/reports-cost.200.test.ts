import { beforeAll, describe, expect, it } from 'vitest'
import * as xlsx from 'xlsx'
import { type Role, useGateway } from '../support/http-gateway.ts'
import { Vendor } from '../support/http-vendor.ts'
import { type Customer, expectStatus, openCustomer, persons } from '../support/http-world.ts'

/* What sources cost stands in reports for finance and auditors, and a customer's own usage comes in the same formats without it. */

const vendor = new Vendor()
beforeAll(async () => {
  await vendor.open()
  return () => vendor.close()
})
const gateway = useGateway(() => ({
  config: { sources: { aliyunMarketId2: vendor.source, costsMicroYuan: { aliyun_market_id2: 15_001 } } },
}))

let customer: Customer
beforeAll(async () => {
  customer = await openCustomer(gateway(), { mode: 'live' })
  await expectStatus(201, customer.record('c-1'))
  await expectStatus(201, customer.record('c-2', persons.noRecord))
  for (const key of ['k-1', 'k-2']) await expectStatus(200, customer.verify(key, 'c-1'))
  vendor.answer = () => ({ body: { code: 200, success: true, data: { result: 2, order_no: 'o-2', desc: '无记录' } } })
  await expectStatus(200, customer.verify('k-3', 'c-2', persons.noRecord))
  await gateway().sweep()
})

const august = 'from=2024-08-01&to=2024-08-31'
const report = (role: Role, query: string) =>
  expectStatus(200, gateway().asStaff(role, 'GET', `/v1/reports/usage?${august}${query}`))
const own = (query: string) => expectStatus(200, customer.call('GET', `/v1/usage?${august}${query}`))
const firstSheet = (bytes: Uint8Array): unknown[][] => {
  const book = xlsx.read(bytes)
  return xlsx.utils.sheet_to_json(book.Sheets[book.SheetNames[0] ?? ''] ?? {}, { header: 1 })
}

describe('what sources cost', () => {
  it('is told to finance, to auditors and to who may do everything, exact, for what the source billed', async () => {
    for (const role of ['finance', 'auditor', 'admin'] as const) {
      const { body } = await report(role, '&group_by=month,outcome')
      expect(body).toMatchObject({
        rows: [
          { month: '2024-08', outcome: 'match', verifications: 2, credits: 2, cost_yuan: '0.030002' },
          { month: '2024-08', outcome: 'no_record', verifications: 1, credits: 0, cost_yuan: '0.000000' },
        ],
        totals: { verifications: 3, credits: 2, cost_yuan: '0.030002' },
      })
    }
  })

  it('is told to ops in no format', async () => {
    for (const format of ['json', 'csv']) expect((await report('ops', `&format=${format}`)).text).not.toMatch(/cost|0300/)
    const [heading] = firstSheet((await report('ops', '&format=xlsx&group_by=month')).bytes)
    expect(heading).toEqual(['Month', 'Verifications', 'Credits', 'Usage'])
  })

  it('is told to the customer on no address of its own and in no format', async () => {
    for (const format of ['json', 'csv']) expect((await own(`&format=${format}`)).text).not.toMatch(/cost|0300|1500/)
    expect(JSON.stringify(firstSheet((await own('&format=xlsx')).bytes))).not.toMatch(/cost|0\.03/i)
    const { items } = (await expectStatus(200, customer.call('GET', '/v1/verifications'))).body as { items: object[] }
    expect(JSON.stringify(items)).not.toMatch(/cost|15001/)
  })
})

describe('a workbook', () => {
  it('has the lines of the report, in the language of the reader', async () => {
    const answer = await report('finance', '&format=xlsx&group_by=outcome')
    expect(answer.headers.get('content-type')).toBe('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="usage-2024-08-01-2024-08-31.xlsx"')
    expect(firstSheet(answer.bytes)).toEqual([
      ['Outcome', 'Verifications', 'Credits', 'Usage', 'Source cost (yuan)'],
      ['match', 2, 2, 'internal_reference_only', 0.030002],
      ['no_record', 1, 0, 'internal_reference_only', 0],
    ])
    const chinese = await gateway().call('GET', `/v1/usage?${august}&format=xlsx&group_by=outcome`, {
      bearer: customer.key,
      headers: { 'Accept-Language': 'zh-CN' },
    })
    expect(chinese.headers.get('content-language')).toBe('zh')
    expect(firstSheet(chinese.bytes)[0]).toEqual(['结果', '核验次数', '扣减额度', '用途'])
  })

  it('is the same bytes each time', async () => {
    const [one, other] = [await own('&format=xlsx'), await own('&format=xlsx')]
    expect(one.bytes).toEqual(other.bytes)
  })

  it('of everybody is an export in the staff log, as a CSV is', async () => {
    await report('finance', '&format=xlsx')
    const log = await gateway().asStaff('auditor', 'GET', '/v1/staff-log?limit=1')
    expect(log.member('items', 0, 'act')).toBe('usage_exported')
  })
})

describe('the margin report', () => {
  const margin = (query = '') => expectStatus(200, gateway().asStaff('auditor', 'GET', `/v1/reports/margin?${august}${query}`))
  const line = { account_id: '', check: 'id2', verifications: 3, credits: 2, cost_yuan: '0.030002' }

  it('shows credits and cost of each account and check, by the day of the ending', async () => {
    expect((await margin()).body).toMatchObject({
      day_of: 'settlement',
      rows: [{ ...line, account_id: customer.accountId }],
      totals: { verifications: 3, credits: 2, cost_yuan: '0.030002' },
    })
    expect((await margin('&account_id=acc_0000000000')).body).toMatchObject({ rows: [], totals: { cost_yuan: '0.000000' } })
  })

  it('comes as CSV and as a workbook', async () => {
    const csv = await margin('&format=csv')
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="margin-2024-08-01-2024-08-31.csv"')
    expect(csv.text.split('\r\n')).toEqual([
      '\ufeffaccount_id,check,verifications,credits,usage,cost_yuan',
      `${customer.accountId},id2,3,2,internal_reference_only,0.030002`,
      '',
    ])
    expect(firstSheet((await margin('&format=xlsx')).bytes)[1]).toEqual([
      customer.accountId,
      'id2',
      3,
      2,
      'internal_reference_only',
      0.030002,
    ])
  })

  it('is in the staff log, and of one account in its journal', async () => {
    await margin('&format=csv')
    const log = await gateway().asStaff('auditor', 'GET', '/v1/staff-log?limit=1')
    expect(log.member('items', 0, 'act')).toBe('margin_exported')
  })
})

it('a customer can have its own usage as CSV', async () => {
  const answer = await own('&format=csv&group_by=month,check')
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(answer.text).toBe('\ufeffmonth,check,verifications,credits,usage\r\n2024-08,id2,3,2,internal_reference_only\r\n')
})
