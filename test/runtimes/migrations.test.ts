import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test, vi } from 'vitest'
import { reconcile } from '../../src/ledger/reconcile.ts'
import { databaseName, migrationsDir, openDatabase } from '../../src/runtimes/database.ts'
import { Processes } from '../support/process-gateway.ts'

/*
 * A start that is cut off in the middle of its migrations, at every statement, from every schema that was ever released. The
 * file is copied at that moment as a killed process leaves it, and started again.
 */

const processes = new Processes()
const sets = ['ledger', 'directory'] as const

interface Migration {
  set: (typeof sets)[number]
  tag: string
  when: number
  text: string
  statements: string[]
}

const migrationsOf = (set: Migration['set']): Migration[] => {
  const folder = join(migrationsDir, set)
  const { entries } = JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as {
    entries: { tag: string; when: number }[]
  }
  return entries.map(({ tag, when }) => {
    const text = readFileSync(join(folder, `${tag}.sql`), 'utf8')
    return { set, tag, when, text, statements: text.split('--> statement-breakpoint') }
  })
}
const all = sets.flatMap(migrationsOf)

/** Every state that a release has left: the first N migrations of each set. None at all is a new folder. */
const releases = migrationsOf('ledger')
  .map((_, at) => at + 1)
  .flatMap((ledger) => migrationsOf('directory').map((_, at) => ({ ledger, directory: at + 1 })))

/** A folder as the release has left it, with one row, so that a lost one would be seen. */
const folderOf = (release: { ledger: number; directory: number } | null): string => {
  const folder = processes.folder()
  if (release === null) return folder
  const connection = new Database(join(folder, 'verimeter.db'))
  connection.pragma('journal_mode = WAL')
  for (const set of sets) {
    connection.exec(`CREATE TABLE ${set}_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)`)
    const note = connection.prepare(`INSERT INTO ${set}_migrations (hash, created_at) VALUES (?, ?)`)
    for (const { text, statements, when } of migrationsOf(set).slice(0, release[set])) {
      for (const statement of statements) connection.exec(statement)
      note.run(createHash('sha256').update(text).digest('hex'), when)
    }
  }
  connection.exec("INSERT INTO watermarks (name, value) VALUES ('kept', 7)")
  connection.close()
  return folder
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** Tables, their columns and the list of migrations, and whether everything is sound. */
const factsOf = (folder: string) => {
  const { connection, ledger, close } = openDatabase(folder)
  try {
    return {
      tables: connection.prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name").all(),
      migrations: sets.map((set) => connection.prepare(`SELECT hash, created_at FROM ${set}_migrations`).all()),
      kept: connection.prepare("SELECT value FROM watermarks WHERE name = 'kept'").pluck().get(),
      intact: connection.pragma('integrity_check', { simple: true }),
      violations: reconcile(ledger, { sha256 }).violations,
    }
  } finally {
    close()
  }
}

/**
 * Starts, and is killed before its Nth statement: what a killed process leaves is copied, and the start goes no further. Null
 * when the start had no more statements than that.
 */
const killBefore = (folder: string, nth: number): string | null => {
  const image = processes.folder()
  let statements = 0
  const count = (): void => {
    statements += 1
    if (statements !== nth) return
    for (const name of ['verimeter.db', 'verimeter.db-wal'])
      if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(image, name))
    throw new Error('killed')
  }
  const { prepare, exec } = Database.prototype
  vi.spyOn(Database.prototype, 'prepare').mockImplementation(function (this: Database.Database, sql: string) {
    if (this.name.endsWith(databaseName)) count()
    return prepare.call(this, sql)
  })
  vi.spyOn(Database.prototype, 'exec').mockImplementation(function (this: Database.Database, sql: string) {
    if (this.name.endsWith(databaseName)) count()
    return exec.call(this, sql)
  })
  try {
    openDatabase(folder).close()
    return null
  } catch {
    return image
  } finally {
    vi.restoreAllMocks()
  }
}

describe.each([
  ['a new folder', null] as const,
  ...releases.map((release) => [`ledger ${release.ledger}, directory ${release.directory}`, release] as const),
])('a start on %s', (_name, release) => {
  test('that is killed before any of its statements is made good by the next one', () => {
    const whole = factsOf(folderOf(release))
    expect(whole).toMatchObject({ intact: 'ok', violations: [], kept: release === null ? undefined : 7 })
    const images: string[] = []
    for (let nth = 1; ; nth += 1) {
      const image = killBefore(folderOf(release), nth)
      if (image === null) break
      images.push(image)
    }
    // Two lists of migrations, two readings of them, two transactions, the count of starts and what is asserted; and the migrations.
    const missing = all.filter(
      ({ set, tag }) =>
        !migrationsOf(set)
          .slice(0, release?.[set] ?? 0)
          .some((one) => one.tag === tag),
    )
    const own = missing.reduce((sum, { statements }) => sum + statements.length + 1, 0)
    expect(images.length).toBeGreaterThanOrEqual(own + 9)
    for (const image of images) expect(factsOf(image)).toEqual(whole)
  })
})

test('a folder that lost a row on the way would be seen', () => {
  const folder = folderOf(releases[0] ?? null)
  const connection = new Database(join(folder, databaseName))
  connection.exec("DELETE FROM watermarks WHERE name = 'kept'")
  connection.close()
  expect(factsOf(folder).kept).toBeUndefined()
})

describe('migrations after the first of their set', () => {
  /** A trigger may only refuse: its body is one RAISE. */
  const refusesOnly = /^CREATE TRIGGER [^;]+ BEGIN\s+SELECT RAISE\(ABORT, '[^']*'\);\s+END;$/
  const onlyAdds = (statement: string): boolean => {
    const text = statement.replaceAll(/^--.*$/gm, '').trim()
    if (refusesOnly.test(text)) return true
    return /^(?:CREATE TABLE|CREATE (?:UNIQUE )?INDEX|ALTER TABLE `\w+` ADD)\b/.test(text) && !/;\s*\S/.test(text)
  }

  const later = all.filter(({ set, tag }) => migrationsOf(set)[0]?.tag !== tag)

  test.each(later.map(({ set, tag, statements }) => [`${set} ${tag}`, statements] as const))(
    '%s only adds',
    (_name, statements) => {
      for (const statement of statements) expect(onlyAdds(statement), statement).toBe(true)
    },
  )

  test.each([
    'DROP TABLE `grants`;',
    'ALTER TABLE `grants` DROP COLUMN `priority`;',
    'ALTER TABLE `grants` RENAME TO `packs`;',
    'INSERT INTO `__new_grants` SELECT * FROM `grants`;',
    'UPDATE `grants` SET `priority` = 1;',
    'PRAGMA foreign_keys=OFF;',
    'CREATE TABLE `a` (`b` integer); DROP TABLE `grants`;',
  ])('the control, %s, is found', (statement) => {
    expect(onlyAdds(statement)).toBe(false)
  })
})
