import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { valuePack } from '../../src/agreement/recognition.ts'
import { canonicalJson } from '../../src/core/canonical-json.ts'
import type { Statement, StatementFigures } from '../../src/core/matters/statement.ts'
import { amountOf, unitPrice } from '../../src/core/money.ts'
import type { StatementChargeView } from '../../src/core/views.ts'
import { TestClock } from '../support/clock.ts'
import { expectSound, TestLedger } from '../support/ledger.ts'
import { accountA, actCommand, staffReader, take } from '../support/ledger-commands.ts'
import { seededCrypto } from '../support/ledger-crypto.ts'
import { type Action, actions, allMonths, type Balance, MoneyHistory } from './money-history.ts'

const runs = 15
const dayMs = 86_400_000

interface Issued {
  id: number
  period: string
  to: string
  figures: StatementFigures
  digest: string
}

class Broken extends Error {}
const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Broken(what)
}

const issuedIn = (ledger: TestLedger): Issued[] =>
  ledger
    .rows<{ id: number; data: string }>("SELECT id, data FROM matters WHERE kind = 'statement' ORDER BY reference")
    .flatMap(({ id, data }) => {
      const { period, to, figures, digest } = JSON.parse(data) as Statement
      return figures === null || digest === null ? [] : [{ id, period, to, figures, digest }]
    })

const chargesOf = (ledger: TestLedger, id: number): StatementChargeView[] => {
  const items: StatementChargeView[] = []
  for (let after: number | null = 0; after !== null; ) {
    const read = { kind: 'statement_charges', reader: staffReader, accountId: accountA, id, after, limit: 7 } as const
    const page: { items: StatementChargeView[]; next: number | null } = take(ledger.read(read), 'read').value
    items.push(...page.items)
    after = page.next
  }
  return items
}

const sumOf = <T>(items: readonly T[], numberOf: (item: T) => number): number =>
  items.reduce((sum, item) => sum + numberOf(item), 0)

/** What a month took from the live packs, by the balances at its two ends. */
const takenIn = (history: MoneyHistory, month: string) => {
  const list = allMonths()
  const before = history.balancesAtEnd.get(list[list.indexOf(month) - 1] ?? '') ?? []
  const after = (history.balancesAtEnd.get(month) ?? []).filter(({ mode }) => mode === 'live')
  const opening = (id: number, bucket: 'captured' | 'expired' | 'refunded') => before.find((one) => one.id === id)?.[bucket] ?? 0
  return after.map((balance) => ({
    id: balance.id,
    closing: balance.granted - balance.captured - balance.expired - balance.refunded,
    captured: balance.captured - opening(balance.id, 'captured'),
    lapsed: balance.expired - opening(balance.id, 'expired'),
    refunded: balance.refunded - opening(balance.id, 'refunded'),
  }))
}

/** How the lines of a statement are read: as they stand, or wrongly in a control. */
interface Reading {
  figures(statement: Issued): StatementFigures
  charges(ledger: TestLedger, id: number): StatementChargeView[]
}
const asTheyStand: Reading = { figures: ({ figures }) => figures, charges: chargesOf }

/** The lines of one statement are what its month took, pack by pack and call by call. */
const checkStatement = (reading: Reading, history: MoneyHistory, ledger: TestLedger, statement: Issued): void => {
  const { period } = statement
  const figures = reading.figures(statement)
  const taken = takenIn(history, period)
  const captured = sumOf(taken, (pack) => pack.captured)
  for (const pack of figures.packs) {
    const own = taken.find(({ id }) => id === pack.grantId)
    must(own !== undefined && own.captured === pack.captured, `${period}: captured of a pack`)
    must(own?.lapsed === pack.lapsed && own.refunded === pack.refunded, `${period}: lapsed or refunded of a pack`)
    must(own?.closing === pack.closing, `${period}: closing of a pack`)
    must(
      pack.opening + pack.granted - pack.captured - pack.lapsed - pack.refunded === pack.closing,
      `${period}: credits of a pack do not add up`,
    )
    must(
      pack.openingFen + pack.soldFen - pack.usedFen - pack.lapsedFen - pack.refundedFen === pack.closingFen,
      `${period}: fen of a pack do not add up`,
    )
  }
  must(sumOf(figures.packs, (pack) => pack.captured) === captured, `${period}: packs are not what was captured`)
  must(sumOf(figures.usage, ({ credits }) => credits) === captured, `${period}: lines are not what was captured`)
  const charges = reading.charges(ledger, statement.id)
  must(sumOf(charges, ({ credits }) => credits) === captured, `${period}: calls are not what was captured`)
  must(figures.chargedFen === sumOf(figures.packs, ({ usedFen }) => usedFen), `${period}: charged is not the value used`)
  must(figures.totalFen === figures.chargedFen - figures.correctedFen, `${period}: the total`)
}

const checkAll = (reading: Reading, history: MoneyHistory, ledger: TestLedger): void => {
  const statements = issuedIn(ledger)
  const closing = new Map<number, { credits: number; fen: number }>()
  const usedFen = new Map<number, number>()
  const goneFen = new Map<number, number>()
  const seen = new Set<number>()
  let seq = 0
  for (const statement of statements) {
    checkStatement(reading, history, ledger, statement)
    const { packs, fromSeq, toSeq } = reading.figures(statement)
    must(fromSeq === seq && toSeq >= fromSeq, `${statement.period}: the lines of the journal are not gapless`)
    seq = toSeq
    for (const pack of packs) {
      const before = closing.get(pack.grantId) ?? { credits: 0, fen: 0 }
      must(
        before.credits === pack.opening && before.fen === pack.openingFen,
        `${statement.period}: opening is not the closing before`,
      )
      closing.set(pack.grantId, { credits: pack.closing, fen: pack.closingFen })
      usedFen.set(pack.grantId, (usedFen.get(pack.grantId) ?? 0) + pack.usedFen)
      goneFen.set(pack.grantId, (goneFen.get(pack.grantId) ?? 0) + pack.usedFen + pack.lapsedFen + pack.refundedFen)
    }
    for (const { id } of reading.charges(ledger, statement.id)) {
      must(!seen.has(id), `${statement.period}: a call is charged twice`)
      seen.add(id)
    }
  }
  // A month without a statement took nothing.
  for (const month of allMonths())
    if (!statements.some(({ period }) => period === month))
      must(
        takenIn(history, month).every((pack) => pack.captured + pack.lapsed + pack.refunded === 0),
        `${month}: something happened and no statement tells of it`,
      )
  for (const pack of history.balances().filter(({ mode }) => mode === 'live')) {
    const paid = history.paidFen(pack.orderId)
    must(
      BigInt(usedFen.get(pack.id) ?? 0) === valueOfPack(pack, paid).usedFen,
      'the statements of a pack are not the value of what was used',
    )
    must((goneFen.get(pack.id) ?? 0) + (closing.get(pack.id)?.fen ?? paid) === paid, 'a fen is lost')
  }
}
const valueOfPack = (pack: Balance, paid: number) => valuePack(paid, { ...pack, credits: pack.granted })

/** A period that is over is not opened again, whoever asks. */
const checkClosed = (ledger: TestLedger): void => {
  const before = JSON.stringify(issuedIn(ledger))
  for (const { period } of issuedIn(ledger)) {
    const again = ledger.submit(actCommand(accountA, { kind: 'open_statement', period }, 'staff-2'))
    must(again.kind === 'refused' && again.code === 'state_conflict', `${period}: opened again`)
  }
  must(JSON.stringify(issuedIn(ledger)) === before, 'a statement changed')
}

/** The text of what a statement says. */
const textOf = (figures: StatementFigures): string => canonicalJson(JSON.parse(JSON.stringify(figures)))

/**
 * As if the process had slept through every end of a month: on a copy of the books from which the statements are taken away, each is
 * issued now, long after its time. The journal is the same, so every byte has to be.
 */
const checkLate = (connection: Database.Database, issued: readonly Issued[], now: number): void => {
  const copy = new Database(connection.serialize())
  try {
    copy.exec("DELETE FROM matters WHERE kind = 'statement'")
    const clock = new TestClock()
    clock.now = now
    const ledger = new TestLedger(copy, clock, seededCrypto())
    for (const { period, figures } of issued) {
      // A month that was issued has begun the next one, which is over, too.
      ledger.submit(actCommand(accountA, { kind: 'open_statement', period }))
      ledger.runDue()
      const late = issuedIn(ledger).find((statement) => statement.period === period)
      must(
        late !== undefined && textOf(late.figures) === textOf(figures),
        `${period}, late: ${late && textOf(late.figures)} and not ${textOf(figures)}`,
      )
    }
  } finally {
    copy.close()
  }
}

/** One life. What was issued is read at once, and again when everything is over. */
const live = (list: readonly Action[], reading: Reading): void => {
  const connection = new Database(':memory:')
  try {
    const ledger = new TestLedger(connection, new TestClock(), seededCrypto())
    const history = new MoneyHistory(ledger, accountA)
    const first = new Map<string, string>()
    const watch = (): void => {
      for (const { period, figures } of issuedIn(ledger)) {
        must((first.get(period) ?? textOf(figures)) === textOf(figures), `${period}: another statement afterwards`)
        first.set(period, textOf(figures))
      }
    }
    for (const action of list) {
      history.run(action)
      if (action.kind === 'pass') watch()
    }
    history.finish()
    ledger.clock.now += 20 * dayMs
    history.wake()
    watch()
    const issued = issuedIn(ledger)
    for (const { figures, digest } of issued)
      must(ledger.crypto.sha256(textOf(figures)) === digest, 'the digest is of other figures')
    checkAll(reading, history, ledger)
    checkLate(connection, issued, ledger.clock.now)
    checkClosed(ledger)
    expectSound(ledger)
  } finally {
    connection.close()
  }
}

const property = (reading: Reading) => fc.property(actions, (list) => live(list, reading))

describe('the statements of random months', () => {
  test(`are what ${runs} lives of an account captured, and the same bytes when they come late`, { timeout: 300_000 }, () => {
    fc.assert(property(asTheyStand), {
      numRuns: runs,
      // Credits that lapse when the process wakes up after the end of their month.
      examples: [
        [
          [
            { kind: 'pass', to: 'next', hours: 1, sleeps: false },
            { kind: 'pass', to: 'next', hours: 1, sleeps: false },
            { kind: 'pass', to: 'next', hours: 1, sleeps: true },
          ],
        ],
      ],
    })
  })
})

/** The same statements, read wrongly. */
const controls: [string, Partial<Reading>, RegExp][] = [
  [
    'a line is of the month of the call',
    {
      figures: ({ figures, period }) => ({
        ...figures,
        usage: figures.usage.filter(({ serviceMonth }) => serviceMonth === period),
      }),
    },
    /lines are not/,
  ],
  [
    'a call of an earlier month is not listed',
    {
      charges: (ledger, id) => {
        const period = issuedIn(ledger).find((statement) => statement.id === id)?.period ?? ''
        return chargesOf(ledger, id).filter(({ serviceDay }) => serviceDay.startsWith(period))
      },
    },
    /calls are not/,
  ],
  [
    'calls of the sandbox are charged',
    {
      figures: ({ figures }) => ({
        ...figures,
        usage: figures.usage.map((line) => (line.mode === 'test' ? { ...line, credits: line.verifications } : line)),
      }),
    },
    /lines are not/,
  ],
  [
    'what is used is rounded month by month',
    {
      figures: ({ figures }) => {
        const packs = figures.packs.map((pack) => {
          const bought = pack.opening + pack.granted
          const price = unitPrice(pack.openingFen + pack.soldFen, Math.max(bought, 1))
          const usedFen = Number(amountOf(price, pack.captured))
          return { ...pack, usedFen, closingFen: pack.openingFen + pack.soldFen - usedFen - pack.lapsedFen - pack.refundedFen }
        })
        const chargedFen = sumOf(packs, ({ usedFen }) => usedFen)
        return { ...figures, packs, chargedFen, totalFen: chargedFen - figures.correctedFen }
      },
    },
    /opening is not|value of what was used/,
  ],
]

describe('the same properties find out', () => {
  test.each(controls)('that %s', { timeout: 120_000 }, (_what, wrong, words) => {
    const found = fc.check(property({ ...asTheyStand, ...wrong }), { numRuns: 100, seed: 20_240_802, endOnFailure: true })
    expect(found.failed).toBe(true)
    expect(found.errorInstance).toBeInstanceOf(Broken)
    expect(String(found.errorInstance)).toMatch(words)
  })
})
