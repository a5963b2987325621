import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compactVerify, createLocalJWKSet } from 'jose'
import { describe, expect, it, test } from 'vitest'
import {
  addDocumentKey,
  documentKeyIds,
  documentKeysFile,
  makeDocumentKeys,
  openDocumentSigner,
} from '../../src/runtimes/document-keys.ts'
import { addDocumentKeys, createKeyring, readDocumentKeys, rotateDocumentKeys } from '../../src/runtimes/key-files.ts'
import { KeyringError } from '../../src/runtimes/keyring.ts'
import { Processes } from '../support/process-gateway.ts'

const processes = new Processes()
const payload = new TextEncoder().encode('{"kind":"statement"}')
const issuedAt = Date.parse('2024-08-31T23:59:59.999+08:00')

const signerOf = (text: string) => openDocumentSigner(text, 'https://gateway.example')
const verify = (signature: string, text: string) =>
  compactVerify(signature, createLocalJWKSet({ keys: [...signerOf(text).keys] }))

interface KeysFile {
  keys: { kid: string; d?: string }[]
}
const change = (text: string, by: (file: KeysFile) => void): string => {
  const file = JSON.parse(text) as KeysFile
  by(file)
  return JSON.stringify(file)
}

describe('document keys', () => {
  it('sign the same bytes the same way, each installation its own', async () => {
    const text = makeDocumentKeys()
    const signature = await signerOf(text).sign(payload, issuedAt)
    expect(await signerOf(text).sign(payload, issuedAt)).toBe(signature)
    expect(await signerOf(makeDocumentKeys()).sign(payload, issuedAt)).not.toBe(signature)
    const { protectedHeader } = await verify(signature, text)
    expect(protectedHeader).toMatchObject({ iss: 'https://gateway.example', iat: Math.floor(issuedAt / 1000) })
  })

  it('that are replaced stay listed, and what they signed is verified for ever; the newest signs', async () => {
    const old = makeDocumentKeys()
    const signature = await signerOf(old).sign(payload, issuedAt)
    const rotated = addDocumentKey(old)
    const [first, second] = documentKeyIds(rotated)
    expect(documentKeyIds(old)).toEqual([first])
    expect(signerOf(rotated).keys.map(({ kid }) => kid)).toEqual([second, first])
    await verify(signature, rotated)
    const { protectedHeader } = await verify(await signerOf(rotated).sign(payload, issuedAt), rotated)
    expect(protectedHeader.kid).toBe(second)
    // The private half of the old one can be destroyed.
    const withoutOld = change(rotated, ({ keys }) => {
      delete keys[0]?.d
    })
    await verify(signature, withoutOld)
    expect(JSON.stringify(signerOf(rotated).keys)).not.toContain('"d"')
  })

  test.each([
    ['nothing', ''],
    ['another file', '{"version":1,"rings":{}}'],
    ['no key', '{"version":1,"keys":[]}'],
    [
      'a newest key without its private half',
      change(makeDocumentKeys(), ({ keys }) => {
        delete keys[0]?.d
      }),
    ],
    [
      'one key twice',
      change(makeDocumentKeys(), ({ keys }) => {
        keys.push(...keys)
      }),
    ],
  ])('that are %s are refused without a word of what is in them', (_what, text) => {
    expect(() => signerOf(text)).toThrow(new KeyringError('document-signing.json is not a Verimeter file of document keys'))
  })
})

describe('the file of document keys', () => {
  const freshKeys = (): string => {
    const folder = join(processes.folder(), 'keys')
    createKeyring(folder)
    return folder
  }

  it('is made with the others, for its owner alone, and never overwritten', () => {
    const folder = freshKeys()
    const path = join(folder, documentKeysFile)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const before = readFileSync(path, 'utf8')
    expect(addDocumentKeys(folder)).toBe(false)
    expect(readFileSync(path, 'utf8')).toBe(before)
    chmodSync(path, 0o644)
    expect(() => readDocumentKeys(folder)).toThrow(KeyringError)
  })

  it('is given to an installation that is older than it, at the next start', async () => {
    const folder = freshKeys()
    const path = join(folder, documentKeysFile)
    rmSync(path)
    expect(readDocumentKeys(folder)).toBeNull()
    const gateway = await processes.gateway({ VERIMETER_KEYS_DIR: folder, VERIMETER_DATA_DIR: processes.folder() })
    expect(existsSync(path)).toBe(true)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const { keys } = (await (await fetch(`${gateway.baseUrl}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] }
    expect(keys.map(({ kid }) => kid)).toEqual(documentKeyIds(readFileSync(path, 'utf8')))
  })

  it('is rotated by the operator, and is never half of one', () => {
    const folder = freshKeys()
    const path = join(folder, documentKeysFile)
    const [first] = documentKeyIds(readFileSync(path, 'utf8'))
    const newest = rotateDocumentKeys(folder)
    expect(documentKeyIds(readFileSync(path, 'utf8'))).toEqual([first, newest])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    rmSync(path)
    const only = rotateDocumentKeys(folder)
    expect(documentKeyIds(readFileSync(path, 'utf8'))).toEqual([only])
  })

  it('that cannot be made leaves the rest as it is', () => {
    const folder = freshKeys()
    rmSync(join(folder, documentKeysFile))
    writeFileSync(join(folder, 'file'), '')
    expect(addDocumentKeys(join(folder, 'file', 'keys'))).toBe(false)
  })
})
