import { parseArgs } from 'node:util'
import { BackupError } from '../../src/runtimes/backup-manifest.ts'
import { ConfigError, readConfig } from '../../src/runtimes/config.ts'
import { DatabaseError } from '../../src/runtimes/database.ts'
import { KeyringError } from '../../src/runtimes/keyring.ts'
import { backup, restore, verifyHere } from './backup.ts'
import { commands } from './commands.ts'
import { createKeys, listKeys, rotateDocuments } from './keys.ts'
import type { Options, Said } from './options.ts'
import { rebuild } from './rebuild.ts'
import { defaultName, mintToken, OperatorError, openApi, UsageError } from './transport.ts'

const names = [
  ...[
    'account',
    'addresses',
    'alarm',
    'approval',
    'as',
    'bank-reference',
    'check',
    'credits',
    'data-dir',
    'day-of',
    'dir',
    'end',
    'expires-at',
    'external-id',
    'format',
  ],
  ...[
    'from',
    'grace-hours',
    'ground',
    'group-by',
    'hours',
    'key',
    'limit',
    'list',
    'mode',
    'name',
    'note',
    'notice',
    'order',
    'out',
    'outcome',
    'overrides',
    'paid',
  ],
  ...['business', 'channel', 'decision', 'explanation', 'holder', 'kind', 'ordered-by', 'paper', 'project', 'sha256', 'uscc'],
  ...['id', 'language'],
  ...['valid-from', 'valid-to'],
  ...['json', 'html', 'xlsx'],
  ...[
    'preset',
    'reason',
    'role',
    'scopes',
    'source',
    'source-reference',
    'start',
    'statement',
    'suite',
    'to',
    'token',
    'url',
    'verification',
  ],
]

const help = (): string => {
  const lines = Object.entries(commands).map(([name, { usage, summary }]) => `  ${name} ${usage}\n      ${summary}`)
  return `npm run operator -- COMMAND [OPTIONS]

  keys create [--dir FOLDER] [--suite international|sm]
      make the key files of a new installation; sm takes the national algorithms SM3 and SM4 for keyed digests and seals
  keys list [--dir FOLDER]
      the inventory of keys: purpose, id, algorithm; never a key
  keys rotate-documents [--dir FOLDER]
      add a key that signs documents from the next start on; older ones stay listed for what they signed
  token --role ROLE [--role ROLE] --name NAME [--hours 8]
      print a staff token of the built-in issuer, for the Authorization header of curl (with npm run -s nothing else is
      printed); roles are admin, ops, finance, auditor
  backup --to FOLDER
      back up the data folder, also of a running gateway, and prove the copy; key files are not in it
  restore --from FOLDER [--data-dir DIR]
      put a backup into a new data folder and prove it
  rebuild [--repair]
      compare the sums of a stopped data folder (rollups, the journal by day) with the rows that they count; exit 1 when they
      differ, or tell them again
${lines.join('\n')}

Every command but the first six is a call of the staff API: at --url URL with --token TOKEN, at the running gateway of the
data folder, or, when none runs, in this process. --as NAME says who acts (default: the user of this machine) and
--role ROLE in which role (default: admin). Reading calls, consents and reports, and searching, is kept in the books with
--reason TEXT (default: the command). Settings are those of the gateway (VERIMETER_…).`
}

/** Runs one command. Returns the exit code: 0 done, 1 refused, 2 not understood, or what the command itself says. */
export const runOperator = async (args: string[]): Promise<number> => {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
        role: { type: 'string' as const, multiple: true },
        csv: { type: 'boolean' as const },
        sealed: { type: 'boolean' as const },
        repair: { type: 'boolean' as const },
        cleared: { type: 'boolean' as const },
        help: { type: 'boolean' as const },
      },
    })
    const options = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, value === true ? '' : Array.isArray(value) ? value.join(',') : value]),
    ) as Options
    // The one command with a word of its own behind its name.
    const isMonthEnd = positionals[0] === 'month-end'
    if (isMonthEnd) options.month = positionals.slice(1).join(' ')
    const name = isMonthEnd ? 'month-end' : positionals.join(' ')
    if (name === '' || name === 'help' || options.help !== undefined) {
      console.log(help())
      return 0
    }
    const said = await runCommand(name, options)
    console.log(typeof said === 'string' ? said : said.text)
    return typeof said === 'string' ? 0 : said.code
  } catch (error) {
    if (
      error instanceof OperatorError ||
      error instanceof ConfigError ||
      error instanceof KeyringError ||
      error instanceof BackupError ||
      error instanceof DatabaseError
    ) {
      console.error(`operator: ${error.message}`)
      return error instanceof UsageError ? 2 : 1
    }
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
      console.error(`operator: ${error.message}`)
      return 2
    }
    throw error
  }
}

const runCommand = async (name: string, options: Options): Promise<Said> => {
  if (name === 'keys create') return createKeys(options)
  if (name === 'keys list') return listKeys(options)
  if (name === 'keys rotate-documents') return rotateDocuments(options)
  if (name === 'token')
    return mintToken(
      readConfig(process.env),
      options.name ?? defaultName(),
      (options.role ?? 'ops').split(','),
      hoursOf(options.hours),
    )
  if (name === 'backup') return backup(options)
  if (name === 'restore') return restore(options)
  if (name === 'rebuild') return rebuild(options)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) throw new UsageError(`there is no command \`${name}\`; see \`npm run operator -- help\``)
  const api = await openApi({
    url: options.url,
    token: options.token,
    as: options.as,
    roles: (options.role ?? 'admin').split(','),
    reason: options.reason ?? `operator: ${name}`,
  })
  try {
    const said = await command.run(api, options)
    return name === 'verify' && options.url === undefined && typeof said === 'string' ? said + verifyHere() : said
  } finally {
    await api.close()
  }
}

/** The gateway takes no token that is older than 12 hours, so none is made that says so. */
const hoursOf = (text = '8'): number => {
  if (!/^([1-9]|1[0-2])$/.test(text)) throw new UsageError('--hours takes a whole number from 1 to 12')
  return Number(text)
}
