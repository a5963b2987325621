import { type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose'
import type { OidcConfig } from '../../src/runtimes/config.ts'
import { openVendorSocket, type VendorAnswer, type VendorSocket } from './vendor-socket.ts'

const encode = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64url')

/** Signs what it is told to, with no library to object. Text as key is a shared secret (HS256), null makes no signature. */
export const forge = async (
  header: Record<string, unknown> | string,
  payload: Record<string, unknown> | string,
  key: CryptoKey | Uint8Array | null,
): Promise<string> => {
  const textOf = (part: Record<string, unknown> | string) => (typeof part === 'string' ? part : JSON.stringify(part))
  const input = `${encode(textOf(header))}.${encode(textOf(payload))}`
  if (key === null) return `${input}.`
  const bytes = new TextEncoder().encode(input)
  if (key instanceof Uint8Array) {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' }
    const secret = await crypto.subtle.importKey('raw', new Uint8Array(key), algorithm, false, ['sign'])
    return `${input}.${encode(new Uint8Array(await crypto.subtle.sign('HMAC', secret, bytes)))}`
  }
  const { name } = key.algorithm
  const signature = await crypto.subtle.sign(name === 'ECDSA' ? { name, hash: 'SHA-256' } : { name }, key, bytes)
  return `${input}.${encode(new Uint8Array(signature))}`
}

export interface SigningKey {
  alg: string
  kid: string
  secret: CryptoKey
  open: CryptoKey
  jwk: JWK
}

/** A pair of keys and its public half as the issuer would publish it. */
export const makeSigningKey = async (alg: 'RS256' | 'ES256' | 'EdDSA', kid: string): Promise<SigningKey> => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { alg, kid, secret: privateKey, open: publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

/** What a token says otherwise than a good one. An undefined member is left out. */
export interface Wishes {
  header?: Record<string, unknown>
  claims?: Record<string, unknown>
  key?: SigningKey
  secret?: CryptoKey | Uint8Array | null
}

/** An OpenID provider as far as the gateway sees one: keys at an address, and tokens. Every fetch of the keys is counted. */
export class StaffIssuer {
  fetches = 0
  /** Instead of the keys, where a test wants something else. */
  answer: VendorAnswer | null = null
  /** What the issuer publishes. */
  published: JWK[]
  private readonly socket: VendorSocket
  readonly keys: Record<'RS256' | 'ES256' | 'EdDSA', SigningKey>
  private readonly clock: () => number

  private constructor(socket: VendorSocket, keys: Record<'RS256' | 'ES256' | 'EdDSA', SigningKey>, clock: () => number) {
    this.socket = socket
    this.keys = keys
    this.clock = clock
    this.published = Object.values(keys).map(({ jwk }) => jwk)
  }

  static async open(clock: () => number): Promise<StaffIssuer> {
    const socket = await openVendorSocket(async () => {
      issuer.fetches += 1
      return issuer.answer ?? { body: { keys: issuer.published } }
    })
    const issuer: StaffIssuer = new StaffIssuer(
      socket,
      {
        RS256: await makeSigningKey('RS256', 'rs-1'),
        ES256: await makeSigningKey('ES256', 'es-1'),
        EdDSA: await makeSigningKey('EdDSA', 'ed-1'),
      },
      clock,
    )
    return issuer
  }

  get config(): OidcConfig {
    return {
      name: 'corp',
      issuer: 'https://login.example.com/staff',
      audience: 'https://gateway.example/staff',
      jwksUrl: `${this.socket.baseUrl}/keys`,
      rolesClaim: 'roles',
      tokenType: 'at+jwt',
    }
  }

  get nowSeconds(): number {
    return Math.floor(this.clock() / 1_000)
  }

  /** The claims of a good token, but for what is wished otherwise. */
  claims(more: Record<string, unknown> = {}): Record<string, unknown> {
    const { issuer, audience } = this.config
    const now = this.nowSeconds
    return { iss: issuer, aud: audience, sub: 'alice', roles: ['admin'], iat: now, exp: now + 3_600, ...more }
  }

  token({ header = {}, claims = {}, key = this.keys.ES256, secret = key.secret }: Wishes = {}): Promise<string> {
    return forge({ alg: key.alg, typ: 'at+jwt', kid: key.kid, ...header }, this.claims(claims), secret)
  }

  close(): Promise<void> {
    return this.socket.close()
  }
}
