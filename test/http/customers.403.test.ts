import { describe, expect, it, test } from 'vitest'
import { scopes } from '../../src/core/commands.ts'
import { callRoute, customerRoutes, expectAllRoutesListed, nothingSeeded, seedCustomer } from '../support/http-customer-routes.ts'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus } from '../support/http-world.ts'

const gateway = useGateway()

const routeNames = Object.keys(customerRoutes(nothingSeeded))

describe('every customer route', () => {
  it('is listed here', () => expectAllRoutesListed(gateway()))

  test.each(routeNames)(
    '%s is open to a listed address, its scope and a key in good standing, and to nothing less',
    async (name) => {
      const seeded = await seedCustomer(gateway(), { only: name })
      const route = customerRoutes(seeded)[name]
      if (!route) throw new Error(`no route ${name}`)
      const { customer } = seeded
      const without = await callRoute(
        await customer.withKey({ scopes: scopes.filter((scope) => scope !== route.scope) }),
        name,
        route,
      )
      expect([without.status, without.code]).toEqual([403, 'key_scope'])

      const only = await customer.withKey({ scopes: [route.scope], addresses: ['198.51.100.0/24', '2001:db8::/32'] })
      for (const from of ['203.0.113.7', '198.51.101.1', '2001:db9::1', 'unknown', '']) {
        const refused = await callRoute(only, name, route, { from })
        expect([from, refused.status, refused.code]).toEqual([from, 403, 'address_not_allowed'])
        // A stolen key that tries from elsewhere uses up its share like any other call.
        expect(refused.headers.has('ratelimit')).toBe(true)
      }

      const path = `/v1/accounts/${customer.accountId}/api-keys/${only.keyId}/suspension`
      const suspension = { ground: 'key_leaked', note: 'seen in a public place' }
      await expectStatus(200, gateway().asStaff('ops', 'PUT', path, suspension))
      const stopped = await callRoute(only, name, route, { from: '198.51.100.9' })
      if (route.whileSuspended) expect(stopped.status).toBe(route.status)
      else expect([stopped.status, stopped.code]).toEqual([403, 'key_suspended'])
      await expectStatus(200, gateway().asStaff('ops', 'DELETE', path, { reason: 'replaced in the app' }))

      // Nothing of what was refused has been done: the good call is as good as the first.
      expect((await callRoute(only, name, route, { from: '::ffff:198.51.100.9' })).status).toBe(route.status)
      const again = await callRoute(only, name, route, { from: '2001:db8::9' })
      expect(again.status < 300 || again.status === route.status).toBe(true)
    },
  )
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
