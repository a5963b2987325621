import { type CryptoKey, exportJWK, generateKeyPair } from 'jose'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { newAddress, type TestGateway, type TokenWishes, useGateway } from '../support/http-gateway.ts'
import { openCustomer } from '../support/http-world.ts'

const gateway = useGateway()

let other: CryptoKey
let otherPublic: Record<string, unknown>

beforeAll(async () => {
  const pair = await generateKeyPair('EdDSA', { extractable: true })
  other = pair.privateKey
  otherPublic = { ...(await exportJWK(pair.publicKey)) }
})

/** Calls a route that any staff may call. */
const statusWith = async (bearer: string): Promise<string> => {
  const answer = await gateway().call('GET', '/v1/accounts', { bearer, from: newAddress() })
  return answer.status === 200 ? '200' : `${answer.status} ${answer.code}`
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const seconds = (on: TestGateway): number => Math.floor(on.clock.now / 1000)

/** One change to a good token each. Functions, because the clock and the keys are there only when the test runs. */
const wrong: [string, () => TokenWishes][] = [
  ['another issuer', () => ({ claims: { iss: 'someone' } })],
  ['no issuer', () => ({ claims: { iss: undefined } })],
  ['another audience', () => ({ claims: { aud: 'verimeter' } })],
  ['no audience', () => ({ claims: { aud: undefined } })],
  ['an expiry in the past', () => ({ claims: { exp: seconds(gateway()) - 31 } })],
  ['no expiry', () => ({ claims: { exp: undefined } })],
  ['an expiry that is a text', () => ({ claims: { exp: '9999999999' } })],
  ['a beginning in the future', () => ({ claims: { nbf: seconds(gateway()) + 31 } })],
  ['no time of issue', () => ({ claims: { iat: undefined } })],
  ['a time of issue in the future', () => ({ claims: { iat: seconds(gateway()) + 60 } })],
  ['a time of issue more than twelve hours ago', () => ({ claims: { iat: seconds(gateway()) - 12 * 3_600 - 31 } })],
  ['no subject', () => ({ claims: { sub: undefined } })],
  ['an empty subject', () => ({ sub: '' })],
  ['a subject with a line break', () => ({ sub: 'a\nb' })],
  ['a subject that is a number', () => ({ claims: { sub: 7 } })],
  ['no roles', () => ({ claims: { roles: undefined } })],
  ['an empty list of roles', () => ({ roles: [] })],
  ['an unknown role', () => ({ roles: ['root'] })],
  ['an unknown role beside a good one', () => ({ roles: ['admin', 'root'] })],
  ['roles that are a text', () => ({ claims: { roles: 'admin' } })],
  ['another type', () => ({ header: { typ: 'JWT' } })],
  ['no type', () => ({ header: { typ: undefined } })],
  ['the type of an identity token', () => ({ header: { typ: 'id+jwt' } })],
  ['a key that nobody named', () => ({ header: { kid: 'staff-0' } })],
  ['another key under the same name', () => ({ key: other })],
  ['another key that the token brings along', () => ({ key: other, header: { jwk: otherPublic } })],
  ['HS256 under the public key', () => ({ header: { alg: 'HS256' }, key: bytes(gateway().staffKey.x) })],
  [
    'HS256 under the bytes of the public key',
    () => ({ header: { alg: 'HS256' }, key: Buffer.from(gateway().staffKey.x, 'base64url') }),
  ],
]

describe('a staff token', () => {
  it('of the issuer is taken, within half a minute of its limits too', async () => {
    expect(await statusWith(await gateway().staffToken())).toBe('200')
    const now = seconds(gateway())
    expect(await statusWith(await gateway().staffToken({ claims: { exp: now - 29 } }))).toBe('200')
    expect(await statusWith(await gateway().staffToken({ claims: { nbf: now + 29 } }))).toBe('200')
    expect(await statusWith(await gateway().staffToken({ claims: { iat: now - 12 * 3_600 } }))).toBe('200')
  })

  test.each(wrong)('with %s is 401', async (_what, wishes) => {
    expect(await statusWith(await gateway().staffToken(wishes()))).toBe('401 token_invalid')
  })

  it('without a signature, with a changed one or with a changed payload is 401', async () => {
    const [header = '', payload = '', signature = ''] = (await gateway().staffToken({ roles: ['auditor'] })).split('.')
    const raised = encode({ ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), roles: ['admin'] })
    const none = encode({ alg: 'none', typ: 'at+jwt' })
    const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
    for (const token of [
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      `${encode({ alg: 'None', typ: 'at+jwt' })}.${payload}.`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}.${payload}.${flipped}`,
      `${header}.${raised}.${signature}`,
      `${header}.${payload}.${signature}.${signature}`,
      `.${payload}.${signature}`,
      '..',
      'x',
      '{}',
      encode({}),
      'a'.repeat(20_000),
    ])
      expect([token.slice(0, 60), await statusWith(token)]).toEqual([token.slice(0, 60), '401 token_invalid'])
  })

  it('is read from nowhere but the header', async () => {
    const token = await gateway().staffToken()
    for (const call of [
      gateway().call('GET', `/v1/accounts?access_token=${token}`, { from: newAddress() }),
      gateway().call('GET', '/v1/accounts', { headers: { Cookie: `token=${token}` } }),
      gateway().call('GET', '/v1/accounts', { headers: { Authorization: `Basic ${token}` } }),
    ])
      expect((await call).status).toBe(401)
  })

  it('cannot be an API key', async () => {
    const customer = await openCustomer(gateway())
    expect(await statusWith(customer.key)).toBe('401 token_invalid')
  })
})
