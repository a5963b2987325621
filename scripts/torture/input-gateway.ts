import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { openGateway } from '../../src/runtimes/gateway.ts'
import { createKeyring, readKeyring } from '../../src/runtimes/key-files.ts'
import { openLog } from '../../src/runtimes/log.ts'
import { noNotices } from '../../src/runtimes/notice-settings.ts'
import { signStaffToken } from '../../src/runtimes/staff-token.ts'
import type { Credits, InputTarget } from './input-run.ts'

export interface InputGateway extends InputTarget {
  /** The ledger behind it, for a control that breaks it on purpose. */
  books: Database.Database
  close(): Promise<void>
}

/** The embedded gateway on a data folder of its own, called without a socket so that a run is fast. */
export const openInputGateway = (): InputGateway => {
  const folder = mkdtempSync(join(tmpdir(), 'verimeter-input-'))
  const dataDir = join(folder, 'data')
  const keysDir = join(folder, 'keys')
  createKeyring(keysDir)
  let faults = 0
  let calls = 0
  const gateway = openGateway(
    {
      mode: 'production',
      host: '127.0.0.1',
      port: 0,
      dataDir,
      keysDir,
      trustedProxies: 0,
      sweepIntervalMs: 3_600_000,
      askDeadlineMs: 5_000,
      drainDeadlineMs: 1_000,
      publicUrl: null,
      oidc: null,
      sources: { aliyunMarketId2: null },
      door: { securityContact: null, metricsToken: null, logRequests: false },
      notices: noNotices,
    },
    {
      clock: Date.now,
      log: openLog((line) => {
        if (line.includes('"event":"fault"')) faults += 1
      }),
      onInDoubt: (error) => {
        throw error
      },
    },
  )
  const books = new Database(join(dataDir, 'verimeter.db'))
  const readCredits = books.prepare<[], Credits>(
    `SELECT coalesce(sum(available), 0) available, coalesce(sum(held), 0) held, coalesce(sum(captured), 0) captured,
      coalesce(sum(expired), 0) expired, coalesce(sum(refunded), 0) refunded FROM grants`,
  )
  return {
    books,
    send: async ({ method, path, headers, body }) => {
      calls += 1
      const request = new Request(`http://gateway.test${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
      // Each from an address of its own: failures at one must not slow the rest of the run down.
      const remoteAddress = `2001:db8::${(calls >>> 16).toString(16)}:${(calls & 0xffff).toString(16)}`
      const response = await gateway.app.fetch(request, { incoming: { socket: { remoteAddress } } })
      return { status: response.status, headers: response.headers, text: await response.text() }
    },
    staffToken: (role) =>
      signStaffToken(readKeyring(keysDir).staffIssuer, { sub: `fuzz-${role}`, roles: [role], hours: 12 }, Date.now()),
    credits: async () => readCredits.get() as Credits,
    faults: () => faults,
    violations: async () => gateway.integrity().violations,
    async close() {
      books.close()
      await gateway.close()
      rmSync(folder, { recursive: true })
    },
  }
}
