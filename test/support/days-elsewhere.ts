import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { workingCalendar } from '../../src/agreement/calendar.ts'
import type { Command, Read } from '../../src/core/commands.ts'
import { addDays, addMonths, parseRfc3339, shanghaiDay, startOfDayMs, toRfc3339 } from '../../src/core/shanghai.ts'
import { openLedger } from '../../src/ledger/index.ts'
import * as schema from '../../src/ledger/schema.ts'
import { driverOf } from '../../src/runtimes/database.ts'
import { TestClock } from './clock.ts'
import type { TestLedger } from './ledger.ts'
import { staffReader, take } from './ledger-commands.ts'
import { seededCrypto } from './ledger-crypto.ts'
import { hold, recordConsent, seedAccount, settle } from './ledger-world.ts'

/*
 * A program of its own, because the time zone of a machine is that of a process: it plays one call at each side of every end of a
 * month and prints what the books say of their days. It must print the same wherever it runs.
 */

const ends = ['2024-02-29', '2024-08-31', '2024-12-31', '2025-02-28', '2025-03-31']

const connection = new Database(':memory:')
const db = drizzle(connection, { schema })
migrate(db, { migrationsFolder: 'drizzle/ledger', migrationsTable: 'ledger_migrations' })
const clock = new TestClock()
const crypto = seededCrypto()
const core = openLedger(db, driverOf(connection), { clock: clock.read, crypto, calendar: workingCalendar, idStep: () => 1 })
const ledger = {
  clock,
  crypto,
  submit: (command: Command) => {
    const [piece] = core.commit([command])
    if (piece?.kind !== 'result') throw new Error('the piece was not decided')
    return piece.result
  },
} as unknown as TestLedger
const read = <R extends Read>(wanted: R) => take(core.read(wanted), 'read').value

clock.now = startOfDayMs('2024-02-10')
const account = seedAccount(ledger, { credits: 30, overrides: { term: { start: '2024-01-01', end: '2025-03-31' } } })
const { accountId } = account
recordConsent(ledger, account.credentials, 'consent-1', { grantedAt: clock.now })
for (const day of ends) {
  const endMs = startOfDayMs(addDays(day, 1))
  for (const at of [endMs - 1, endMs]) {
    clock.now = at
    // The very last one lies behind the term.
    if (at < startOfDayMs('2025-04-01')) settle(ledger, account, hold(ledger, account, `at ${at}`).verificationId, 'match')
  }
}

const months = ends.flatMap((day) => [day.slice(0, 7), addMonths(day, 1).slice(0, 7)])
const sums = () =>
  months.map((month) => {
    const { from, to, packs, checks, journal } = read({ kind: 'month_end', reader: staffReader, accountId, month })
    return {
      month,
      from,
      to,
      used: packs.map(({ used, usedFen }) => [used, usedFen]),
      calls: checks[0]?.verifications ?? 0,
      journal,
    }
  })
const days = read({
  kind: 'usage',
  reader: staffReader,
  accountId,
  fromDay: '2024-01-01',
  toDay: '2025-12-31',
  dayOf: 'settlement',
  columns: ['day'],
})
const fresh = sums()
core.flushDerived(1_000)

process.stdout.write(
  JSON.stringify({
    zone: new Date(startOfDayMs('2024-12-31')).getTimezoneOffset(),
    pure: ends.map((day) => {
      const endMs = startOfDayMs(addDays(day, 1))
      return [shanghaiDay(endMs - 1), shanghaiDay(endMs), toRfc3339(endMs - 1), parseRfc3339(toRfc3339(endMs)) === endMs]
    }),
    days: days.map(({ day, count }) => [day, count]),
    months: sums(),
    unchanged: JSON.stringify(fresh) === JSON.stringify(sums()),
  }),
)
