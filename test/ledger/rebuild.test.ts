import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { workingCalendar } from '../../src/agreement/calendar.ts'
import { shanghaiDay } from '../../src/core/shanghai.ts'
import { Book } from '../../src/ledger/book.ts'
import { openLedger } from '../../src/ledger/index.ts'
import { monthDays } from '../../src/ledger/matters/billing-period.ts'
import { prepareLoader } from '../../src/ledger/statements.ts'
import { driverOf } from '../../src/runtimes/database.ts'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'
import { accountB, holdCommand, staffReader, take } from '../support/ledger-commands.ts'
import { RandomHistory } from '../support/ledger-history.ts'
import { act, hold, seedWorld, settle, verifyOnce } from '../support/ledger-world.ts'

const open = useTestLedgers()

interface Entry {
  account_id: string
  seq: number
  kind: string
  at: number
  verification_id: number | null
  grant_id: number | null
  credits: number
  leaf_index: number | null
  leaf: string | null
}

type Leaf = Record<string, string | number | null>

/** Everything that the journal can tell, told from its lines alone. Not the ledger's own fold: what both say must be the same. */
const retell = (entries: Entry[]) => {
  const grants = new Map<number, Record<'granted' | 'available' | 'held' | 'captured' | 'expired', number>>()
  const rollups = new Map<string, { count: number; credits: number }>()
  const heads = new Map<string, { seq: number; leaves: number }>()
  const denials = new Map<string, number>()
  const modes = new Map<unknown, unknown>()
  const arrivals = new Map<unknown, number>()
  for (const entry of entries) {
    const leaf: Leaf = JSON.parse(entry.leaf ?? '{}')
    const head = heads.get(entry.account_id) ?? { seq: 0, leaves: 0 }
    heads.set(entry.account_id, { seq: head.seq + 1, leaves: head.leaves + (entry.leaf === null ? 0 : 1) })
    if (entry.kind === 'create_key') modes.set(leaf.key, leaf.mode)
    if (entry.kind === 'hold') arrivals.set(entry.verification_id, entry.at)
    if (entry.kind === 'denial' || entry.kind === 'denials_counted') {
      const minute = leaf.minute ?? Math.floor(entry.at / 60_000)
      const key = [minute, entry.account_id, leaf.key, leaf.code].join(' ')
      denials.set(key, (denials.get(key) ?? 0) + Number(leaf.count ?? 1))
    }
    if (entry.kind === 'capture' || entry.kind === 'release') {
      const days = [shanghaiDay(entry.at), shanghaiDay(arrivals.get(entry.verification_id) ?? 0)]
      const key = [...days, entry.account_id, leaf.key, modes.get(leaf.key), leaf.check, leaf.source ?? '', leaf.outcome].join(
        ' ',
      )
      const sum = rollups.get(key) ?? { count: 0, credits: 0 }
      rollups.set(key, { count: sum.count + 1, credits: sum.credits + Number(leaf.credits) })
    }
    if (entry.grant_id === null) continue
    const grant = grants.get(entry.grant_id) ?? { granted: 0, available: 0, held: 0, captured: 0, expired: 0 }
    const add = (bucket: keyof typeof grant, sign: 1 | -1) => {
      grant[bucket] += sign * entry.credits
    }
    if (entry.kind === 'grant') add('granted', 1)
    if (entry.kind === 'grant' || entry.kind === 'release') add('available', 1)
    if (entry.kind === 'hold' || entry.kind === 'expire') add('available', -1)
    if (entry.kind === 'hold') add('held', 1)
    if (entry.kind === 'capture' || entry.kind === 'release') add('held', -1)
    if (entry.kind === 'capture') add('captured', 1)
    if (entry.kind === 'expire') add('expired', 1)
    grants.set(entry.grant_id, grant)
  }
  return { grants, rollups, heads, denials }
}

const stored = (ledger: TestLedger): ReturnType<typeof retell> => {
  const map = <V>(sql: string): Map<string, V> =>
    new Map(ledger.rows<{ k: string } & V>(sql).map(({ k, ...rest }) => [k, rest as V]))
  const grants = map<Record<'granted' | 'available' | 'held' | 'captured' | 'expired', number>>(
    'SELECT CAST(id AS TEXT) AS k, granted, available, held, captured, expired FROM grants',
  )
  return {
    grants: new Map([...grants].map(([id, grant]) => [Number(id), grant])),
    rollups: map(
      "SELECT concat_ws(' ', settled_day, service_day, account_id, key_id, mode, check_code, source, outcome) AS k, count, credits FROM rollups",
    ),
    heads: map('SELECT id AS k, seq, leaves FROM accounts'),
    denials: new Map(
      ledger
        .rows<{ k: string; logged: number }>("SELECT concat_ws(' ', minute, account_id, key_id, code) AS k, logged FROM denials")
        .map(({ k, logged }) => [k, logged]),
    ),
  }
}

const journal = (ledger: TestLedger) => ledger.rows<Entry>('SELECT * FROM entries ORDER BY id')

const seeds = [1, 2, 3, 4, 5, 6]

const history = (ledger: TestLedger, seed: number) => {
  const world = seedWorld(ledger, { credits: 25, overrides: { settleWithinDays: 1 } })
  const other = seedWorld(ledger, { accountId: accountB, credits: 25 })
  return { world, life: new RandomHistory(ledger, world, seed), beside: new RandomHistory(ledger, other, seed + 1_000) }
}

describe('the journal', () => {
  test.each(seeds)('tells every balance, rollup and count again after a random history (seed %i)', (seed) => {
    const ledger = open()
    const { life, beside } = history(ledger, seed)
    for (let step = 0; step < 60; step += 1) {
      life.step()
      beside.step()
    }
    const retold = retell(journal(ledger))
    expect(retold).toEqual(stored(ledger))
    expect(retold.rollups.size).toBeGreaterThan(5)
    expect(retold.denials.size).toBeGreaterThan(0)
  })

  test('does not tell the same when one line is missing', () => {
    const ledger = open()
    const { life } = history(ledger, 1)
    life.run(40)
    const lines = journal(ledger)
    for (const kind of ['grant', 'hold', 'capture', 'release', 'denial']) {
      const without = lines.toSpliced(
        lines.findIndex((line) => line.kind === kind),
        1,
      )
      expect(retell(without)).not.toEqual(stored(ledger))
    }
  })
})

/** What a ledger answers from its memory, in its order: what is due in the far future, and what is in doubt. */
const memory = (core: TestLedger['core'], ledger: TestLedger) => {
  const now = ledger.clock.now
  ledger.clock.advance(400 * 86_400_000)
  const due = core.due()
  ledger.clock.now = now
  return { due, doubts: core.doubts() }
}

describe('a restart', () => {
  test.each(seeds)('finds every open hold and doubt again, at every state of the derived tables (seed %i)', (seed) => {
    const ledger = open()
    const { life } = history(ledger, seed)
    for (let step = 0; step < 60; step += 1) {
      life.step()
      const again = openLedger(ledger.db, driverOf(ledger.connection), {
        clock: ledger.clock.read,
        crypto: ledger.crypto,
        calendar: workingCalendar,
        idStep: () => 1,
      })
      expect(memory(again, ledger)).toEqual(memory(ledger.core, ledger))
    }
  })

  test.each(seeds)('still answers every used key, at every state of the derived tables (seed %i)', (seed) => {
    const ledger = open()
    const { life, world } = history(ledger, seed)
    const repeat = () => {
      for (const { id, name } of life.held) {
        const [row] = ledger.rows<{ mode: string }>('SELECT mode FROM verifications WHERE id = ?', id)
        if (row?.mode !== 'live') continue
        const result = ledger.submit(holdCommand(world.credentials, name))
        expect(result.kind === 'replayed' || (result.kind === 'refused' && result.verificationId !== undefined)).toBe(true)
      }
    }
    for (let step = 0; step < 15; step += 1) {
      life.step()
      ledger.restart()
      repeat()
    }
    ledger.restart()
    for (let left = 1; left > 0; ) {
      left = ledger.core.flushDerived(3)
      repeat()
      ledger.restart()
      repeat()
    }
    expect(ledger.rows('SELECT prefix FROM used_keys')).toHaveLength(life.held.length)
    // As a ledger of an earlier version has them.
    ledger.connection.exec(`INSERT INTO idempotency_index SELECT account_id, idempotency, id FROM verifications;
      DELETE FROM used_keys`)
    ledger.restart()
    repeat()
  })

  test('finds a hold again that fell in doubt after the derived tables were brought up to date', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'one')
    expect(ledger.core.flushDerived(100)).toBe(0)
    settle(ledger, world, verificationId, 'unknown')
    ledger.restart()
    expect(ledger.core.doubts()).toMatchObject([{ verificationId }])
    ledger.clock.advance(3 * 86_400_000)
    expect(ledger.runDue()).toMatchObject([{ kind: 'release_doubt', verificationId }])
  })

  test('on a file: what is committed is there for the next process, balances and pages of lists included', () => {
    const folder = mkdtempSync(join(tmpdir(), 'verimeter-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const database = join(folder, 'ledger.db')
    const first = open({ database })
    const world = seedWorld(first, { credits: 10 })
    const names = ['one', 'two', 'three', 'four', 'five']
    const answered = names.map((name) => verifyOnce(first, world, name, 'match'))
    first.core.flushDerived(2)
    const second = open({ database, clock: first.clock })
    const page = (before: number | null) =>
      take(second.read({ kind: 'verifications', reader: staffReader, accountId: world.accountId, before, limit: 3 }), 'read')
        .value
    const newest = page(null)
    expect(newest.items).toEqual(answered.toReversed().slice(0, 3))
    expect(page(newest.next)).toEqual({ items: answered.toReversed().slice(3), next: null })
    expect(second.submit(holdCommand(world.credentials, 'one'))).toMatchObject({ kind: 'replayed', verification: answered[0] })
    take(act(second, world.accountId, { kind: 'close_account', note: '' }), 'account')
  })
})

/** An account as its book reads it, with the watermark of the sums as it is stored. */
const bookOf = (ledger: TestLedger, accountId: string): Book => {
  const summed = ledger.rows<{ value: number }>("SELECT value FROM watermarks WHERE name = 'summed'")[0]?.value ?? 0
  const tail = { find: () => null, openOf: () => [], summedUpTo: () => summed }
  return new Book(accountId, prepareLoader(ledger.db, driverOf(ledger.connection), tail))
}

/** What the book answers for three months and one day. */
const answersOf = (ledger: TestLedger, accountId: string) => {
  const book = bookOf(ledger, accountId)
  const months = [monthDays('2024-07'), monthDays('2024-08'), monthDays('2024-09')]
  const periods = [...months, { first: '2024-08-02', last: '2024-08-02' }]
  return periods.map(({ first, last }) => ({ grants: book.grantPeriods(first, last), lastSeq: book.lastSeq(last) }))
}

/** Everything derived that is summed by day. */
const sumsOf = (ledger: TestLedger) => [
  ledger.rows('SELECT * FROM grant_days ORDER BY account_id, day, grant_id'),
  ledger.rows('SELECT * FROM account_days ORDER BY account_id, day'),
  ledger.rows("SELECT * FROM watermarks WHERE name = 'summed'"),
]

describe('the sums by day', () => {
  test.each(seeds)('are made again from the journal, share by share, and no answer changes on the way (seed %i)', (seed) => {
    const ledger = open()
    const { life, beside, world } = history(ledger, seed)
    for (let step = 0; step < 40; step += 1) {
      life.step()
      beside.step()
    }
    while (ledger.core.flushDerived(50) > 0);
    const whole = sumsOf(ledger)
    const answers = [world.accountId, accountB].map((accountId) => answersOf(ledger, accountId))
    expect(whole[0]?.length).toBeGreaterThan(3)
    expect(JSON.stringify(answers)).toMatch(/"captured":[1-9]/)

    // As on the first start after an update from a version that had no such sums.
    ledger.connection.exec("DELETE FROM grant_days; DELETE FROM account_days; DELETE FROM watermarks WHERE name = 'summed'")
    ledger.restart()
    const { n } = ledger.row<{ n: number }>('SELECT count(*) AS n FROM entries')
    const share = 17
    let rounds = 0
    for (let left = 1; left > 0; rounds += 1) {
      expect([world.accountId, accountB].map((accountId) => answersOf(ledger, accountId))).toEqual(answers)
      expect(ledger.violations()).toEqual([])
      left = ledger.core.flushDerived(share)
      const above = "SELECT count(*) AS n FROM entries WHERE id > (SELECT value FROM watermarks WHERE name = 'summed')"
      // No flush takes in more than its share, however much there is.
      expect(ledger.row<{ n: number }>(above).n).toBe(Math.max(0, n - share * (rounds + 1)))
      if (rounds % 3 === 0) ledger.restart()
    }
    expect(rounds).toBeGreaterThan(5)
    expect(sumsOf(ledger)).toEqual(whole)
    expect([world.accountId, accountB].map((accountId) => answersOf(ledger, accountId))).toEqual(answers)
  })

  test('take in what is committed while they are being made again', () => {
    const ledger = open()
    const { life, world } = history(ledger, 7)
    life.run(20)
    ledger.connection.exec("DELETE FROM grant_days; DELETE FROM account_days; DELETE FROM watermarks WHERE name = 'summed'")
    ledger.restart()
    for (let step = 0; step < 30; step += 1) {
      life.step()
      ledger.core.flushDerived(9)
      const book = bookOf(ledger, world.accountId)
      const { n } = ledger.row<{ n: number }>(
        "SELECT coalesce(sum(credits), 0) AS n FROM entries WHERE kind = 'capture' AND account_id = ? AND at < ?",
        world.accountId,
        Date.parse('2024-09-01T00:00:00+08:00'),
      )
      const counted = book.grantPeriods('2024-08-01', '2024-08-31').map(({ before, within }) => before.captured + within.captured)
      expect(counted.reduce((sum, captured) => sum + captured, 0)).toBe(n)
      expect(book.lastSeq('2024-07-31')).toBe(0)
    }
  })
})
