import { describe, expect, it } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus, openCustomer } from '../support/http-world.ts'

const gateway = useGateway()

interface Line {
  seq: number
  at: string
  sub: string
  roles: string[]
  act: string
  target: string | null
  reason: string
}

const lines = async (query = ''): Promise<{ items: Line[]; next: string | null }> =>
  (await expectStatus(200, gateway().asStaff('auditor', 'GET', `/v1/staff-log${query}`))).body as {
    items: Line[]
    next: string | null
  }

const days = 'from=2024-08-01&to=2024-08-31'

describe('the staff log', () => {
  it('says who searched, reported and exported, when and why, and never for what name', async () => {
    const staff = gateway()
    await expectStatus(200, staff.asStaff('ops', 'GET', '/v1/accounts?name=Wang', undefined, 'li.wei'))
    await expectStatus(200, staff.asStaff('finance', 'GET', `/v1/reports/usage?${days}`, undefined, 'zhao'))
    await expectStatus(200, staff.asStaff('finance', 'GET', `/v1/reports/usage?${days}&format=csv`, undefined, 'zhao'))
    await expectStatus(
      200,
      staff.asStaff('finance', 'GET', `/v1/reports/usage?${days}&account_id=acc_0000000000`, undefined, 'zhao'),
    )
    const { items, next } = await lines()
    const rest = { at: '2024-08-02T10:00:00.000+08:00', reason: 'as agreed' }
    expect(items.map(({ seq: _, ...line }) => line)).toEqual([
      { ...rest, sub: 'zhao', roles: ['finance'], act: 'usage_reported', target: '2024-08-01/2024-08-31' },
      { ...rest, sub: 'zhao', roles: ['finance'], act: 'usage_exported', target: '2024-08-01/2024-08-31' },
      { ...rest, sub: 'zhao', roles: ['finance'], act: 'usage_reported', target: '2024-08-01/2024-08-31' },
      { ...rest, sub: 'li.wei', roles: ['ops'], act: 'accounts_searched', target: null },
    ])
    expect(next).toBeNull()
    expect(JSON.stringify(items)).not.toContain('Wang')
  })

  it('is numbered in the order of writing, and goes on page after page without a gap or a repetition', async () => {
    for (let at = 0; at < 5; at += 1) await gateway().asStaff('ops', 'GET', '/v1/accounts?name=x')
    const all = (await lines('?limit=100')).items.map(({ seq }) => seq)
    expect(all).toEqual([...all].sort((a, b) => b - a))
    const seen: number[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof lines>> = await lines(`?limit=2${cursor && `&cursor=${cursor}`}`)
      seen.push(...page.items.map(({ seq }) => seq))
      cursor = page.next
    }
    expect(seen).toEqual(all)
    for (const bad of ['0', 'x', '-1', '1e3', '9'.repeat(17)]) {
      const answer = await gateway().asStaff('auditor', 'GET', `/v1/staff-log?cursor=${bad}`)
      expect([bad, answer.status, answer.code]).toEqual([bad, 400, 'query_invalid'])
    }
  })

  it('has no line for a report on one account: that is in the journal of the account', async () => {
    const customer = await openCustomer(gateway())
    const before = (await lines('?limit=100')).items.length
    await expectStatus(200, gateway().asStaff('finance', 'GET', `/v1/reports/usage?${days}&account_id=${customer.accountId}`))
    expect((await lines('?limit=100')).items.length).toBe(before)
    expect((await gateway().journal(customer.accountId)).at(-1)).toMatchObject({ kind: 'note_read' })
  })
})
