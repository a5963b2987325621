import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { beforeAll, describe, expect, test } from 'vitest'
import { takeBackup } from '../../src/runtimes/backup.ts'
import { BackupError, type BackupManifest, readManifest } from '../../src/runtimes/backup-manifest.ts'
import { type Config, readConfig } from '../../src/runtimes/config.ts'
import { DatabaseError, migrationsDir, openDatabase } from '../../src/runtimes/database.ts'
import { digestFile } from '../../src/runtimes/durable-files.ts'
import { openGateway } from '../../src/runtimes/gateway.ts'
import { createKeyring, readKeyring } from '../../src/runtimes/key-files.ts'
import { readRestored, restoreBackup } from '../../src/runtimes/restore.ts'
import { createSandboxAccount } from '../../src/runtimes/sandbox-account.ts'
import { signStaffToken } from '../../src/runtimes/staff-token.ts'
import { consentBody, persons, verificationBody } from '../support/http-world.ts'
import { doctorBackup } from '../support/process-backup.ts'
import { Processes } from '../support/process-gateway.ts'

const processes = new Processes()
const root = processes.folder()
const keysDir = join(root, 'keys')
const dataDir = join(root, 'data')
const backup = join(root, 'backups', 'first')
const now = Date.now()
let apiKey: string
let answer: string
let manifest: BackupManifest

const configOf = (folder: string): Config => readConfig({ VERIMETER_DATA_DIR: folder, VERIMETER_KEYS_DIR: keysDir })
const open = (folder: string) =>
  openGateway(configOf(folder), {
    clock: Date.now,
    log: () => undefined,
    onInDoubt: (error) => {
      throw error
    },
  })

/** One call of a customer through the door; the text of the answer. */
const send = async (gateway: ReturnType<typeof open>, path: string, json: unknown): Promise<Response> =>
  gateway.app.fetch(
    new Request(`http://gateway.test${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json', 'Idempotency-Key': 'once' },
      body: JSON.stringify(json),
    }),
  )
const verifyOnce = (gateway: ReturnType<typeof open>): Promise<Response> =>
  send(gateway, '/v1/verifications', verificationBody('consent', persons.match))

const take = (options: { from?: string; to: string; keys?: string }) =>
  takeBackup({
    dataDir: options.from ?? dataDir,
    digestKeys: readKeyring(options.keys ?? keysDir).digestKeys,
    to: options.to,
    clock: () => now,
    version: '9.9.9',
    onProgress: () => undefined,
  })
const restore = (from: string, into = join(processes.folder(), 'data'), keys = keysDir) =>
  restoreBackup({ from, dataDir: into, keysDir: keys, clock: () => now })

/** The sentence of a refusal. */
const refusal = async (work: () => unknown): Promise<string> => {
  try {
    await work()
  } catch (error) {
    if (error instanceof BackupError || error instanceof DatabaseError) return error.message
    throw error
  }
  throw new Error('it was done')
}

beforeAll(async () => {
  createKeyring(keysDir)
  const gateway = open(dataDir)
  const token = await signStaffToken(readKeyring(keysDir).staffIssuer, { sub: 'setup', roles: ['admin'], hours: 1 }, now)
  const made = await createSandboxAccount(async (method, path, body) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
    const request = new Request(`http://gateway.test${path}`, { method, headers, body: JSON.stringify(body) })
    return (await gateway.app.fetch(request)).json()
  }, now)
  apiKey = made.apiKey
  expect((await send(gateway, '/v1/consents', consentBody('consent', persons.match, { sources: ['sandbox'] }))).status).toBe(201)
  const answered = await verifyOnce(gateway)
  expect(answered.status).toBe(200)
  answer = await answered.text()
  // The gateway still runs, and its newest commits are in the WAL.
  manifest = await take({ to: backup })
  await gateway.close()
})

describe('a backup', () => {
  test('is two files that their owner alone can read', () => {
    expect(readdirSync(backup).sort()).toEqual(['backup.json', 'verimeter.db'])
    expect(readdirSync(join(root, 'backups'))).toEqual(['first'])
    expect(statSync(backup).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(backup)) expect(statSync(join(backup, name)).mode & 0o777).toBe(0o600)
  })

  test('says what it is and how far it reaches', () => {
    expect(readManifest(backup)).toEqual(manifest)
    expect(manifest).toMatchObject({
      version: '9.9.9',
      migrations: { directory: expect.arrayContaining(['0000_first_directory']) },
      file: { bytes: statSync(join(backup, 'verimeter.db')).size, sha256: digestFile(join(backup, 'verimeter.db')) },
      verifications: 1,
      accounts: [{ seq: manifest.entries, journal_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    })
  })

  test('holds no key, and nothing of a person or a secret', () => {
    const { digestKeys, staffIssuer } = readKeyring(keysDir)
    const hexes = Object.values(digestKeys).flatMap(({ keys }) => Object.values(keys))
    const master = readFileSync(join(keysDir, 'master.key'), 'utf8').trim()
    const { rings } = JSON.parse(readFileSync(join(keysDir, 'keyring.json'), 'utf8')) as {
      rings: Record<string, { keys: Record<string, { sealed: string }> }>
    }
    const sealed = Object.values(rings).flatMap(({ keys }) => Object.values(keys).map((key) => key.sealed))
    const personal = Object.values(persons).flatMap(({ id_number, name }) => [id_number, name])
    const texts = [master, ...hexes, ...sealed, staffIssuer.d, apiKey, ...personal]
    const needles = [...texts.map((text) => Buffer.from(text)), ...[master, ...hexes].map((hex) => Buffer.from(hex, 'hex'))]
    expect(needles.length).toBeGreaterThan(20)
    for (const name of readdirSync(backup)) {
      const bytes = readFileSync(join(backup, name))
      expect(needles.filter((needle) => bytes.includes(needle))).toEqual([])
    }
    // The control: the same search finds what is there.
    expect(readFileSync(join(backup, 'backup.json')).includes(Buffer.from('subject-1'))).toBe(true)
  })

  test('restored, gives the stored answer to the same key, and can be told from a folder that lost nothing', async () => {
    const into = join(processes.folder(), 'data')
    restore(backup, into)
    expect(readRestored(into)).toMatchObject({ taken_at: manifest.taken_at })
    expect(readRestored(dataDir)).toBeNull()
    const gateway = open(into)
    const replayed = await verifyOnce(gateway)
    expect(replayed.headers.get('idempotency-replayed')).toBe('true')
    expect(await replayed.text()).toBe(answer)
    expect(gateway.integrity().violations).toEqual([])
    await gateway.close()
  })

  test('of an older schema is brought up to this one', () => {
    const older = processes.folder()
    const file = join(older, 'verimeter.db')
    const database = new Database(file)
    for (const set of ['ledger', 'directory']) {
      const folder = join(processes.folder(), set)
      cpSync(join(migrationsDir, set), folder, { recursive: true })
      const list = join(folder, 'meta/_journal.json')
      const journal = JSON.parse(readFileSync(list, 'utf8')) as { entries: unknown[] }
      writeFileSync(list, JSON.stringify({ ...journal, entries: journal.entries.slice(0, 1) }))
      migrate(drizzle(database), { migrationsFolder: folder, migrationsTable: `${set}_migrations` })
    }
    database.close()
    const migrations = { ledger: ['0000_first_ledger'], directory: ['0000_first_directory'] }
    const facts = { migrations, accounts: [], entries: 0, verifications: 0, file: { ...manifest.file, sha256: digestFile(file) } }
    writeFileSync(join(older, 'backup.json'), JSON.stringify({ ...manifest, ...facts }))
    const into = join(processes.folder(), 'data')
    restore(older, into)
    const { connection, close } = openDatabase(into)
    expect(connection.prepare('SELECT source_reference FROM doubts').all()).toEqual([])
    close()
  })
})

describe('a backup is refused', () => {
  test('into a folder that holds something', async () => {
    expect(await refusal(() => take({ to: backup }))).toBe(
      `${backup} is there already and not an empty folder; every backup gets a folder of its own`,
    )
  })

  test('of a folder without a ledger', async () => {
    const empty = processes.folder()
    expect(await refusal(() => take({ from: empty, to: join(empty, 'backup') }))).toMatch(/holds no ledger/)
  })

  test.each([
    [
      'whose books are broken',
      'UPDATE grants SET available = available - 1, captured = captured + 1',
      /violations, the first: I3/,
    ],
    [
      'of another version',
      'DELETE FROM ledger_migrations WHERE created_at = (SELECT max(created_at) FROM ledger_migrations)',
      /take the backup with/,
    ],
  ])('of a ledger %s, and nothing is left', async (_name, sql, says) => {
    const from = processes.folder()
    copyFileSync(join(backup, 'verimeter.db'), join(from, 'verimeter.db'))
    const database = new Database(join(from, 'verimeter.db'))
    database.exec(sql)
    database.close()
    const shelf = processes.folder()
    expect(await refusal(() => take({ from, to: join(shelf, 'one') }))).toMatch(says)
    expect(readdirSync(shelf)).toEqual([])
  })

  test('of a file that is damaged, and nothing is left', async () => {
    const from = processes.folder()
    const bytes = readFileSync(join(backup, 'verimeter.db'))
    bytes.fill(0x5a, 4_096, bytes.length - 4_096)
    writeFileSync(join(from, 'verimeter.db'), bytes)
    const shelf = processes.folder()
    expect(await refusal(() => take({ from, to: join(shelf, 'one') }))).toMatch(/damaged|failed \(SQLITE_/)
    expect(readdirSync(shelf)).toEqual([])
  })
})

describe('a restore is refused', () => {
  const strange = (change: (manifest: BackupManifest) => void): string =>
    doctorBackup(backup, processes.folder(), { manifest: change })

  test('into a folder that holds something, and leaves it as it was', async () => {
    const before = readFileSync(join(dataDir, 'verimeter.db'))
    expect(await refusal(() => restore(backup, dataDir))).toMatch(/is not empty \(\S+\); restore into a new folder/)
    expect(readFileSync(join(dataDir, 'verimeter.db')).equals(before)).toBe(true)
    expect(existsSync(join(dataDir, 'restored.json'))).toBe(false)
    const other = processes.folder()
    writeFileSync(join(other, 'notes.txt'), '')
    expect(await refusal(() => restore(backup, other))).toMatch(/is not empty \(notes\.txt\)/)
    expect(readdirSync(other)).toEqual(['notes.txt'])
  })

  test('into the folder of a running gateway', async () => {
    const database = openDatabase(dataDir)
    expect(await refusal(() => restore(backup, dataDir))).toMatch(new RegExp(`is in use by process ${process.pid}`))
    database.close()
  })

  test('from what is no finished backup, or another format of one', async () => {
    expect(await refusal(() => restore(dataDir))).toMatch(/is no finished backup: it has no backup\.json/)
    const other = doctorBackup(backup, processes.folder(), {})
    writeFileSync(join(other, 'backup.json'), '{"verimeter_backup":2}')
    expect(await refusal(() => restore(other))).toMatch(/is damaged, or of another version/)
  })

  test('from a file that was changed or is missing', async () => {
    const into = join(processes.folder(), 'data')
    const changed = doctorBackup(backup, processes.folder(), { bytes: (bytes) => bytes.writeUInt8(1, bytes.length - 1) })
    expect(await refusal(() => restore(changed, into))).toMatch(/verimeter\.db is not the file that the backup was made with/)
    expect(existsSync(into)).toBe(false)
    const alone = processes.folder()
    copyFileSync(join(backup, 'backup.json'), join(alone, 'backup.json'))
    expect(await refusal(() => restore(alone, into))).toMatch(/verimeter\.db is not the file/)
  })

  test('from a newer version, which it names', async () => {
    const newer = strange(({ migrations }) => migrations.ledger.push('9999_from_the_future'))
    expect(await refusal(() => restore(newer))).toMatch(/made by version 9\.9\.9, which has the migration 9999_from_the_future/)
  })

  test('without the keys, with others of the same names, and with one missing, which it names', async () => {
    const none = join(processes.folder(), 'keys')
    expect(await refusal(() => restore(backup, undefined, none))).toMatch(/holds no key files; put those of/)
    createKeyring(none)
    expect(await refusal(() => restore(backup, undefined, none))).toMatch(/subject key subject-1 is another key of the same name/)
    const older = strange(({ keys }) => keys.push({ purpose: 'api_key', id: 'api_key-0', check: '00' }))
    expect(await refusal(() => restore(older))).toMatch(/the api_key key api_key-0 is missing/)
  })

  test('unless the folder holds nothing but its key files', () => {
    const into = processes.folder()
    mkdirSync(join(into, 'keys'))
    for (const name of readdirSync(keysDir)) cpSync(join(keysDir, name), join(into, 'keys', name))
    expect(restore(backup, into, join(into, 'keys'))).toEqual(manifest)
  })
})
