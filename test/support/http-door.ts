import { contractOf } from '../../scripts/torture/contract.ts'
import { formatApiKey } from '../../src/core/api-key.ts'
import { accountIdFrom } from '../../src/core/ids.ts'
import { createApp } from '../../src/http/app.ts'
import type { AppDeps } from '../../src/http/deps.ts'
import { seededCrypto } from './ledger-crypto.ts'

export const doorAccount = accountIdFrom('00a1b2c3d4e5f6')
export const doorKey = formatApiKey({ mode: 'test', accountId: doorAccount, keyNumber: 7, secretHex: 'ab'.repeat(32) })

const unused = async (): Promise<never> => {
  throw new Error('this part of the door has no room behind it')
}

/** The door alone, with nothing behind it but what a test puts there. */
export const openDoor = (deps: Partial<AppDeps>) => {
  const lines: string[] = []
  const app = createApp({
    ledgerOf: () => ({ submit: unused, read: unused }),
    sources: { candidates: () => [], ask: unused, find: unused, finalAfterMs: () => null, health: () => [] },
    directory: {
      accounts: unused,
      usage: unused,
      alarms: unused,
      sources: unused,
      record: unused,
      staffLog: unused,
      claimOrganisation: unused,
      push: unused,
    },
    crypto: seededCrypto(),
    clock: () => Date.parse('2024-08-02T10:00:00+08:00'),
    log: (event, fields) => lines.push(JSON.stringify({ event, ...fields })),
    askDeadlineMs: 1_000,
    staff: [],
    documentSigner: null,
    files: { put: unused, get: unused, remove: unused },
    failedKeys: { take: unused },
    socketAddress: () => '203.0.113.7',
    trustedProxies: 0,
    webhookLoopback: false,
    version: '0',
    readiness: async () => ({ ready: true, reasons: [] }),
    integrity: unused,
    sandboxPersons: [],
    securityContact: null,
    metrics: { count: () => {}, observe: () => {} },
    metricsText: unused,
    metricsToken: null,
    logRequests: false,
    ticks: () => 0,
    ...deps,
  })
  const call = async (method: string, path: string, json?: unknown): Promise<Response> => {
    const headers = { Authorization: `Bearer ${doorKey}`, 'Content-Type': 'application/json', 'Idempotency-Key': 'k-1' }
    const response = await app.fetch(
      new Request(`http://gateway.test${path}`, {
        method,
        headers,
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      }),
    )
    const exchange = { method, path: path.replace(/\?.*/, ''), sent: json, status: response.status, headers: response.headers }
    const faults = (await contractOf(app)).faultsOf({ ...exchange, text: await response.clone().text() })
    if (faults.length > 0) throw new Error(`the answer is not what the document says:\n${faults.join('\n')}`)
    return response
  }
  return { app, lines, call }
}
