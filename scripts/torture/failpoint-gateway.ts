import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import type { Command, ResultOf } from '../../src/core/commands.ts'
import { makeId } from '../../src/core/ids.ts'
import type { Ledger, Sources } from '../../src/core/ports.ts'
import type { App } from '../../src/http/app.ts'
import { readConfig } from '../../src/runtimes/config.ts'
import { openGateway } from '../../src/runtimes/gateway.ts'
import { openHttpServer } from '../../src/runtimes/http-server.ts'
import { createKeyring, isKeyringAbsent } from '../../src/runtimes/key-files.ts'
import { openLog } from '../../src/runtimes/log.ts'
import type { Point } from './failpoint-table.ts'

/*
 * The real gateway with stops around its parts. A line `{"point": …, "calls": N}` on standard input arms one: every call that
 * reaches it stays there, and when N have come the process kills itself. The stops are put around the parts from here, so a
 * gateway that is started in any other way has none.
 */

let armed: { point: Point; calls: number; reached: number; queued: (() => unknown)[] } | null = null

const never = (): Promise<never> => new Promise(() => undefined)
const die = (): void => {
  process.kill(process.pid, 'SIGKILL')
}

/** Stops here for ever when this point is armed. */
const stopAt = (point: Point): Promise<void> => {
  if (armed?.point !== point) return Promise.resolve()
  armed.reached += 1
  if (armed.reached === armed.calls) die()
  return never()
}

/** Puts all calls into the queue in one turn, and dies before the turn that would commit them. */
const stopInQueue = (point: Point, submit: () => unknown): boolean => {
  if (armed?.point !== point) return false
  armed.queued.push(submit)
  if (armed.queued.length < armed.calls) return true
  for (const enqueue of armed.queued) enqueue()
  const dieSoon = async (): Promise<void> => {
    // Promises run on until each piece is in the queue; the commit waits for the next turn of the event loop.
    for (let turn = 0; turn < 200; turn += 1) await null
    die()
  }
  void dieSoon()
  return true
}

const config = readConfig(process.env)

/** The caller's reference is `POINT:BEHAVIOUR`: tells the vendor how to treat this call, before it hears of it. */
const tellVendor = async (command: Command, result: ResultOf<Command>): Promise<void> => {
  if (command.kind !== 'hold' || result.kind !== 'held') return
  const reference = makeId('ver', command.accountId, result.verificationId)
  const behaviour = command.reference?.split(':')[1]
  const body = JSON.stringify({ behaviours: { [reference]: behaviour } })
  const told = await fetch(`${process.env.VERIMETER_ALIYUN_URL}/control`, { method: 'POST', body })
  if (!told.ok) throw new Error(`the vendor knows no ${behaviour}`)
}

const aroundLedger = (ledger: Ledger): Ledger => ({
  read: (read) => ledger.read(read),
  async submit(command) {
    const isEnding = command.kind === 'settle' && command.by === 'source'
    const queued = command.kind === 'hold' ? 'hold_queued' : isEnding ? 'ending_queued' : null
    if (queued !== null && stopInQueue(queued, () => ledger.submit(command))) return never()
    const result = await ledger.submit(command)
    if (command.kind === 'hold') {
      await tellVendor(command, result)
      await stopAt('hold_committed')
    }
    if (isEnding) await stopAt('ending_committed')
    return result
  },
})

const aroundSources = (sources: Sources): Sources => ({
  ...sources,
  async ask(sourceId, query, call) {
    await stopAt('before_ask')
    const answer = await sources.ask(sourceId, query, call)
    await stopAt('after_ask')
    return answer
  },
  // While calls wait at a stop, the sweep learns nothing: otherwise it would move on those that came there first.
  find: (sourceId, call) => (armed ? Promise.resolve({ kind: 'unclear', reason: 'armed' }) : sources.find(sourceId, call)),
})

/** The first half of an answer, and then nothing any more. */
const halfOf = async (response: Response): Promise<Response> => {
  const bytes = new Uint8Array(await response.arrayBuffer())
  const headers = new Headers(response.headers)
  headers.set('Content-Length', String(bytes.length))
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes.subarray(0, bytes.length / 2))
      setTimeout(() => void stopAt('mid_response'), 100)
    },
  })
  return new Response(body, { status: response.status, headers })
}

const aroundApp = (app: App): App => ({
  routes: app.routes,
  async fetch(request, environment) {
    const response = await app.fetch(request, environment)
    if (new URL(request.url).pathname !== '/v1/verifications') return response
    await stopAt('before_first_byte')
    return armed?.point === 'mid_response' ? halfOf(response) : response
  },
})

if (isKeyringAbsent(config.keysDir)) createKeyring(config.keysDir)
const log = openLog((line) => process.stderr.write(line))
const gateway = openGateway(config, {
  clock: Date.now,
  log,
  onInDoubt: () => process.exit(1),
  around: { ledger: aroundLedger, sources: aroundSources },
})
const server = openHttpServer(aroundApp(gateway.app), config.host)
server.listen(config.port, config.host, () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`listening on http://${config.host}:${port}\n`)
  log('started', { port })
})

createInterface({ input: process.stdin }).on('line', (line) => {
  armed = { ...(JSON.parse(line) as { point: Point; calls: number }), reached: 0, queued: [] }
  process.stdout.write(`armed ${armed.point}\n`)
})

process.once('SIGTERM', () => {
  server.closeAllConnections()
  server.close()
  gateway.close().then(() => process.exit(0))
})
