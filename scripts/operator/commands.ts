import { readFileSync } from 'node:fs'
import { parseApiKey } from '../../src/core/api-key.ts'
import { makeId, parseId } from '../../src/core/ids.ts'
import { parseYuan } from '../../src/core/money.ts'
import { documentCommands } from './document-commands.ts'
import { monthEndCommand } from './month-end.ts'
import { onboardingCommands } from './onboarding-commands.ts'
import { accountPath, everyRow, need, type OperatorCommand, type Options, type Row, show } from './options.ts'
import { reportCommands } from './report-commands.ts'
import { table } from './table.ts'
import { OperatorError, UsageError } from './transport.ts'
import { watchCommands } from './watch-commands.ts'

const count = (options: Options, name: string): number => {
  const text = need(options, name)
  if (!/^\d{1,10}$/.test(text)) throw new UsageError(`--${name} takes a whole number`)
  return Number(text)
}
const fen = (options: Options, name: string): number => {
  const amount = parseYuan(need(options, name))
  if (amount === null) throw new UsageError(`--${name} takes an amount in yuan with two decimals, such as 800.00`)
  return Number(amount)
}
const list = (text: string | undefined): string[] => (text ?? '').split(',').filter((part) => part !== '')
const reasonOf = (options: Options): string => options.reason ?? options.note ?? 'by the operator command'

const readOverrides = (path: string): object => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as object
  } catch (error) {
    throw new UsageError(`--overrides names a file that cannot be read as JSON: ${path} (${(error as Error).name})`)
  }
}

/** A key by its id, by its whole text or by the part before the secret: all of them carry the account, so none has to be named. */
const keyOf = (text: string): { accountId: string; keyId: string } => {
  const parsed = parseApiKey(text)
  if (parsed) return { accountId: parsed.accountId, keyId: makeId('key', parsed.accountId, parsed.keyNumber) }
  const prefix = /^vm_(?:live|test)_([0-9a-z]{10}_[0-9a-z]{11})(?:_|$)/.exec(text)?.[1]
  const keyId = prefix === undefined ? text : `key_${prefix}`
  const id = parseId(keyId, 'key')
  if (!id) throw new UsageError('--key takes a key id (key_…), a key, or the part of a key before its secret')
  return { accountId: id.accountId, keyId }
}
const keyPath = (options: Options): string => {
  const { accountId, keyId } = keyOf(need(options, 'key'))
  return `/v1/accounts/${accountId}/api-keys/${keyId}`
}

const suspensionPath = (options: Options): string => {
  if ((options.key === undefined) === (options.account === undefined)) throw new UsageError('name either --key or --account')
  return `${options.key === undefined ? accountPath(options) : keyPath(options)}/suspension`
}

const newKey = (answer: unknown): string => {
  const { key, secret } = answer as { key: Row; secret: string }
  return `${show(key)}\n\nThe key, shown this once:\n\n  ${secret}`
}

/** What staff can do from a terminal. Every command is one call of the staff API. */
export const commands: Record<string, OperatorCommand> = {
  'account create': {
    usage: '--name NAME',
    summary: 'open an account',
    run: async (api, o) => show(await api.call('POST', '/v1/accounts', { name: need(o, 'name'), reason: reasonOf(o) })),
  },
  'account list': {
    usage: '[--name PART] [--reason TEXT]',
    summary: 'accounts, from the directory',
    run: async (api, o) => {
      const rows = await everyRow(api, '/v1/accounts', o.name ? { name: o.name } : {})
      return table(rows, ['id', 'name', 'standing', 'created_at'])
    },
  },
  'account show': {
    usage: '--account ACC',
    summary: 'an account, its standing and agreement',
    run: async (api, o) => show(await api.call('GET', accountPath(o))),
  },
  'account close': {
    usage: '--account ACC --reason TEXT',
    summary: 'close an account, for good',
    run: async (api, o) => show(await api.call('POST', `${accountPath(o)}/closing`, { reason: need(o, 'reason') })),
  },
  'agreement put': {
    usage: '--account ACC --preset S1 --start DAY --end DAY [--overrides FILE.json]',
    summary: 'put a new version of the agreement',
    run: async (api, o) => {
      const more = o.overrides === undefined ? {} : readOverrides(o.overrides)
      const term = o.start === undefined && o.end === undefined ? {} : { term: { start: need(o, 'start'), end: need(o, 'end') } }
      return show(
        await api.call('PUT', `${accountPath(o)}/agreement`, {
          preset: need(o, 'preset'),
          overrides: { ...term, ...more },
          reason: reasonOf(o),
        }),
      )
    },
  },
  'order add': {
    usage: '--account ACC --external-id ID --check id2 --credits 30000 --list 1200.00 --paid 800.00 [--mode live|test]',
    summary: 'record an order',
    run: async (api, o) =>
      show(
        await api.call('POST', `${accountPath(o)}/orders`, {
          external_id: need(o, 'external-id'),
          check: need(o, 'check'),
          mode: o.mode ?? 'live',
          credits: count(o, 'credits'),
          list_fen: fen(o, 'list'),
          paid_fen: fen(o, 'paid'),
          reason: reasonOf(o),
        }),
      ),
  },
  'order pay': {
    usage: '--account ACC --order ORD --bank-reference TEXT',
    summary: 'record the payment of an order; it makes the grant',
    run: async (api, o) =>
      show(
        await api.call('POST', `${accountPath(o)}/payments`, {
          order_id: need(o, 'order'),
          bank_reference: need(o, 'bank-reference'),
          reason: reasonOf(o),
        }),
      ),
  },
  balance: {
    usage: '--account ACC',
    summary: 'grants and credits of an account',
    run: async (api, o) => {
      const { grants } = (await api.call('GET', `${accountPath(o)}/grants`)) as { grants: Row[] }
      return table(grants, [
        'id',
        'check',
        'mode',
        'granted',
        'available',
        'held',
        'captured',
        'expired',
        'refunded',
        'expires_at',
      ])
    },
  },
  ...documentCommands,
  ...onboardingCommands,
  'key create': {
    usage:
      '--account ACC --name NAME [--mode live|test] [--scopes A,B] [--addresses CIDR,CIDR] [--expires-at TIME] [--holder USER] [--project CODE] [--channel web|mini_program|app|server]',
    summary: 'make an API key; it is shown once',
    run: async (api, o) =>
      newKey(
        await api.call('POST', `${accountPath(o)}/api-keys`, {
          name: need(o, 'name'),
          mode: o.mode ?? 'live',
          ...(o.scopes === undefined ? {} : { scopes: list(o.scopes) }),
          addresses: list(o.addresses),
          ...(o['expires-at'] === undefined ? {} : { expires_at: o['expires-at'] }),
          ...(o.holder === undefined ? {} : { holder: o.holder }),
          ...(o.project === undefined ? {} : { project: o.project }),
          ...(o.channel === undefined ? {} : { channel: o.channel }),
          reason: reasonOf(o),
        }),
      ),
  },
  'key list': {
    usage: '--account ACC',
    summary: 'API keys of an account',
    run: async (api, o) => {
      const { items } = (await api.call('GET', `${accountPath(o)}/api-keys`)) as { items: Row[] }
      return table(items, ['id', 'name', 'mode', 'standing', 'created_at', 'expires_at', 'replaced_by'])
    },
  },
  'key rotate': {
    usage: '--key KEY [--grace-hours 24]',
    summary: 'replace a key; the old one goes on until its grace is over',
    run: async (api, o) =>
      newKey(
        await api.call('POST', `${keyPath(o)}/rotation`, {
          grace_seconds: o['grace-hours'] === undefined ? 86_400 : count(o, 'grace-hours') * 3600,
          reason: reasonOf(o),
        }),
      ),
  },
  'key revoke': {
    usage: '--key KEY --reason TEXT',
    summary: 'revoke a key, at once and for good',
    run: async (api, o) => show(await api.call('POST', `${keyPath(o)}/revocation`, { reason: need(o, 'reason') })),
  },
  suspend: {
    usage: '(--key KEY | --account ACC) --ground GROUND --note TEXT [--notice NOT]',
    summary: 'suspend a key or an account, from the next request on',
    run: async (api, o) =>
      show(
        await api.call('PUT', suspensionPath(o), {
          ground: need(o, 'ground'),
          note: need(o, 'note'),
          ...(o.notice === undefined ? {} : { notice_id: o.notice }),
        }),
      ),
  },
  resume: {
    usage: '(--key KEY | --account ACC) --reason TEXT',
    summary: 'resume a key or an account',
    run: async (api, o) => show(await api.call('DELETE', suspensionPath(o), { reason: need(o, 'reason') })),
  },
  'doubt propose': {
    usage: '--verification VER --outcome match|mismatch|no_record|released [--source ID --source-reference REF] --reason TEXT',
    summary: 'propose how a verification in doubt ends; another person approves it',
    run: async (api, o) => {
      const verification = need(o, 'verification')
      const id = parseId(verification, 'ver')
      if (!id) throw new UsageError('--verification takes the id of a verification (ver_…)')
      return show(
        await api.call('POST', `/v1/accounts/${id.accountId}/verifications/${verification}/settlement-proposals`, {
          outcome: need(o, 'outcome'),
          ...(o.source === undefined ? {} : { source_id: o.source }),
          ...(o['source-reference'] === undefined ? {} : { source_reference: o['source-reference'] }),
          reason: need(o, 'reason'),
        }),
      )
    },
  },
  'doubt approve': {
    usage: '--approval APP --reason TEXT --as OTHER',
    summary: 'approve what somebody else proposed; it takes place at once',
    run: async (api, o) =>
      show(await api.call('POST', `/v1/approvals/${need(o, 'approval')}/approval`, { reason: need(o, 'reason') })),
  },
  ...watchCommands,
  'month-end': monthEndCommand,
  ...reportCommands,
  verify: {
    usage: '',
    summary: 'assert every invariant of the books; exit 1 when one is broken',
    run: async (api) => {
      const books = (await api.call('GET', '/v1/integrity')) as {
        accounts: number
        entries: number
        verifications: number
        violations: Row[]
      }
      const read = `${books.accounts} accounts, ${books.entries} journal entries, ${books.verifications} verifications read`
      if (books.violations.length > 0)
        throw new OperatorError(
          `${read}; ${books.violations.length} violations:\n${table(books.violations, ['invariant', 'where'])}`,
        )
      return `${read}; every invariant holds`
    },
  },
}
