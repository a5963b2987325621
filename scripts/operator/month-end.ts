import { writeFileSync } from 'node:fs'
import { formatDecimal } from '../../src/core/decimal.ts'
import { formatFen } from '../../src/core/money.ts'
import { languages } from '../../src/documents/words.ts'
import { accountPath, type OperatorCommand, type Options, type Row } from './options.ts'
import { table } from './table.ts'
import { OperatorError } from './transport.ts'

type Page = Record<string, Row[]> & {
  month: string
  from: string
  to: string
  provisional: boolean
  as_of: string
  asked: number
  quiet: number
  to_explain: number
  totals: Record<string, number>
}

/** The amounts of the page as people read them; every other member is what the gateway said. */
const readable = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => {
      if (typeof value !== 'number') return [key, value]
      if (key.endsWith('_fen')) return [key.slice(0, -'_fen'.length), formatFen(value)]
      if (key.endsWith('_micro_yuan'))
        return [key.slice(0, -'_micro_yuan'.length), formatDecimal({ numerator: BigInt(value), denominator: 1_000_000n }, 6)]
      return [key, value]
    }),
  )

const listed = (title: string, rows: readonly Row[], columns: string[]): string[] =>
  rows.length === 0 ? [] : ['', title, table(rows.map(readable), columns)]

const roll = ['opening', 'sold', 'used', 'lapsed', 'refunded', 'closing']

/** One page for a terminal: the totals, the accounts behind them, and what needs a person. */
export const monthEndPage = (page: Page): string => {
  const { month, from, to, provisional, as_of, asked, quiet, to_explain, totals } = page
  const overdue = (page.debts ?? []).filter(({ state }) => state === 'overdue')
  const inDoubt = (page.open_calls ?? []).filter(({ state }) => state === 'unknown')
  return [
    `Month end ${month} (${from} to ${to}, Asia/Shanghai), in yuan${provisional ? '; PROVISIONAL: the month is not over' : ''}`,
    '',
    table([readable(totals)], roll),
    '',
    table(
      [readable(totals)],
      ['billed', 'milestones', 'received', 'invoiced', 'credited', 'unpaid', 'overdue', 'late', 'cost', 'margin'],
    ),
    ...listed(`Accounts (${asked} asked, ${quiet} of them with nothing to tell)`, page.accounts ?? [], [
      'account_id',
      'name',
      ...roll,
      'billed',
      'received',
      'unpaid',
      'overdue',
      'margin',
      'journal_last',
    ]),
    ...listed('Accounts that did not answer: they are in no total', page.missing ?? [], ['account_id', 'name', 'reason']),
    ...listed('Differences to explain', page.differences ?? [], ['account_id', 'kind', 'about', 'count', 'amount']),
    ...listed('Overdue', overdue, ['account_id', 'debt_id', 'about', 'due_on', 'open', 'days_late', 'late']),
    ...listed('Calls in doubt', inDoubt, ['account_id', 'verification_id', 'check', 'mode', 'held_at']),
    '',
    to_explain === 0 ? 'nothing to explain' : `${to_explain} to explain`,
    `accounts as of ${as_of}`,
  ].join('\n')
}

const write = (path: string, bytes: Uint8Array): void => {
  try {
    writeFileSync(path, bytes)
  } catch (error) {
    throw new OperatorError(`${path} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`)
  }
}

/** Options that are formats: the same page as a file. */
const formats = ['json', 'html', 'xlsx'] as const

/** Wrong words are a failure here, with 1: 2 says that there is something to explain. */
const monthOf = ({ month }: Options): string => {
  if (month === undefined || !/^\d{4}-(?:0[1-9]|1[0-2])$/.test(month))
    throw new OperatorError('month-end takes one month, such as 2026-10')
  return month
}

const languageOf = ({ language = 'zh' }: Options): string => {
  if (!languages.some((known) => known === language)) throw new OperatorError(`--language takes ${languages.join(' or ')}`)
  return language
}

export const monthEndCommand: OperatorCommand = {
  usage: 'MONTH [--account ACC] [--json FILE] [--html FILE] [--xlsx FILE] [--language zh|en] [--reason TEXT]',
  summary: 'the end of a month for finance: deferred revenue, debts, payments, costs; exits 2 when something is to be explained',
  run: async (api, o) => {
    const account = o.account === undefined ? '' : `&account_id=${accountPath(o).slice('/v1/accounts/'.length)}`
    const path = `/v1/reports/month-end?month=${monthOf(o)}${account}`
    const page = (await api.call('GET', path)) as Page
    for (const format of formats) {
      const to = o[format]
      if (to !== undefined) write(to, await api.bytes(`${path}&format=${format}&language=${languageOf(o)}`))
    }
    return { text: monthEndPage(page), code: page.to_explain === 0 ? 0 : 2 }
  },
}
