import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, test } from 'vitest'
import { assertDurable, DatabaseError, type NodeDatabase, openConnection, openDatabase } from '../../src/runtimes/database.ts'
import { node24, Processes } from '../support/process-gateway.ts'

const processes = new Processes()
const opened: { close(): void }[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.close()
})

const open = (folder: string): NodeDatabase => {
  const database = openDatabase(folder)
  opened.push(database)
  return database
}
const connect = (path: string): Database.Database => {
  const connection = new Database(path)
  opened.push(connection)
  return connection
}
const refusal = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof DatabaseError) return error.message
    throw error
  }
  throw new Error('taken')
}
const pragma = (connection: Database.Database, name: string): unknown => connection.pragma(name, { simple: true })
const write = (connection: Database.Database): void => {
  connection.exec("INSERT INTO watermarks (name, value) VALUES ('test', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1")
}

describe('durability', () => {
  test('holds after a write, and after closing and opening again', () => {
    const folder = processes.folder()
    for (const _time of ['first', 'second']) {
      const { connection, close } = openDatabase(folder)
      write(connection)
      expect([pragma(connection, 'synchronous'), pragma(connection, 'journal_mode'), pragma(connection, 'foreign_keys')]).toEqual(
        [2, 'wal', 1],
      )
      expect(pragma(connection, 'busy_timeout')).toBe(0)
      close()
    }
  })

  test('is not there without the pragma: the control answers FULL until its first write, and is refused after it', () => {
    const connection = connect(join(processes.folder(), 'control.db'))
    connection.pragma('journal_mode = WAL')
    connection.pragma('foreign_keys = ON')
    expect(pragma(connection, 'synchronous')).toBe(2)
    assertDurable(connection)
    connection.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY); INSERT INTO rows VALUES (1)')
    expect(pragma(connection, 'synchronous')).toBe(1)
    expect(refusal(() => assertDurable(connection))).toBe(
      'the database has synchronous = 1 and must have 2; an answer would not survive a power cut',
    )
  })

  test.each([
    ['synchronous = NORMAL', 'synchronous = 1 and must have 2'],
    ['synchronous = OFF', 'synchronous = 0 and must have 2'],
    ['journal_mode = DELETE', 'journal_mode = delete and must have wal'],
    ['foreign_keys = OFF', 'foreign_keys = 0 and must have 1'],
  ])('is refused with %s', (setting, says) => {
    const connection = openConnection(join(processes.folder(), 'one.db'))
    opened.push(connection)
    connection.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY)')
    assertDurable(connection)
    connection.pragma(setting)
    expect(refusal(() => assertDurable(connection))).toContain(says)
  })

  test.each([
    ['3.51.3', true],
    ['3.52.0', true],
    ['3.100.0', true],
    ['4.0.0', true],
    ['3.51.2', false],
    ['3.50.99', false],
    ['3.9.9', false],
    ['2.99.99', false],
  ])('on SQLite %s is %s', (version, taken) => {
    const connection = openConnection(join(processes.folder(), 'one.db'))
    opened.push(connection)
    connection.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY)')
    connection.function('sqlite_version', () => version)
    if (taken) expect(() => assertDurable(connection)).not.toThrow()
    else
      expect(refusal(() => assertDurable(connection))).toBe(
        `SQLite ${version} is too old; 3.51.3 is the oldest without the WAL-reset fault`,
      )
  })
})

describe('the data folder', () => {
  test('is made for its owner alone', () => {
    const folder = join(processes.folder(), 'new', 'data')
    open(folder)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  test('is migrated once: opening it again changes no table and loses no row', () => {
    const folder = processes.folder()
    const shape = (connection: Database.Database): unknown =>
      connection.prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name").all()
    const migrations = (connection: Database.Database): unknown[] =>
      ['ledger_migrations', 'directory_migrations'].map((name) =>
        connection.prepare(`SELECT count(*) FROM ${name}`).pluck().get(),
      )
    const first = openDatabase(folder)
    write(first.connection)
    const before = [shape(first.connection), migrations(first.connection)]
    first.close()
    const { connection } = open(folder)
    expect([shape(connection), migrations(connection)]).toEqual(before)
    expect(connection.prepare('SELECT name, value FROM watermarks ORDER BY name').all()).toEqual([
      { name: 'starts', value: 2 },
      { name: 'test', value: 1 },
    ])
  })

  test('that is no folder, or holds no database, is one sentence', () => {
    const file = join(processes.folder(), 'file')
    writeFileSync(file, 'text')
    const garbled = processes.folder()
    writeFileSync(join(garbled, 'verimeter.db'), 'garbage '.repeat(1_000))
    const lockless = processes.folder()
    writeFileSync(join(lockless, 'gateway.lock'), 'garbage '.repeat(1_000))
    for (const [folder, code] of [
      [join(file, 'data'), 'ENOTDIR'],
      [garbled, 'SQLITE_NOTADB'],
      [lockless, 'SQLITE_NOTADB'],
    ])
      expect(refusal(() => openDatabase(folder ?? ''))).toBe(
        `the data folder ${folder} cannot be used (${code}); restore it, or set VERIMETER_DATA_DIR to another folder`,
      )
  })

  test('that could not be opened is not left locked', () => {
    const folder = processes.folder()
    const path = join(folder, 'verimeter.db')
    writeFileSync(path, 'garbage '.repeat(1_000))
    refusal(() => openDatabase(folder))
    writeFileSync(path, '')
    open(folder)
    expect(existsSync(join(folder, 'gateway.pid'))).toBe(true)
  })
})

describe('the lock', () => {
  const inUse = (folder: string, pid: number): RegExp =>
    new RegExp(
      `the data folder ${folder} is in use by process ${pid} since \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z; stop it first, or set VERIMETER_DATA_DIR to another folder$`,
    )

  test('refuses a second holder in this process, and lets go when the first closes', () => {
    const folder = processes.folder()
    const first = openDatabase(folder)
    expect(refusal(() => openDatabase(folder))).toMatch(inUse(folder, process.pid))
    write(first.connection)
    first.close()
    open(folder)
  })

  test('refuses another process and names the holder, until the holder is killed with SIGKILL', async () => {
    const folder = processes.folder()
    const holder = processes.start(node24, ['--expose-gc', 'test/support/process-database.ts', folder])
    await holder.waitUntil(() => holder.stdout !== '')
    expect(holder.stdout).toBe('open\n')

    expect(refusal(() => openDatabase(folder))).toMatch(inUse(folder, holder.pid))
    const second = await processes.run('test/support/process-database.ts', [folder]).ended
    expect(second.stdout.trim()).toMatch(/^DatabaseError: /)
    expect(second.stdout.trim()).toMatch(inUse(folder, holder.pid))

    expect(await holder.end('SIGKILL')).toMatchObject({ signal: 'SIGKILL' })
    expect(readFileSync(join(folder, 'gateway.pid'), 'utf8')).toContain(String(holder.pid))
    const { connection } = open(folder)
    write(connection)
    expect(readFileSync(join(folder, 'gateway.pid'), 'utf8')).toMatch(new RegExp(`^${process.pid} since `))
  })
})
