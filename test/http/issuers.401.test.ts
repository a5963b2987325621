import { CompactSign, type CryptoKey, exportJWK, exportSPKI, importJWK, type JWK, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { newAddress, useGateway } from '../support/http-gateway.ts'
import { openCustomer, persons } from '../support/http-world.ts'
import { forge, makeSigningKey, type SigningKey, StaffIssuer, type Wishes } from '../support/staff-issuer.ts'
import { openVendorSocket, type VendorSocket } from '../support/vendor-socket.ts'

/* Tokens at a gateway that takes the built-in issuer and an OpenID provider: good ones, and forged ones of every kind known. */

let corp: StaffIssuer
let stranger: SigningKey
let weak: CryptoKey
let trap: VendorSocket
let trapped = 0

beforeAll(async () => {
  corp = await StaffIssuer.open(() => gateway().clock.now)
  stranger = await makeSigningKey('ES256', 'es-1')
  trap = await openVendorSocket(async () => {
    trapped += 1
    return { body: { keys: [stranger.jwk] } }
  })
  const rsa = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1_024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }
  const short = await crypto.subtle.generateKey(rsa, true, ['sign', 'verify'])
  weak = short.privateKey
  const shortJwk = (await crypto.subtle.exportKey('jwk', short.publicKey)) as JWK
  const { ES256, RS256 } = corp.keys
  const { alg: _alg, ...forAnyAlgorithm } = RS256.jwk
  corp.published.push(
    // What a careless provider may publish beside its good keys.
    { kty: 'oct', k: 'c2VjcmV0', kid: 'oct-1', alg: 'HS256' },
    { kty: 'RSA', n: shortJwk.n ?? '', e: shortJwk.e ?? '', kid: 'short-1', alg: 'RS256' },
    { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA', kid: 'broken-1', alg: 'ES256' },
    { ...RS256.jwk, kid: 'enc-1', use: 'enc' },
    { ...forAnyAlgorithm, kid: 'any-1' },
    { ...ES256.jwk, kid: 'twice' },
    { ...stranger.jwk, kid: 'twice' },
  )
})
const gateway = useGateway(() => ({ config: { oidc: corp.config } }))
afterAll(async () => {
  await corp.close()
  await trap.close()
})

const ask = (headers: Record<string, string> | Headers) => gateway().call('GET', '/v1/accounts', { headers, from: newAddress() })

const statusOf = async (headers: Record<string, string> | Headers): Promise<string> => {
  const answer = await ask(headers)
  return answer.status === 200 ? '200' : `${answer.status} ${answer.code}`
}
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
const bytes = (text: string) => new TextEncoder().encode(text)
const builtIn = (more: Record<string, unknown>) => ({ iss: 'verimeter', aud: 'verimeter-staff', ...more })
const spki = (key: SigningKey) => exportSPKI(key.open)
const header = (key: SigningKey, more: object = {}) => JSON.stringify({ alg: key.alg, typ: 'at+jwt', kid: key.kid, ...more })

/** A payload in which a member comes twice: once as a good token has it, and then as this text says. */
const twice = (member: string): string => `${JSON.stringify(corp.claims()).slice(0, -1)},${member}}`

/** A good token whose payload or header was exchanged afterwards. */
const spliced = async (part: 0 | 1, text: string): Promise<string> => {
  const parts = (await corp.token()).split('.')
  parts[part] = Buffer.from(text).toString('base64url')
  return parts.join('.')
}

/** A token that is good but for its algorithm, under a published key that does not say which one it is for. */
const signWith = async (alg: string): Promise<string> =>
  new SignJWT(corp.claims())
    .setProtectedHeader({ alg, typ: 'at+jwt', kid: 'any-1' })
    .sign(await importJWK(await exportJWK(corp.keys.RS256.secret), alg))

const wished = (wishes: () => Wishes) => () => corp.token(wishes())
const claim = (claims: () => Record<string, unknown>) => wished(() => ({ claims: claims() }))

const forgeries: Record<string, () => Promise<string>> = {
  // Algorithms
  'alg none': wished(() => ({ header: { alg: 'none' }, secret: null })),
  'alg NONE without kid': wished(() => ({ header: { alg: 'NONE', kid: undefined }, secret: null })),
  'alg none over a good signature': () => spliced(0, header(corp.keys.ES256, { alg: 'none' })),
  'no alg': wished(() => ({ header: { alg: undefined } })),
  'alg that is a list': wished(() => ({ header: { alg: ['ES256'] } })),
  'HS256 with the public key as PEM': async () =>
    corp.token({ key: corp.keys.RS256, header: { alg: 'HS256' }, secret: bytes(await spki(corp.keys.RS256)) }),
  'HS256 with the public key as PEM without its line break': async () =>
    corp.token({ key: corp.keys.RS256, header: { alg: 'HS256' }, secret: bytes((await spki(corp.keys.RS256)).trim()) }),
  'HS256 with the public JWK as text': wished(() => ({
    header: { alg: 'HS256' },
    secret: bytes(JSON.stringify(corp.keys.ES256.jwk)),
  })),
  'HS256 with a secret that the provider publishes': wished(() => ({
    header: { alg: 'HS256', kid: 'oct-1' },
    secret: bytes('secret'),
  })),
  'RS256 said, ES256 signed': wished(() => ({ header: { alg: 'RS256' } })),
  'EdDSA said under the name of the RSA key': wished(() => ({
    key: corp.keys.EdDSA,
    header: { kid: corp.keys.RS256.kid },
  })),
  'PS256, which nobody allowed': wished(() => ({ key: corp.keys.RS256, header: { alg: 'PS256' } })),
  'PS256 with a key that names no algorithm': () => signWith('PS256'),
  'RS512 with a key that names no algorithm': () => signWith('RS512'),
  'a signature as DER': async () => {
    const [head, payload, signature = ''] = (await corp.token()).split('.')
    const raw = Buffer.from(signature, 'base64url')
    const der = Buffer.concat([Buffer.from([0x30, 0x44, 2, 32]), raw.subarray(0, 32), Buffer.from([2, 32]), raw.subarray(32)])
    return `${head}.${payload}.${der.toString('base64url')}`
  },
  'a signature of nothing but zeros': async () =>
    `${(await corp.token()).split('.').slice(0, 2).join('.')}.${Buffer.alloc(64).toString('base64url')}`,

  // Keys
  'another key under the same name': wished(() => ({ secret: stranger.secret })),
  'a key that it brings along': wished(() => ({ secret: stranger.secret, header: { kid: undefined, jwk: stranger.jwk } })),
  'a key at an address of its own': wished(() => ({
    secret: stranger.secret,
    header: { kid: 'es-9', jku: `${trap.baseUrl}/keys` },
  })),
  'a certificate at an address of its own': wished(() => ({
    secret: stranger.secret,
    header: { x5u: `${trap.baseUrl}/chain`, x5c: ['AAAA'] },
  })),
  'a kid that is a path': wished(() => ({ header: { kid: '../../../../dev/null' } })),
  'a kid that is a path, signed with nothing': wished(() => ({
    header: { alg: 'HS256', kid: '/dev/null' },
    secret: new Uint8Array([0]),
  })),
  'a kid that is SQL': wished(() => ({ header: { kid: "es-1' OR '1'='1" } })),
  'a kid that is an address': wished(() => ({ secret: stranger.secret, header: { kid: `${trap.baseUrl}/keys` } })),
  'a kid of the language': wished(() => ({ header: { kid: '__proto__' } })),
  'a kid that is a number': wished(() => ({ header: { kid: 1 } })),
  'an RSA key that is too short': wished(() => ({ key: corp.keys.RS256, header: { kid: 'short-1' }, secret: weak })),
  'a key that is broken': wished(() => ({ header: { kid: 'broken-1' } })),
  'a key for encryption': wished(() => ({ key: corp.keys.RS256, header: { kid: 'enc-1' } })),
  'a kid that two keys have': wished(() => ({ header: { kid: 'twice' }, secret: stranger.secret })),

  // Issuers and audiences
  'an issuer that nobody knows': claim(() => ({ iss: 'https://login.example.org' })),
  'an issuer at the address of the trap': claim(() => ({ iss: trap.baseUrl })),
  'the issuer with a slash more': claim(() => ({ iss: `${corp.config.issuer}/` })),
  'the issuer in capitals': claim(() => ({ iss: corp.config.issuer.toUpperCase() })),
  'issuers in a list': claim(() => ({ iss: [corp.config.issuer] })),
  'no issuer': claim(() => ({ iss: undefined })),
  "the built-in issuer's name, signed by the provider": claim(() => builtIn({})),
  "the provider's name, signed by the built-in issuer": () =>
    gateway().staffToken({ claims: { iss: corp.config.issuer, aud: corp.config.audience } }),
  "the provider's name and key id, signed by the built-in issuer": () =>
    gateway().staffToken({
      claims: { iss: corp.config.issuer, aud: corp.config.audience },
      header: { kid: corp.keys.EdDSA.kid },
    }),
  "the built-in issuer's audience": claim(() => ({ aud: 'verimeter-staff' })),
  'another audience': claim(() => ({ aud: 'https://other.example' })),
  'a list of other audiences': claim(() => ({ aud: ['https://other.example', `${corp.config.audience}/`] })),
  'an empty list of audiences': claim(() => ({ aud: [] })),
  'the audience in a list in a list': claim(() => ({ aud: [[corp.config.audience]] })),
  'no audience': claim(() => ({ aud: undefined })),

  // Times
  'an expiry half a minute and a second ago': claim(() => ({ exp: corp.nowSeconds - 31 })),
  'an expiry that is a text': claim(() => ({ exp: String(corp.nowSeconds + 60) })),
  'an expiry that is no number': () => forge(header(corp.keys.ES256), twice('"exp":null'), corp.keys.ES256.secret),
  'no expiry': claim(() => ({ exp: undefined })),
  'a beginning in half a minute and a second': claim(() => ({ nbf: corp.nowSeconds + 31 })),
  'a beginning that is a text': claim(() => ({ nbf: '0' })),
  'no time of issue': claim(() => ({ iat: undefined })),
  'a time of issue to come': claim(() => ({ iat: corp.nowSeconds + 31 })),
  'a time of issue twelve hours ago and an expiry in a year': claim(() => ({
    iat: corp.nowSeconds - 12 * 3_600 - 31,
    exp: corp.nowSeconds + 31_536_000,
  })),

  // What kind of token
  'type JWT, as identity tokens have': wished(() => ({ header: { typ: 'JWT' } })),
  'no type': wished(() => ({ header: { typ: undefined } })),
  'type at+jwt with a space': wished(() => ({ header: { typ: 'at+jwt ' } })),
  'a logout token': wished(() => ({ header: { typ: 'logout+jwt' } })),
  'an identity token in the dress of an access token': claim(() => ({ nonce: 'n-1' })),
  'an identity token with the digest of another': claim(() => ({ at_hash: 'AAAA' })),
  'an extension that must be understood': wished(() => ({ header: { crit: ['b64'], b64: false } })),
  'an unknown extension that must be understood': wished(() => ({ header: { crit: ['x'], x: 1 } })),
  'a token in a token': async () => {
    const { ES256 } = corp.keys
    return new CompactSign(bytes(await corp.token()))
      .setProtectedHeader({ alg: 'ES256', kid: ES256.kid, typ: 'at+jwt', cty: 'JWT' })
      .sign(ES256.secret)
  },
  'a payload that is a list': () => forge(header(corp.keys.ES256), '[]', corp.keys.ES256.secret),
  'a payload that is no JSON': () => forge(header(corp.keys.ES256), '{', corp.keys.ES256.secret),
  'five parts, as encrypted ones have': async () => `${await corp.token()}.AAAA.AAAA`,
  'a megabyte': wished(() => ({ claims: { filler: 'a'.repeat(1_048_576) } })),
  'more than is looked at': wished(() => ({ claims: { filler: 'a'.repeat(6_500) } })),

  // Claims twice
  'roles a second time, put in afterwards': () => spliced(1, twice('"roles":["admin"]')),
  'alg a second time, put in afterwards': () => spliced(0, '{"alg":"ES256","typ":"at+jwt","kid":"es-1","alg":"none"}'),
  'the issuer twice, the last one unknown': () =>
    forge(header(corp.keys.ES256), twice('"iss":"https://login.example.org"'), corp.keys.ES256.secret),
  'the audience twice, the last one another': () =>
    forge(header(corp.keys.ES256), twice('"aud":"https://other.example"'), corp.keys.ES256.secret),

  // Who it is and what they may do
  'no subject': claim(() => ({ sub: undefined })),
  'an empty subject': claim(() => ({ sub: '' })),
  'a subject that is a number': claim(() => ({ sub: 1 })),
  'a subject with a line break': claim(() => ({ sub: 'alice\n' })),
  'a subject with a space': claim(() => ({ sub: 'alice bob' })),
  'a subject with markup': claim(() => ({ sub: '<b>alice</b>' })),
  'a subject with letters that look alike': claim(() => ({ sub: 'аlice' })),
  'a subject that is too long': claim(() => ({ sub: 'a'.repeat(256) })),
  'a built-in subject that looks like one of the provider': () => gateway().staffToken({ sub: 'corp/alice' }),
  'no roles': claim(() => ({ roles: undefined })),
  'no role': claim(() => ({ roles: [] })),
  'roles that are a text': claim(() => ({ roles: 'admin' })),
  'roles that are an object': claim(() => ({ roles: { admin: true } })),
  'an unknown role': claim(() => ({ roles: ['root'] })),
  'an unknown role beside a good one': claim(() => ({ roles: ['admin', 'offline_access'] })),
  'a role in capitals': claim(() => ({ roles: ['ADMIN'] })),
  'a role in a list in a list': claim(() => ({ roles: [['admin']] })),
  'roles under another name': claim(() => ({ roles: undefined, role: ['admin'], groups: ['admin'] })),
}

describe('a good token', () => {
  const good: Record<string, () => Promise<string>> = {
    'of the built-in issuer': () => gateway().staffToken(),
    'signed with RS256': wished(() => ({ key: corp.keys.RS256 })),
    'signed with ES256': wished(() => ({ key: corp.keys.ES256 })),
    'signed with EdDSA': wished(() => ({ key: corp.keys.EdDSA })),
    'signed with RS256 by a key that names no algorithm': () => signWith('RS256'),
    'for several audiences': claim(() => ({ aud: ['https://other.example', corp.config.audience] })),
    'with its type as a whole media type': wished(() => ({ header: { typ: 'application/at+jwt' } })),
    'that expired less than half a minute ago': claim(() => ({ exp: corp.nowSeconds - 29 })),
    'that begins within half a minute': claim(() => ({ nbf: corp.nowSeconds + 29 })),
    'twelve hours old': claim(() => ({ iat: corp.nowSeconds - 12 * 3_600 })),
    'of a subject as providers make them': claim(() => ({ sub: 'auth0|5f7c8ec7c33c6c004bbafe82' })),
    'with a longest subject': claim(() => ({ sub: 'a'.repeat(255) })),
    'with a claim twice, which counts by its last one': () =>
      forge(header(corp.keys.ES256), twice('"roles":["auditor"]'), corp.keys.ES256.secret),
  }
  test.each(Object.keys(good))('%s is taken', async (what) => {
    expect(await statusOf(bearer((await good[what]?.()) ?? ''))).toBe('200')
  })

  it('is taken under a scheme in any letters (RFC 9110 §11.1)', async () => {
    for (const scheme of ['bearer', 'BEARER', 'Bearer  '])
      expect([scheme, await statusOf({ Authorization: `${scheme} ${await corp.token()}` })]).toEqual([scheme, '200'])
  })

  it('gives its roles and no more', async () => {
    const answer = await gateway().call('POST', '/v1/accounts', {
      bearer: await corp.token({ claims: { roles: ['auditor'] } }),
      json: { name: 'Example Ltd', reason: 'new customer' },
    })
    expect([answer.status, answer.code]).toEqual([403, 'role_required'])
  })
})

describe('a forged token', () => {
  it('comes in more than forty kinds', () => {
    expect(Object.keys(forgeries).length).toBeGreaterThan(40)
  })

  test.each(Object.keys(forgeries))('with %s is 401', async (what) => {
    expect(await statusOf(bearer((await forgeries[what]?.()) ?? ''))).toBe('401 token_invalid')
  })

  it('cannot hide beside a good one in the header', async () => {
    const token = await corp.token()
    const doubled = new Headers({ Authorization: `Bearer ${token}` })
    doubled.append('Authorization', `Bearer ${token}`)
    for (const headers of [
      doubled,
      { Authorization: `Bearer ${token}, Bearer ${token}` },
      { Authorization: `Bearer ${token} junk` },
      { Authorization: `Bearer ${token};` },
      { Authorization: `Bearer "${token}"` },
      { Authorization: `Bearer${token}` },
      { Authorization: `DPoP ${token}` },
      { Authorization: token },
      { Authorization: 'Bearer' },
    ])
      expect(await statusOf(headers)).toBe('401 token_invalid')
  })

  it('makes the gateway ask nobody but the configured issuer, and that one only once', () => {
    expect([trapped, corp.fetches]).toEqual([0, 1])
  })
})

describe('the two-person rule', () => {
  it('sees one person of the provider as one, and the same name at two issuers as two', async () => {
    const customer = await openCustomer(gateway())
    await customer.record('c-1', persons.unknownForEver)
    const { accountId } = customer
    const verificationId = (await customer.verify('k-1', 'c-1', persons.unknownForEver)).word('verification', 'id')
    const alice = await corp.token()
    const proposal = await gateway().call(
      'POST',
      `/v1/accounts/${accountId}/verifications/${verificationId}/settlement-proposals`,
      { bearer: alice, json: { outcome: 'released', reason: 'the source told us' } },
    )
    expect(proposal.member('proposed_by')).toBe('corp/alice')
    const approve = (bearer: string) =>
      gateway().call('POST', `/v1/approvals/${proposal.word('id')}/approval`, { bearer, json: { reason: 'seen' } })
    // Another key and other claims are still the same person.
    const again = await approve(await corp.token({ key: corp.keys.RS256, claims: { roles: ['finance'], name: 'Bob' } }))
    expect([again.status, again.code]).toEqual([403, 'approval_required'])
    expect((await approve(await gateway().staffToken({ sub: 'corp/alice' }))).code).toBe('token_invalid')
    expect((await approve(await gateway().staffToken({ sub: 'alice' }))).status).toBe(200)
  })
})

describe('a provider that cannot write at+jwt', () => {
  const other = useGateway(() => ({
    config: { oidc: { ...corp.config, tokenType: 'JWT', rolesClaim: 'https://g.example/roles' } },
  }))
  const typ = 'JWT'
  const roles = { roles: undefined, 'https://g.example/roles': ['auditor'] }

  it('is taken by its own type and its own claim of roles, and by those alone', async () => {
    const cases: [wishes: Wishes, status: number][] = [
      [{ header: { typ }, claims: roles }, 200],
      [{ claims: roles }, 401],
      [{ header: { typ: undefined }, claims: roles }, 401],
      [{ header: { typ } }, 401],
      // An identity token, whichever way it was asked for.
      ...['nonce', 'at_hash', 'c_hash'].map((name): [Wishes, number] => [
        { header: { typ }, claims: { ...roles, [name]: 'x' } },
        401,
      ]),
    ]
    for (const [wishes, status] of cases) {
      const answer = await other().call('GET', '/v1/accounts', { bearer: await corp.token(wishes), from: newAddress() })
      expect([wishes, answer.status]).toEqual([wishes, status])
    }
  })
})
