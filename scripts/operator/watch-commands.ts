import { parseId } from '../../src/core/ids.ts'
import { accountPath, everyRow, need, type OperatorCommand, type Options, type Row, show } from './options.ts'
import { table } from './table.ts'
import { UsageError } from './transport.ts'

/** How many rows of a list without an end are shown. */
const mostOf = (options: Options): number => {
  const text = options.limit ?? '50'
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError('--limit takes a whole number from 1')
  return Number(text)
}

const listed = (rows: Row[], columns: string[], none: string): string => (rows.length === 0 ? none : table(rows, columns))

/** What is to be watched: alarms, sources, the staff's own log, and the calls of an account. */
export const watchCommands: Record<string, OperatorCommand> = {
  alarms: {
    usage: '[--account ACC] [--cleared]',
    summary: 'alarms that stand, in all accounts; or every alarm of one',
    run: async (api, o) => {
      const columns = ['id', 'since', 'last_at', 'count', 'cleared_at', 'acknowledged_by']
      if (o.account !== undefined) {
        const { items } = (await api.call('GET', `${accountPath(o)}/alarms`)) as { items: Row[] }
        return listed(items, columns, 'no alarms')
      }
      const rows = await everyRow(api, '/v1/alarms', o.cleared === undefined ? {} : { cleared: 'true' })
      return listed(rows, ['account_id', ...columns], 'no alarms')
    },
  },
  'alarms acknowledge': {
    usage: '--account ACC --alarm ID --note TEXT',
    summary: 'say that you have seen an alarm; docs/runbook.md says what to do',
    run: async (api, o) => {
      const path = `${accountPath(o)}/alarms/${encodeURIComponent(need(o, 'alarm'))}/acknowledgement`
      return show(await api.call('PUT', path, { note: need(o, 'note') }))
    },
  },
  sources: {
    usage: '',
    summary: 'registered sources and their health',
    run: async (api) => {
      const { items, as_of } = (await api.call('GET', '/v1/sources')) as { items: Row[]; as_of: string }
      const rows = items.map((item) => ({ ...item, checks: (item.checks as string[]).join(','), ...(item.observed as Row) }))
      const columns = ['id', 'mode', 'checks', 'state', 'ended', 'in_doubt', 'asked', 'average_ms', 'last_failure_at']
      return `${table(rows, columns)}\nas of ${as_of}; asked, average_ms and last_failure_at are those of the answering process`
    },
  },
  log: {
    usage: '[--limit 50]',
    summary: 'the staff log: searches, exports and reports across accounts, newest first',
    run: async (api, o) =>
      listed(await everyRow(api, '/v1/staff-log', {}, mostOf(o)), ['seq', 'at', 'sub', 'act', 'target', 'reason'], 'no lines'),
  },
  'order list': {
    usage: '--account ACC',
    summary: 'orders of an account, newest first',
    run: async (api, o) => {
      const { items } = (await api.call('GET', `${accountPath(o)}/orders`)) as { items: Row[] }
      return listed(items, ['id', 'external_id', 'check', 'mode', 'credits', 'paid_fen', 'ordered_at', 'paid_at'], 'no orders')
    },
  },
  'verification list': {
    usage: '--account ACC [--limit 50] [--reason TEXT]',
    summary: 'verifications of an account, newest first; the reading is an entry in its journal',
    run: async (api, o) =>
      listed(
        await everyRow(api, `${accountPath(o)}/verifications`, {}, mostOf(o)),
        ['id', 'check', 'state', 'outcome', 'credits', 'reference', 'created_at'],
        'no verifications',
      ),
  },
  'verification show': {
    usage: '--verification VER [--reason TEXT]',
    summary: 'one verification; the reading is an entry in the journal of its account',
    run: async (api, o) => {
      const verification = need(o, 'verification')
      const id = parseId(verification, 'ver')
      if (!id) throw new UsageError('--verification takes the id of a verification (ver_…)')
      return show(await api.call('GET', `/v1/accounts/${id.accountId}/verifications/${verification}`))
    },
  },
  'consent list': {
    usage: '--account ACC [--limit 50] [--reason TEXT]',
    summary: 'recorded consents of an account, masked, newest first; the reading is an entry in its journal',
    run: async (api, o) =>
      listed(
        await everyRow(api, `${accountPath(o)}/consents`, {}, mostOf(o)),
        ['id', 'reference', 'state', 'type', 'granted_at', 'expires_at', 'uses'],
        'no consents',
      ),
  },
}
