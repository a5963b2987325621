import { describe, expect, it } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { buyCredits, createKey, expectStatus, openAccount, openCustomer, putAgreement } from '../support/http-world.ts'

const gateway = useGateway()

const reason = 'as agreed'
const staff = (method: string, path: string, json?: unknown, sub?: string) => gateway().asStaff('admin', method, path, json, sub)

describe('opening an account', () => {
  it('is 201, and each has an id of its own', async () => {
    const [one, other] = [await openAccount(gateway()), await openAccount(gateway())]
    expect(one).toMatch(/^acc_[0-9a-z]{10}$/)
    expect(other).not.toBe(one)
    const read = await expectStatus(200, staff('GET', `/v1/accounts/${one}`))
    expect(read.body).toMatchObject({
      id: one,
      name: 'Example Ltd',
      standing: 'open',
      suspension: null,
      agreement: null,
      closed_at: null,
    })
  })
})

describe('an agreement', () => {
  it('is 200 with its version, digest and what it grants; another one is the next version', async () => {
    const accountId = await openAccount(gateway())
    const first = await putAgreement(gateway(), accountId)
    expect(first.body).toMatchObject({ version: 1, preset: 'S1', effective_at: null })
    const second = await putAgreement(gateway(), accountId, { settleWithinDays: 5 })
    expect(second.body).toMatchObject({ version: 2, preset: 'S1' })
    expect(second.member('digest')).not.toBe(first.member('digest'))
    const third = await putAgreement(gateway(), accountId)
    expect([third.member('version'), third.member('digest')]).toEqual([3, first.member('digest')])
  })
})

describe('an order and its payment', () => {
  it('are 201; the payment brings the agreement into force and makes the grant, to the end of the term', async () => {
    const accountId = await openAccount(gateway())
    await putAgreement(gateway(), accountId)
    const order = { external_id: 'A-1', check: 'id2', mode: 'live', credits: 30_000, list_fen: 120_000, paid_fen: 80_000, reason }
    const ordered = await expectStatus(201, staff('POST', `/v1/accounts/${accountId}/orders`, order))
    expect(ordered.body).toMatchObject({ order: { external_id: 'A-1', paid_at: null, credits: 30_000 }, grant: null })
    const payment = { order_id: ordered.word('order', 'id'), bank_reference: 'B-1', reason }
    const paid = await expectStatus(201, staff('POST', `/v1/accounts/${accountId}/payments`, payment))
    expect(paid.body).toMatchObject({
      order: { paid_at: '2024-08-02T10:00:00.000+08:00' },
      grant: { granted: 30_000, available: 30_000, mode: 'live', expires_at: '2025-07-30T00:00:00.000+08:00' },
    })
    const read = await staff('GET', `/v1/accounts/${accountId}`)
    expect(read.member('agreement', 'effective_at')).toBe('2024-08-02T10:00:00.000+08:00')
    expect((await staff('GET', `/v1/accounts/${accountId}/grants`)).member('grants')).toEqual([paid.member('grant')])
  })
})

describe('an API key', () => {
  it('is shown once, in the answer that made it, and never again', async () => {
    const accountId = await openAccount(gateway())
    const made = await expectStatus(201, staff('POST', `/v1/accounts/${accountId}/api-keys`, { name: 'app', reason }))
    expect(made.word('secret')).toMatch(/^vm_live_[0-9A-Za-z_]{70,80}$/)
    expect(made.member('key')).toMatchObject({ name: 'app', mode: 'live', standing: 'active', addresses: [], expires_at: null })
    expect(made.headers.get('cache-control')).toBe('no-store')
    const listed = await expectStatus(200, staff('GET', `/v1/accounts/${accountId}/api-keys`))
    expect(listed.member('items')).toEqual([made.member('key')])
    expect(listed.text).not.toContain(made.word('secret').slice(30))
  })

  it('is replaced by a rotation: both work until the grace is over, then only the new one', async () => {
    const old = await openCustomer(gateway())
    const path = `/v1/accounts/${old.accountId}/api-keys/${old.keyId}/rotation`
    const made = await expectStatus(201, staff('POST', path, { grace_seconds: 60, reason }))
    const rotated = { bearer: made.word('secret') }
    const statuses = async () => [
      (await old.call('GET', '/v1/account')).status,
      (await old.call('GET', '/v1/account', rotated)).status,
    ]
    expect(await statuses()).toEqual([200, 200])
    gateway().clock.advance(59_999)
    expect(await statuses()).toEqual([200, 200])
    gateway().clock.advance(1)
    expect(await statuses()).toEqual([401, 200])
    const listed = await staff('GET', `/v1/accounts/${old.accountId}/api-keys`)
    expect(listed.member('items')).toMatchObject([
      { id: old.keyId, standing: 'expired', replaced_by: made.word('key', 'id') },
      { standing: 'active' },
    ])
  })

  it('ends at its expiry and at its revocation, from the next request on', async () => {
    const customer = await openCustomer(gateway())
    const at = new Date(gateway().clock.now + 1_000).toISOString()
    const short = await createKey(gateway(), customer.accountId, { expires_at: at })
    expect((await short.call('GET', '/v1/account')).status).toBe(200)
    gateway().clock.advance(1_000)
    expect((await short.call('GET', '/v1/account')).code).toBe('key_expired')
    await expectStatus(200, staff('POST', `/v1/accounts/${customer.accountId}/api-keys/${customer.keyId}/revocation`, { reason }))
    expect((await customer.call('GET', '/v1/account')).code).toBe('key_revoked')
  })
})

describe('a suspension', () => {
  it('is 200 with its ground, note and author, and ends with a resumption', async () => {
    const customer = await openCustomer(gateway())
    const path = `/v1/accounts/${customer.accountId}/suspension`
    const suspended = await expectStatus(
      200,
      staff('PUT', path, { ground: 'fraud', note: 'reported by the bank' }, 'ops@example.com'),
    )
    expect(suspended.body).toMatchObject({
      standing: 'suspended',
      suspension: { ground: 'fraud', note: 'reported by the bank', by: 'ops@example.com' },
    })
    const resumed = await expectStatus(200, staff('DELETE', path, { reason }))
    expect(resumed.body).toMatchObject({ standing: 'open', suspension: null })
  })

  it('for a breach needs a delivered notice', async () => {
    const { accountId } = await openCustomer(gateway())
    const path = `/v1/accounts/${accountId}/suspension`
    const ground = { ground: 'breach', note: 'late payment' }
    const without = await staff('PUT', path, ground)
    expect([without.status, without.code, without.member('reason')]).toEqual([409, 'state_conflict', 'notice_required'])
    // An order to correct is such a notice, and tells the customer on the site.
    const order = { text: 'pay', due_at: new Date(gateway().clock.now + 86_400_000).toISOString() }
    const inspections = `/v1/accounts/${accountId}/inspections`
    const ordered = await expectStatus(201, staff('POST', inspections, { finding: 'not paid', order, reason }))
    const notice_id = ordered.word('order', 'notice_id')
    const foreign = (await openCustomer(gateway())).accountId
    const elsewhere = await staff('PUT', `/v1/accounts/${foreign}/suspension`, { ...ground, notice_id })
    expect([elsewhere.status, elsewhere.code]).toEqual([404, 'not_found'])
    await expectStatus(200, staff('PUT', path, { ...ground, notice_id }))
  })
})

describe('the list of accounts', () => {
  it('comes from the directory, page by page, and says as of when', async () => {
    const made = [await openAccount(gateway()), await openAccount(gateway()), await openAccount(gateway())]
    await gateway().sweep()
    const seen: string[] = []
    let cursor = ''
    do {
      const page = await expectStatus(200, staff('GET', `/v1/accounts?limit=2${cursor}`))
      const { items, next } = page.body as { items: { id: string }[]; next: string | null }
      seen.push(...items.map(({ id }) => id))
      cursor = next === null ? '' : `&cursor=${next}`
    } while (cursor !== '')
    expect(seen).toEqual(expect.arrayContaining(made))
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('can be searched by a part of the name, and nothing in a search stands for something else', async () => {
    const named = async (name: string) => (await expectStatus(201, staff('POST', '/v1/accounts', { name, reason }))).word('id')
    const [percent, plain] = [await named('100 % Trust'), await named('1000 Trust')]
    await gateway().sweep()
    const search = async (name: string) => {
      const page = await expectStatus(200, staff('GET', `/v1/accounts?name=${encodeURIComponent(name)}&limit=100`))
      return (page.member('items') as { id: string }[]).map(({ id }) => id)
    }
    expect((await search('Trust')).sort()).toEqual([percent, plain].sort())
    expect(await search('100 %')).toEqual([percent])
    for (const wildcard of ['1%Trust', '100_ Trust', '1* Trust']) expect(await search(wildcard)).toEqual([])
  })
})

it('what staff did and why stands in the books of the account alone', async () => {
  const [one, other] = [await openCustomer(gateway()), await openCustomer(gateway())]
  await buyCredits(gateway(), one.accountId, 5, 'test', 'order-2')
  expect(await one.credits()).toMatchObject({ available: 105 })
  expect(await other.credits()).toMatchObject({ available: 100 })
})
