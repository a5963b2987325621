import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { CompactSign, importJWK } from 'jose'
import { z } from 'zod'
import type { DocumentSigner } from '../http/deps.ts'
import { KeyringError, staffIssuer } from './keyring.ts'

/*
 * The keys that sign documents, as the text of one more key file. Ed25519 (RFC 8032) whatever the suite of the digests is: the
 * receiver of a document verifies it with any library, and the algorithm that is named in it is the one that was used.
 */

export const documentKeysFile = 'document-signing.json'

const key = z.looseObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  kid: z.string().min(1),
  x: z.string().min(1),
  /** May be taken out of an older key: it then verifies and signs no more. */
  d: z.string().min(1).optional(),
})
/** The newest is the last. All of them stay listed, because what they signed has to be verified for as long as it is kept. */
const keysFile = z.strictObject({ version: z.literal(1), keys: z.array(key).min(1) })
type KeysFile = z.infer<typeof keysFile>

const makeKey = () => ({
  ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
  kid: `documents-${randomBytes(4).toString('hex')}`,
  alg: 'EdDSA',
})

const textOf = (file: object): string => `${JSON.stringify(file, null, 2)}\n`

const parse = (text: string, name: string): KeysFile => {
  try {
    const file = keysFile.parse(JSON.parse(text))
    if (file.keys.at(-1)?.d !== undefined && new Set(file.keys.map(({ kid }) => kid)).size === file.keys.length) return file
  } catch {
    // The message of a parser could hold the key.
  }
  throw new KeyringError(`${name} is not a Verimeter file of document keys`)
}

/** Who issues: the address that callers use, where the settings name one. */
export const documentIssuer = (publicUrl: string | null): string => publicUrl ?? staffIssuer.issuer

/** The text of the file with its first key. */
export const makeDocumentKeys = (): string => textOf({ version: 1, keys: [makeKey()] })

/** The same file with one more key, which signs from the next start on. Throws KeyringError for another text. */
export const addDocumentKey = (text: string, name = documentKeysFile): string => {
  const file = parse(text, name)
  return textOf({ ...file, keys: [...file.keys, makeKey()] })
}

/** What the key that signs is called, for the inventory. Throws KeyringError for another text. */
export const documentKeyIds = (text: string, name = documentKeysFile): string[] => parse(text, name).keys.map(({ kid }) => kid)

/**
 * Signs documents as `issuer`: a compact JWS (RFC 7515) whose payload is the document itself, byte for byte, so that nothing has
 * to be taken out of a wrapping before it is compared. The header names the key, the issuer and the second of the issue. Ed25519
 * is deterministic, so one key gives one signature. Throws KeyringError for another text.
 */
export const openDocumentSigner = (text: string, issuer: string, name = documentKeysFile): DocumentSigner => {
  const { keys } = parse(text, name)
  const newest = keys.at(-1)
  if (newest?.d === undefined) throw new KeyringError(`${name} has no key to sign with`)
  const { kty, crv, x, d, kid } = newest
  let imported: ReturnType<typeof importJWK> | null = null
  return {
    keys: keys.toReversed().map((one) => ({ kty: one.kty, crv: one.crv, x: one.x, kid: one.kid, alg: 'EdDSA', use: 'sig' })),
    async sign(payload, issuedAt) {
      imported ??= importJWK({ kty, crv, x, d }, 'EdDSA')
      const header = { alg: 'EdDSA', typ: 'verimeter-document+jws', cty: 'application/json' }
      return new CompactSign(payload)
        .setProtectedHeader({ ...header, kid, iss: issuer, iat: Math.floor(issuedAt / 1000) })
        .sign(await imported)
    },
  }
}
