import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkHistory, type Line, type Operation, type Told } from '../../scripts/torture/history.ts'
import { seededRandom } from '../../scripts/torture/random.ts'
import { parseId } from '../../src/core/ids.ts'
import { type Answer, useGateway } from '../support/http-gateway.ts'
import { buyCredits, type Customer, openCustomer, type Person, persons } from '../support/http-world.ts'

/*
 * One account, over real sockets, by many at once: verifications, balances, top-ups, suspension and its end. Every question
 * and answer goes into a log; the journal's order has to explain them all.
 */

const seed = Number(process.env.TORTURE_SEED ?? Date.now() % 1_000_000)
const random = seededRandom(seed)
const gateway = useGateway({ listening: true })
const people: [string, Person][] = [
  ['match', persons.match],
  ['mismatch', persons.mismatch],
  ['noRecord', persons.noRecord],
  ['unavailable', persons.unavailable],
  ['unknownForEver', persons.unknownForEver],
]
const firstCredits = 20
const log: Operation[] = []
let journal: Line[] = []
let instant = 0

const note = async (work: () => Promise<Told>): Promise<void> => {
  instant += 1
  const invokedAt = instant
  const told = await work()
  instant += 1
  log.push({ ...told, invokedAt, returnedAt: instant })
}

const numberOf = (id: string): number => parseId(id, 'ver')?.n ?? -1

const toldBy = (answer: Answer): Told => {
  if (answer.status === 200) {
    const { id, charged, available } = answer.body as { id: string; charged: boolean; available: number }
    return { op: 'verify', result: 'ok', verificationId: numberOf(id), charged, available }
  }
  const { code } = answer
  if (code === 'source_unknown')
    return { op: 'verify', result: 'info', verificationId: numberOf(answer.word('verification', 'id')) }
  if (code !== 'source_unavailable') return { op: 'verify', result: 'fail', code }
  return { op: 'verify', result: 'info', verificationId: numberOf(answer.word('verification', 'id')) }
}

const draw = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

const askMuch = async (customer: Customer, worker: number): Promise<void> => {
  for (let at = 0; at < 30; at += 1) {
    if (random() < 0.3) await note(async () => ({ op: 'balance', told: await customer.credits() }))
    const [name, person] = draw(people)
    await note(async () => toldBy(await customer.verify(`${worker}-${at}`, name, person)))
  }
}

/** Grows and shrinks what there is; every top-up has a size of its own. */
const disturb = async (customer: Customer): Promise<void> => {
  const path = `/v1/accounts/${customer.accountId}`
  for (let turn = 0; turn < 6; turn += 1) {
    const credits = firstCredits + 1 + turn
    await note(async () => {
      await buyCredits(gateway(), customer.accountId, credits, 'test', `more-${turn}`)
      return { op: 'top_up', credits }
    })
    await note(async () => {
      const suspension = { ground: 'key_leaked', note: 'a test' }
      expect((await gateway().asStaff('ops', 'PUT', `${path}/suspension`, suspension)).status).toBeLessThan(300)
      return { op: 'suspend' }
    })
    await note(async () => ({ op: 'balance', told: await customer.credits() }))
    await note(async () => {
      expect((await gateway().asStaff('ops', 'DELETE', `${path}/suspension`, { reason: 'a test' })).status).toBeLessThan(300)
      return { op: 'resume' }
    })
  }
}

beforeAll(async () => {
  process.stdout.write(`history: seed ${seed} (TORTURE_SEED repeats its draws)\n`)
  const overrides = { rate: { limit: 1_000_000, windowSeconds: 60 } }
  const customer = await openCustomer(gateway(), { credits: firstCredits, overrides })
  for (const [name, person] of people) await customer.record(name, person)
  await Promise.all([...Array.from({ length: 10 }, (_, worker) => askMuch(customer, worker)), disturb(customer)])
  const books = new Database(join(gateway().dataDir, 'verimeter.db'), { readonly: true })
  journal = books
    .prepare<[string], Line>(
      'SELECT seq, kind, credits, verification_id AS verificationId FROM entries WHERE account_id = ? ORDER BY seq',
    )
    .all(customer.accountId)
  books.close()
})

const count = (wanted: (operation: Operation) => boolean): number => log.filter(wanted).length

describe('what an account told many at once', () => {
  test('is explained by the order of its journal', () => {
    expect(checkHistory(journal, log)).toEqual([])
  })

  test('was much, of each kind', () => {
    expect(count(({ op }) => op === 'balance')).toBeGreaterThan(50)
    expect(count((operation) => operation.op === 'verify' && operation.result === 'ok' && operation.charged)).toBeGreaterThan(20)
    expect(count((operation) => operation.op === 'verify' && operation.result !== 'ok')).toBeGreaterThan(20)
  })
})

describe('controls: a log or a journal that lies is refused', () => {
  const lastRead = (): Extract<Operation, { op: 'balance' }> => {
    const read = log.filter((operation) => operation.op === 'balance').at(-1)
    if (read?.op !== 'balance') throw new Error('no balance was read')
    return read
  }

  test.each(['available', 'held', 'captured'] as const)('one credit more %s in one balance', (pile) => {
    const read = lastRead()
    const forged = { ...read, told: { ...read.told, [pile]: read.told[pile] + 1 } }
    expect(checkHistory(journal, [...log.filter((operation) => operation !== read), forged])).toHaveLength(1)
  })

  test('a balance from before everything, read at the end', () => {
    const read = lastRead()
    const stale = { ...read, told: { available: firstCredits, held: 0, captured: 0 } }
    expect(checkHistory(journal, [...log.filter((operation) => operation !== read), stale])).not.toEqual([])
  })

  test('one charge twice', () => {
    const charge = journal.findLast(({ kind }) => kind === 'capture')
    if (!charge) throw new Error('nothing was charged')
    const twice = [...journal, { ...charge, seq: journal.length + 1 }]
    expect(checkHistory(twice, log).join()).toContain('2 lines of capture')
  })

  test('a charge for a call that nobody made', () => {
    const seq = journal.length + 1
    expect(checkHistory([...journal, { seq, kind: 'capture', credits: 1, verificationId: 7 }], log)).not.toEqual([])
  })

  test('a refusal while nothing was in the way', () => {
    instant += 2
    const refused = {
      op: 'verify',
      result: 'fail',
      code: 'account_suspended',
      invokedAt: instant - 1,
      returnedAt: instant,
    } as const
    expect(checkHistory(journal, [...log, refused])).toHaveLength(1)
  })
})
