import { createCipheriv, randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { DigestPurpose } from '../../src/core/ports.ts'
import { openCrypto } from '../../src/runtimes/crypto.ts'
import { createKeyring, isKeyringAbsent, readKeyring } from '../../src/runtimes/key-files.ts'
import { KeyringError } from '../../src/runtimes/keyring.ts'
import { Processes } from '../support/process-gateway.ts'

const processes = new Processes()
const files = ['master.key', 'keyring.json', 'staff-issuer.json']
const purposes: DigestPurpose[] = ['subject', 'api_key', 'fingerprint', 'answer']

const freshKeyring = (): string => {
  const folder = join(processes.folder(), 'keys')
  createKeyring(folder)
  return folder
}

const refusal = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof KeyringError) return error.message
    throw error
  }
  throw new Error('taken')
}

interface KeyringFile {
  version: number
  rings: Record<string, { current: string; keys: Record<string, { iv: string; sealed: string; tag: string }> }>
}
const rewrite = (folder: string, change: (file: KeyringFile) => void): void => {
  const path = join(folder, 'keyring.json')
  const file = JSON.parse(readFileSync(path, 'utf8')) as KeyringFile
  change(file)
  writeFileSync(path, JSON.stringify(file))
}

describe('creating', () => {
  test('makes files for their owner alone, in a folder for their owner alone', () => {
    const folder = freshKeyring()
    expect(isKeyringAbsent(folder)).toBe(false)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const name of files) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  })

  test('does so whatever the mask of the process allows', () => {
    const mask = process.umask(0)
    try {
      for (const name of files) expect(statSync(join(freshKeyring(), name)).mode & 0o777).toBe(0o600)
    } finally {
      process.umask(mask)
    }
  })

  test('makes other keys each time', () => {
    const [one, other] = [readKeyring(freshKeyring()), readKeyring(freshKeyring())]
    for (const purpose of purposes)
      expect(one.digestKeys[purpose].keys[`${purpose}-1`]).not.toBe(other.digestKeys[purpose].keys[`${purpose}-1`])
    expect(one.staffIssuer.d).not.toBe(other.staffIssuer.d)
  })

  test.each(files)('never overwrites %s', (name) => {
    const folder = processes.folder()
    writeFileSync(join(folder, name), 'precious')
    expect(isKeyringAbsent(folder)).toBe(false)
    expect(refusal(() => createKeyring(folder))).toBe(`the key files cannot be made in ${folder} (EEXIST)`)
    expect(readFileSync(join(folder, name), 'utf8')).toBe('precious')
  })

  test('below a file is one sentence', () => {
    const file = join(processes.folder(), 'file')
    writeFileSync(file, '')
    expect(refusal(() => createKeyring(join(file, 'keys')))).toMatch(/^the key files cannot be made in \S+ \(ENOTDIR\)$/)
  })
})

describe('reading', () => {
  test('gives the same digests each time, also after the process started again', () => {
    const folder = freshKeyring()
    const digests = () => purposes.map((purpose) => openCrypto(readKeyring(folder).digestKeys).digest(purpose, '张三'))
    expect(digests()).toEqual(digests())
    expect(new Set(digests().map(({ digest }) => digest)).size).toBe(purposes.length)
    expect(digests().map(({ keyId }) => keyId)).toEqual(purposes.map((purpose) => `${purpose}-1`))
  })

  test('keeps an older key usable beside the current one', () => {
    const folder = freshKeyring()
    const before = openCrypto(readKeyring(folder).digestKeys).digest('subject', '张三')
    // Written from the format alone: AES-256-GCM under the master key, bound to purpose and id.
    const master = Buffer.from(readFileSync(join(folder, 'master.key'), 'utf8').trim(), 'hex')
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', master, iv).setAAD(Buffer.from('subject subject-2'))
    const sealed = Buffer.concat([cipher.update(randomBytes(32)), cipher.final()]).toString('hex')
    rewrite(folder, ({ rings: { subject } }) => {
      if (!subject) throw new Error('no ring')
      subject.keys['subject-2'] = { iv: iv.toString('hex'), sealed, tag: cipher.getAuthTag().toString('hex') }
      subject.current = 'subject-2'
    })
    const crypto = openCrypto(readKeyring(folder).digestKeys)
    expect(crypto.digest('subject', '张三', before.keyId)).toEqual(before)
    const now = crypto.digest('subject', '张三')
    expect(now.keyId).toBe('subject-2')
    expect(now.digest).not.toBe(before.digest)
  })

  test.each(files)('refuses a folder without %s, and says what to do', (name) => {
    const folder = freshKeyring()
    rmSync(join(folder, name))
    expect(refusal(() => readKeyring(folder))).toBe(
      `key file ${join(folder, name)} is missing; make the key files with \`npm run operator -- keys create\``,
    )
  })

  test.each(files.flatMap((name) => ['640', '604', '620'].map((mode) => [name, mode] as const)))(
    'refuses %s with mode 0%s, which others can use',
    (name, mode) => {
      const folder = freshKeyring()
      chmodSync(join(folder, name), Number.parseInt(mode, 8))
      expect(refusal(() => readKeyring(folder))).toBe(
        `key file ${join(folder, name)} can be read by others; set its mode to 0600`,
      )
    },
  )

  test('refuses a folder in place of a file', () => {
    const folder = freshKeyring()
    rmSync(join(folder, 'master.key'))
    mkdirSync(join(folder, 'master.key'), { mode: 0o700 })
    expect(refusal(() => readKeyring(folder))).toMatch(/^key file \S+master\.key cannot be read \(EISDIR\)$/)
  })

  test.each(['', 'garbage', 'ab'.repeat(31), 'ab'.repeat(33), `${'ab'.repeat(32)}zz`, `${'ab'.repeat(32)}a`])(
    'refuses the master key %j',
    (text) => {
      const folder = freshKeyring()
      writeFileSync(join(folder, 'master.key'), text)
      expect(refusal(() => readKeyring(folder))).toBe(`key file ${join(folder, 'master.key')} does not hold 64 hex digits`)
    },
  )

  test.each(['keyring.json', 'staff-issuer.json'])('refuses a %s that is none', (name) => {
    for (const text of ['', '{', '[]', '{"version":2,"rings":{}}']) {
      const folder = freshKeyring()
      writeFileSync(join(folder, name), text)
      expect(refusal(() => readKeyring(folder))).toBe(`key file ${join(folder, name)} is not a Verimeter key file`)
    }
  })

  const otherMaster = (folder: string) =>
    `key file ${join(folder, 'keyring.json')} does not belong to key file ${join(folder, 'master.key')}`

  test('refuses the master key of another installation', () => {
    const [folder, other] = [freshKeyring(), freshKeyring()]
    writeFileSync(join(folder, 'master.key'), readFileSync(join(other, 'master.key')))
    expect(refusal(() => readKeyring(folder))).toBe(otherMaster(folder))
  })

  test('refuses a changed byte, and a key that was moved to another purpose', () => {
    const changed = freshKeyring()
    rewrite(changed, ({ rings }) => {
      const key = rings.subject?.keys['subject-1']
      if (key) key.sealed = `${key.sealed.startsWith('0') ? '1' : '0'}${key.sealed.slice(1)}`
    })
    expect(refusal(() => readKeyring(changed))).toBe(otherMaster(changed))
    const moved = freshKeyring()
    rewrite(moved, ({ rings }) => {
      const key = rings.api_key?.keys['api_key-1']
      if (key && rings.subject) rings.subject.keys = { 'subject-1': key }
    })
    expect(refusal(() => readKeyring(moved))).toBe(otherMaster(moved))
  })

  test.each(purposes)('refuses a ring for %s that is missing or has no current key', (purpose) => {
    const gone = freshKeyring()
    rewrite(gone, ({ rings }) => {
      delete rings[purpose]
    })
    expect(refusal(() => readKeyring(gone))).toBe(`key file ${join(gone, 'keyring.json')} has no current key for ${purpose}`)
    const unknown = freshKeyring()
    rewrite(unknown, ({ rings }) => {
      const ring = rings[purpose]
      if (ring) ring.current = 'toString'
    })
    expect(refusal(() => readKeyring(unknown))).toBe(
      `key file ${join(unknown, 'keyring.json')} has no current key for ${purpose}`,
    )
  })
})
