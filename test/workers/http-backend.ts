import { env, listDurableObjectIds, runInDurableObject } from 'cloudflare:test'
import { workingCalendar } from '../../src/agreement/calendar.ts'
import type { Integrity } from '../../src/http/deps.ts'
import type { Config } from '../../src/runtimes/config.ts'
import { randomStep } from '../../src/runtimes/crypto.ts'
import { readIssuerKey } from '../../src/runtimes/keyring.ts'
import { openLog } from '../../src/runtimes/log.ts'
import { noNotices } from '../../src/runtimes/notice-settings.ts'
import { openStaffIssuers } from '../../src/runtimes/staff-issuers.ts'
import { timers } from '../../src/runtimes/timers.ts'
import { openWorkerApp } from '../../src/runtimes/worker.ts'
import { openWorkerParts } from '../../src/runtimes/worker-parts.ts'
import { openSources, registeredSources } from '../../src/sources/index.ts'
import type { Backend } from '../support/backend.ts'
import type { TestClock } from '../support/clock.ts'
import { vendorNetwork } from './vendor-socket.ts'
import type { AccountObject } from './worker-under-test.ts'
import { world } from './world.ts'

/** Every object of the run, one after the other, with the reach of a test into it. */
const inEachObject = async (work: (object: AccountObject) => Promise<void>): Promise<void> => {
  for (const id of await listDurableObjectIds(env.ACCOUNT)) {
    await runInDurableObject(env.ACCOUNT.get(id), (instance) => work(instance as unknown as AccountObject))
  }
}

/**
 * The Workers runtime: the Worker's own app over real objects, D1 and RPC in workerd. The objects take the suite's clock, and
 * their alarms ring when the suite sweeps, because a made-up clock says nothing about when the platform's should.
 */
export const openBackend = (config: Partial<Config>, clock: TestClock, onLine: (line: string) => void): Backend => {
  const { crypto, staffKey } = openWorkerParts(env)
  const before = { ...world }
  world.deps = { clock: clock.read, crypto, calendar: workingCalendar, idStep: randomStep }
  world.notices = { config: config.notices ?? noNotices, network: vendorNetwork }
  world.log = openLog(onLine)
  world.alarmsByHand = true
  const app = openWorkerApp(env, {
    clock: clock.read,
    log: openLog(onLine),
    askDeadlineMs: config.askDeadlineMs ?? 5_000,
    staff: openStaffIssuers(staffKey, config.oidc ?? null, { network: vendorNetwork, clock: clock.read, log: openLog(onLine) }),
    trustedProxies: config.trustedProxies ?? 0,
    ...config.door,
    webhookLoopback: config.notices?.webhookLoopback ?? false,
    sources: openSources(registeredSources(config.sources ?? { aliyunMarketId2: null }), {
      network: vendorNetwork,
      clock: clock.read,
      log: openLog(onLine),
      randomHex: crypto.randomHex,
      digestAnswer: (raw) => crypto.digest('answer', raw).digest,
      ...timers,
    }),
  })
  const sweep = (): Promise<void> =>
    inEachObject(async (object) => {
      await object.alarm()
      await object.delivered()
    })
  return {
    app,
    get dataDir(): string {
      throw new Error('objects have no data folder')
    },
    staffIssuerKey: readIssuerKey(env.TEST_STAFF_PRIVATE_KEY),
    fetch: async (url, init, from) => app.fetch(new Request(url, init), { address: from }),
    listen: () => Promise.reject(new Error('the Worker under test has no socket of its own')),
    sweep,
    journal: (accountId) =>
      runInDurableObject(env.ACCOUNT.getByName(accountId), (_object, state) =>
        state.storage.sql
          .exec('SELECT seq, kind, body FROM entries ORDER BY seq')
          .toArray()
          .map(({ seq, kind, body }) => ({ seq: Number(seq), kind: String(kind), body: body === null ? null : String(body) })),
      ),
    async closeBooks() {
      const violations: Integrity['violations'] = []
      await inEachObject(async (object) => {
        violations.push(...((await object.integrity())?.violations ?? []))
      })
      return violations
    },
    forget: async () => {
      // Another gateway of the same file may still be at work in the world before this one.
      Object.assign(world, before)
    },
  }
}
