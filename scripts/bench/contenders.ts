import { join } from 'node:path'
import { createKeyring } from '../../src/runtimes/key-files.ts'
import { openCustomer, person } from './customer.ts'
import { type Running, startGateway, startServer, type UpstreamCalls } from './processes.ts'

export const contenderNames = ['unmetered', 'verimeter', 'naive'] as const
export type ContenderName = (typeof contenderNames)[number]

/** Everything that runs during the benchmark. */
export interface Contenders {
  running: Record<ContenderName, Running>
  apiKey: string
  /** Where the gateway keeps its database. */
  dataDir: string
  /** Ends all of them, the gateway by its drain, and then says how often each has called the upstream. */
  stop(): Promise<Record<string, number>>
}

/** Starts the upstream, the yardstick, the gateway with one customer, and the naive one, all on free ports. */
export const startContenders = async (folder: string, consents: number, profileFolder: string | null): Promise<Contenders> => {
  const upstream = await startServer('upstream')
  const origin = `http://127.0.0.1:${upstream.port}`
  const dataDir = join(folder, 'verimeter')
  const keysDir = join(folder, 'keys')
  createKeyring(keysDir)
  const verimeter = await startGateway(
    {
      VERIMETER_MODE: 'production',
      VERIMETER_PORT: '0',
      VERIMETER_DATA_DIR: dataDir,
      VERIMETER_KEYS_DIR: keysDir,
      VERIMETER_ALIYUN_URL: `${origin}/verimeter`,
      VERIMETER_ALIYUN_APPCODE: 'bench',
    },
    profileFolder,
  )
  const apiKey = await openCustomer(`http://127.0.0.1:${verimeter.port}`, keysDir, consents)
  const unmetered = await startServer('unmetered', { BENCH_UPSTREAM: origin })
  const naive = await startServer('naive', {
    BENCH_UPSTREAM: origin,
    BENCH_DATABASE: join(folder, 'naive.db'),
    BENCH_API_KEY: apiKey,
    BENCH_CONSENTS: String(consents),
    BENCH_SUBJECT: `${person.id_number} ${person.name}`,
  })
  return {
    running: { unmetered, verimeter, naive },
    apiKey,
    dataDir,
    stop: async () => {
      for (const process of [verimeter, unmetered, naive]) await process.stop()
      const { calls } = (await upstream.ask()) as UpstreamCalls
      await upstream.stop()
      return calls
    },
  }
}
