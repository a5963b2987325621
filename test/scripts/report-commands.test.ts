import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import type { Row } from '../../scripts/operator/options.ts'
import { openProgress } from '../../scripts/operator/progress.ts'
import { reportCommands } from '../../scripts/operator/report-commands.ts'
import { type Api, OperatorError, UsageError } from '../../scripts/operator/transport.ts'

const folder = mkdtempSync(join(tmpdir(), 'verimeter-reports-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string) => join(folder, name)

const charge = (n: number): Row => ({
  verification_id: `ver_0000000001_0000000000${n}`,
  check: n === 2 ? '=1+1' : 'id2',
  outcome: 'match',
  credits: 1,
  service_day: '2024-08-01',
  settled_at: '2024-08-01T10:00:00.000+08:00',
  audit: { index: n, leaf_hash: 'ab' },
})

/** A staff API with one statement of as many pages as it is given; it remembers what it was asked. */
const apiOf = (pages: Row[][], more: Partial<Api> = {}): Api & { asked: string[] } => {
  const asked: string[] = []
  return {
    asked,
    call: async (_method, path) => {
      asked.push(path)
      if (!path.includes('/charges')) return { figures: { usage: [{ credits: 3, verifications: 3 }] } }
      const at = Number(new URLSearchParams(path.split('?')[1]).get('cursor') ?? 0)
      return { items: pages[at], next: at + 1 < pages.length ? String(at + 1) : null }
    },
    text: async () => '',
    bytes: async () => new Uint8Array([1, 2, 3]),
    close: async () => {},
    ...more,
  }
}
const run = (name: string, api: Api, options: Record<string, string>) => reportCommands[name]?.run(api, options)
const statement = { account: 'acc_0000000001', statement: 'sta_0000000001_00000000001' }
const days = { from: '2024-08-01', to: '2024-08-31' }

test('the charges of a statement come page by page into one CSV, and nothing in it is a formula', async () => {
  const api = apiOf([[charge(1), charge(2)], [charge(3)]])
  const out = file('charges.csv')
  expect(await run('statement-charges', api, { ...statement, out })).toBe(`written: ${out}, 3 charges`)
  const lines = readFileSync(out, 'utf8').split('\r\n')
  expect(lines).toEqual([
    '\ufeffverification_id,check,outcome,credits,service_day,settled_at,leaf_index,leaf_hash',
    'ver_0000000001_00000000001,id2,match,1,2024-08-01,2024-08-01T10:00:00.000+08:00,1,ab',
    "ver_0000000001_00000000002,'=1+1,match,1,2024-08-01,2024-08-01T10:00:00.000+08:00,2,ab",
    'ver_0000000001_00000000003,id2,match,1,2024-08-01,2024-08-01T10:00:00.000+08:00,3,ab',
    '',
  ])
  expect(api.asked.at(-1)).toContain('cursor=1')
})

test('a statement without charges is a heading', async () => {
  const out = file('none.csv')
  await run('statement-charges', apiOf([[]]), { ...statement, out })
  expect(readFileSync(out, 'utf8').split('\r\n')).toHaveLength(2)
})

test('a file that was cut off in the middle does not appear, and none is written over', async () => {
  const api = apiOf([[charge(1)], [charge(2)]])
  const broken: Api = {
    ...api,
    call: async (method, path) => {
      if (path.includes('cursor')) throw new OperatorError('the gateway does not answer')
      return api.call(method, path)
    },
  }
  const out = file('half.csv')
  await expect(run('statement-charges', broken, { ...statement, out })).rejects.toThrow('does not answer')
  expect(readdirSync(folder).filter((name) => name.startsWith('half'))).toEqual([])
  writeFileSync(file('old.csv'), 'kept')
  await expect(run('statement-charges', api, { ...statement, out: file('old.csv') })).rejects.toThrow('there already')
  expect(readFileSync(file('old.csv'), 'utf8')).toBe('kept')
  await expect(run('usage', api, { ...days, out: '/nowhere/a.csv' })).rejects.toThrow('cannot be written')
})

test.each<[Record<string, string>, string]>([
  [{ out: 'report.xlsx' }, 'xlsx'],
  [{ out: 'report.json' }, 'json'],
  [{ out: 'report.txt', format: 'csv' }, 'csv'],
])('a report goes into a file as %j', async (options, format) => {
  let asked = ''
  const bytes = async (path: string) => {
    asked = path
    return new Uint8Array([1, 2, 3])
  }
  const out = file(options.out ?? '')
  expect(await run('usage', apiOf([], { bytes }), { ...days, ...options, out })).toBe(`written: ${out}, 3 bytes`)
  expect(asked).toContain(`format=${format}`)
  expect([...readFileSync(out)]).toEqual([1, 2, 3])
  expect(existsSync(`${out}.partial`)).toBe(false)
})

test.each<[Record<string, string>, string]>([
  [{ format: 'pdf' }, '--format takes json, csv or xlsx'],
  [{ format: 'xlsx' }, '--format xlsx needs --out FILE'],
  [{ out: file('report') }, '--out takes a file that ends in'],
])('%j is not understood', async (options, sentence) => {
  const asking = (async () => run('margin', apiOf([]), { ...days, ...options }))()
  await expect(asking).rejects.toThrow(UsageError)
  await expect(asking).rejects.toThrow(sentence)
})

test('a report on the terminal shows the sums that the answer has, also what sources cost', async () => {
  const answer = {
    rows: [{ account_id: 'acc_0000000001', check: 'id2', verifications: 3, credits: 2, cost_yuan: '0.030000' }],
    totals: { verifications: 3, credits: 2, cost_yuan: '0.030000' },
    as_of: 'now',
  }
  const said = await run('margin', apiOf([], { call: async () => answer }), days)
  expect(
    String(said)
      .split('\n')
      .map((line) => line.split(/ +/)),
  ).toEqual([
    ['account_id', 'check', 'verifications', 'credits', 'cost_yuan'],
    ['acc_0000000001', 'id2', '3', '2', '0.030000'],
    ['total', '-', '3', '2', '0.030000'],
    ['as', 'of', 'now'],
  ])
})

test('progress says rate, done and left on a terminal, and nothing in a pipe', () => {
  const lines: string[] = []
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    lines.push(String(text))
    return true
  })
  const before = process.stderr.isTTY
  try {
    for (const isTTY of [false, true]) {
      process.stderr.isTTY = isTTY
      const progress = openProgress(200, 'charges')
      progress.add(100)
      progress.end()
    }
  } finally {
    process.stderr.isTTY = before
    spy.mockRestore()
  }
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(/100 of 200 charges, \d+ a second, \d+ s left$/)
})
