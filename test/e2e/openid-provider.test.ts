import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, type JWK } from 'jose'
import Provider from 'oidc-provider'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { Processes } from '../support/process-gateway.ts'

/* A gateway on a real socket, and a real OpenID provider on another: its discovery, its keys, its own signed access tokens. */

const audience = 'https://gateway.example/staff'
const algorithms = ['RS256', 'ES256', 'EdDSA'] as const
type Algorithm = (typeof algorithms)[number]

const clientId = 'night-shift'
const clientSecret = 'a-secret-of-this-test-alone'

const processes = new Processes()

let server: Server
let issuer: string
let metadata: { issuer: string; jwks_uri: string; token_endpoint: string }
let keysAsked = 0

/** One resource for each algorithm, because the provider chooses by the resource; all of them say the same audience. */
const resourceOf = (alg: Algorithm) => `https://gateway.example/${alg.toLowerCase()}`

beforeAll(async () => {
  const keys: JWK[] = []
  for (const alg of algorithms) {
    const { privateKey } = await generateKeyPair(alg, { extractable: true })
    keys.push({ ...(await exportJWK(privateKey)), alg, use: 'sig' })
  }
  server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    jwks: { keys },
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => {
          const alg = algorithms.find((known) => resource === resourceOf(known))
          return {
            scope: '',
            audience: alg ? audience : resource,
            accessTokenTTL: 3_600,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: alg ?? 'ES256' } },
          }
        },
      },
    },
    extraTokenClaims: () => ({ roles: ['auditor'] }),
  })
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (request.url === '/jwks') keysAsked += 1
    answer(request, response)
  })
  metadata = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as typeof metadata
})

const gateway = useGateway(() => ({
  listening: true,
  config: {
    oidc: {
      name: 'idp',
      issuer: metadata.issuer,
      audience,
      jwksUrl: metadata.jwks_uri,
      rolesClaim: 'roles',
      tokenType: 'at+jwt',
    },
  },
}))

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** An access token by client credentials (RFC 6749 §4.4) for one resource (RFC 8707), as the provider makes it. */
const accessToken = async (resource: string): Promise<string> => {
  const response = await fetch(metadata.token_endpoint, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
  })
  const { access_token: token } = (await response.json()) as { access_token?: string }
  if (token === undefined) throw new Error(`the provider gave no token: ${response.status}`)
  return token
}

/** The provider signs with the time of this machine, so the gateway lives in it too. */
const ask = (bearer: string, method = 'GET', json?: unknown) => {
  gateway().clock.now = Date.now()
  return gateway().call(method, '/v1/accounts', { bearer, ...(json === undefined ? {} : { json }) })
}

describe('a token of a real provider', () => {
  test.each(algorithms)('signed with %s is taken, by keys over a real socket', async (alg) => {
    const token = await accessToken(resourceOf(alg))
    expect(decodeProtectedHeader(token)).toMatchObject({ alg, typ: 'at+jwt' })
    expect(decodeJwt(token)).toMatchObject({ iss: issuer, aud: audience, sub: clientId, roles: ['auditor'] })
    expect((await ask(token)).status).toBe(200)
    expect(keysAsked).toBe(1)
  })

  it('gives its roles and no more', async () => {
    const answer = await ask(await accessToken(resourceOf('ES256')), 'POST', { name: 'Example Ltd', reason: 'new customer' })
    expect([answer.status, answer.code]).toEqual([403, 'role_required'])
  })

  it('for another service, or changed on the way, is 401', async () => {
    const foreign = await accessToken('https://other.example/')
    expect(decodeJwt(foreign).aud).toBe('https://other.example/')
    expect((await ask(foreign)).code).toBe('token_invalid')
    const [header, payload = '', signature] = (await accessToken(resourceOf('ES256'))).split('.')
    const claims = { ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), roles: ['admin'] }
    const raised = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`
    expect((await ask(raised)).code).toBe('token_invalid')
  })

  it('that came in two Authorization headers is 401', async () => {
    const token = await accessToken(resourceOf('RS256'))
    gateway().clock.now = Date.now()
    const statusWith = (headers: string[]): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const sent = httpRequest(
          `${gateway().baseUrl}/v1/accounts`,
          { headers: ['Host', 'gateway.test', ...headers] },
          (answer) => {
            answer.resume()
            resolve(answer.statusCode)
          },
        )
        sent.on('error', reject)
        sent.end()
      })
    const good = ['Authorization', `Bearer ${token}`]
    expect(await statusWith(good)).toBe(200)
    expect(await statusWith([...good, ...good])).toBe(401)
    expect(await statusWith([...good, 'Authorization', 'Bearer x'])).toBe(401)
  })
})

describe('the gateway as it is started', () => {
  it('takes tokens of the provider that its settings name', async () => {
    const { baseUrl } = await processes.gateway({
      VERIMETER_DATA_DIR: processes.folder(),
      VERIMETER_OIDC_ISSUER: metadata.issuer,
      VERIMETER_OIDC_AUDIENCE: audience,
      VERIMETER_OIDC_JWKS_URL: metadata.jwks_uri,
    })
    const statusWith = async (token: string): Promise<number> =>
      (await fetch(`${baseUrl}/v1/accounts`, { headers: { Authorization: `Bearer ${token}` } })).status
    for (const alg of algorithms) expect(await statusWith(await accessToken(resourceOf(alg)))).toBe(200)
    expect(await statusWith(await accessToken('https://other.example/'))).toBe(401)
  })
})
