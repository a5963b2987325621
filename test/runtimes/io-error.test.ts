import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { orderPath, type Simulator, startSimulator } from '../../scripts/simulator/simulator.ts'
import { ClientBook, checkImage, copyImage } from '../../scripts/torture/books.ts'
import { consentOf, openProcessCustomer, type ProcessCustomer } from '../../scripts/torture/customer.ts'
import { persons, verificationBody } from '../support/http-world.ts'
import { HttpClient, jsonOf } from '../support/process-client.ts'
import { type Ended, type Environment, type GatewayChild, Processes, pause } from '../support/process-gateway.ts'

/*
 * A real I/O error at COMMIT: the kernel refuses to let a file grow (RLIMIT_FSIZE), so a write to the WAL fails in the
 * middle of the load. What such a commit stored nobody knows; nobody may be answered from it, and the process must end.
 */

/** Blocks of 512 bytes that a file may have. The WAL begins anew with each start, so this is some dozens of commits. */
const limit = 'ulimit -f 1200'
const workers = 8
const callsWithout = 400

const processes = new Processes()
const dataDir = processes.folder()
let environment: Environment
let simulator: Simulator
const client = new ClientBook()
let customer: ProcessCustomer

/** Calls until no whole answer comes any more, or until this many were made. */
const load = async ({ baseUrl }: GatewayChild, calls: number): Promise<void> => {
  const caller = new HttpClient(baseUrl, customer.liveKey)
  const enough = client.calls.length + calls
  const body = verificationBody(consentOf('match'), persons.match)
  await Promise.all(
    Array.from({ length: workers }, async () => {
      while (client.calls.length < enough && (await client.send(caller, client.add(true, body))));
    }),
  )
}

describe('an I/O error at a commit', () => {
  let ended: Ended
  let answeredAtError: number

  beforeAll(async () => {
    simulator = await startSimulator()
    environment = {
      VERIMETER_DATA_DIR: dataDir,
      VERIMETER_ALIYUN_URL: simulator.url,
      VERIMETER_ALIYUN_APPCODE: 'simulator',
      VERIMETER_ALIYUN_QUERY_PATH: orderPath,
      VERIMETER_ASK_DEADLINE_MS: '1000',
      // A hold whose question had not left when the process ended is given back once the source's "not found" is final.
      VERIMETER_ALIYUN_DEADLINE_MS: '1000',
      VERIMETER_ALIYUN_FINAL_AFTER_MS: '4000',
    }
    const first = await processes.gateway(environment)
    customer = await openProcessCustomer(first.baseUrl, dataDir)
    // The control: without the limit the same load ends nobody.
    await load(first, callsWithout)
    expect(client.open).toEqual([])
    expect(await first.child.end('SIGTERM')).toMatchObject({ code: 0 })

    const limited = await processes.gateway(environment, limit)
    await load(limited, 100_000)
    ended = await limited.child.ended
    answeredAtError = client.delivered.length
  })
  afterAll(() => simulator.close())

  test('ends the process, without a signal and not with success', () => {
    expect(ended).toMatchObject({ code: 1, signal: null })
    const events = ended.stderr
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: string }).event)
    expect(events).toContain('disk_in_doubt')
    expect(events.some((event) => event === 'commit_failed' || event === 'flush_failed')).toBe(true)
  })

  test('answers nobody: no key has another ending than a whole answer or none at all', () => {
    expect(answeredAtError).toBeGreaterThan(callsWithout)
    expect(client.surprises).toEqual([])
    expect(client.open.length).toBeGreaterThan(0)
    for (const { pending } of client.open) expect(pending).toBeNull()
  })

  test('leaves every answer and every call to the source on the disk', () => {
    const references = simulator.book().map(({ reference }) => reference ?? '')
    expect(checkImage(copyImage(dataDir, processes.folder()), client.delivered, references)).toEqual([])
  })

  test('is over with the next start: the books are sound, and every retry with the same key comes to its one answer', async () => {
    const { child, baseUrl } = await processes.gateway(environment)
    const caller = new HttpClient(baseUrl, customer.liveKey)
    for (const patience = Date.now() + 20_000; client.open.length > 0 && Date.now() < patience; await pause(300))
      for (const call of client.open) expect(await client.send(caller, call)).toBe(true)
    expect(client.open).toEqual([])
    expect(client.surprises).toEqual([])

    const next = await caller.verify('after-the-error', verificationBody(consentOf('match'), persons.match))
    expect(jsonOf(next)).toMatchObject({ outcome: 'match', available: 1_000_000 - client.delivered.length - 1 })
    expect(await child.end('SIGTERM')).toMatchObject({ code: 0 })
    const references = simulator.book().map(({ reference }) => reference ?? '')
    expect(new Set(references).size).toBe(client.delivered.length + 1)
    expect(references).toHaveLength(client.delivered.length + 1)
    expect(checkImage(copyImage(dataDir, processes.folder()), client.delivered, references)).toEqual([])
    const verified = await processes.operator(['verify'], environment)
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('every invariant holds') })
  })
})
