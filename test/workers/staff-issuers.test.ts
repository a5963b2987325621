import { env } from 'cloudflare:test'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { readIssuerKey } from '../../src/runtimes/keyring.ts'
import { signStaffToken } from '../../src/runtimes/staff-token.ts'
import { openWorkerApp } from '../../src/runtimes/worker.ts'
import type { WorkerEnv } from '../../src/runtimes/worker-parts.ts'
import { forge, makeSigningKey, type SigningKey } from '../support/staff-issuer.ts'

const settings = {
  VERIMETER_OIDC_ISSUER: 'https://login.example.com',
  VERIMETER_OIDC_AUDIENCE: 'https://gateway.example/staff',
  VERIMETER_OIDC_JWKS_URL: 'https://login.example.com/keys',
}
const withSettings = (more: Record<string, string> = settings): WorkerEnv => ({ ...env, ...more })

let key: SigningKey
beforeAll(async () => {
  key = await makeSigningKey('ES256', 'es-1')
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** The platform's fetch, answered here. */
const answerFetch = (answer: () => Response) => vi.spyOn(globalThis, 'fetch').mockImplementation(async () => answer())

const token = (): Promise<string> => {
  const now = Math.floor(Date.now() / 1_000)
  const claims = { iss: settings.VERIMETER_OIDC_ISSUER, aud: settings.VERIMETER_OIDC_AUDIENCE, sub: 'alice', roles: ['auditor'] }
  return forge({ alg: key.alg, kid: key.kid, typ: 'at+jwt' }, { ...claims, iat: now, exp: now + 60 }, key.secret)
}
const statusAt = async (bindings: WorkerEnv, bearer: string): Promise<number> => {
  const request = new Request('http://gateway.test/v1/accounts', { headers: { Authorization: `Bearer ${bearer}` } })
  return (await openWorkerApp(bindings).fetch(request, { address: '203.0.113.7' })).status
}

describe('an OpenID provider among the bindings of the Worker', () => {
  test('is asked for its keys by the platform, without following a redirect', async () => {
    const asked = answerFetch(() => Response.json({ keys: [key.jwk] }))
    expect(await statusAt(withSettings(), await token())).toBe(200)
    expect(asked.mock.calls.map(([url, init]) => [url, init?.method, init?.redirect])).toEqual([
      [settings.VERIMETER_OIDC_JWKS_URL, 'GET', 'manual'],
    ])
  })

  test('whose keys lie elsewhere than it says is not followed', async () => {
    const asked = answerFetch(() => new Response(null, { status: 302, headers: { Location: 'https://evil.example/keys' } }))
    expect(await statusAt(withSettings(), await token())).toBe(503)
    expect(asked).toHaveBeenCalledTimes(1)
  })

  test('leaves the built-in issuer as it is, and is unknown where nobody set it', async () => {
    const asked = answerFetch(() => Response.error())
    const builtIn = await signStaffToken(
      readIssuerKey(env.TEST_STAFF_PRIVATE_KEY),
      { sub: 'staff-1', roles: ['auditor'], hours: 1 },
      Date.now(),
    )
    expect(await statusAt(withSettings(), builtIn)).toBe(200)
    expect(await statusAt(env, await token())).toBe(401)
    expect(asked).not.toHaveBeenCalled()
  })

  test('that is half-configured stops the Worker with a sentence', () => {
    expect(() => openWorkerApp(withSettings({ VERIMETER_OIDC_ISSUER: settings.VERIMETER_OIDC_ISSUER }))).toThrow(
      'VERIMETER_OIDC_ISSUER needs VERIMETER_OIDC_AUDIENCE and VERIMETER_OIDC_JWKS_URL beside it',
    )
  })
})
