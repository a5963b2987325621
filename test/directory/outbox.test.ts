import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Directory, DirectoryPush } from '../../src/core/ports.ts'
import { openDirectory } from '../../src/directory/index.ts'
import * as schema from '../../src/directory/schema.ts'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'
import { accountA, accountB } from '../support/ledger-commands.ts'
import { act, hold, type SeededAccount, seedWorld, settle, verifyOnce } from '../support/ledger-world.ts'

const migrationsFolder = fileURLToPath(new URL('../../drizzle/directory', import.meta.url))
const openLedger = useTestLedgers()

let connection: Database.Database
let ledger: TestLedger
let directory: Directory
let a: SeededAccount
let b: SeededAccount

beforeEach(() => {
  connection = new Database(':memory:')
  const db = drizzle(connection, { schema })
  migrate(db, { migrationsFolder, migrationsTable: 'directory_migrations' })
  ledger = openLedger()
  directory = openDirectory(db, ledger.clock.read, 3)
  a = seedWorld(ledger, { accountId: accountA })
  b = seedWorld(ledger, { accountId: accountB })
})
afterEach(() => connection.close())

/** What the sweep does: tell, and remember that it was told. */
const tell = async (): Promise<DirectoryPush> => {
  const push = ledger.core.outbox()
  await directory.push(push)
  ledger.core.delivered(push)
  return push
}
const accountsOf = (push: DirectoryPush): string[] => push.accounts.map(({ id }) => id).sort()

/** The directory's usage rows, and the ledger's rollups; each in one fixed order. */
const columns = 'settled_day, service_day, account_id, key_id, mode, check_code, source, outcome, count, credits, seq'
const directoryRows = (): unknown[] => connection.prepare(`SELECT ${columns} FROM directory_usage ORDER BY ${columns}`).all()
const ledgerRows = (): unknown[] => ledger.rows(`SELECT ${columns} FROM rollups ORDER BY ${columns}`)
const expectEqual = (): void => {
  expect(directoryRows()).toEqual(ledgerRows())
  const accounts = 'SELECT id, name, created_at, seq FROM'
  expect(connection.prepare(`${accounts} directory_accounts ORDER BY id`).all()).toEqual(
    ledger.rows(`${accounts} accounts ORDER BY id`),
  )
}

describe('what the ledger has to tell', () => {
  test('is every account and every rollup once, and then nothing', async () => {
    verifyOnce(ledger, a, 'one', 'match')
    verifyOnce(ledger, a, 'two', 'mismatch')
    verifyOnce(ledger, b, 'one', 'match')
    expect(accountsOf(await tell())).toEqual([accountA, accountB].sort())
    expectEqual()
    expect(ledgerRows()).toHaveLength(3)
    expect(ledger.core.outbox()).toEqual({ accounts: [], usage: [], alarms: [] })
  })

  test('is afterwards only the account that was touched, and only its rows that changed', async () => {
    verifyOnce(ledger, a, 'one', 'match')
    verifyOnce(ledger, a, 'two', 'mismatch')
    verifyOnce(ledger, b, 'one', 'match')
    await tell()
    verifyOnce(ledger, a, 'three', 'match')
    const push = await tell()
    expect(accountsOf(push)).toEqual([accountA])
    expect(push.usage).toMatchObject([{ accountId: accountA, outcome: 'match', count: 2, credits: 2 }])
    expectEqual()
  })

  test('stays to be told until the directory has taken it in', async () => {
    verifyOnce(ledger, a, 'one', 'match')
    const first = ledger.core.outbox()
    expect(ledger.core.outbox()).toEqual(first)
    await directory.push(first)
    verifyOnce(ledger, a, 'two', 'match')
    ledger.core.delivered(first)
    const second = ledger.core.outbox()
    expect(accountsOf(second)).toEqual([accountA])
    expect(second.usage).toMatchObject([{ count: 2 }])
    await tell()
    expectEqual()
  })

  test('names the standing of an account as it is', async () => {
    act(ledger, accountA, { kind: 'suspend_account', ground: 'fraud', note: '', noticeId: null })
    act(ledger, accountB, { kind: 'close_account', note: '' })
    await tell()
    const { rows } = await directory.accounts({ before: null, limit: 10, name: null })
    expect(Object.fromEntries(rows.map(({ id, standing }) => [id, standing]))).toEqual({
      [accountA]: 'suspended',
      [accountB]: 'closed',
    })
  })
})

describe('after a restart', () => {
  test('everything is told once more, and the directory equals the ledger’s rollups', async () => {
    verifyOnce(ledger, a, 'one', 'match')
    verifyOnce(ledger, b, 'one', 'mismatch')
    await tell()
    const before = directoryRows()
    ledger.restart()
    expect(accountsOf(await tell())).toEqual([accountA, accountB].sort())
    expect(directoryRows()).toEqual(before)
    expectEqual()
    expect(ledger.core.outbox()).toEqual({ accounts: [], usage: [], alarms: [] })
  })

  test('what was not told before the crash is told, also from days long past', async () => {
    verifyOnce(ledger, a, 'one', 'match')
    await tell()
    ledger.clock.advance(40 * 86_400_000)
    verifyOnce(ledger, a, 'two', 'match')
    ledger.clock.advance(40 * 86_400_000)
    verifyOnce(ledger, b, 'one', 'match')
    ledger.restart()
    await tell()
    expect(ledgerRows()).toHaveLength(3)
    expectEqual()
  })

  test('a directory that lost everything is whole again', async () => {
    verifyOnce(ledger, a, 'one', 'match')
    verifyOnce(ledger, b, 'one', 'no_record')
    await tell()
    connection.exec('DELETE FROM directory_usage; DELETE FROM directory_accounts')
    ledger.restart()
    await tell()
    expectEqual()
  })
})

describe('over days', () => {
  test('a verification that ends days after it was asked for is told with both of its days', async () => {
    const { verificationId } = hold(ledger, a, 'late')
    ledger.clock.advance(2 * 86_400_000)
    settle(ledger, a, verificationId, 'match')
    await tell()
    const between = { fromDay: '2024-08-01', toDay: '2024-08-31', accountId: null }
    const dayOf = async (kind: 'service' | 'settlement') =>
      (await directory.usage({ ...between, dayOf: kind, columns: ['day'] })).rows.map(({ day }) => day)
    expect(await dayOf('service')).toEqual(['2024-08-02'])
    expect(await dayOf('settlement')).toEqual(['2024-08-04'])
  })

  test('nothing is missed when every day has a few endings and is told in between', async () => {
    for (let day = 0; day < 12; day += 1) {
      const late = hold(ledger, a, `late ${day}`)
      verifyOnce(ledger, day % 2 === 0 ? a : b, `day ${day}`, day % 3 === 0 ? 'mismatch' : 'match')
      await tell()
      ledger.clock.advance(20 * 3_600_000)
      settle(ledger, a, late.verificationId, 'match')
      if (day % 4 === 3) ledger.restart()
      if (day % 2 === 0) await tell()
    }
    await tell()
    expectEqual()
    expect(ledgerRows().length).toBeGreaterThan(15)
  })
})
