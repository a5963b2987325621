import { beforeAll, describe, expect, it } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { type Customer, expectStatus, openCustomer, persons } from '../support/http-world.ts'

const gateway = useGateway()

let one: Customer
let other: Customer

beforeAll(async () => {
  one = await openCustomer(gateway())
  other = await openCustomer(gateway())
  for (const customer of [one, other]) await customer.record('c-1')
  await one.record('c-2', persons.noRecord)
  for (const key of ['k-1', 'k-2']) await expectStatus(200, one.verify(key, 'c-1'))
  await expectStatus(200, one.verify('k-3', 'c-2', persons.noRecord))
  await expectStatus(200, other.verify('k-1', 'c-1', persons.mismatch))
  await gateway().sweep()
})

const report = (query: string) => gateway().asStaff('finance', 'GET', `/v1/reports/usage?from=2024-08-01&to=2024-08-31${query}`)

describe('the usage report', () => {
  it('adds up across accounts by the columns that are asked for', async () => {
    const { body } = await expectStatus(200, report('&group_by=account,outcome'))
    expect(body).toMatchObject({
      from: '2024-08-01',
      to: '2024-08-31',
      totals: { verifications: 4, credits: 3 },
      usage: 'internal_reference_only',
      as_of: '2024-08-02T10:00:00.000+08:00',
    })
    const { rows } = body as { rows: object[] }
    expect(rows).toHaveLength(3)
    expect(rows).toEqual(
      expect.arrayContaining([
        { account_id: one.accountId, outcome: 'match', verifications: 2, credits: 2, cost_yuan: '0.000000' },
        { account_id: one.accountId, outcome: 'no_record', verifications: 1, credits: 0, cost_yuan: '0.000000' },
        { account_id: other.accountId, outcome: 'mismatch', verifications: 1, credits: 1, cost_yuan: '0.000000' },
      ]),
    )
  })

  it('can be of one account, and agrees with what that customer sees', async () => {
    const ofOne = await expectStatus(200, report(`&account_id=${one.accountId}&group_by=outcome`))
    const own = await expectStatus(200, one.call('GET', '/v1/usage?from=2024-08-01&to=2024-08-31&group_by=outcome'))
    const cost = { cost_yuan: '0.000000' }
    expect(ofOne.member('rows')).toEqual((own.member('rows') as object[]).map((line) => ({ ...line, ...cost })))
    expect(ofOne.member('totals')).toEqual({ verifications: 3, credits: 2, ...cost })
    expect((await report('&account_id=acc_0000000000')).member('rows')).toEqual([])
  })

  it('comes as CSV for a spreadsheet: UTF-8 with its mark, the same lines', async () => {
    const answer = await expectStatus(200, report(`&account_id=${one.accountId}&group_by=day,check,outcome&format=csv`))
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="usage-2024-08-01-2024-08-31.csv"')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const lines = answer.text.split('\r\n')
    expect(lines).toEqual([
      '\uFEFFday,check,outcome,verifications,credits,usage,cost_yuan',
      '2024-08-02,id2,match,2,2,internal_reference_only,0.000000',
      '2024-08-02,id2,no_record,1,0,internal_reference_only,0.000000',
      '',
    ])
  })
})

it('the integrity report says what it read and finds nothing broken', async () => {
  const { body } = await expectStatus(200, gateway().asStaff('auditor', 'GET', '/v1/integrity'))
  expect(body).toEqual({ accounts: 2, entries: expect.any(Number), verifications: 4, violations: [] })
})
