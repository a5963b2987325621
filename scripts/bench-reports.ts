import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { columnsFor, type Grouping } from '../src/core/usage.ts'
import { openDirectory } from '../src/directory/index.ts'
import { usageReport, usageTable } from '../src/documents/usage-report.ts'
import { workbook } from '../src/documents/workbook.ts'
import { prepareDaySums } from '../src/ledger/day-sums.ts'
import { sumUsage } from '../src/ledger/usage.ts'
import type { NodeDatabase } from '../src/runtimes/database.ts'
import { projectFolder } from './bench/processes.ts'
import { type Built, buildBooks, firstAccount, month } from './bench/report-books.ts'
import { median } from './bench/rounds.ts'
import { openProgress } from './operator/progress.ts'
import { table } from './operator/table.ts'

const help = `What a report of a month costs, and what it costs over ten times as many verifications.

npm run bench:reports -- [options]

  --sizes N,M      verifications in the month, the smaller first (default 1000000,10000000)
  --repeats N      how often each report is asked for; the median counts (default 7)
  --json FILE      also write the figures there
  --folder DIR     where the databases are built; a disk with 1.2 GB for each million (default: beside the installed packages)
  --help           this text`

/** One report, and what it took for each size, in milliseconds. */
interface Row {
  name: string
  ms: number[]
  /** The last over the first. */
  ratio: number
}

type Ask = (database: NodeDatabase) => Promise<unknown> | unknown

const grouped: Grouping[] = ['day', 'account', 'check', 'outcome']
const across = (database: NodeDatabase, groupBy: Grouping[]) =>
  openDirectory(database.directory, Date.now, 100).usage({
    fromDay: month.from,
    toDay: month.to,
    accountId: null,
    dayOf: 'service',
    columns: columnsFor(groupBy),
  })

const asks: Record<string, Ask> = {
  'usage of all accounts, by day, account, check and outcome': (database) => across(database, grouped),
  'usage of all accounts, by month and check': (database) => across(database, ['month', 'check']),
  'the first of these as a workbook': async (database) => {
    const { rows } = await across(database, grouped)
    return workbook([usageTable(usageReport(rows, grouped, true), grouped)], 'zh')
  },
  'usage of one customer, by day, check and outcome': ({ ledger }) =>
    sumUsage(ledger, firstAccount, {
      fromDay: month.from,
      toDay: month.to,
      dayOf: 'service',
      columns: columnsFor(['day', 'check', 'outcome']),
    }),
  'packs of one account, for its statement': ({ ledger, connection }) => {
    const sums = prepareDaySums(ledger)
    const above = connection.prepare("SELECT value FROM watermarks WHERE name = 'summed'").pluck().get() as number
    const period = { fromDay: month.from, toDay: month.to, endMs: month.endMs }
    return [sums.grantPeriods(firstAccount, period, above), sums.lastSeq(firstAccount, period, above)]
  },
}

const measure = async (database: NodeDatabase, ask: Ask, repeats: number): Promise<number> => {
  const taken: number[] = []
  // The first is not counted: it reads the pages and compiles.
  for (let at = 0; at <= repeats; at += 1) {
    const started = performance.now()
    await ask(database)
    if (at > 0) taken.push(performance.now() - started)
  }
  return Number(median(taken).toFixed(2))
}

const whole = (text: string, name: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new TypeError(`--${name} takes whole numbers from 1`)
  return Number(text)
}

const bench = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      sizes: { type: 'string', default: '1000000,10000000' },
      repeats: { type: 'string', default: '7' },
      json: { type: 'string' },
      folder: { type: 'string', default: join(projectFolder, 'node_modules/.cache') },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(help)
  const sizes = values.sizes.split(',').map((text) => whole(text, 'sizes'))
  const repeats = whole(values.repeats, 'repeats')
  mkdirSync(values.folder, { recursive: true })
  const folder = mkdtempSync(join(resolve(values.folder), 'bench-reports-'))
  // Also when it is broken off: nothing is left behind.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  const built: Built[] = []
  const taken = new Map<string, number[]>()
  for (const size of sizes) {
    const progress = openProgress(size, 'verifications built')
    const books = buildBooks(join(folder, String(size)), size, (count) => progress.add(count))
    progress.end()
    built.push(books.built)
    for (const [name, ask] of Object.entries(asks))
      taken.set(name, [...(taken.get(name) ?? []), await measure(books.database, ask, repeats)])
    books.database.close()
    rmSync(join(folder, String(size)), { recursive: true })
  }
  const rows: Row[] = [...taken].map(([name, ms]) => ({ name, ms, ratio: Number(((ms.at(-1) ?? 0) / (ms[0] ?? 1)).toFixed(2)) }))
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Number((totalmem() / 2 ** 30).toFixed(1)),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  }
  console.log(`${machine.model}, ${machine.cpus} processors, ${machine.memoryGiB} GiB, ${machine.platform}, Node ${machine.node}`)
  console.log(table(built as unknown as Record<string, unknown>[], Object.keys(built[0] ?? {})))
  const columns = sizes.map((size) => `ms at ${size}`)
  const lines = rows.map(({ name, ms, ratio }) => ({
    name,
    ...Object.fromEntries(columns.map((column, at) => [column, ms[at]])),
    ratio,
  }))
  console.log(`\n${table(lines, ['name', ...columns, 'ratio'])}`)
  console.log(
    `\nMedians of ${repeats}. Leaves are short and the index of used keys is not built; everything else is as the gateway writes it.`,
  )
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ machine, repeats, built, rows }, null, 2)}\n`)
}

bench().then(
  () => process.exit(0),
  (error: unknown) => {
    const told = error instanceof TypeError
    console.error(told ? `bench: ${error.message}` : error)
    process.exit(told ? 2 : 1)
  },
)
