import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeAll, expect, test } from 'vitest'
import { monthEndPage } from '../../scripts/operator/month-end.ts'
import { addMonths, shanghaiDay } from '../../src/core/shanghai.ts'
import { createKeyring } from '../../src/runtimes/key-files.ts'
import { Processes } from '../support/process-gateway.ts'
import { runHere, type Said } from '../support/process-operator.ts'

const processes = new Processes()
const dataDir = processes.folder()
const today = shanghaiDay(Date.now())
const month = today.slice(0, 7)

const run = (...args: string[]): Promise<Said> => runHere(args, { VERIMETER_DATA_DIR: dataDir })
const done = async (...args: string[]): Promise<Record<string, never>> => {
  const said = await run(...args)
  if (said.code !== 0) throw new Error(`operator ${args.join(' ')}: ${said.stderr}`)
  return JSON.parse(said.stdout) as Record<string, never>
}

let account = ''

beforeAll(async () => {
  createKeyring(join(dataDir, 'keys'))
  account = (await done('account', 'create', '--name', '示例科技')).id ?? ''
  const of = ['--account', account]
  await done('agreement', 'put', ...of, '--preset', 'S1', '--start', `${month}-01`, '--end', addMonths(today, 12))
  const pack = ['--external-id', 'order-1', '--check', 'id2', '--credits', '30000', '--list', '1200.00', '--paid', '800.00']
  const ordered = (await done('order', 'add', ...of, ...pack)) as { order?: { id: string } }
  await done('order', 'pay', ...of, '--order', ordered.order?.id ?? '', '--bank-reference', 'bank-1')
})

test('prints one page, writes the data beside it, and exits 0 when there is nothing to explain', async () => {
  const file = join(dataDir, 'month.json')
  const said = await run('month-end', month, '--json', file)
  expect([said.code, said.stderr]).toEqual([0, ''])
  expect(said.stdout.split('\n').slice(0, 3)).toEqual([
    expect.stringMatching(new RegExp(`^Month end ${month} \\(${month}-01 to .*; PROVISIONAL: the month is not over$`)),
    '',
    'opening  sold    used  lapsed  refunded  closing',
  ])
  expect(said.stdout).toContain('0.00     800.00  0.00  0.00    0.00      800.00')
  expect(said.stdout).toMatch(new RegExp(`\n${account}  示例科技  0.00 +800.00 `))
  expect(said.stdout).toMatch(/\nnothing to explain\naccounts as of \S+$/)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ month, asked: 1, totals: { sold_fen: 80_000 } })
})

test('writes the page and the workbook', async () => {
  const [page, book] = [join(dataDir, 'month.html'), join(dataDir, 'month.xlsx')]
  expect((await run('month-end', month, '--html', page, '--xlsx', book, '--language', 'en')).code).toBe(0)
  expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>[\s\S]*示例科技[\s\S]*Deferred revenue, closing/)
  expect(readFileSync(book).subarray(0, 2).toString()).toBe('PK')
})

test('can be of one account, and of a month before it', async () => {
  const before = addMonths(`${month}-01`, -1).slice(0, 7)
  const said = await run('month-end', before, '--account', account)
  expect(said.code).toBe(0)
  expect(said.stdout).not.toContain('PROVISIONAL')
  expect(said.stdout).not.toContain(account)
})

test('exits 2 when somebody has something to explain, and says what', async () => {
  rmSync(join(dataDir, 'ledger.seal'))
  const database = new Database(join(dataDir, 'verimeter.db'))
  database
    .prepare('INSERT INTO alarms VALUES (?, ?, ?, ?, ?, 3, NULL, NULL)')
    .run(account, 'penalty_above_share', 'mil_1', Date.now() - 1, Date.now() - 1)
  database.close()
  const said = await run('month-end', month)
  expect(said.code).toBe(2)
  expect(said.stdout).toMatch(new RegExp(`Differences to explain\n.*\n${account}  alarm +penalty_above_share.mil_1 +1 +-\n`))
  expect(said.stdout).toContain('\n1 to explain\n')
})

test.each([
  [['month-end'], /takes one month, such as 2026-10$/],
  [['month-end', '2026-13'], /takes one month/],
  [['month-end', '2026-10', 'twice'], /takes one month/],
  [['month-end', '2999-01'], /query_invalid: .*not_begun/],
  [['month-end', month, '--html', join(dataDir, 'x'), '--language', 'la'], /--language takes zh or en/],
  [['month-end', month, '--json', '/nowhere/month.json'], /\/nowhere\/month\.json cannot be written \(ENOENT\)/],
])('%j exits 1 with one sentence', async (args, sentence) => {
  const said = await run(...args)
  expect([said.code, said.stdout]).toEqual([1, ''])
  expect(said.stderr).toMatch(/^operator: [^\n]+$/)
  expect(said.stderr).toMatch(sentence)
})

test('names what is overdue and in doubt, and only that', () => {
  const debt = { account_id: 'acc_1', about: '2026-09', due_on: '2026-10-12', open_fen: 5, days_late: 19, late_fen: -3 }
  const call = { account_id: 'acc_1', check: 'id2', mode: 'live', held_at: '2026-10-31T23:59:59.999+08:00' }
  const page = monthEndPage({
    month: '2026-10',
    from: '2026-10-01',
    to: '2026-10-31',
    provisional: false,
    as_of: 'now',
    asked: 1,
    quiet: 0,
    to_explain: 2,
    totals: { opening_fen: 1, margin_micro_yuan: -1_500_000 },
    debts: [
      { ...debt, debt_id: 'bil_late', state: 'overdue' },
      { ...debt, debt_id: 'bil_due', state: 'due' },
    ],
    open_calls: [
      { ...call, verification_id: 'ver_doubt', state: 'unknown' },
      { ...call, verification_id: 'ver_held', state: 'held' },
    ],
    missing: [{ account_id: 'acc_2', name: 'gone', reason: 'fault' }],
  } as never)
  expect(page).toContain(
    'Overdue\naccount_id  debt_id   about    due_on      open  days_late  late\nacc_1       bil_late  2026-09',
  )
  expect(page).toContain('0.05  19         -0.03')
  expect(page).toContain('-1.500000')
  expect(page).toContain('ver_doubt')
  expect(page).toContain('Accounts that did not answer: they are in no total')
  expect(page).not.toMatch(/bil_due|ver_held|PROVISIONAL|nothing to explain/)
  expect(page).toContain('\n2 to explain\n')
})
