import { describe, expect, it } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { announcedChange, plannedWork } from '../support/http-matters.ts'
import { type Customer, expectStatus, openCustomer } from '../support/http-world.ts'

const gateway = useGateway()
const reason = 'as agreed'

const asOps = ({ accountId }: Customer, method: string, path: string, body?: object) =>
  gateway().asStaff('ops', method, `/v1/accounts/${accountId}${path}`, body)

describe('a change that a source announces', () => {
  it('is told the customer at once, with the clock of one working day, and accepted', async () => {
    const customer = await openCustomer(gateway())
    const recorded = await expectStatus(201, asOps(customer, 'POST', '/source-changes', announcedChange))
    const id = recorded.word('id')
    // 2 August 2024 is a Friday.
    expect(recorded.member('clocks')).toEqual([
      expect.objectContaining({ clause: 'S1 §2.4', due_at: '2024-08-06T00:00:00.000+08:00', ending: 'met' }),
    ])
    const own = await expectStatus(200, customer.call('GET', `/v1/source-changes/${id}`))
    expect(own.body).toMatchObject({ state: 'told', standing: 'pending', new_price: '0.05', late_notice: false })
    const answer = (said: string) => customer.call('PUT', `/v1/source-changes/${id}/answer`, { json: { answer: said } })
    expect((await expectStatus(200, answer('accept'))).body).toMatchObject({ standing: 'accepted', repriced: true })
    const late = await answer('refuse')
    expect([late.status, late.member('reason')]).toEqual([409, 'source_change_closed'])
    const { items } = (await customer.call('GET', '/v1/notices')).body as { items: { scene: string }[] }
    expect(items.map(({ scene }) => scene)).toEqual(['change_answered', 'change'])
  })

  it('can be refused: an end by agreement without a breach', async () => {
    const customer = await openCustomer(gateway())
    const change = { ...announcedChange, change: 'all_withdrawn', new_price: undefined }
    const id = (await expectStatus(201, asOps(customer, 'POST', '/source-changes', change))).word('id')
    const refused = await expectStatus(200, asOps(customer, 'PUT', `/source-changes/${id}/answer`, { answer: 'refuse', reason }))
    expect(refused.body).toMatchObject({ state: 'refused', standing: 'close_by_agreement', provider_breach: false })
  })

  it('without an answer leaves the old terms, and calls go on', async () => {
    const customer = await openCustomer(gateway())
    await expectStatus(201, customer.record('c-1'))
    const id = (await expectStatus(201, asOps(customer, 'POST', '/source-changes', announcedChange))).word('id')
    const startedAt = gateway().clock.now
    gateway().clock.set('2024-09-01T00:00:00+08:00')
    await gateway().sweep()
    const found = await customer.call('GET', `/v1/source-changes/${id}`)
    expect(found.body).toMatchObject({ state: 'silent', standing: 'old_terms_continue', repriced: false })
    await expectStatus(200, customer.verify('k-1', 'c-1'))
    expect(gateway().clock.now).toBeGreaterThan(startedAt)
  })

  it('of price names the new one, and another kind does not: 422', async () => {
    const customer = await openCustomer(gateway())
    for (const change of [{ new_price: undefined }, { change: 'format' }, { new_price: '0.1e3' }, { new_price: '-1' }]) {
      const answer = await asOps(customer, 'POST', '/source-changes', { ...announcedChange, ...change })
      expect([change, answer.status, answer.text.includes('/new_price')]).toEqual([change, 422, true])
    }
  })
})

describe('planned work', () => {
  it('is announced, listed for the customer, marked when it is late, and cancelled', async () => {
    const customer = await openCustomer(gateway())
    const { now } = gateway().clock
    const at = (hours: number) => new Date(now + hours * 3_600_000).toISOString()
    const inTime = { ...plannedWork, from: at(48), to: at(50) }
    const planned = await expectStatus(201, asOps(customer, 'POST', '/maintenance-windows', inTime))
    const late = { ...plannedWork, from: at(1), to: at(2), reference: 'w-1' }
    await expectStatus(201, asOps(customer, 'POST', '/maintenance-windows', late))
    await expectStatus(200, asOps(customer, 'POST', `/maintenance-windows/${planned.word('id')}/cancellation`, { reason }))
    const { items } = (await customer.call('GET', '/v1/maintenance-windows')).body as { items: object[] }
    expect(items).toMatchObject([
      { state: 'planned', late_notice: true, clause: 'S1 §4.3', reference: 'w-1' },
      { state: 'cancelled', late_notice: false, cause: 'upgrade', sources: ['sandbox'] },
    ])
    const answer = await asOps(customer, 'POST', '/maintenance-windows', { ...plannedWork, to: plannedWork.from })
    expect([answer.status, answer.member('errors')]).toEqual([422, [{ pointer: '/to', rule: 'after_from' }]])
  })
})
