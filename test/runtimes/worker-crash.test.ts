import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readKeyring } from '../../src/runtimes/key-files.ts'
import { signStaffToken } from '../../src/runtimes/staff-token.ts'
import { judge } from '../support/http-judge.ts'
import { consentBody, persons, verificationBody } from '../support/http-world.ts'

/*
 * The Workers runtime under `kill -9`: a real workerd with its storage on disk, killed with everything around it in the midst
 * of a load. What a caller was told must be there afterwards, byte for byte.
 */

const root = join(import.meta.dirname, '../..')
const dir = mkdtempSync(join(tmpdir(), 'verimeter-worker-'))
const kills = 3
const callers = 8
let port = 0
let worker: ChildProcess | null = null
let apiKey = ''

/** Answers that arrived whole, by their Idempotency-Key. */
const answered = new Map<string, string>()

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

/** Starts the local workerd and waits for its welcome. Its own process group, so that all of it can be killed at once. */
const start = (): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      join(root, 'node_modules/.bin/node'),
      ['--import', 'tsx', 'scripts/dev-worker.ts', '--port', String(port), '--dir', dir],
      { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    worker = child
    let output = ''
    const read = (chunk: Buffer): void => {
      output += chunk.toString()
      if (/Verimeter is listening/.test(output) && (apiKey !== '' || /demo-1'/.test(output))) resolve(output)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', () => reject(new Error(`workerd ended: ${output}`)))
  })

const kill = (): Promise<void> =>
  new Promise((resolve) => {
    const child = worker
    if (!child?.pid) return resolve()
    child.removeAllListeners('exit')
    child.once('exit', () => resolve())
    process.kill(-child.pid, 'SIGKILL')
  })

const post = async (path: string, body: object, key?: string): Promise<{ status: number; text: string }> => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${apiKey}`,
      'Content-Type': 'application/json',
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    },
    body: JSON.stringify(body),
  })
  const { status, headers } = response
  const text = await response.text()
  await judge({ method: 'POST', path, sent: body, status, headers, text })
  return { status, text }
}

const verifyOnce = async (key: string): Promise<boolean> => {
  try {
    const { status, text } = await post('/v1/verifications', verificationBody('crash-1', persons.match), key)
    if (status === 200) answered.set(key, text)
    return true
  } catch {
    return false
  }
}

beforeAll(async () => {
  port = await freePort()
  apiKey = /vm_test_\w+/.exec(await start())?.[0] ?? ''
  const consent = await post('/v1/consents', consentBody('crash-1', persons.match))
  expect(consent.status).toBe(201)
}, 90_000)

afterAll(async () => {
  await kill()
  rmSync(dir, { recursive: true, force: true })
})

describe('workerd, killed under load', () => {
  it('has every answer that it gave, byte for byte, and sound books', { timeout: 150_000 }, async () => {
    for (let round = 0; round < kills; round += 1) {
      const load = Array.from({ length: callers }, async (_, caller) => {
        for (let call = 0; ; call += 1) {
          const key = `k-${round}-${caller}-${call}`
          if (!(await verifyOnce(key))) return
        }
      })
      await new Promise((later) => setTimeout(later, 1_200 + round * 300))
      await kill()
      await Promise.all(load)
      await start()
      for (const [key, text] of answered) {
        const again = await post('/v1/verifications', verificationBody('crash-1', persons.match), key)
        expect([key, again.status, again.text]).toEqual([key, 200, text])
      }
    }
    expect(answered.size, 'answers checked after a kill; fewer than this proves nothing').toBeGreaterThan(100)
    const control = await post('/v1/verifications', verificationBody('crash-1', persons.match), 'never sent before')
    expect([...answered.values()]).not.toContain(control.text)
    const { staffIssuer } = readKeyring(join(dir, 'keys'))
    const token = await signStaffToken(staffIssuer, { sub: 'auditor-1', roles: ['auditor'], hours: 1 }, Date.now())
    const integrity = async (): Promise<unknown> => {
      const response = await fetch(`http://127.0.0.1:${port}/v1/integrity`, { headers: { Authorization: `Bearer ${token}` } })
      return response.json()
    }
    // The directory hears of the account about a second after its last change.
    await expect.poll(integrity, { timeout: 10_000 }).toMatchObject({ accounts: 1, violations: [] })
  })
})
