import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Directory, DirectoryAccount, DirectoryAlarm, DirectoryPush, DirectoryUsage } from '../../src/core/ports.ts'
import { usageColumns } from '../../src/core/usage.ts'
import { openDirectory } from '../../src/directory/index.ts'
import * as schema from '../../src/directory/schema.ts'

const migrationsFolder = fileURLToPath(new URL('../../drizzle/directory', import.meta.url))
const idOf = (n: number): string => `acc_${String(n).padStart(10, '0')}`

let connection: Database.Database
let statements: string[]
let directory: Directory
let now: number

beforeEach(() => {
  statements = []
  connection = new Database(':memory:')
  const db = drizzle(connection, { schema, logger: { logQuery: (query) => statements.push(query) } })
  migrate(db, { migrationsFolder, migrationsTable: 'directory_migrations' })
  now = Date.parse('2024-08-02T10:00:00+08:00')
  directory = openDirectory(db, () => now, 2)
  statements.length = 0
})
afterEach(() => connection.close())

const account = (n: number, more: Partial<DirectoryAccount> = {}): DirectoryAccount => ({
  id: idOf(n),
  name: `customer ${n}`,
  standing: 'open',
  createdAt: 1_000 + n,
  inDoubt: {},
  seq: 5,
  ...more,
})
const row = (more: Partial<DirectoryUsage> = {}): DirectoryUsage => ({
  settledDay: '2024-08-02',
  serviceDay: '2024-08-01',
  accountId: idOf(1),
  keyNumber: 7,
  mode: 'live',
  check: 'id2',
  source: 'source_a',
  outcome: 'match',
  channel: null,
  count: 3,
  credits: 3,
  costMicroYuan: 0,
  seq: 5,
  ...more,
})
const alarm = (more: Partial<DirectoryAlarm> = {}): DirectoryAlarm => ({
  accountId: idOf(1),
  kind: 'late_answer',
  subject: '7',
  since: 1_000,
  lastAt: 1_000,
  count: 1,
  clearedAt: null,
  acknowledgedBy: null,
  change: 4,
  ...more,
})
const push = (accounts: DirectoryAccount[], usage: DirectoryUsage[] = []): Promise<void> =>
  directory.push({ accounts, usage, alarms: [] })
const listed = async (query: Partial<Parameters<Directory['accounts']>[0]> = {}): Promise<DirectoryAccount[]> =>
  (await directory.accounts({ before: null, limit: 100, name: null, ...query })).rows
const used = async (query: Partial<Parameters<Directory['usage']>[0]> = {}) =>
  (
    await directory.usage({
      fromDay: '2024-01-01',
      toDay: '2024-12-31',
      accountId: null,
      dayOf: 'service',
      columns: usageColumns,
      ...query,
    })
  ).rows

describe('a push', () => {
  test('is read back as it was', async () => {
    await push([account(1)], [row()])
    expect(await listed()).toEqual([account(1)])
    expect(await used()).toEqual([
      {
        accountId: idOf(1),
        day: '2024-08-01',
        keyNumber: 7,
        mode: 'live',
        check: 'id2',
        source: 'source_a',
        outcome: 'match',
        channel: null,
        count: 3,
        credits: 3,
        costMicroYuan: 0,
      },
    ])
  })

  test('repeated any number of times changes nothing', async () => {
    const both: DirectoryPush = {
      accounts: [account(1), account(2)],
      usage: [row(), row({ outcome: 'mismatch' })],
      alarms: [alarm()],
    }
    await directory.push(both)
    const before = [await listed(), await used()]
    for (let times = 0; times < 3; times += 1) await directory.push(both)
    expect([await listed(), await used()]).toEqual(before)
  })

  test('with a later number replaces the row, and never adds to it', async () => {
    await push([account(1)], [row()])
    await push([account(1, { seq: 9, standing: 'suspended', name: 'renamed' })], [row({ seq: 9, count: 8, credits: 7 })])
    expect(await listed()).toEqual([account(1, { seq: 9, standing: 'suspended', name: 'renamed' })])
    expect(await used()).toMatchObject([{ count: 8, credits: 7 }])
  })

  test('with an earlier number, which arrives late, is ignored', async () => {
    await push([account(1, { seq: 9, standing: 'closed' })], [row({ seq: 9, count: 8, credits: 8 })])
    await push([account(1, { seq: 8, standing: 'open' })], [row({ seq: 8, count: 7, credits: 7 })])
    expect(await listed()).toEqual([account(1, { seq: 9, standing: 'closed' })])
    expect(await used()).toMatchObject([{ count: 8, credits: 8 }])
  })

  test('ends in the same rows in whatever order its parts arrive', async () => {
    const pushes = [3, 9, 5, 1, 7].map(
      (seq): DirectoryPush => ({
        accounts: [account(1, { seq, name: `name ${seq}` })],
        usage: [row({ seq, count: seq, credits: seq })],
        alarms: [],
      }),
    )
    for (const one of pushes) await directory.push(one)
    expect(await listed()).toMatchObject([{ seq: 9, name: 'name 9' }])
    expect(await used()).toMatchObject([{ count: 9, credits: 9 }])
  })

  test('keeps apart the rows that differ in any one column of their key', async () => {
    const others: Partial<DirectoryUsage>[] = [
      { settledDay: '2024-08-03' },
      { serviceDay: '2024-08-02' },
      { accountId: idOf(2) },
      { keyNumber: 8 },
      { mode: 'test' },
      { check: 'mobile3' },
      { source: 'source_b' },
      { outcome: 'mismatch' },
    ]
    await push([], [row(), ...others.map((more) => row(more))])
    await push([], [row({ seq: 6, count: 100 })])
    // Each day of the two is added up over the other.
    for (const dayOf of ['service', 'settlement'] as const) {
      const counts = (await used({ dayOf })).map(({ count }) => count).sort((a, b) => a - b)
      expect(counts).toEqual([3, 3, 3, 3, 3, 3, 3, 103])
    }
  })

  test('is written in statements of at most as many rows as the database takes', async () => {
    const accounts = [1, 2, 3, 4, 5].map((n) => account(n))
    await push(
      accounts,
      [1, 2, 3].map((keyNumber) => row({ keyNumber })),
    )
    const rowsOf = (statement: string): number => statement.split(/\), ?\(/).length
    const written = statements.filter((statement) => statement.startsWith('insert'))
    expect(written.map((statement) => [/"(\w+)"/.exec(statement)?.[1], rowsOf(statement)])).toEqual([
      ['directory_accounts', 2],
      ['directory_accounts', 2],
      ['directory_accounts', 1],
      ['directory_usage', 2],
      ['directory_usage', 1],
    ])
    expect(await listed()).toEqual(accounts)
    expect(await used()).toHaveLength(3)
  })

  test('of nothing writes nothing', async () => {
    await push([], [])
    expect(statements).toEqual([])
  })
})

describe('the list of accounts', () => {
  test('comes page by page, by id, without a gap and without one twice', async () => {
    await push([4, 2, 5, 1, 3].map((n) => account(n)))
    const first = await listed({ limit: 2 })
    const second = await listed({ limit: 2, before: first.at(-1)?.id ?? null })
    const third = await listed({ limit: 2, before: second.at(-1)?.id ?? null })
    expect([...first, ...second, ...third].map(({ id }) => id)).toEqual([1, 2, 3, 4, 5].map(idOf))
  })

  test('finds a part of a name, whatever its case, and takes wildcards for nothing', async () => {
    await push([account(1, { name: 'Example Ltd' }), account(2, { name: '示例科技' }), account(3, { name: '100% sure' })])
    const named = async (name: string) => (await listed({ name })).map(({ id }) => id)
    expect(await named('xample')).toEqual([idOf(1)])
    expect(await named('EXAMPLE')).toEqual([idOf(1)])
    expect(await named('科技')).toEqual([idOf(2)])
    expect(await named('100%')).toEqual([idOf(3)])
    expect(await named('E_ample')).toEqual([])
    expect(await named("'; DROP TABLE directory_accounts; --")).toEqual([])
    expect(await listed()).toHaveLength(3)
  })

  test('says when the newest copy behind it was made, and now when there is none', async () => {
    const asOf = async () => (await directory.accounts({ before: null, limit: 1, name: null })).asOf
    expect(await asOf()).toBe(now)
    const pushedAt = now
    await push([account(1), account(2)])
    now += 60_000
    expect(await asOf()).toBe(pushedAt)
    await push([account(2, { seq: 6 })])
    expect(await asOf()).toBe(now)
    const newest = now
    now += 60_000
    await push([account(1, { seq: 1 })])
    expect(await asOf()).toBe(newest)
  })
})

describe('the usage report', () => {
  beforeEach(() =>
    push(
      [account(1), account(2)],
      [
        row({ serviceDay: '2024-07-31', settledDay: '2024-08-02', count: 1 }),
        row({ serviceDay: '2024-08-01', settledDay: '2024-08-01', count: 2 }),
        row({ serviceDay: '2024-08-02', settledDay: '2024-08-02', count: 4, accountId: idOf(2) }),
      ],
    ),
  )
  const days = async (query: Parameters<typeof used>[0]) => (await used(query)).map(({ day, count }) => [day, count])

  test('by service day counts on the day of the call', async () => {
    expect(await days({ fromDay: '2024-07-31', toDay: '2024-07-31' })).toEqual([['2024-07-31', 1]])
    expect(await days({ fromDay: '2024-08-01', toDay: '2024-08-02' })).toEqual([
      ['2024-08-01', 2],
      ['2024-08-02', 4],
    ])
  })

  test('by settlement day counts on the day of the ending', async () => {
    const dayOf = 'settlement' as const
    expect(await days({ fromDay: '2024-07-31', toDay: '2024-07-31', dayOf })).toEqual([])
    expect(await days({ fromDay: '2024-08-01', toDay: '2024-08-02', dayOf })).toEqual([
      ['2024-08-01', 2],
      ['2024-08-02', 1],
      ['2024-08-02', 4],
    ])
  })

  test('takes both ends of the range, and nothing beyond', async () => {
    expect(await days({ fromDay: '2024-08-01', toDay: '2024-08-01' })).toEqual([['2024-08-01', 2]])
    expect(await days({ fromDay: '2024-08-03', toDay: '2024-08-01' })).toEqual([])
  })

  test('is added up by the database over every column that is not asked for, in the order of the columns', async () => {
    const more = { count: 10, credits: 20, costMicroYuan: 7 }
    await push([], [row({ ...more, serviceDay: '2024-09-01', settledDay: '2024-09-01', outcome: 'mismatch' })])
    expect(await used({ columns: ['month'] })).toEqual([
      { month: '2024-07', count: 1, credits: 3, costMicroYuan: 0 },
      { month: '2024-08', count: 6, credits: 6, costMicroYuan: 0 },
      { month: '2024-09', count: 10, credits: 20, costMicroYuan: 7 },
    ])
    expect(await used({ columns: ['outcome', 'accountId'] })).toEqual([
      { outcome: 'match', accountId: idOf(1), count: 3, credits: 6, costMicroYuan: 0 },
      { outcome: 'match', accountId: idOf(2), count: 4, credits: 3, costMicroYuan: 0 },
      { outcome: 'mismatch', accountId: idOf(1), count: 10, credits: 20, costMicroYuan: 7 },
    ])
    expect(await used({ columns: [] })).toEqual([{ count: 17, credits: 29, costMicroYuan: 7 }])
    expect(await used({ columns: [], fromDay: '2023-01-01', toDay: '2023-01-31' })).toEqual([])
  })

  test('of one account leaves out the others', async () => {
    expect(await days({ accountId: idOf(2) })).toEqual([['2024-08-02', 4]])
    expect(await days({ accountId: idOf(3) })).toEqual([])
  })
})

describe('alarms across accounts', () => {
  const alarms = async (more: Partial<Parameters<Directory['alarms']>[0]> = {}) =>
    (await directory.alarms({ before: null, limit: 100, cleared: false, ...more })).rows
  const pushAlarms = (...list: DirectoryAlarm[]) => directory.push({ accounts: [], usage: [], alarms: list })

  test('are as their ledgers last told, in whatever order and however often it arrives', async () => {
    const told = [
      alarm({ change: 4 }),
      alarm({ change: 5, acknowledgedBy: 'wu' }),
      alarm({ change: 7, acknowledgedBy: 'wu', clearedAt: 5_000 }),
      alarm({ change: 8, count: 2, since: 6_000, lastAt: 6_000 }),
    ]
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1],
      [3, 3, 0],
    ]) {
      connection.exec('DELETE FROM directory_alarms')
      for (const at of order) await pushAlarms(told[at] ?? alarm())
      const { change: _, ...last } = alarm({ count: 2, since: 6_000, lastAt: 6_000 })
      expect((await alarms()).items).toEqual([last])
    }
  })

  test('stand until they are cleared, and are listed afterwards only when asked for', async () => {
    await pushAlarms(alarm(), alarm({ kind: 'in_doubt_aged' }), alarm({ accountId: idOf(2) }))
    await pushAlarms(alarm({ kind: 'in_doubt_aged', clearedAt: 9, change: 6 }))
    expect((await alarms()).items.map(({ accountId, kind }) => [accountId, kind])).toEqual([
      [idOf(2), 'late_answer'],
      [idOf(1), 'late_answer'],
    ])
    expect((await alarms({ cleared: true })).items).toHaveLength(3)
    const first = await alarms({ limit: 1 })
    expect((await alarms({ limit: 1, before: first.next })).items).toMatchObject([{ accountId: idOf(1) }])
  })
})

describe('what came of the questions to the sources', () => {
  test('is added up over accounts and days, and who is in doubt is as the accounts last told', async () => {
    await push(
      [account(1, { inDoubt: { source_a: 2, source_b: 1 } }), account(2, { inDoubt: { source_a: 1 } })],
      [row(), row({ accountId: idOf(2), outcome: 'unknown', count: 1, credits: 0 }), row({ settledDay: '2024-08-09' })],
    )
    const read = async () => {
      const { rows } = await directory.sources({ fromDay: '2024-08-01', toDay: '2024-08-03' })
      return Object.fromEntries(rows.map(({ source, outcomes, inDoubt }) => [source, { outcomes, inDoubt }]))
    }
    expect(await read()).toEqual({
      source_a: { outcomes: { match: 3, unknown: 1 }, inDoubt: 3 },
      source_b: { outcomes: {}, inDoubt: 1 },
    })
    await push([account(1, { seq: 6 })])
    expect(await read()).toEqual({ source_a: { outcomes: { match: 3, unknown: 1 }, inDoubt: 1 } })
  })
})
