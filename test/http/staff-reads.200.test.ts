import { beforeAll, describe, expect, it } from 'vitest'
import { type Seeded, seedCustomer } from '../support/http-customer-routes.ts'
import { useGateway } from '../support/http-gateway.ts'
import { buyCredits, expectStatus, persons } from '../support/http-world.ts'

const gateway = useGateway()

let own: Seeded
let path: string

beforeAll(async () => {
  own = await seedCustomer(gateway())
  path = `/v1/accounts/${own.customer.accountId}`
  await own.customer.record('c-2', persons.mismatch)
  await expectStatus(200, own.customer.verify('k-2', 'c-2', persons.mismatch))
  await buyCredits(gateway(), own.customer.accountId, 5, 'test', 'order-2')
})

const read = (of: string, role: 'ops' | 'finance' | 'auditor' = 'auditor') => gateway().asStaff(role, 'GET', `${path}${of}`)

describe('what staff read of an account', () => {
  it('are the calls and consents as the customer sees them, masked', async () => {
    for (const [list, one] of [
      ['/verifications', own.verificationId],
      ['/consents', own.consentId],
      ['/consents', 'c-1'],
    ]) {
      const theirs = await expectStatus(200, own.customer.call('GET', `/v1${list}/${one}`))
      expect((await expectStatus(200, read(`${list}/${one}`))).text).toBe(theirs.text)
    }
    for (const list of ['/verifications', '/consents']) {
      const theirs = await expectStatus(200, own.customer.call('GET', `/v1${list}`))
      expect((await expectStatus(200, read(list))).text).toBe(theirs.text)
      expect((theirs.member('items') as object[]).length).toBe(2)
    }
    const consents = await read('/consents')
    expect(consents.member('items', 0, 'data_subject')).toMatchObject({ number_masked: '110105********002X', name_masked: '张*' })
  })

  it('goes on page after page', async () => {
    for (const list of ['/verifications', '/consents']) {
      const all = (await read(list)).member('items') as { id: string }[]
      const first = await expectStatus(200, read(`${list}?limit=1`))
      const second = await expectStatus(200, read(`${list}?limit=1&cursor=${first.word('next')}`))
      expect([first.word('items', 0, 'id'), second.word('items', 0, 'id')]).toEqual(all.map(({ id }) => id))
      expect(second.member('next')).toBeNull()
      for (const query of ['cursor=x', 'limit=0', 'page=2']) {
        const answer = await read(`${list}?${query}`)
        expect([query, answer.status, answer.code]).toEqual([query, 400, 'query_invalid'])
      }
    }
  })

  it('is an entry with its reason, what was read and by whom', async () => {
    const before = (await gateway().journal(own.customer.accountId)).length
    await read(`/consents/${own.consentId}`)
    await read('/verifications')
    const journal = (await gateway().journal(own.customer.accountId)).slice(before)
    expect(journal.map(({ kind }) => kind)).toEqual(['note_read', 'note_read'])
  })

  it('leaves no entry when nothing was found', async () => {
    const before = await gateway().journal(own.customer.accountId)
    const never = own.consentId.replace(/_[^_]+$/, '_00000000007')
    for (const of of [
      `/consents/${never}`,
      '/consents/nobodys',
      `/verifications/${never.replace('con', 'ver')}`,
      '/verifications/x',
    ]) {
      const answer = await read(of)
      expect([of, answer.status, answer.code]).toEqual([of, 404, 'not_found'])
    }
    expect(await gateway().journal(own.customer.accountId)).toEqual(before)
  })

  it('still works after the account is closed', async () => {
    const closed = await seedCustomer(gateway())
    const address = `/v1/accounts/${closed.customer.accountId}`
    await expectStatus(200, gateway().asStaff('admin', 'POST', `${address}/closing`, { reason: 'the end' }))
    await expectStatus(200, gateway().asStaff('auditor', 'GET', `${address}/consents`))
    expect((await gateway().journal(closed.customer.accountId)).at(-1)).toMatchObject({ kind: 'note_read' })
  })
})

describe('the books of an account', () => {
  it('list orders and payments, the newest first, and show each', async () => {
    const orders = await expectStatus(200, read('/orders', 'finance'))
    const items = orders.member('items') as { id: string; external_id: string; paid_at: string | null }[]
    expect(items.map(({ external_id }) => external_id)).toEqual(['order-2', 'order-1'])
    expect((await expectStatus(200, read(`/orders/${items[1]?.id}`))).body).toEqual(items[1])
    const open = { external_id: 'order-3', check: 'id2', mode: 'test', credits: 1, list_fen: 1, paid_fen: 1, reason: 'open' }
    await expectStatus(201, gateway().asStaff('ops', 'POST', `${path}/orders`, open))
    expect((await read('/orders')).member('items', 0)).toMatchObject({ external_id: 'order-3', paid_at: null })
    expect((await expectStatus(200, read('/payments'))).member('items')).toEqual(
      ['order-2', 'order-1'].map((order, at) => ({
        order_id: items[at]?.id,
        bank_reference: `bank-${order}`,
        paid_fen: 80_000,
        paid_at: '2024-08-02T10:00:00.000+08:00',
      })),
    )
  })

  it('show the agreement, each grant and each key as the lists do', async () => {
    const account = await read('')
    expect((await expectStatus(200, read('/agreement'))).body).toMatchObject(account.member('agreement') as object)
    for (const [list, member] of [
      ['/grants', 'grants'],
      ['/api-keys', 'items'],
    ] as const)
      for (const item of (await read(list)).member(member) as { id: string }[])
        expect((await expectStatus(200, read(`${list}/${item.id}`))).body).toEqual(item)
  })
})
