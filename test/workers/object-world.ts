import { env, runInDurableObject } from 'cloudflare:test'
import { workingCalendar } from '../../src/agreement/calendar.ts'
import { type Command, type Credentials, type ResultOf, scopes } from '../../src/core/commands.ts'
import { readCredentials } from '../../src/core/credentials.ts'
import { accountIdFrom } from '../../src/core/ids.ts'
import type { Ledger } from '../../src/core/ports.ts'
import type { AccountObject, ObjectAnswer } from '../../src/runtimes/account-object.ts'
import { actCommand, approvalOf, consentInput, licenceAct, partyAct, recordCommand, take } from '../support/ledger-commands.ts'
import { seededCrypto } from '../support/ledger-crypto.ts'
import { world } from './world.ts'

export const startOfTests = Date.parse('2024-08-02T10:00:00+08:00')

/** The clock of the objects under test. */
export const clock = { now: startOfTests }

/** Objects get a settable clock and fixed keys; their alarms ring by hand. */
export const useMadeUpWorld = (): void => {
  clock.now = startOfTests
  world.deps = { clock: () => clock.now, crypto: seededCrypto(), calendar: workingCalendar, idStep: () => 1 }
  world.alarmsByHand = true
}

export const objectOf = (accountId: string) => env.ACCOUNT.getByName(accountId)

export const valueFrom = <T>(answer: ObjectAnswer<T>): T => {
  if (answer.kind === 'overloaded') throw new Error(answer.reason)
  return answer.value
}

/** The ledger of an object as the Worker sees it, over a real call into the object. */
export const ledgerOf = (accountId: string): Ledger => ({
  submit: async <C extends Command>(command: C): Promise<ResultOf<C>> =>
    valueFrom((await objectOf(accountId).submit(command)) as ObjectAnswer<ResultOf<C>>),
  read: async (read) => valueFrom((await objectOf(accountId).read(read)) as ObjectAnswer<never>),
})

/** Runs inside the object, with its storage in reach. */
export const inside = <R>(
  accountId: string,
  work: (object: AccountObject, state: DurableObjectState) => R | Promise<R>,
): Promise<R> =>
  runInDurableObject(objectOf(accountId), (instance, state) =>
    work(instance as unknown as AccountObject, state as unknown as DurableObjectState),
  )

let opened = 0

export interface ObjectAccount {
  accountId: string
  ledger: Ledger
  key: Credentials
}

/** An opened account with a paid pack, a live key and one recorded consent (`consent-1`). */
export const openAccount = async (credits = 30_000): Promise<ObjectAccount> => {
  opened += 1
  const accountId = accountIdFrom(`${String(opened).padStart(6, '0')}feedfeed`)
  const ledger = ledgerOf(accountId)
  const run = (act: Parameters<typeof actCommand>[1]) => ledger.submit(actCommand(accountId, act))
  await run({ kind: 'create_account', name: 'An account' })
  await run({ kind: 'put_agreement', preset: 'S1', overrides: { term: { start: '2024-07-28', end: '2025-07-29' } } })
  const order = {
    externalId: 'o1',
    check: 'id2',
    mode: 'live' as const,
    credits,
    listFen: 120_000,
    paidFen: 80_000,
    offerSha256: null,
  }
  const recorded = take(await run({ kind: 'record_order', ...order }), 'order')
  await run({ kind: 'record_payment', orderId: recorded.order.id, bankReference: 'b1' })
  await run(partyAct)
  const { matter } = take(await run(licenceAct), 'matter')
  await ledger.submit(actCommand(accountId, approvalOf(matter.id), 'staff-2'))
  const made = take(
    await run({ kind: 'create_key', name: 'app', mode: 'live', scopes: [...scopes], addresses: [], expiresAt: null }),
    'key',
  )
  const key = readCredentials(seededCrypto(), made.secret, '203.0.113.7')
  if ('kind' in key) throw new Error(`the key is refused: ${key.code}`)
  await ledger.submit(recordCommand(key, consentInput('consent-1')))
  return { accountId, ledger, key }
}
