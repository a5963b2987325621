import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { commands } from '../../scripts/operator/commands.ts'
import { table } from '../../scripts/operator/table.ts'
import { createKeyring } from '../../src/runtimes/key-files.ts'
import { Processes } from '../support/process-gateway.ts'
import { runHere, type Said } from '../support/process-operator.ts'

const processes = new Processes()
const dataDir = processes.folder()
const garbled = join(dataDir, 'garbled.json')
const account = 'acc_0000000000'

const run = (...args: string[]): Promise<Said> => runHere(args, { VERIMETER_DATA_DIR: dataDir })

/** A run that was refused with one sentence: 1 when it was refused, 2 when it was not understood. */
const expectSentence = (said: Said, code: 1 | 2, sentence: RegExp): void => {
  expect(said).toMatchObject({ code, stdout: '' })
  expect(said.stderr).toMatch(/^operator: [^\n]+$/)
  expect(said.stderr).toMatch(sentence)
}

beforeAll(() => {
  createKeyring(join(dataDir, 'keys'))
  writeFileSync(garbled, '{')
})

describe('help', () => {
  test.each([[[]], [['help']], [['--help']], [['key', 'create', '--help']]])('comes for %j', async (args) => {
    const said = await run(...args)
    expect(said).toMatchObject({ code: 0, stderr: '' })
    expect(said.stdout).toMatch(/^npm run operator -- COMMAND \[OPTIONS\]\n/)
  })

  test('lists every command with its options and what it does', async () => {
    const { stdout } = await run('help')
    for (const [name, { usage, summary }] of Object.entries(commands))
      expect(stdout).toContain(`  ${name} ${usage}\n      ${summary}`)
    for (const name of ['keys create', 'token']) expect(stdout).toContain(`\n  ${name} `)
  })

  test('names no option that is not known', async () => {
    const { stdout } = await run('help')
    const options = new Set(stdout.match(/--[a-z][a-z0-9-]+/g))
    expect(options.size).toBeGreaterThan(30)
    for (const option of options) {
      const said = await run(
        'no-such-command',
        ...(['--csv', '--cleared', '--help', '--repair', '--sealed'].includes(option) ? [] : [option, 'x']),
      )
      expectSentence(said, 2, /^operator: there is no command `no-such-command`/)
    }
  })
})

describe('a command line that is not understood exits 2', () => {
  const key = '--key takes a key id \\(key_…\\), a key, or the part of a key before its secret'
  test.each<[string[], string]>([
    [['frobnicate'], 'there is no command `frobnicate`; see `npm run operator -- help`'],
    [['verify', 'twice'], 'there is no command `verify twice`'],
    [['toString'], 'there is no command `toString`'],
    [['verify', '--frobnicate'], "Unknown option '--frobnicate'"],
    [['verify', '--as'], "Option '--as <value>' argument missing"],
    [['account', 'show'], '--account is missing; see `npm run operator -- help`'],
    [['account', 'create', '--name', ''], '--name is missing'],
    [['key', 'revoke', '--key', 'vm_test_short', '--reason', 'x'], key],
    [['suspend', '--key', 'ver_0000000000_00000000001', '--ground', 'fraud', '--note', 'x'], key],
    [['suspend', '--ground', 'fraud', '--note', 'x'], 'name either --key or --account'],
    [['resume', '--key', 'k', '--account', account, '--reason', 'x'], 'name either --key or --account'],
    [['key', 'rotate', '--key', 'key_0000000000_00000000001', '--grace-hours', '1.5'], '--grace-hours takes a whole number'],
    [
      [
        'order',
        'add',
        '--account',
        account,
        '--external-id',
        'o',
        '--check',
        'id2',
        '--credits',
        '1',
        '--list',
        '1200,00',
        '--paid',
        '1',
      ],
      '--list takes an amount in yuan with two decimals, such as 800.00',
    ],
    [
      ['doubt', 'propose', '--verification', 'key_0000000000_00000000001', '--outcome', 'match'],
      '--verification takes the id of',
    ],
    [
      ['agreement', 'put', '--account', account, '--preset', 'S1', '--overrides', garbled],
      'cannot be read as JSON: \\S+garbled.json',
    ],
    [['agreement', 'put', '--account', account, '--preset', 'S1', '--overrides', '/nowhere'], 'cannot be read as JSON: /nowhere'],
    [['token', '--role', 'root', '--name', 'zhao'], 'there is no role `root`; roles are admin, ops, finance, auditor'],
    [['token', '--role', 'ops', '--role', 'root', '--name', 'zhao'], 'there is no role `root`; roles are admin, ops, finance'],
    [['token', '--name', '张 三'], 'the name of who acts takes 1 to 80 letters, digits and'],
    [['verify', '--as', 'line\nbreak'], 'the name of who acts takes 1 to 80 letters, digits and'],
    [['token', '--name', 'zhao', '--hours', 'eight'], '--hours takes a whole number from 1 to 12'],
    [['token', '--name', 'zhao', '--hours', '13'], '--hours takes a whole number from 1 to 12'],
    [['keys', 'create'], '--dir is missing: name the folder of the key files'],
    [['backup'], '--to is missing: name a new folder for this backup'],
    [['restore'], '--from is missing: name the folder of a backup'],
  ])('%j', async (args, sentence) => {
    expectSentence(await run(...args), 2, new RegExp(sentence))
  })
})

describe('a command that is refused exits 1', () => {
  test('by the gateway, with its code, its sentence and the members that are wrong', async () => {
    const amounts = ['--list', '1.00', '--paid', '1.00']
    expectSentence(await run('account', 'show', '--account', account), 1, /^operator: not_found: /)
    const order = ['order', 'add', '--account', account, '--external-id', 'a b', '--check', 'id2', '--credits', '1']
    expectSentence(await run(...order, ...amounts), 1, /^operator: input_invalid: .*"\/external_id"/)
  })

  test('by a wrong setting, by missing keys and by a data folder that cannot be used', async () => {
    expectSentence(
      await runHere(['verify'], { VERIMETER_DATA_DIR: dataDir, VERIMETER_PORT: 'x' }),
      1,
      /VERIMETER_PORT must be a port/,
    )
    expectSentence(await runHere(['verify'], { VERIMETER_DATA_DIR: processes.folder() }), 1, /master\.key is missing/)
    const keysDir = join(dataDir, 'keys')
    expectSentence(
      await runHere(['verify'], { VERIMETER_DATA_DIR: garbled, VERIMETER_KEYS_DIR: keysDir }),
      1,
      /cannot be used \(EEXIST\)/,
    )
  })

  test('by an address where nobody is, or that is none', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => closed.once('listening', resolve))
    const { port } = closed.address() as { port: number }
    await new Promise((resolve) => closed.close(resolve))
    expectSentence(await run('verify', '--url', `http://127.0.0.1:${port}`), 1, /the gateway does not answer \(fetch failed\)/)
    expectSentence(await run('verify', '--url', 'nowhere'), 1, /the gateway does not answer \(Invalid URL\)/)
  })

  test('by something that is no gateway', async () => {
    const other = createServer((_request, response) => response.writeHead(404).end('<html>')).listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    expectSentence(await run('verify', '--url', `http://127.0.0.1:${port}`), 1, /^operator: 404: no detail$/)
    other.close()
    other.closeAllConnections()
  })
})

test('the script itself exits with the code of its run', async () => {
  const ended = await processes.operator(['frobnicate'], { VERIMETER_DATA_DIR: dataDir })
  expect(ended).toEqual({
    code: 2,
    signal: null,
    stdout: '',
    stderr: 'operator: there is no command `frobnicate`; see `npm run operator -- help`\n',
  })
})

test('a table lines up Chinese names, and shows what is missing as a dash', () => {
  const rows = [
    { id: 1, name: '示例科技', more: null },
    { id: 22, name: 'ab', more: { ground: 'fraud' } },
  ]
  expect(table(rows, ['id', 'name', 'more'])).toBe(
    ['id  name      more', '1   示例科技  -', '22  ab        {"ground":"fraud"}'].join('\n'),
  )
})
