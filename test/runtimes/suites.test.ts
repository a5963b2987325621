import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../src/runtimes/config.ts'
import { openCrypto, type Suite, suites } from '../../src/runtimes/crypto.ts'
import { openGateway } from '../../src/runtimes/gateway.ts'
import { createKeyring, readKeyring } from '../../src/runtimes/key-files.ts'
import { createSandboxAccount } from '../../src/runtimes/sandbox-account.ts'
import { signStaffToken } from '../../src/runtimes/staff-token.ts'
import { consentBody, persons, verificationBody } from '../support/http-world.ts'

const root = mkdtempSync(join(tmpdir(), 'verimeter-suites-'))
afterAll(() => rmSync(root, { recursive: true }))

const key = 'ab'.repeat(32)
const ring = { current: '1', keys: { 1: key } }
const digestKeys = { subject: ring, api_key: ring, fingerprint: ring, answer: ring }
const bytes = new TextEncoder().encode('本人同意')

describe.each([
  ['international', 'sha256', 1],
  ['sm', 'sm3', 2],
] as const)('the suite %s', (suite, hashName, format) => {
  const crypto = openCrypto(digestKeys, key, suite)

  test('digests as OpenSSL does', () => {
    const digest = createHmac(hashName, Buffer.from(key, 'hex')).update('张三').digest('hex')
    expect(crypto.digest('subject', '张三')).toEqual({ keyId: '1', digest })
  })

  test('opens what it sealed, and nothing that was changed or is for another account or purpose', () => {
    const sealed = crypto.seal('acc_1', 'evidence', bytes)
    expect(sealed[0]).toBe(format)
    expect(Buffer.from(crypto.unseal('acc_1', 'evidence', sealed)).equals(Buffer.from(bytes))).toBe(true)
    for (let at = 0; at < sealed.length; at += 1) {
      const flipped = Uint8Array.from(sealed)
      flipped[at] = (flipped[at] ?? 0) ^ 1
      expect(() => crypto.unseal('acc_1', 'evidence', flipped)).toThrow()
    }
    expect(() => crypto.unseal('acc_2', 'evidence', sealed)).toThrow()
    expect(() => crypto.unseal('acc_1', 'export', sealed)).toThrow()
  })
})

test('what one suite sealed the other does not open', () => {
  const [one, other] = [openCrypto(digestKeys, key, 'international'), openCrypto(digestKeys, key, 'sm')]
  expect(() => other.unseal('a', 'p', one.seal('a', 'p', bytes))).toThrow('not known')
})

/** The main job on a new installation of this suite: what the customer sees, without ids and instants. */
const mainJob = async (suite: Suite) => {
  const keysDir = join(root, suite, 'keys')
  createKeyring(keysDir, suite)
  const config = readConfig({ VERIMETER_DATA_DIR: join(root, suite, 'data'), VERIMETER_KEYS_DIR: keysDir })
  const gateway = openGateway(config, {
    clock: Date.now,
    log: () => undefined,
    onInDoubt: (error) => {
      throw error
    },
  })
  const send = async (method: string, path: string, bearer: string, body: object): Promise<Record<string, unknown>> => {
    const headers = { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json', 'Idempotency-Key': 'once' }
    const request = new Request(`http://gateway.test${path}`, { method, headers, body: JSON.stringify(body) })
    return (await gateway.app.fetch(request)).json() as Promise<Record<string, unknown>>
  }
  const token = await signStaffToken(readKeyring(keysDir).staffIssuer, { sub: 's', roles: ['admin'], hours: 1 }, Date.now())
  const { apiKey } = await createSandboxAccount((method, path, body) => send(method, path, token, body), Date.now())
  await send('POST', '/v1/consents', apiKey, consentBody('c', persons.match, { sources: ['sandbox'] }))
  const answer = await send('POST', '/v1/verifications', apiKey, verificationBody('c', persons.match))
  const again = await send('POST', '/v1/verifications', apiKey, verificationBody('c', persons.match))
  const { violations } = gateway.integrity()
  await gateway.close()
  expect(again).toEqual(answer)
  return { outcome: answer.outcome, charged: answer.charged, available: answer.available, violations }
}

test('the gateway does the same under every suite', async () => {
  for (const suite of suites) expect(await mainJob(suite)).toMatchObject({ outcome: 'match', available: 29_999, violations: [] })
})
