import { describe, expect, it } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus, openCustomer, sha256 } from '../support/http-world.ts'

const gateway = useGateway()
const reason = 'as agreed'

describe('the uptime of a month', () => {
  it('is told from the outages that were recorded, without planned breaks, to customer and staff alike', async () => {
    gateway().clock.set('2024-09-15T10:00:00+08:00')
    const customer = await openCustomer(gateway())
    const staff = (path: string, body: object) =>
      expectStatus(201, gateway().asStaff('ops', 'POST', `/v1/accounts/${customer.accountId}${path}`, { ...body, reason }))
    await staff('/outages', { from: '2024-07-31T23:00:00+08:00', to: '2024-08-01T01:00:00+08:00' })
    await staff('/outages', { from: '2024-08-10T00:00:00+08:00', to: '2024-08-10T00:30:00+08:00', planned: true, text: 'short' })
    const attack = (await staff('/outages', { from: '2024-08-20T00:00:00+08:00', to: '2024-08-20T02:00:00+08:00' })).word('id')
    await expectStatus(
      200,
      gateway().asStaff('ops', 'POST', `/v1/accounts/${customer.accountId}/outages/${attack}/cause`, {
        cause: 'attack',
        proof_sha256: sha256('report of the police'),
        reason,
      }),
    )
    const own = await expectStatus(200, customer.call('GET', '/v1/uptime?month=2024-08'))
    expect(own.body).toMatchObject({
      month: '2024-08',
      until: '2024-09-01T00:00:00.000+08:00',
      seconds: 31 * 86_400,
      planned_seconds: 1_800,
      down_seconds: 3 * 3_600,
      excused_seconds: 2 * 3_600,
      uptime: '0.995965',
    })
    expect((own.body as { outages: object[] }).outages).toHaveLength(3)
    const seen = await gateway().asStaff('auditor', 'GET', `/v1/accounts/${customer.accountId}/uptime?month=2024-08`)
    expect(seen.body).toEqual(own.body)
  })

  it('is that of the running month up to now where none is named; one to come has none', async () => {
    const customer = await openCustomer(gateway())
    expect((await customer.call('GET', '/v1/uptime')).body).toMatchObject({
      month: '2024-09',
      until: '2024-09-15T10:00:00.000+08:00',
      uptime: '1.000000',
    })
    const later = await customer.call('GET', '/v1/uptime?month=2024-10')
    expect([later.status, later.code]).toEqual([400, 'query_invalid'])
  })
})
