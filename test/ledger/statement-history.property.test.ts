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
import { type Action, actions, allMonths, type Balance, MoneyHistory, type StatementDelay } from './money-history.ts'

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

interface Life {
  /** Canonical text of the figures, by period. */
  statements: ReadonlyMap<string, string>
  looks: number[]
}

/** One life, with its statements on time or late. What was issued is read at once, and again when everything is over. */
const live = (list: readonly Action[], reading: Reading, delay: StatementDelay | null): Life => {
  const connection = new Database(':memory:')
  try {
    const ledger = new TestLedger(connection, new TestClock(), seededCrypto())
    const history = new MoneyHistory(ledger, accountA, delay)
    const first = new Map<string, string>()
    const watch = (): void => {
      for (const { period, figures } of issuedIn(ledger)) {
        const text = canonicalJson(JSON.parse(JSON.stringify(figures)))
        must((first.get(period) ?? text) === text, `${period}: another statement afterwards`)
        first.set(period, text)
      }
    }
    for (const action of list) {
      history.run(action)
      if (action.kind === 'pass') watch()
    }
    history.finish()
    // Whoever sleeps wakes up at last.
    ledger.clock.now += 20 * dayMs
    history.wake()
    watch()
    for (const { figures, digest } of issuedIn(ledger))
      must(ledger.crypto.sha256(canonicalJson(JSON.parse(JSON.stringify(figures)))) === digest, 'the digest is of other figures')
    checkAll(reading, history, ledger)
    checkClosed(ledger)
    expectSound(ledger)
    return { statements: first, looks: history.looks }
  } finally {
    connection.close()
  }
}

/** The issue is itself a line of the journal, so what comes after a late one stands at other numbers. Nothing else differs. */
const withoutPlaces = (text: string): string => text.replaceAll(/"(?:fromSeq|toSeq)":\d+/g, '""')

const late = fc.integer({ min: 1, max: 10 * dayMs })

const property = (reading: Reading) =>
  fc.property(actions, late, (list, lateMs) => {
    const { statements, looks } = live(list, reading, null)
    // Issued late, because the process slept, they are the same bytes.
    const again = live(list, reading, { lateMs, looks })
    must(again.statements.size === statements.size, 'late: another number of statements')
    for (const [period, text] of statements) {
      const lateText = again.statements.get(period) ?? ''
      must(withoutPlaces(lateText) === withoutPlaces(text), `${period}, late: ${lateText} and not ${text}`)
    }
  })

describe('the statements of random months', () => {
  test(`are what ${runs} lives of an account captured, and the same bytes when they come late`, { timeout: 300_000 }, () => {
    fc.assert(property(asTheyStand), { numRuns: runs })
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
    const wrongly = fc.property(actions, (list) => {
      live(list, { ...asTheyStand, ...wrong }, null)
    })
    const found = fc.check(wrongly, { numRuns: 100, seed: 20_240_802, endOnFailure: true })
    expect(found.failed).toBe(true)
    expect(found.errorInstance).toBeInstanceOf(Broken)
    expect(String(found.errorInstance)).toMatch(words)
  })
})
