import { abortAllDurableObjects, env, runInDurableObject } from 'cloudflare:test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { workingCalendar } from '../../src/agreement/calendar.ts'
import type { Command, ResultOf } from '../../src/core/commands.ts'
import type { AccountObject, ObjectAnswer } from '../../src/runtimes/account-object.ts'
import { type JournalLine, type LedgerHost, playLedgerScript } from '../conformance/ledger.ts'
import { digestStatements } from '../conformance/statement.ts'
import statements from '../conformance/statement-digests.json'
import expected from '../conformance/transcript.json'
import { plainTranscript } from '../conformance/transcript.ts'
import { accountA } from '../support/ledger-commands.ts'
import { seededCrypto } from '../support/ledger-crypto.ts'
import { world } from './world.ts'

beforeAll(() => {
  world.deps = { clock: () => now, crypto, calendar: workingCalendar, idStep: () => 1 }
  world.alarmsByHand = true
})
afterAll(() => {
  world.deps = null
  world.alarmsByHand = false
})

let now = 0
const crypto = seededCrypto()

const unwrap = <T>(answer: ObjectAnswer<T>): T => {
  if (answer.kind === 'overloaded') throw new Error(answer.reason)
  return answer.value
}

const host = (): LedgerHost => {
  // A stub is of no use any more once its object was ended, so each call takes a new one.
  const object = () => env.ACCOUNT.getByName(accountA)
  const inside = <R>(work: (object: AccountObject) => Promise<R>): Promise<R> =>
    runInDurableObject(object(), (instance) => work(instance as unknown as AccountObject))
  return {
    ledger: {
      submit: async <C extends Command>(command: C): Promise<ResultOf<C>> =>
        unwrap((await object().submit(command)) as ObjectAnswer<ResultOf<C>>),
      read: async (read) => unwrap((await object().read(read)) as ObjectAnswer<never>),
    },
    crypto,
    setNow: (ms) => {
      now = ms
    },
    due: () => inside((instance) => instance.due()),
    doubts: () => inside((instance) => instance.doubts()),
    journal: () =>
      runInDurableObject(
        object(),
        (_instance, state) =>
          state.storage.sql
            .exec(
              `SELECT seq, kind, at, actor, verification_id AS verificationId, grant_id AS grantId, credits, body,
              leaf_index AS leafIndex, leaf, leaf_hash AS leafHash FROM entries ORDER BY seq`,
            )
            .toArray() as unknown as JournalLine[],
      ),
    restart: async () => {
      // Ended like a lost machine: memory is gone, storage stays.
      await abortAllDurableObjects()
      world.deps = { clock: () => now, crypto, calendar: workingCalendar, idStep: () => 1 }
    },
  }
}

it('plays the same history in an object as on one machine: results, journal, leaf hashes', async () => {
  expect(plainTranscript(await playLedgerScript(host()))).toEqual(expected)
})

it('prints the same statements from it, to the byte, in every format', async () => {
  expect(await digestStatements(host())).toEqual(statements)
})
