import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { consentOf, openProcessCustomer, type ProcessCustomer } from '../../scripts/torture/customer.ts'
import { persons, verificationBody } from '../support/http-world.ts'
import { type HttpAnswer, HttpClient, jsonOf } from '../support/process-client.ts'
import { type Environment, type GatewayChild, Processes, pause } from '../support/process-gateway.ts'

/*
 * A real full disk: the data folder of a real process on a file system of a few megabytes, filled by somebody else. Where no
 * file system may be mounted, the titles say so: nothing was checked then.
 */

/** The mount point stays free of anything else, so that it can be unmounted whatever a test did. */
const mountPoint = mkdtempSync(join(tmpdir(), 'verimeter-mount-'))
const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', mountPoint], { encoding: 'utf8' })
const absent = mount.status === 0 ? null : 'mount: no file system may be mounted here'
const title = (text: string): string => (absent === null ? text : `ABSENT: ${absent}: ${text}`)

const processes = new Processes()
const ballast = join(mountPoint, 'ballast')
let gateway: GatewayChild
let environment: Environment
let customer: ProcessCustomer
let caller: HttpClient
const delivered: string[] = []
const refused: string[] = []

const verify = (key: string): Promise<HttpAnswer> =>
  new HttpClient(gateway.baseUrl, customer.testKey).verify(key, verificationBody(consentOf('match'), persons.match))
const noteAnswer = (key: string, answer: HttpAnswer): void => {
  if (answer.status === 200) delivered.push(key)
  else refused.push(key)
}

/** Leaves not one block. */
const fill = (): void => {
  const { bavail, bsize } = statfsSync(mountPoint)
  try {
    writeFileSync(ballast, Buffer.alloc(bavail * bsize, 1))
  } catch {
    // The gateway took a block meanwhile: what fitted is there, and that is all there was.
  }
}

beforeAll(async () => {
  if (absent !== null) return
  const dataDir = join(mountPoint, 'data')
  mkdirSync(dataDir, { mode: 0o700 })
  environment = { VERIMETER_DATA_DIR: dataDir, VERIMETER_ASK_DEADLINE_MS: '1000', VERIMETER_SWEEP_INTERVAL_MS: '200' }
  gateway = await processes.gateway(environment)
  customer = await openProcessCustomer(gateway.baseUrl, dataDir)
  caller = new HttpClient(gateway.baseUrl, customer.testKey)
  for (let at = 0; at < 20; at += 1) noteAnswer(`before-${at}`, await verify(`before-${at}`))
  expect(refused).toEqual([])
})
afterAll(async () => {
  if (gateway?.child.isRunning) await gateway.child.end('SIGKILL')
  if (absent === null) spawnSync('umount', [mountPoint])
  rmSync(mountPoint, { recursive: true, force: true })
})

// A file system of its own needs the right to mount; without it the title says ABSENT and why.
describe.skipIf(absent !== null)(title('a disk without one block left'), () => {
  test(title('refuses new calls as overload with Retry-After, and the process lives'), async () => {
    fill()
    for (let at = 0; at < 500 && refused.length < 3; at += 1) {
      const answer = await verify(`full-${at}`)
      noteAnswer(`full-${at}`, answer)
      if (answer.status === 200) continue
      expect(answer.status).toBe(503)
      expect(jsonOf(answer)).toMatchObject({ code: 'overloaded', retry: 'same_key' })
      expect(answer.headers.get('retry-after')).toBe('5')
    }
    expect(refused).toHaveLength(3)
    expect(gateway.child.isRunning).toBe(true)
  })

  test(title('still serves what only reads'), async () => {
    expect((await caller.call('GET', '/v1/balance')).status).toBe(200)
    const replayed = await verify('before-0')
    expect([replayed.status, replayed.headers.get('idempotency-replayed')]).toEqual([200, 'true'])
  })

  test(title('goes on by itself once there is room: the same keys get their one answer, and the books are sound'), async () => {
    rmSync(ballast)
    for (const patience = Date.now() + 20_000; Date.now() < patience; await pause(200))
      if ((await caller.call('GET', '/ready')).status === 200) break
    for (const key of refused) {
      let answer = await verify(key)
      // One whose second commit was refused is in doubt until the source was asked about it.
      for (const patience = Date.now() + 20_000; answer.status !== 200 && Date.now() < patience; answer = await verify(key)) {
        expect([409, 504]).toContain(answer.status)
        await pause(200)
      }
      noteAnswer(key, answer)
      expect(answer.status).toBe(200)
    }
    expect(await gateway.child.end('SIGTERM')).toMatchObject({ code: 0 })
    const verified = await processes.operator(['verify'], environment)
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('every invariant holds') })
  })
})
