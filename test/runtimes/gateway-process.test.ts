import { statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { persons, verificationBody } from '../support/http-world.ts'
import { HttpClient, jsonOf } from '../support/process-client.ts'
import { type Ended, type GatewayChild, Processes } from '../support/process-gateway.ts'

const processes = new Processes()

/** A start that was refused: exit 1, and on stderr one sentence and nothing else. */
const expectSentence = (ended: Ended, sentence: RegExp): void => {
  expect(ended).toMatchObject({ code: 1, stdout: '' })
  expect(ended.stderr).toMatch(/^verimeter: [^\n]+\n$/)
  expect(ended.stderr).toMatch(sentence)
}

const refusedStart = (environment: Record<string, string>): Promise<Ended> =>
  processes.run('src/runtimes/main.ts', [], { VERIMETER_PORT: '0', ...environment }).ended

describe('the first start in a sandbox', () => {
  const dataDir = processes.folder()
  const environment = { VERIMETER_DATA_DIR: dataDir }
  let first: GatewayChild
  let apiKey: string
  const answers: Ended[] = []

  beforeAll(async () => {
    first = await processes.gateway(environment)
    apiKey = first.apiKey ?? ''
    for (const command of first.commands) answers.push(await processes.start('sh', ['-c', command]).ended)
  })

  test('prints the key once, and two commands that hold it', () => {
    expect(apiKey).toMatch(/^vm_test_[0-9a-z]{10}_[0-9a-z]{11}_\w{43}_\w{6}$/)
    expect(first.commands).toHaveLength(2)
    for (const command of first.commands) expect(command).toContain(`Authorization: Bearer ${apiKey}`)
    expect(first.child.stdout.split(apiKey)).toHaveLength(4)
    expect(first.child.stderr).not.toContain(apiKey)
  })

  test('the first command, pasted into a shell, records the consent', () => {
    expect(answers[0]).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(answers[0]?.stdout ?? '')).toMatchObject({ reference: 'demo-consent-1', state: 'active', uses: 0 })
  })

  test('the second command, pasted into another shell, verifies the person and charges one credit', () => {
    expect(answers[1]).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(answers[1]?.stdout ?? '')).toMatchObject({
      outcome: 'match',
      charged: true,
      credits: 1,
      available: 29_999,
      source: { id: 'sandbox' },
      audit: { leaf_hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
  })

  test('makes key files that only their owner can read', () => {
    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
    for (const name of ['master.key', 'keyring.json', 'staff-issuer.json'])
      expect(statSync(join(dataDir, 'keys', name)).mode & 0o777).toBe(0o600)
  })

  test('a second process on the same folder says who holds it, and exits', async () => {
    expectSentence(await refusedStart(environment), new RegExp(`is in use by process ${first.child.pid} since `))
  })

  test('a second start prints no key and changes nothing', async () => {
    const port = new URL(first.baseUrl).port
    const onFirst = { ...environment, VERIMETER_PORT: port }
    const before = await Promise.all([processes.operator(['account', 'list'], onFirst), processes.operator(['verify'], onFirst)])
    expect(before[0].stdout.trim().split('\n')).toHaveLength(2)
    expect(before[1].stdout).toMatch(/^1 accounts, \d+ journal entries, 1 verifications read; every invariant holds$/m)
    expect(await first.child.end('SIGTERM')).toMatchObject({ code: 0 })

    const second = await processes.gateway({ ...environment, VERIMETER_PORT: port })
    expect(second.apiKey).toBeNull()
    expect(second.commands).toEqual([])
    expect(second.child.stdout).not.toContain('vm_test_')
    const after = await Promise.all([processes.operator(['account', 'list'], onFirst), processes.operator(['verify'], onFirst)])
    expect(after.map(({ stdout }) => stdout)).toEqual(before.map(({ stdout }) => stdout))

    const caller = new HttpClient(second.baseUrl, apiKey)
    const replay = await caller.verify('demo-1', verificationBody('demo-consent-1', persons.match))
    expect(replay.headers.get('idempotency-replayed')).toBe('true')
    expect(replay.text).toBe(answers[1]?.stdout)
    const next = await caller.verify('demo-2', verificationBody('demo-consent-1', persons.match))
    expect(jsonOf(next)).toMatchObject({ outcome: 'match', available: 29_998 })
    expect(await second.child.end('SIGTERM')).toMatchObject({ code: 0 })
  })
})

describe('a start that cannot be', () => {
  test('a wrong setting is one sentence, without a stack', async () => {
    expectSentence(await refusedStart({ VERIMETER_PORT: '65536' }), /VERIMETER_PORT must be a port, 0 to 65535/)
  })

  test('a data folder that is a file is one sentence', async () => {
    expectSentence(await refusedStart({ VERIMETER_DATA_DIR: join(import.meta.dirname, 'gateway-process.test.ts') }), /ENOTDIR/)
  })

  test('a taken port is one sentence, and the next start still shows the key of the sandbox', async () => {
    const dataDir = processes.folder()
    const holder = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => holder.once('listening', resolve))
    const address = holder.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const VERIMETER_PORT = String(address.port)
    const ended = await refusedStart({ VERIMETER_DATA_DIR: dataDir, VERIMETER_PORT })
    await new Promise((resolve) => holder.close(resolve))
    expectSentence(ended, new RegExp(`port ${VERIMETER_PORT} on 127.0.0.1 is taken`))

    const { child, apiKey } = await processes.gateway({ VERIMETER_DATA_DIR: dataDir, VERIMETER_PORT })
    expect(apiKey).not.toBeNull()
    await child.end('SIGTERM')
  })

  test('production without a folder of keys, and with an empty one, is one sentence', async () => {
    const environment = { VERIMETER_MODE: 'production', VERIMETER_DATA_DIR: processes.folder() }
    const [unnamed, empty] = await Promise.all([
      refusedStart(environment),
      refusedStart({ ...environment, VERIMETER_KEYS_DIR: processes.folder() }),
    ])
    expectSentence(unnamed, /VERIMETER_KEYS_DIR must name the folder of the key files in production/)
    expectSentence(empty, /key file \S+master\.key is missing; make the key files with `npm run operator -- keys create`/)
  })
})

test('production starts with the keys that the operator made, and makes no sandbox', async () => {
  const keysDir = join(processes.folder(), 'keys')
  expect(await processes.operator(['keys', 'create', '--dir', keysDir], {})).toMatchObject({ code: 0, stderr: '' })
  const dataDir = processes.folder()
  const { child, apiKey, commands } = await processes.gateway({
    VERIMETER_MODE: 'production',
    VERIMETER_DATA_DIR: dataDir,
    VERIMETER_KEYS_DIR: keysDir,
  })
  expect(apiKey).toBeNull()
  expect(commands).toEqual([])
  expect(child.stdout).toMatch(/^Verimeter is listening on http:\/\/127\.0\.0\.1:\d+ \(production\)\. [^\n]+\n$/)
  expect(await child.end('SIGTERM')).toMatchObject({ code: 0 })
  const list = await processes.operator(['account', 'list'], { VERIMETER_DATA_DIR: dataDir, VERIMETER_KEYS_DIR: keysDir })
  expect(list).toMatchObject({ code: 0, stdout: expect.stringMatching(/^id +name +standing +created_at\n$/) })
})
