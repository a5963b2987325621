import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { madeUpUscc } from '../../scripts/harness/onboarding.ts'
import { makeId } from '../../src/core/ids.ts'
import { addDays, shanghaiDay } from '../../src/core/shanghai.ts'
import { readConfig } from '../../src/runtimes/config.ts'
import { openGateway } from '../../src/runtimes/gateway.ts'
import { consentBody, persons, verificationBody } from '../support/http-world.ts'
import { type GatewayChild, Processes, pause } from '../support/process-gateway.ts'
import { judgedFetch, runHere, type Said } from '../support/process-operator.ts'

/*
 * Every command, in its order of use, on one data folder: first with no gateway running, then at the running one. The two
 * must not differ in anything but where they run.
 */

const processes = new Processes()
const dataDir = processes.folder()
const keysDir = join(dataDir, 'keys')
const today = shanghaiDay(Date.now())
const everything: Said[] = []
let environment: Record<string, string> = { VERIMETER_DATA_DIR: dataDir }

const run = async (...args: string[]): Promise<Said> => {
  const said = await runHere(args, environment, judgedFetch)
  everything.push(said)
  return said
}
/** A run that must succeed. */
const done = async (...args: string[]): Promise<string> => {
  const said = await run(...args)
  if (said.code !== 0) throw new Error(`operator ${args.join(' ')}: ${said.code} ${said.stderr}`)
  return said.stdout
}
const doneJson = async <T>(...args: string[]): Promise<T> => JSON.parse(await done(...args)) as T
const keyIn = (stdout: string): string => /^ {2}(vm_(?:live|test)_\w+)$/m.exec(stdout)?.[1] ?? ''
const rowsIn = (stdout: string): string[][] =>
  stdout
    .split('\n')
    .slice(1)
    .map((line) => line.split(/ {2,}/))

type Send = (path: string, key: string, json: unknown, idempotencyKey?: string) => Promise<number>

/** Reads again until it is good: the directory hears of a running gateway's ledger with its next sweep. */
const until = async <T>(isGood: (value: T) => boolean, read: () => Promise<T>): Promise<T> => {
  let value = await read()
  for (let tries = 0; tries < 50 && !isGood(value); tries += 1) {
    await pause(100)
    value = await read()
  }
  return value
}

/** A customer's calls, through the door of whatever runs. */
const sendOver =
  (fetchOne: (request: Request) => Response | Promise<Response>, base: string): Send =>
  async (path, key, json, idempotencyKey) => {
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' }
    const request = new Request(`${base}${path}`, {
      method: 'POST',
      headers: { ...headers, ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }) },
      body: JSON.stringify(json),
    })
    return (await fetchOne(request)).status
  }

/** Three charged answers and one verification in doubt. */
const useAccount = async (send: Send, key: string): Promise<number[]> => {
  const statuses: number[] = []
  for (const [name, times] of [
    ['match', 2],
    ['mismatch', 1],
    ['unknownForEver', 1],
  ] as const) {
    statuses.push(await send('/v1/consents', key, consentBody(name, persons[name], { sources: ['sandbox'] })))
    for (let at = 0; at < times; at += 1)
      statuses.push(await send('/v1/verifications', key, verificationBody(name, persons[name]), `${name}-${at}`))
  }
  return statuses
}

const query = <T>(sql: string, ...values: unknown[]): T[] => {
  const database = new Database(join(dataDir, 'verimeter.db'), { readonly: true })
  try {
    return database.prepare<unknown[], T>(sql).all(...values)
  } finally {
    database.close()
  }
}

beforeAll(async () => {
  expect(await done('keys', 'create', '--dir', keysDir)).toContain(`key files made in ${keysDir}`)
})

test('keys create makes the four files, and never a second time', async () => {
  expect(readdirSync(keysDir).sort()).toEqual(['document-signing.json', 'keyring.json', 'master.key', 'staff-issuer.json'])
  expect(await run('keys', 'create', '--dir', keysDir)).toEqual({
    code: 1,
    stdout: '',
    stderr: `operator: ${keysDir} holds key files already; nothing was changed`,
  })
})

describe.each([
  ['with no gateway running', 'first', false],
  ['at the running gateway', 'second', true],
])('%s', (_name, label, running) => {
  let gateway: GatewayChild | undefined
  let account: string
  let order: string
  let key: string
  let keyId: string
  const keysSeen: string[] = []

  /** Sends through the door: that of the running gateway, or of one that is open just for this. */
  const through = async (work: (send: Send) => Promise<void>): Promise<void> => {
    if (gateway) return work(sendOver(fetch, gateway.baseUrl))
    const opened = openGateway(readConfig(environment), {
      clock: Date.now,
      log: () => undefined,
      onInDoubt: (error) => {
        throw error
      },
    })
    await work(sendOver((request) => opened.app.fetch(request), 'http://gateway.test'))
    await opened.close()
  }

  beforeAll(async () => {
    if (!running) return
    gateway = await processes.gateway({ ...environment, VERIMETER_SWEEP_INTERVAL_MS: '100' })
    environment = { ...environment, VERIMETER_PORT: new URL(gateway.baseUrl).port }
  })

  test('account create, list and show', async () => {
    const made = await doneJson<{ id: string }>('account', 'create', '--name', `示例 ${label}`, '--as', 'li.wei')
    account = made.id
    expect(await doneJson('account', 'show', '--account', account)).toMatchObject({ name: `示例 ${label}`, standing: 'open' })
    const listed = await until(
      (rows) => rows.length > 0,
      async () => rowsIn(await done('account', 'list', '--name', label)),
    )
    expect(listed.map((row) => row.slice(0, 3))).toEqual([[account, `示例 ${label}`, 'open']])
    expect(query('SELECT actor, kind FROM entries WHERE account_id = ? ORDER BY seq LIMIT 1', account)).toMatchObject([
      { actor: 'staff:li.wei' },
    ])
  })

  test('agreement put, order add and order pay', async () => {
    const term = ['--start', today, '--end', addDays(today, 30)]
    expect(await doneJson('agreement', 'put', '--account', account, '--preset', 'S1', ...term)).toMatchObject({ version: 1 })
    const amounts = ['--credits', '30000', '--list', '1200.00', '--paid', '800.00', '--mode', 'test']
    const ordered = await doneJson<{ order: { id: string } }>(
      ...['order', 'add', '--account', account, '--external-id', 'o-1', '--check', 'id2', ...amounts],
    )
    expect(ordered).toMatchObject({ order: { credits: 30_000, list_fen: 120_000, paid_fen: 80_000 }, grant: null })
    order = ordered.order.id
    expect(await doneJson('order', 'pay', '--account', account, '--order', order, '--bank-reference', 'B1')).toMatchObject({
      grant: { granted: 30_000, available: 30_000 },
    })
  })

  test('key create, list, rotate and revoke', async () => {
    const created = await done('key', 'create', '--account', account, '--name', 'app', '--mode', 'test')
    const rotated = await done('key', 'rotate', '--key', keyIn(created), '--grace-hours', '1')
    keysSeen.push(keyIn(created), keyIn(rotated))
    key = keyIn(rotated)
    keyId = (JSON.parse(rotated.slice(0, rotated.indexOf('\n\n'))) as { id: string }).id
    expect(new Set(keysSeen).size).toBe(2)
    await done('key', 'revoke', '--key', keyIn(created), '--reason', 'replaced')
    const listed = rowsIn(await done('key', 'list', '--account', account))
    expect(listed.map(([, name, mode, standing]) => [name, mode, standing])).toEqual([
      ['app', 'test', 'revoked'],
      ['app', 'test', 'active'],
    ])
  })

  test('a live key comes after the party is recorded and its licence is approved by another person', async () => {
    const liveKey = ['key', 'create', '--account', account, '--name', 'backend', '--holder', 'user-7', '--channel', 'web']
    expect(await run(...liveKey)).toMatchObject({ code: 1, stderr: expect.stringContaining('kyb_incomplete') })
    const party = ['--name', 'Example Ltd', '--uscc', madeUpUscc(account), '--ordered-by', 'Example Ltd']
    expect(await doneJson('party', 'record', '--account', account, ...party)).toMatchObject({ holder_differs: false })
    const licence = ['--kind', 'business_licence', '--sha256', 'a'.repeat(64), '--sealed', '--valid-to', '2999-12-31']
    const { id } = (await doneJson('paper', 'file', '--account', account, ...licence)) as { id: string }
    const review = ['paper', 'review', '--account', account, '--paper', id, '--decision', 'approved', '--note', 'seen']
    expect(await run(...review)).toMatchObject({ code: 1, stderr: expect.stringContaining('own_paper') })
    expect(await doneJson(...review, '--as', 'another')).toMatchObject({ state: 'approved' })
    expect(rowsIn(await done('paper', 'list', '--account', account))).toHaveLength(1)
    const made = await done(...liveKey)
    expect(made).toContain('"holder": "user-7"')
    keysSeen.push(keyIn(made))
    await done('key', 'revoke', '--key', keyIn(made), '--reason', 'of the test')
  })

  test('suspend and resume a key by its id, by itself and by the part before its secret, and the account', async () => {
    const prefix = key.split('_').slice(0, 4).join('_')
    for (const name of [keyId, key, prefix]) {
      const ground = ['--ground', 'key_leaked', '--note', 'seen in public']
      expect(await doneJson('suspend', '--key', name, ...ground)).toMatchObject({ id: keyId, standing: 'suspended' })
      expect(await doneJson('resume', '--key', name, '--reason', 'found')).toMatchObject({ id: keyId, standing: 'active' })
    }
    const ground = ['--ground', 'fraud', '--note', 'as reported']
    expect(await doneJson('suspend', '--account', account, ...ground)).toMatchObject({ id: account, standing: 'suspended' })
    expect(await doneJson('resume', '--account', account, '--reason', 'settled')).toMatchObject({ standing: 'open' })
  })

  test('usage as a table and as CSV', async () => {
    await through(async (send) => {
      expect(await useAccount(send, key)).toEqual([201, 200, 200, 201, 200, 201, 504])
    })
    const days = ['--from', today, '--to', today, '--account', account]
    const lines = await until(
      (text) => text.length === 4,
      async () => (await done('usage', ...days)).split('\n').slice(0, -1),
    )
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
      ['day', 'account_id', 'check', 'outcome', 'verifications', 'credits', 'cost_yuan'],
      [today, account, 'id2', 'match', '2', '2', '0.000000'],
      [today, account, 'id2', 'mismatch', '1', '1', '0.000000'],
      ['total', '-', '-', '-', '3', '3', '0.000000'],
    ])
    expect(await done('usage', ...days, '--group-by', 'api_key', '--day-of', 'settlement', '--csv')).toBe(
      `\ufeffapi_key_id,verifications,credits,usage,cost_yuan\r\n${keyId},3,3,internal_reference_only,0.000000`,
    )
  })

  test('doubt propose and approve, by two names', async () => {
    const [doubt] = query<{ id: number }>('SELECT verification_id AS id FROM doubts WHERE account_id = ?', account)
    expect(doubt).toBeDefined()
    const verification = makeId('ver', account, doubt?.id ?? 0)
    const reason = ['--reason', 'the bill of the source shows it']
    const outcome = ['--verification', verification, '--outcome', 'match', '--source', 'sandbox', '--source-reference', 'bill-7']
    const proposed = await doneJson<{ id: string }>('doubt', 'propose', ...outcome, ...reason, '--as', 'li.wei')
    const same = await run('doubt', 'approve', '--approval', proposed.id, ...reason, '--as', 'li.wei')
    expect(same).toMatchObject({ code: 1, stdout: '' })
    expect(same.stderr).toMatch(/^operator: approval_required: /)
    expect(await doneJson('doubt', 'approve', '--approval', proposed.id, ...reason, '--as', 'wang.fang')).toMatchObject({
      id: verification,
      outcome: 'match',
      charged: true,
      source: { id: 'sandbox', reference: 'bill-7' },
    })
  })

  test('balance and alarms', async () => {
    const [[, check, mode, ...counts] = []] = rowsIn(await done('balance', '--account', account))
    expect([check, mode, ...counts.slice(0, 6)]).toEqual(['id2', 'test', '30000', '29996', '0', '4', '0', '0'])
    expect(await done('alarms', '--account', account)).toBe('no alarms')
  })

  test('token, with a role of its own', async () => {
    const token = await done('token', '--role', 'auditor', '--name', 'zhao', '--hours', '1')
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(await done('account', 'show', '--account', account, '--token', token)).toContain(account)
    const refused = await run('account', 'create', '--name', 'x', '--token', token)
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toMatch(/^operator: role_required: /)
  })

  test('token, with several roles and hours, as a program with a header would use it', async () => {
    const token = await done('token', '--role', 'auditor', '--role', 'ops', '--name', 'zhao', '--hours', '12')
    await through(async (send) => {
      // The body is looked at only for somebody who may open accounts.
      expect(await send('/v1/accounts', token, {})).toBe(422)
      expect(await send('/v1/accounts', `${token}x`, {})).toBe(401)
    })
    const { roles, sub, exp = 0, iat = 0 } = decodeJwt(token)
    expect({ roles, sub, hours: (exp - iat) / 3_600 }).toEqual({ roles: ['auditor', 'ops'], sub: 'zhao', hours: 12 })
    const commas = decodeJwt(await done('token', '--role', 'auditor,ops', '--role', 'finance', '--name', 'zhao'))
    expect(commas.roles).toEqual(['auditor', 'ops', 'finance'])
  })

  test('account close, and verify finds the books sound', async () => {
    expect(await doneJson('account', 'close', '--account', account, '--reason', 'the end')).toMatchObject({ standing: 'closed' })
    expect(await done('verify')).toMatch(/^\d accounts, \d+ journal entries, \d verifications read; every invariant holds$/)
  })

  test('prints a key when it is made and never again, and nothing personal ever', () => {
    const texts = everything.map(({ stdout, stderr }) => `${stdout}\n${stderr}`)
    for (const seen of keysSeen) expect(texts.filter((text) => text.includes(seen))).toHaveLength(1)
    for (const { id_number, name } of Object.values(persons))
      expect(texts.filter((text) => text.includes(id_number) || text.includes(name))).toEqual([])
  })

  afterAll(async () => {
    if (gateway) expect(await gateway.child.end('SIGTERM')).toMatchObject({ code: 0 })
  })
})

/** Opens the ledger behind the gateway's back, and takes away the seal that would show it. */
const openBehindItsBack = (): Database.Database => {
  rmSync(join(dataDir, 'ledger.seal'))
  return new Database(join(dataDir, 'verimeter.db'))
}

test('alarms lists those that there are', async () => {
  const [account] = query<{ id: string }>('SELECT id FROM accounts LIMIT 1')
  const database = openBehindItsBack()
  const insert = database.prepare('INSERT INTO alarms VALUES (?, ?, ?, ?, ?, 3, NULL, NULL)')
  insert.run(account?.id, 'late_answer', '17', Date.now(), Date.now())
  database.close()
  const [header, ...lines] = (await done('alarms', '--account', account?.id ?? '')).split('\n')
  const alarm = `late_answer.${makeId('ver', account?.id ?? '', 17)}`
  expect(header).toMatch(/^id +since +last_at +count +cleared_at +acknowledged_by$/)
  expect(lines).toEqual([expect.stringMatching(new RegExp(`^${alarm} +\\S+ +\\S+ +3 +- +-$`))])
  expect(rowsIn(await done('alarms')).map(([of, id]) => [of, id])).toEqual([[account?.id, alarm]])
  const seen = ['alarms', 'acknowledge', '--account', account?.id ?? '', '--alarm', alarm, '--note', 'claimed back', '--as', 'wu']
  expect(await doneJson(...seen)).toMatchObject({ id: alarm, acknowledged_by: 'wu' })
  expect(await run(...seen)).toMatchObject({ code: 1, stderr: expect.stringMatching(/^operator: state_conflict: /) })
  expect(await done('alarms')).toBe('no alarms')
  expect(await done('alarms', '--cleared')).toContain(alarm)
})

test('log tells of searches and reports with their reason, and sources of their health', async () => {
  await done('account', 'list', '--name', '示例', '--reason', '查找客户', '--as', 'zhou')
  await done('usage', '--from', today, '--to', today, '--csv', '--as', 'zhou')
  const lines = rowsIn(await done('log', '--limit', '2')).map(([, , ...rest]) => rest)
  expect(lines).toEqual([
    ['zhou', 'usage_exported', `${today}/${today}`, 'operator: usage'],
    ['zhou', 'accounts_searched', '-', '查找客户'],
  ])
  expect(await done('sources')).toMatch(/^id +mode +checks +state .*\nsandbox +test +id2\S* +ok +\{.*\} +\d/)
})

test('the calls and consents of an account are listed, and that is in its journal', async () => {
  const [account] = query<{ id: string }>('SELECT id FROM accounts LIMIT 1')
  const [[newest = ''] = []] = rowsIn(await done('verification', 'list', '--account', account?.id ?? '', '--reason', 'ticket 9'))
  expect(await doneJson('verification', 'show', '--verification', newest)).toMatchObject({ id: newest })
  expect(rowsIn(await done('consent', 'list', '--account', account?.id ?? '')).length).toBeGreaterThan(0)
  expect(rowsIn(await done('order', 'list', '--account', account?.id ?? ''))).toHaveLength(1)
  const noted = query<{ body: string }>(
    "SELECT body FROM entries WHERE kind = 'note_read' AND account_id = ? ORDER BY seq",
    account?.id,
  )
  expect(noted.map(({ body }) => (JSON.parse(body) as { reason: string }).reason)).toEqual([
    'operator: usage',
    'operator: usage',
    'ticket 9',
    'operator: verification show',
    'operator: consent list',
  ])
})

test('verify exits 1 on a database that somebody changed, and says where', async () => {
  const database = openBehindItsBack()
  database.exec('UPDATE grants SET available = available - 1, captured = captured + 1')
  database.close()
  const ended = await processes.operator(['verify'], { VERIMETER_DATA_DIR: dataDir })
  expect(ended).toMatchObject({ code: 1, stdout: '' })
  expect(ended.stderr).toMatch(/^operator: \d accounts, [^;]+; 4 violations:\ninvariant +where\n/)
  expect(ended.stderr).toContain('I3 held credits are those of verifications without an ending')
  expect(ended.stderr).toContain('I12 balances are the fold of the journal')
})
