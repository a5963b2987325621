import { describe, expect, it } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { openCustomer } from '../support/http-world.ts'

const gateway = useGateway({
  config: { door: { securityContact: 'mailto:security@example.com', metricsToken: null, logRequests: false } },
})

/** The methods of each address, as the router lists them. */
const methodsByPath = (): Map<string, string[]> => {
  const methods = new Map<string, string[]>()
  for (const { method, path } of gateway().app.routes) methods.set(path, [...(methods.get(path) ?? []), method.toUpperCase()])
  return methods
}
const addressOf = (path: string): string => path.replaceAll(/\{\w+\}/g, 'nobody')

describe('an address that exists', () => {
  it('answers another method with 405 and the methods that it has, HEAD beside every GET', async () => {
    for (const [path, methods] of methodsByPath()) {
      const wanted = (methods.includes('GET') ? ['HEAD', ...methods] : methods).sort()
      for (const method of ['PATCH', 'OPTIONS']) {
        const answer = await gateway().call(method, addressOf(path))
        const allow = answer.headers.get('allow')?.split(', ').sort()
        // A pattern with a parameter can have the address of another route too.
        expect([method, path, answer.status, wanted.filter((each) => !allow?.includes(each))]).toEqual([method, path, 405, []])
      }
    }
  })

  it('answers HEAD as GET, without the body', async () => {
    const customer = await openCustomer(gateway())
    const staff = await gateway().staffToken()
    for (const { method, path, caller } of gateway().app.routes.filter((route) => route.method === 'get')) {
      const bearer = caller === 'key' ? customer.key : staff
      const [get, head] = [
        await gateway().call(method.toUpperCase(), addressOf(path), { bearer }),
        await gateway().call('HEAD', addressOf(path), { bearer }),
      ]
      expect([path, head.status, head.text]).toEqual([path, get.status, ''])
      expect([path, head.headers.get('content-type')]).toEqual([path, get.headers.get('content-type')])
    }
  })

  it('gives no other site leave to call it: there is no answer to a preflight (CORS)', async () => {
    const headers = {
      Origin: 'https://elsewhere.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,idempotency-key',
    }
    for (const path of ['/v1/verifications', '/v1/balance', '/health']) {
      const answer = await gateway().call('OPTIONS', path, { headers })
      expect([path, answer.status]).toEqual([path, 405])
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })
})
