import { describe, expect, it, test } from 'vitest'
import { scopes } from '../../src/core/commands.ts'
import { callRoute, customerRoutes, expectAllRoutesListed, nothingSeeded, seedCustomer } from '../support/http-customer-routes.ts'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus } from '../support/http-world.ts'

const gateway = useGateway()

const routeNames = Object.keys(customerRoutes(nothingSeeded))

describe('every customer route', () => {
  it('is listed here', () => expectAllRoutesListed(gateway()))

  test.each(routeNames)('%s is refused to a key without its scope, and open to one with nothing else', async (name) => {
    const seeded = await seedCustomer(gateway(), { only: name })
    const route = customerRoutes(seeded)[name]
    if (!route) throw new Error(`no route ${name}`)
    const without = await seeded.customer.withKey({ scopes: scopes.filter((scope) => scope !== route.scope) })
    const refused = await callRoute(without, name, route)
    expect([refused.status, refused.code]).toEqual([403, 'key_scope'])
    const only = await seeded.customer.withKey({ scopes: [route.scope] })
    expect((await callRoute(only, name, route)).status).toBe(route.status)
  })

  test.each(routeNames)('%s is refused to a key that calls from an address off its list', async (name) => {
    const seeded = await seedCustomer(gateway(), { only: name })
    const route = customerRoutes(seeded)[name]
    if (!route) throw new Error(`no route ${name}`)
    const listed = await seeded.customer.withKey({ addresses: ['198.51.100.0/24', '2001:db8::/32'] })
    for (const from of ['203.0.113.7', '198.51.101.1', '2001:db9::1', 'unknown', '']) {
      const refused = await callRoute(listed, name, route, { from })
      expect([from, refused.status, refused.code]).toEqual([from, 403, 'address_not_allowed'])
      // A stolen key that tries from elsewhere uses up its share like any other call.
      expect(refused.headers.has('ratelimit')).toBe(true)
    }
    expect((await callRoute(listed, name, route, { from: '::ffff:198.51.100.9' })).status).toBe(route.status)
    const again = await callRoute(listed, name, route, { from: '2001:db8::9' })
    expect(again.status < 300 || again.status === route.status).toBe(true)
  })

  test.each(routeNames)('%s asks whether the key is suspended, as documented', async (name) => {
    const seeded = await seedCustomer(gateway(), { only: name })
    const route = customerRoutes(seeded)[name]
    if (!route) throw new Error(`no route ${name}`)
    const { accountId, keyId } = seeded.customer
    const suspension = { ground: 'key_leaked', note: 'seen in a public place' }
    const path = `/v1/accounts/${accountId}/api-keys/${keyId}/suspension`
    await expectStatus(200, gateway().asStaff('ops', 'PUT', path, suspension))
    const answer = await callRoute(seeded.customer, name, route)
    if (route.whileSuspended) expect(answer.status).toBe(route.status)
    else expect([answer.status, answer.code]).toEqual([403, 'key_suspended'])
    await expectStatus(200, gateway().asStaff('ops', 'DELETE', path, { reason: 'replaced in the app' }))
    expect((await callRoute(seeded.customer, name, route)).status).toBe(route.status)
  })
})

describe('a closed account', () => {
  it('records no consent and does nothing of itself, and goes on reading and withdrawing', async () => {
    const seeded = await seedCustomer(gateway())
    const { accountId } = seeded.customer
    await expectStatus(200, gateway().asStaff('admin', 'POST', `/v1/accounts/${accountId}/closing`, { reason: 'ended' }))
    const refused = ['POST /v1/verifications', 'POST /v1/consents', 'POST /v1/consents/batch']
    for (const [name, route] of Object.entries(customerRoutes(seeded))) {
      const answer = await callRoute(seeded.customer, name, route)
      if (refused.includes(name) || (route.scope === 'account:write' && !route.afterClosing))
        expect([name, answer.status, answer.code]).toEqual([name, 403, 'account_closed'])
      else expect([name, answer.status]).toEqual([name, route.status])
    }
  })
})
