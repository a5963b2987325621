import { describe, expect, test } from 'vitest'
import type { MaintenanceWindow } from '../../../src/core/matters/maintenance-window.ts'
import { parseRfc3339 } from '../../../src/core/shanghai.ts'
import { Book } from '../../../src/ledger/book.ts'
import { plannedBreaks } from '../../../src/ledger/matters/maintenance-window.ts'
import { prepareLoader } from '../../../src/ledger/statements.ts'
import { driverOf } from '../../../src/runtimes/database.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { take } from '../../support/ledger-commands.ts'
import { act, type SeededAccount, seedWorld } from '../../support/ledger-world.ts'

const open = useTestLedgers()
const ms = (text: string): number => parseRfc3339(text) ?? Number.NaN
const hourMs = 3_600_000

const plan = (ledger: TestLedger, { accountId }: SeededAccount, from: number, hours = 2) =>
  act(ledger, accountId, {
    kind: 'plan_maintenance',
    ...{ reference: null, from, to: from + hours * hourMs, checks: ['id2'], sources: [], cause: 'upgrade' },
  })

const windowIn = (result: ReturnType<typeof plan>) => {
  const { matter } = take(result, 'matter')
  return { id: matter.id, state: matter.state, ...(matter.data as MaintenanceWindow) }
}

const bookOf = (ledger: TestLedger, accountId: string): Book =>
  new Book(
    accountId,
    prepareLoader(ledger.db, driverOf(ledger.connection), { find: () => null, openOf: () => [], summedUpTo: () => 0 }),
  )

const scenes = (ledger: TestLedger): string[] =>
  ledger.rows<{ data: string }>("SELECT data FROM matters WHERE kind = 'notice'").map(({ data }) => JSON.parse(data).scene)

describe('planned work', () => {
  test('is told at once, in time or late to the millisecond, and late work is planned all the same', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { now } = ledger.clock
    expect(windowIn(plan(ledger, world, now + 24 * hourMs))).toMatchObject({
      state: 'planned',
      lateNotice: false,
      clause: 'S1 §4.3',
    })
    expect(windowIn(plan(ledger, world, now + 24 * hourMs - 1))).toMatchObject({ state: 'planned', lateNotice: true })
    expect(scenes(ledger)).toEqual(['maintenance', 'maintenance'])
  })

  test('is never late where the agreement asks to announce it where possible (S2 六(二))', () => {
    const ledger = open()
    const world = seedWorld(ledger, { overrides: { maintenanceNoticeHours: null } })
    expect(windowIn(plan(ledger, world, ledger.clock.now + 1)).lateNotice).toBe(false)
  })

  test('is over at its end, and stays known for the period that it lies in', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const from = ms('2024-08-10T01:00:00+08:00')
    const { id } = windowIn(plan(ledger, world, from))
    ledger.clock.now = from + 2 * hourMs
    ledger.runDue()
    expect(ledger.runDue()).toEqual([])
    expect(ledger.row('SELECT state FROM matters WHERE id = ?', id)).toEqual({ state: 'over' })
    const book = bookOf(ledger, world.accountId)
    const cut = { windowId: id, from: from + hourMs, to: from + 2 * hourMs, checks: ['id2'], sources: [], lateNotice: false }
    expect(plannedBreaks(book, from + hourMs, from + 9 * hourMs)).toEqual([cut])
    expect(plannedBreaks(book, from + 2 * hourMs, from + 9 * hourMs)).toEqual([])
    expect(plan(ledger, world, from)).toMatchObject({ detail: 'window_over' })
  })

  test('that is cancelled before it begins is no break; once begun it stands', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const from = ledger.clock.now + 48 * hourMs
    const { id } = windowIn(plan(ledger, world, from))
    const other = windowIn(plan(ledger, world, from))
    const cancel = (windowId: number) => act(ledger, world.accountId, { kind: 'cancel_maintenance', windowId })
    take(cancel(id), 'matter')
    expect(cancel(id)).toMatchObject({ repeated: true })
    expect(scenes(ledger)).toEqual(['maintenance', 'maintenance', 'maintenance_cancelled'])
    ledger.clock.now = from
    expect(cancel(other.id)).toMatchObject({ detail: 'window_begun' })
    const found = plannedBreaks(bookOf(ledger, world.accountId), from, from + hourMs)
    expect(found.map(({ windowId }) => windowId)).toEqual([other.id])
  })
})
