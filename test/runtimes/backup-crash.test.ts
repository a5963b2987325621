import { copyFileSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkImage, copyImage } from '../../scripts/torture/books.ts'
import { consentOf, openProcessCustomer, type ProcessCustomer } from '../../scripts/torture/customer.ts'
import { parseRfc3339 } from '../../src/core/shanghai.ts'
import { readManifest } from '../../src/runtimes/backup-manifest.ts'
import { restoreBackup } from '../../src/runtimes/restore.ts'
import { persons, verificationBody } from '../support/http-world.ts'
import { doctorBackup, missingAnswers, prefixFaults, type Seen } from '../support/process-backup.ts'
import { HttpClient, jsonOf } from '../support/process-client.ts'
import { type Ended, type GatewayChild, Processes, pause } from '../support/process-gateway.ts'

/*
 * Backups of a gateway under load that is killed with SIGKILL: before, after and in the middle of a backup. Each is restored
 * into a fresh folder, must be sound, must hold everything that was answered before it was taken, and must be the beginning of
 * the journal that the live ledger ends with.
 */

const workers = 8
/** Answers between two events. Fewer prove nothing. */
const answersPerRound = 40

const processes = new Processes()
const dataDir = processes.folder()
const keysDir = join(dataDir, 'keys')
const shelf = processes.folder()
const seen: Seen[] = []
const backups: string[] = []
const ends: Ended[] = []
let cutShort: string[] = []
let torn: { path: string; at: number }
let live: string
let customer: ProcessCustomer
let gateway: GatewayChild

const start = (): Promise<GatewayChild> => processes.gateway({ VERIMETER_DATA_DIR: dataDir })

/** Calls until the gateway is gone. */
const work = async (client: HttpClient, worker: number, round: number): Promise<void> => {
  for (let at = 0; ; at += 1) {
    try {
      const answer = await client.verify(`${round}-${worker}-${at}`, verificationBody(consentOf('match'), persons.match))
      if (answer.status === 200) seen.push({ verificationId: String(jsonOf(answer).id), at: Date.now() })
    } catch {
      return
    }
  }
}

const load = (round: number): Promise<unknown> => {
  const client = new HttpClient(gateway.baseUrl, customer.testKey)
  return Promise.all(Array.from({ length: workers }, (_, worker) => work(client, worker, round)))
}
const moreAnswers = (): Promise<void> => {
  const enough = seen.length + answersPerRound
  return gateway.child.waitUntil(() => seen.length >= enough)
}
const startBackup = (name: string) => {
  const to = join(shelf, name)
  return { to, child: processes.run('scripts/operator.ts', ['backup', '--to', to], { VERIMETER_DATA_DIR: dataDir }) }
}
const partial = (): string[] => readdirSync(shelf).filter((name) => name.includes('.partial-'))
const finish = async ({ to, child }: ReturnType<typeof startBackup>): Promise<void> => {
  ends.push(await child.ended)
  backups.push(to)
}

beforeAll(async () => {
  gateway = await start()
  customer = await openProcessCustomer(gateway.baseUrl, dataDir)
  // A reader that stays keeps later commits in the WAL, so what the torn copy below lacks does not hang on chance.
  const reader = new Database(join(dataDir, 'verimeter.db'))
  reader.pragma('wal_checkpoint(PASSIVE)')
  reader.exec('BEGIN; SELECT count(*) FROM accounts')

  const first = load(1)
  await moreAnswers()
  await finish(startBackup('whole'))
  torn = { path: join(processes.folder(), 'verimeter.db'), at: Date.now() }
  copyFileSync(join(dataDir, 'verimeter.db'), torn.path)
  await moreAnswers()
  await gateway.child.end('SIGKILL')
  await first
  reader.close()
  await finish(startBackup('after-the-kill'))

  gateway = await start()
  const second = load(2)
  await moreAnswers()
  const inTheMiddle = startBackup('killed-in-the-middle')
  while (partial().length === 0 && inTheMiddle.child.isRunning) await pause(1)
  await gateway.child.end('SIGKILL')
  await second
  gateway = await start()
  await finish(inTheMiddle)

  const third = load(3)
  await moreAnswers()
  // On a busy machine one may be done before the kill reaches it; then the next is tried.
  for (let tries = 1; partial().length === 0; tries += 1) {
    const cut = startBackup(`cut-short-${tries}`)
    while (partial().length === 0 && cut.child.isRunning) await pause(1)
    await cut.child.end('SIGKILL')
    cutShort = readdirSync(shelf).filter((name) => name.startsWith(`cut-short-${tries}`))
  }
  await moreAnswers()
  await finish(startBackup('last'))
  await gateway.child.end('SIGTERM')
  await third
  live = copyImage(dataDir, processes.folder())
})

describe('backups under load and kill -9', () => {
  test('are taken, all of them, and each holds more than the one before', () => {
    expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual(ends.map(() => ({ code: 0, stderr: '' })))
    const entries = backups.map((backup) => readManifest(backup).entries)
    expect(entries).toEqual([...new Set(entries)].sort((left, right) => left - right))
    expect(entries).toHaveLength(4)
    expect(seen.length).toBeGreaterThanOrEqual(5 * answersPerRound)
  })

  test('are sound when restored, hold every earlier answer, and are the beginning of the live journal', () => {
    for (const backup of backups) {
      const restored = join(processes.folder(), 'data')
      const manifest = restoreBackup({ from: backup, dataDir: restored, keysDir, clock: Date.now })
      const image = join(restored, 'verimeter.db')
      const takenAt = parseRfc3339(manifest.taken_at) ?? 0
      expect(seen.some(({ at }) => at < takenAt)).toBe(true)
      expect(missingAnswers(image, seen, takenAt)).toEqual([])
      expect(checkImage(image, [], [])).toEqual([])
      expect(prefixFaults(image, live)).toEqual([])
    }
  })

  test('leave nothing that looks like a backup when they are killed themselves', () => {
    expect(cutShort).toEqual([expect.stringMatching(/^cut-short-\d+\.partial-/)])
    const [name = ''] = cutShort
    expect(existsSync(join(shelf, name, 'backup.json'))).toBe(false)
    expect(() =>
      restoreBackup({ from: join(shelf, name), dataDir: join(processes.folder(), 'data'), keysDir, clock: Date.now }),
    ).toThrow(/is no finished backup/)
  })
})

describe('the controls', () => {
  const backup = (): string => backups.at(-1) ?? ''
  const restoreOf = (from: string) => () =>
    restoreBackup({ from, dataDir: join(processes.folder(), 'data'), keysDir, clock: Date.now })

  test('a copy of the live file without its WAL lacks answers', () => {
    expect(missingAnswers(torn.path, seen, torn.at).length).toBeGreaterThanOrEqual(answersPerRound)
  })

  test('a flipped byte is refused', () => {
    const flip = (bytes: Buffer): void => {
      const at = bytes.length >> 1
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
    }
    expect(restoreOf(doctorBackup(backup(), processes.folder(), { bytes: flip }))).toThrow(/is not the file/)
  })

  test('a changed journal is refused, also when the digest of the file was made to fit', () => {
    const sql = "UPDATE entries SET actor = 'staff:other' WHERE seq = 3 AND account_id = (SELECT min(id) FROM accounts)"
    const doctored = doctorBackup(backup(), processes.folder(), { sql, resign: true })
    expect(restoreOf(doctored)).toThrow(/the journal of acc_\w+ is not the one of the manifest/)
    expect(prefixFaults(join(doctored, 'verimeter.db'), live)).toEqual([expect.stringMatching(/entry 3 differs/)])
  })

  test('a lost credit is refused, also when the digest of the file was made to fit', () => {
    const sql = 'UPDATE grants SET available = available - 1, captured = captured + 1'
    expect(restoreOf(doctorBackup(backup(), processes.folder(), { sql, resign: true }))).toThrow(/violations, the first: I3/)
  })

  test('a journal that ends early is no whole journal', () => {
    const doctored = doctorBackup(backup(), processes.folder(), { sql: 'DELETE FROM entries WHERE seq = 5' })
    expect(prefixFaults(join(doctored, 'verimeter.db'), live)[0]).toMatch(/of \d+ entries/)
  })
})
