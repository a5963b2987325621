import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { stringify } from 'csv-stringify/sync'
import { accountPath, need, type OperatorCommand, type Options, pagesOf, type Row } from './options.ts'
import { openProgress } from './progress.ts'
import { table } from './table.ts'
import { type Api, UsageError } from './transport.ts'

/**
 * A new file that appears under its name only when it is whole: what was cut off in the middle must not be taken for a report.
 * Nothing is written over.
 */
const writeWhole = async (
  name: string,
  work: (write: (bytes: Uint8Array | string) => void) => Promise<void>,
): Promise<string> => {
  const path = resolve(name)
  if (existsSync(path)) throw new UsageError(`--out names a file that is there already: ${path}`)
  const partial = `${path}.partial`
  let file: number
  try {
    file = openSync(partial, 'wx', 0o600)
  } catch (error) {
    throw new UsageError(
      `--out names a file that cannot be written: ${path} (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
    )
  }
  try {
    try {
      await work((bytes) => void writeSync(file, typeof bytes === 'string' ? Buffer.from(bytes) : bytes))
    } finally {
      closeSync(file)
    }
    renameSync(partial, path)
    return path
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}

const formatOf = (o: Options): string => {
  const format = o.format ?? (o.csv === undefined ? 'table' : 'csv')
  if (!['table', 'json', 'csv', 'xlsx'].includes(format)) throw new UsageError('--format takes json, csv or xlsx')
  if (format === 'xlsx' && o.out === undefined) throw new UsageError('--format xlsx needs --out FILE, because it is no text')
  return format === 'table' && o.out !== undefined ? formatOfName(o.out) : format
}

const formatOfName = (name: string): string => {
  const ending = /\.(json|csv|xlsx)$/.exec(name)?.[1]
  if (ending === undefined) throw new UsageError('--out takes a file that ends in .json, .csv or .xlsx, or --format beside it')
  return ending
}

/** The report at this address as a table, as text, or as a file. */
const reported = async (api: Api, path: string, columns: readonly string[], o: Options): Promise<string> => {
  const format = formatOf(o)
  const address = `${path}&format=${format === 'table' ? 'json' : format}`
  if (o.out !== undefined) {
    const bytes = await api.bytes(address)
    return `written: ${await writeWhole(o.out, async (write) => write(bytes))}, ${bytes.length} bytes`
  }
  if (format !== 'table') return (await api.text(address)).trimEnd()
  const report = (await api.call('GET', address)) as { rows: Row[]; totals: Row; as_of: string }
  const sums = Object.keys(report.totals)
  const rows = [...report.rows, { [columns[0] ?? '']: 'total', ...report.totals }]
  return `${table(rows, [...columns, ...sums])}\nas of ${report.as_of}`
}

const chargeColumns = ['verification_id', 'check', 'outcome', 'credits', 'service_day', 'settled_at', 'leaf_index', 'leaf_hash']

interface Charge extends Row {
  audit: { index: number; leaf_hash: string }
}

const csvOf = (charges: Charge[], header: boolean): string =>
  stringify(
    charges.map(({ audit, ...charge }) => ({ ...charge, leaf_index: audit.index, leaf_hash: audit.leaf_hash })),
    { header, columns: chargeColumns, bom: header, escape_formulas: true, record_delimiter: 'windows' },
  )

/** How many charges a statement has, as its figures tell; null while it has none. */
const chargesOf = (statement: unknown): number | null => {
  const { figures } = statement as { figures?: { usage?: { credits: number; verifications: number }[] } | null }
  const charged = figures?.usage?.filter(({ credits }) => credits > 0)
  return charged === undefined ? null : charged.reduce((sum, { verifications }) => sum + verifications, 0)
}

/** What finance takes with it: reports across accounts, and the charges of one statement. */
export const reportCommands: Record<string, OperatorCommand> = {
  usage: {
    usage:
      '--from DAY --to DAY [--account ACC] [--group-by month,account,check,outcome] [--day-of service|settlement] [--format json|csv|xlsx] [--csv] [--out FILE] [--reason TEXT]',
    summary: 'usage report, as a table, as text or as a file',
    run: (api, o) => {
      const groups = o['group-by'] ?? 'day,account,check,outcome'
      const query = new URLSearchParams({
        from: need(o, 'from'),
        to: need(o, 'to'),
        group_by: groups,
        ...(o['day-of'] === undefined ? {} : { day_of: o['day-of'] }),
        ...(o.account === undefined ? {} : { account_id: o.account }),
      })
      const columns = groups.split(',').map((group) => (group === 'account' || group === 'api_key' ? `${group}_id` : group))
      return reported(api, `/v1/reports/usage?${query}`, columns, o)
    },
  },
  margin: {
    usage: '--from DAY --to DAY [--account ACC] [--format json|csv|xlsx] [--out FILE] [--reason TEXT]',
    summary: 'credits charged and what sources cost, by account and check',
    run: (api, o) => {
      const query = new URLSearchParams({
        from: need(o, 'from'),
        to: need(o, 'to'),
        ...(o.account === undefined ? {} : { account_id: o.account }),
      })
      return reported(api, `/v1/reports/margin?${query}`, ['account_id', 'check'], o)
    },
  },
  'statement-charges': {
    usage: '--account ACC --statement STA --out FILE.csv [--reason TEXT]',
    summary: 'every charged call of a statement with its place in the audit log, into a new CSV file',
    run: async (api, o) => {
      const statement = `${accountPath(o)}/statements/${encodeURIComponent(need(o, 'statement'))}`
      const out = need(o, 'out')
      const progress = openProgress(chargesOf(await api.call('GET', statement)), 'charges')
      let count = 0
      try {
        const path = await writeWhole(out, async (write) => {
          write(csvOf([], true))
          for await (const page of pagesOf<Charge>(api, `${statement}/charges`)) {
            if (page.length > 0) write(csvOf(page, false))
            count += page.length
            progress.add(page.length)
          }
        })
        return `written: ${path}, ${count} charges`
      } finally {
        progress.end()
      }
    },
  },
}
