import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Directory } from '../../src/core/ports.ts'
import { openDirectory } from '../../src/directory/index.ts'
import * as schema from '../../src/directory/schema.ts'

const migrationsFolder = fileURLToPath(new URL('../../drizzle/directory', import.meta.url))

let connection: Database.Database
let directory: Directory
let now: number

beforeEach(() => {
  connection = new Database(':memory:')
  const db = drizzle(connection, { schema })
  migrate(db, { migrationsFolder, migrationsTable: 'directory_migrations' })
  now = 1_000
  directory = openDirectory(db, () => now, 2)
})
afterEach(() => connection.close())

const entry = { sub: 'zhao', roles: ['finance'], act: 'usage_exported', target: '2024-08-01/2024-08-31', reason: '月度对账' }
const all = async () => (await directory.staffLog({ before: null, limit: 100 })).items

describe('the staff log', () => {
  test('keeps what it was told, numbered in order', async () => {
    await directory.record(entry)
    now = 2_000
    await directory.record({ ...entry, target: null })
    expect(await all()).toEqual([
      { ...entry, seq: 2, at: 2_000, target: null },
      { ...entry, seq: 1, at: 1_000 },
    ])
    expect((await directory.staffLog({ before: 2, limit: 5 })).items).toMatchObject([{ seq: 1 }])
    expect((await directory.staffLog({ before: null, limit: 1 })).next).toBe(2)
  })

  test.each([
    ['a change', "UPDATE staff_log SET reason = 'x'"],
    ['a change of one column of one line', 'UPDATE staff_log SET at = at WHERE seq = 1'],
    ['a removal', 'DELETE FROM staff_log'],
    ['a removal of the last line', 'DELETE FROM staff_log WHERE seq = (SELECT max(seq) FROM staff_log)'],
    ['a replacement', "INSERT OR REPLACE INTO staff_log VALUES (1, 1, 's', '[]', 'a', NULL, 'r')"],
    ['a replacement by REPLACE', "REPLACE INTO staff_log VALUES (1, 1, 's', '[]', 'a', NULL, 'r')"],
    [
      'an upsert',
      "INSERT INTO staff_log VALUES (1, 1, 's', '[]', 'a', NULL, 'r') ON CONFLICT (seq) DO UPDATE SET reason = excluded.reason",
    ],
    ['a replacement of the last line', "REPLACE INTO staff_log VALUES (2, 1, 's', '[]', 'a', NULL, 'r')"],
    ['a line put in before another', "INSERT INTO staff_log VALUES (-5, 1, 's', '[]', 'a', NULL, 'r')"],
  ])('refuses %s, whoever asks', async (_what, sql) => {
    await directory.record(entry)
    await directory.record(entry)
    const before = await all()
    expect(() => connection.exec(sql)).toThrow('the staff log is append-only')
    expect(await all()).toEqual(before)
  })

  test('control: without its triggers the same would go through', async () => {
    await directory.record(entry)
    for (const name of ['no_update', 'no_delete', 'no_replace']) connection.exec(`DROP TRIGGER staff_log_${name}`)
    connection.exec("UPDATE staff_log SET reason = 'x'")
    connection.exec("REPLACE INTO staff_log VALUES (1, 1, 's', '[]', 'a', NULL, 'r')")
    connection.exec('DELETE FROM staff_log')
    expect(await all()).toEqual([])
  })
})
