import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Credentials, scopes } from '../../src/core/commands.ts'
import { openCrypto } from '../../src/runtimes/crypto.ts'
import { type Gateway, openGateway } from '../../src/runtimes/gateway.ts'
import { createKeyring, readKeyring } from '../../src/runtimes/key-files.ts'
import { noNotices } from '../../src/runtimes/notice-settings.ts'
import { believedAfterMs, openSteadyClock } from '../../src/runtimes/steady-clock.ts'
import {
  accountA,
  actCommand,
  approvalOf,
  consentInput,
  holdCommand,
  licenceAct,
  partyAct,
  recordCommand,
  settleCommand,
  staffReader,
  take,
} from '../support/ledger-commands.ts'

/* A gateway whose machine has its clock set: across a hold's deadline, the days of a doubt and the end of a pack. */

const dayMs = 86_400_000
const start = Date.parse('2024-08-02T10:00:00+08:00')
const term = { start: '2024-07-28', end: '2024-12-31' }

let machine: number
let tick: number
let folder: string
let gateway: Gateway
let credentials: Credentials

const pass = (ms: number): void => {
  machine += ms
  tick += ms
}

const open = (steady: boolean): void => {
  const clock = openSteadyClock({ clock: () => machine, ticks: () => tick, log: () => {} })
  gateway = openGateway(
    {
      mode: 'production',
      host: '127.0.0.1',
      port: 0,
      dataDir: join(folder, 'data'),
      keysDir: join(folder, 'keys'),
      trustedProxies: 0,
      sweepIntervalMs: 600_000,
      askDeadlineMs: 5_000,
      drainDeadlineMs: 1_000,
      publicUrl: null,
      oidc: null,
      sources: { aliyunMarketId2: null },
      door: { securityContact: null, metricsToken: null, logRequests: false },
      notices: noNotices,
    },
    {
      clock: steady ? clock.read : () => machine,
      ...(steady ? { takeLeap: clock.takeLeap } : {}),
      log: () => {},
      onInDoubt: (error) => {
        throw error
      },
    },
  )
}

const seed = async (): Promise<void> => {
  const staff = (act: Parameters<typeof actCommand>[1]) => gateway.ledger.submit(actCommand(accountA, act))
  take(await staff({ kind: 'create_account', name: 'Example Ltd' }), 'account')
  take(await staff({ kind: 'put_agreement', preset: 'S1', overrides: { term } }), 'agreement')
  const order = { externalId: 'order-1', check: 'id2', mode: 'live', credits: 10, listFen: 1, paidFen: 1 } as const
  const ordered = take(await staff({ kind: 'record_order', ...order, offerSha256: null }), 'order')
  take(await staff({ kind: 'record_payment', orderId: ordered.order.id, bankReference: 'bank' }), 'order')
  await staff(partyAct)
  const { matter } = take(await staff(licenceAct), 'matter')
  await gateway.ledger.submit(actCommand(accountA, approvalOf(matter.id), 'staff-2'))
  const wanted = { name: 'app', mode: 'live', scopes: [...scopes], addresses: [], expiresAt: null } as const
  const { key, secret } = take(await staff({ kind: 'create_key', ...wanted, scopes: [...scopes], addresses: [] }), 'key')
  const digest = openCrypto(readKeyring(join(folder, 'keys')).digestKeys).digest('api_key', secret ?? '')
  credentials = {
    accountId: accountA,
    keyNumber: key.keyNumber,
    mode: 'live',
    secret: digest,
    address: '203.0.113.7',
    rate: null,
  }
  take(await gateway.ledger.submit(recordCommand(credentials, consentInput('consent-1'))), 'consents')
}

const hold = async (name: string): Promise<number> =>
  take(await gateway.ledger.submit(holdCommand(credentials, name, { consent: { reference: 'consent-1' } })), 'held')
    .verificationId

const rows = <T>(sql: string): T[] => {
  const books = new Database(join(folder, 'data', 'verimeter.db'), { readonly: true })
  try {
    return books.prepare<[], T>(sql).all()
  } finally {
    books.close()
  }
}
const kinds = (): string[] =>
  rows<{ kind: string }>("SELECT kind FROM entries WHERE kind IN ('doubt', 'release', 'capture', 'expire') ORDER BY id").map(
    ({ kind }) => kind,
  )
const alarms = async (): Promise<string[]> =>
  take(await gateway.ledger.read({ kind: 'alarms', reader: staffReader, accountId: accountA }), 'read').value.map(
    ({ kind, subject }) => `${kind} ${subject}`,
  )

beforeEach(() => {
  machine = start
  tick = 0
  folder = mkdtempSync(join(tmpdir(), 'verimeter-'))
  createKeyring(join(folder, 'keys'))
})
afterEach(async () => {
  expect(gateway.integrity().violations).toEqual([])
  await gateway.close()
  rmSync(folder, { recursive: true })
})

test.each([
  ['a day ahead', dayMs],
  ['a year ahead', 366 * dayMs],
  ['an hour back', -dayMs / 24],
])(
  'a leap of %s ends no hold and lapses no pack, raises an alarm once, and is gone when it is put right',
  async (_what, leapMs) => {
    open(true)
    await seed()
    const asked = await hold('asked')
    const doubted = await hold('doubted')
    await gateway.ledger.submit(settleCommand(accountA, doubted, 'unknown'))
    machine += leapMs
    for (let turn = 0; turn < 4; turn += 1) {
      await gateway.sweep()
      pass(1_000)
    }
    expect(kinds()).toEqual(['doubt'])
    expect(await alarms()).toEqual(['clock_leaped machine'])
    expect(await gateway.ledger.submit(settleCommand(accountA, asked, 'match'))).toMatchObject({
      late: false,
      verification: { state: 'captured' },
    })
    machine -= leapMs
    await hold('after')
    expect(rows<{ at: number }>('SELECT last_at AS at FROM accounts')).toEqual([{ at: start + 4_000 }])
  },
)

test('a leap that stands is believed: the doubt ends once, the pack lapses once, and going back undoes nothing', async () => {
  open(true)
  await seed()
  const doubted = await hold('doubted')
  await gateway.ledger.submit(settleCommand(accountA, doubted, 'unknown'))
  machine += 366 * dayMs
  await gateway.sweep()
  pass(believedAfterMs)
  for (let turn = 0; turn < 2; turn += 1) await gateway.sweep()
  const after = kinds()
  expect(after.filter((kind) => kind === 'release')).toHaveLength(1)
  machine -= 366 * dayMs
  await gateway.sweep()
  pass(believedAfterMs)
  for (let turn = 0; turn < 2; turn += 1) await gateway.sweep()
  expect(kinds()).toEqual(after)
  expect(rows('SELECT available, held, expired FROM grants')).toEqual([{ available: 0, held: 0, expired: 10 }])
  const times = rows<{ at: number }>('SELECT at FROM entries ORDER BY seq').map(({ at }) => at)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
})

test('control: on the machine’s own clock a leap of a day puts a call in doubt that is still being asked', async () => {
  open(false)
  await seed()
  await hold('asked')
  machine += dayMs
  await gateway.sweep()
  expect(kinds()).toEqual(['doubt'])
  expect(await alarms()).toEqual([])
})
