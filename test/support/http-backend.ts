import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import Database from 'better-sqlite3'
import type { Config } from '../../src/runtimes/config.ts'
import { openGateway } from '../../src/runtimes/gateway.ts'
import { createKeyring, readKeyring } from '../../src/runtimes/key-files.ts'
import { openLog } from '../../src/runtimes/log.ts'
import { noNotices } from '../../src/runtimes/notice-settings.ts'
import type { Backend, JournalLine } from './backend.ts'
import type { TestClock } from './clock.ts'

/** The Node runtime, on a data folder of its own. */
export const openBackend = (config: Partial<Config>, clock: TestClock, onLine: (line: string) => void): Backend => {
  const folder = mkdtempSync(join(tmpdir(), 'verimeter-'))
  const dataDir = join(folder, 'data')
  const keysDir = join(folder, 'keys')
  createKeyring(keysDir)
  const whole: Config = {
    mode: 'production',
    host: '127.0.0.1',
    port: 0,
    dataDir,
    keysDir,
    trustedProxies: 0,
    // Tests sweep by hand, when their clock says so.
    sweepIntervalMs: 600_000,
    askDeadlineMs: 5_000,
    drainDeadlineMs: 1_000,
    publicUrl: null,
    oidc: null,
    sources: { aliyunMarketId2: null },
    door: { securityContact: null, metricsToken: null, logRequests: false },
    notices: noNotices,
    ...config,
  }
  const gateway = openGateway(whole, {
    clock: clock.read,
    log: openLog(onLine),
    onInDoubt: (error) => {
      throw error
    },
  })
  let server: Server | null = null
  const stopListening = (): Promise<void> =>
    new Promise((resolve) => {
      if (!server) return resolve()
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return {
    app: gateway.app,
    dataDir,
    staffIssuerKey: readKeyring(keysDir).staffIssuer,
    fetch: async (url, init, from) =>
      server ? fetch(url, init) : gateway.app.fetch(new Request(url, init), { incoming: { socket: { remoteAddress: from } } }),
    listen: () =>
      new Promise((resolve) => {
        const listening = serve({ fetch: gateway.app.fetch, hostname: '127.0.0.1', port: 0 }, (info: AddressInfo) =>
          resolve(`http://127.0.0.1:${info.port}`),
        )
        server = listening as Server
      }),
    sweep: () => gateway.sweep(),
    async journal(accountId) {
      const books = new Database(join(dataDir, 'verimeter.db'), { readonly: true })
      try {
        return books
          .prepare<[string], JournalLine>('SELECT seq, kind, body FROM entries WHERE account_id = ? ORDER BY seq')
          .all(accountId)
      } finally {
        books.close()
      }
    },
    async closeBooks() {
      await stopListening()
      const { violations } = gateway.integrity()
      await gateway.close()
      return violations
    },
    forget: async () => rmSync(folder, { recursive: true }),
  }
}
