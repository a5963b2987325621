import { copyFileSync, existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { copyImage } from './books.ts'
import { staffClient } from './client.ts'
import { type Environment, type GatewayChild, node24, type Processes } from './processes.ts'

/** Where a gateway runs: how it starts, what a kill leaves, how it stops. A SIGKILL of its child ends all of it. */
export interface Host {
  /** The folder with the keys in `keys/`; it outlives the gateway. */
  dataDir: string
  start(settings: Environment): Promise<GatewayChild>
  /** Copies what stands on the disk of this account's ledger, while nothing runs. Returns the path of the database. */
  copyImage(folder: string, accountId: string): string
  /** Ends it in the orderly way and asks it, or its files, for every invariant. Returns what is wrong. */
  stop(gateway: GatewayChild): Promise<string[]>
}

export const nodeHost = (processes: Processes): Host => {
  const dataDir = processes.folder()
  return {
    dataDir,
    start: (settings) => processes.gateway({ VERIMETER_DATA_DIR: dataDir, ...settings }),
    copyImage: (folder) => copyImage(dataDir, folder),
    async stop({ child }) {
      const { code } = await child.end('SIGTERM')
      const verified = await processes.operator(['verify'], { VERIMETER_DATA_DIR: dataDir })
      return [
        ...(code === 0 ? [] : [`the gateway stopped with ${code}`]),
        ...(verified.stdout.includes('every invariant holds') ? [] : [`operator verify: ${verified.stdout}`]),
      ]
    },
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

const holds = (path: string, accountId: string): boolean => {
  const database = new Database(path)
  try {
    return database.prepare('SELECT 1 FROM accounts WHERE id = ?').get(accountId) !== undefined
  } catch {
    return false
  } finally {
    database.close()
  }
}

/** Local workerd with everything around it, as `npm run dev:worker` starts it. Each account's object has a file of its own. */
export const workerdHost = (processes: Processes): Host => {
  const dataDir = processes.folder()
  return {
    dataDir,
    async start(settings) {
      const port = await freePort()
      const args = ['--import', 'tsx', 'scripts/dev-worker.ts', '--port', String(port), '--dir', dataDir]
      const child = processes.startGroup(node24, args, settings)
      await child.waitUntil(() => child.stdout.includes('Verimeter is listening'))
      return { child, baseUrl: `http://127.0.0.1:${port}`, apiKey: null, commands: [] }
    },
    copyImage(folder, accountId) {
      const objects = join(dataDir, 'state/v3/do')
      const files = readdirSync(objects, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.sqlite'))
      for (const [at, name] of files.entries()) {
        const image = join(folder, `object-${at}.db`)
        for (const suffix of ['', '-wal'])
          if (existsSync(join(objects, name + suffix))) copyFileSync(join(objects, name + suffix), image + suffix)
        if (holds(image, accountId)) return image
      }
      throw new Error(`no object holds ${accountId}`)
    },
    async stop({ child, baseUrl }) {
      const staff = await staffClient(baseUrl, dataDir)
      const { violations } = await staff.ask('GET', '/v1/integrity')
      await child.end('SIGKILL')
      return (violations as object[]).map((violation) => JSON.stringify(violation))
    },
  }
}
