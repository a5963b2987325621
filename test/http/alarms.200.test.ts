import { describe, expect, it } from 'vitest'
import { type Answer, useGateway } from '../support/http-gateway.ts'
import { type Customer, expectStatus, openCustomer, persons } from '../support/http-world.ts'

const gateway = useGateway()

interface Alarm {
  id: string
  account_id: string
  kind: string
  subject: string
  runbook: string
  cleared_at: string | null
  acknowledged_by: string | null
}

const minuteMs = 60_000

/** A customer with an alarm: a verification that is in doubt for too long. */
const withAlarm = async (): Promise<{ customer: Customer; verification: string }> => {
  const customer = await openCustomer(gateway())
  await customer.record('c-1', persons.unknownForEver)
  const answer = await customer.verify('k-1', 'c-1', persons.unknownForEver)
  gateway().clock.advance(20 * minuteMs)
  await gateway().sweep()
  await gateway().sweep()
  return { customer, verification: answer.word('verification', 'id') }
}

const across = async (query = ''): Promise<Alarm[]> =>
  (await expectStatus(200, gateway().asStaff('ops', 'GET', `/v1/alarms${query}`))).member('items') as Alarm[]
const of = async (customer: Customer): Promise<Alarm[]> =>
  (await expectStatus(200, gateway().asStaff('ops', 'GET', `/v1/accounts/${customer.accountId}/alarms`))).member(
    'items',
  ) as Alarm[]
const acknowledge = (customer: Customer, id: string, sub = 'wu'): Promise<Answer> =>
  gateway().asStaff('ops', 'PUT', `/v1/accounts/${customer.accountId}/alarms/${id}/acknowledgement`, { note: 'on it' }, sub)

describe('an alarm', () => {
  it('appears in its account and across accounts, with the public id of its verification and where to read on', async () => {
    const { customer, verification } = await withAlarm()
    const [alarm] = await of(customer)
    expect(alarm).toMatchObject({
      id: `in_doubt_aged.${verification}`,
      account_id: customer.accountId,
      kind: 'in_doubt_aged',
      subject: verification,
      runbook: 'docs/runbook.md#in_doubt_aged',
      cleared_at: null,
      acknowledged_by: null,
    })
    expect(await across()).toContainEqual(alarm)
  })

  it('is acknowledged once, by an entry, and stands all the same while its cause stands', async () => {
    const { customer, verification } = await withAlarm()
    const id = `in_doubt_aged.${verification}`
    expect((await expectStatus(200, acknowledge(customer, id))).body).toMatchObject({
      id,
      acknowledged_by: 'wu',
      cleared_at: null,
    })
    expect((await gateway().journal(customer.accountId)).at(-1)).toMatchObject({ kind: 'acknowledge_alarm' })
    const again = await acknowledge(customer, id, 'zhou')
    expect([again.status, again.code, again.member('reason')]).toEqual([409, 'state_conflict', 'already_acknowledged'])
    await gateway().sweep()
    expect(await across()).toContainEqual(expect.objectContaining({ id, acknowledged_by: 'wu', cleared_at: null }))
  })

  it('clears by itself when the doubt ends, and is listed from then on only when asked for', async () => {
    const { customer, verification } = await withAlarm()
    const id = `in_doubt_aged.${verification}`
    const path = `/v1/accounts/${customer.accountId}/verifications/${verification}/settlement-proposals`
    const body = { outcome: 'match', source_id: 'sandbox', source_reference: 'T-1', reason: 'by telephone' }
    const proposal = await expectStatus(201, gateway().asStaff('ops', 'POST', path, body, 'alice'))
    const approval = `/v1/approvals/${proposal.word('id')}/approval`
    await expectStatus(200, gateway().asStaff('finance', 'POST', approval, { reason: 'seen' }, 'bob'))
    await gateway().sweep()
    expect((await across()).map((alarm) => alarm.id)).not.toContain(id)
    expect(await across('?cleared=true&limit=100')).toContainEqual(
      expect.objectContaining({ id, cleared_at: expect.any(String) }),
    )
    const late = await acknowledge(customer, id)
    expect([late.status, late.member('reason')]).toEqual([409, 'alarm_cleared'])
  })

  it('across accounts goes on page after page', async () => {
    for (let at = 0; at < 2; at += 1) await withAlarm()
    const all = (await across('?limit=100')).map(({ id }) => id)
    expect(all.length).toBeGreaterThanOrEqual(3)
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = await gateway().asStaff('auditor', 'GET', `/v1/alarms?limit=1${cursor && `&cursor=${cursor}`}`)
      seen.push(...(page.member('items') as Alarm[]).map(({ id }) => id))
      cursor = page.member('next') as string | null
    }
    expect(seen).toEqual(all)
    for (const query of ['cursor=x', 'cleared=1', 'kind=x', 'limit=0']) {
      const answer = await gateway().asStaff('auditor', 'GET', `/v1/alarms?${query}`)
      expect([query, answer.status, answer.code]).toEqual([query, 400, 'query_invalid'])
    }
  })

  it('of another account, or of no account, is 404', async () => {
    const { customer, verification } = await withAlarm()
    const other = await openCustomer(gateway())
    for (const id of [`in_doubt_aged.${verification}`, 'in_doubt_aged.x', `late_answer.${verification}`, 'nothing.x', 'x', '.'])
      expect([id, (await acknowledge(other, id)).status]).toEqual([id, 404])
    expect((await acknowledge(customer, `late_answer.${verification}`)).status).toBe(404)
    expect(await of(other)).toEqual([])
  })
})
