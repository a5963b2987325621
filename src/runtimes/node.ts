import type { Server, ServerResponse } from 'node:http'
import { type AddressInfo, Server as TcpServer } from 'node:net'
import { type Config, ConfigError, readConfig } from './config.ts'
import { DatabaseError } from './database.ts'
import { type Gateway, openGateway } from './gateway.ts'
import { openHttpServer } from './http-server.ts'
import { addDocumentKeys, createKeyring, isKeyringAbsent, readKeyring } from './key-files.ts'
import { KeyringError } from './keyring.ts'
import { openLog } from './log.ts'
import { createSandboxAccount, type StaffCall } from './sandbox-account.ts'
import { signStaffToken } from './staff-token.ts'
import { openSteadyClock } from './steady-clock.ts'
import { welcome } from './welcome.ts'

const log = openLog((line) => process.stderr.write(line))
const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** Ends the process with one sentence for the operator. */
const refuseToStart = (message: string): never => {
  process.stderr.write(`verimeter: ${message}\n`)
  process.exit(1)
}

/** Starts the gateway on this machine and runs until SIGTERM or SIGINT. */
export const runNode = async (): Promise<void> => {
  try {
    await start()
  } catch (error) {
    if (error instanceof ConfigError || error instanceof KeyringError || error instanceof DatabaseError)
      refuseToStart(error.message)
    throw error
  }
}

const start = async (): Promise<void> => {
  const config = readConfig(process.env)
  // Only the sandbox makes keys by itself: production keys are made, kept and backed up on purpose.
  if (config.mode === 'sandbox' && isKeyringAbsent(config.keysDir)) createKeyring(config.keysDir)
  // An installation that is older than signed documents; a folder without any key file is refused below, and stays empty.
  if (!isKeyringAbsent(config.keysDir) && addDocumentKeys(config.keysDir)) log('document_keys_made')
  const { read: clock, takeLeap } = openSteadyClock({ clock: Date.now, ticks: () => performance.now(), log })
  const gateway = openGateway(config, {
    clock,
    takeLeap,
    log,
    onInDoubt: (error) => {
      log('disk_in_doubt', { kind: error instanceof Error ? error.name : 'unknown' })
      process.exit(1)
    },
  })
  const { server, address, port } = await listen(config, gateway)
  drainOnSignal(server, gateway, config.drainDeadlineMs)
  // Only with the port in hand: a start that fails must not use up the one time that the key is shown.
  const sandbox =
    config.mode === 'sandbox' && gateway.accountCount() === 0
      ? await createSandboxAccount(await staffCall(config, gateway, clock()), clock())
      : null
  const baseUrl = config.publicUrl ?? `http://${address.includes(':') ? `[${address}]` : address}:${port}`
  say(welcome(config.mode, baseUrl, sandbox?.apiKey ?? null, clock()))
  log('started', { mode: config.mode, port })
}

/** The staff API of this process, for what the first start does by itself. */
const staffCall = async (config: Config, gateway: Gateway, now: number): Promise<StaffCall> => {
  const token = await signStaffToken(readKeyring(config.keysDir).staffIssuer, { sub: 'setup', roles: ['admin'], hours: 1 }, now)
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  return async (method, path, body) => {
    const request = new Request(`http://localhost${path}`, { method, headers, body: JSON.stringify(body) })
    const response = await gateway.app.fetch(request)
    if (!response.ok) throw new Error(`the first start could not ${method} ${path}: ${await response.text()}`)
    return response.json()
  }
}

interface Listening {
  server: Server
  address: string
  port: number
}

/** Takes the port, or ends the process with the reason why not. */
const listen = (config: Config, gateway: Gateway): Promise<Listening> =>
  new Promise((resolve) => {
    const server = openHttpServer(gateway.app, config.host, undefined, gateway.admission)
    server.listen(config.port, config.host, () => {
      const { address, port } = server.address() as AddressInfo
      resolve({ server, address, port })
    })
    server.on('error', (error: NodeJS.ErrnoException) => {
      refuseToStart(
        error.code === 'EADDRINUSE'
          ? `port ${config.port} on ${config.host} is taken; set VERIMETER_PORT to another one`
          : `cannot listen on ${config.host}:${config.port} (${error.code ?? error.name}); check VERIMETER_HOST and VERIMETER_PORT`,
      )
    })
  })

/** So long may a caller whose connection is open send one more request into a drain. */
const lastRequestMs = 1_000

/** SIGTERM: no new connection, everything in flight is answered, the ledger is closed, exit 0. A second signal ends at once, which is safe too. */
const drainOnSignal = (server: Server, gateway: Gateway, deadlineMs: number): void => {
  let draining = false
  const inFlight = new Set<ServerResponse>()
  server.prependListener('request', (_request, response: ServerResponse) => {
    if (draining) response.shouldKeepAlive = false
    inFlight.add(response)
    response.once('close', () => inFlight.delete(response))
  })
  const drain = (signal: string): void => {
    if (draining) process.exit(1)
    draining = true
    gateway.beginDrain()
    // Answered with `Connection: close`, so that no caller sends its next request into a connection that is going away.
    for (const response of inFlight) response.shouldKeepAlive = false
    const deadline = setTimeout(() => process.exit(1), deadlineMs)
    // The close of node:http would cut idle connections at once, also one whose next request is already on its way.
    TcpServer.prototype.close.call(server, () => {
      gateway.close().then(
        () => {
          clearTimeout(deadline)
          log('stopped')
          process.exit(0)
        },
        () => process.exit(1),
      )
    })
    // Said when it is true: whoever reads this line finds no open port any more.
    log('draining', { signal, in_flight: inFlight.size })
    setTimeout(() => setInterval(() => server.closeIdleConnections(), 50), lastRequestMs)
  }
  process.on('SIGTERM', drain)
  process.on('SIGINT', drain)
  process.on('unhandledRejection', (reason) => {
    log('unhandled_rejection', { kind: reason instanceof Error ? reason.name : 'unknown' })
    process.exit(1)
  })
}
