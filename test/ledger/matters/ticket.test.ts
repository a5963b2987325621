import { describe, expect, test } from 'vitest'
import { readHolidayTable } from '../../../src/agreement/calendar.ts'
import { holidayTable } from '../../../src/agreement/calendar-table.ts'
import { startOfDayMs } from '../../../src/core/shanghai.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { staffReader, take } from '../../support/ledger-commands.ts'
import { act, changeAgreement, type SeededAccount, s1Term, seedWorld } from '../../support/ledger-world.ts'

const open = useTestLedgers()
const hourMs = 3_600_000

const seed = (serviceLevel: object): { ledger: TestLedger; world: SeededAccount } => {
  const ledger = open()
  const world = seedWorld(ledger)
  const overrides = { term: s1Term, serviceLevel }
  changeAgreement(ledger, world.accountId, overrides)
  return { ledger, world }
}

const openTicket = (ledger: TestLedger, { accountId }: SeededAccount, more: { reference?: string; text?: string } = {}) =>
  act(ledger, accountId, { kind: 'open_ticket', reference: null, topic: 'fault', urgent: false, text: 'no answer', ...more })

const step = (ledger: TestLedger, { accountId }: SeededAccount, ticketId: number, name: 'replied' | 'solved') =>
  act(ledger, accountId, { kind: 'step_ticket', ticketId, step: name, text: null })

const runDue = (ledger: TestLedger): number => {
  // The end of the account's pack has passed by then, too, and its statements go on from month to month.
  const others = "SELECT id FROM grants UNION SELECT id FROM matters WHERE kind = 'statement'"
  const watched = new Set(ledger.rows<{ id: number }>(others).map(({ id }) => id))
  const due = ledger.core
    .due()
    .filter((command) => command.kind !== 'expire_grant' && !('matterId' in command && watched.has(command.matterId)))
  for (const command of due) ledger.submit(command)
  return due.length
}

const deadlines = (ledger: TestLedger, { accountId }: SeededAccount) =>
  take(ledger.read({ kind: 'deadlines', reader: staffReader, accountId }), 'read').value

describe('a ticket', () => {
  test('starts the clocks that the agreement promises, and a step in time meets its own', () => {
    const { ledger, world } = seed({ hours: { reply: 1, plan: 4 } })
    const { matter } = take(openTicket(ledger, world), 'matter')
    expect(matter.clocks.map(({ name, dueAt }) => [name, dueAt - matter.openedAt])).toEqual([
      ['reply', hourMs],
      ['plan', 4 * hourMs],
    ])
    ledger.clock.advance(hourMs)
    const replied = take(step(ledger, world, matter.id, 'replied'), 'matter').matter
    expect(replied.clocks.map(({ name, ending }) => [name, ending])).toEqual([
      ['reply', 'met'],
      ['plan', null],
    ])
    expect(deadlines(ledger, world).map(({ id }) => id)).toEqual([matter.id])
  })

  test('that nobody answers in time is a missed deadline: one entry that names the clause, once, also after a restart', () => {
    const { ledger, world } = seed({ hours: { reply: 1 } })
    const { matter } = take(openTicket(ledger, world), 'matter')
    expect(ledger.core.nextDueAt()).toBe(matter.openedAt + hourMs + 1)
    ledger.clock.advance(hourMs)
    expect(runDue(ledger)).toBe(0)
    ledger.clock.advance(1)
    ledger.restart()
    const due = ledger.core.due()
    expect(due).toEqual([{ kind: 'matter_due', accountId: world.accountId, matterId: matter.id }])
    // The same act twice, as after a crash between commit and answer.
    for (const command of [...due, ...due]) ledger.submit(command)
    ledger.restart()
    expect(runDue(ledger)).toBe(0)
    const entries = ledger.rows<{ leaf: string }>("SELECT leaf FROM entries WHERE kind = 'deadline_missed'")
    expect(entries.map(({ leaf }) => JSON.parse(leaf))).toEqual([
      expect.objectContaining({ ticket: matter.id, clock: 'reply', clause: 'choice' }),
    ])
    expect(ledger.rows("SELECT 1 FROM alarms WHERE kind = 'deadline_missed'")).toHaveLength(1)
  })

  test('of the same reference is the same ticket; another one under it is refused', () => {
    const { ledger, world } = seed({ hours: {} })
    const first = take(openTicket(ledger, world, { reference: 'r-1' }), 'matter')
    const again = take(openTicket(ledger, world, { reference: 'r-1' }), 'matter')
    expect([again.matter.id, first.repeated, again.repeated]).toEqual([first.matter.id, false, true])
    expect(openTicket(ledger, world, { reference: 'r-1', text: 'something else' })).toMatchObject({ detail: 'reference_reused' })
  })

  test('is confirmed by the customer alone, and only when it is solved', () => {
    const { ledger, world } = seed({ hours: {} })
    const ticketId = take(openTicket(ledger, world), 'matter').matter.id
    const { accountId, credentials } = world
    const confirm = () =>
      ledger.submit({
        kind: 'customer_act',
        accountId,
        credentials,
        act: { kind: 'step_ticket', ticketId, step: 'confirmed', text: null },
      })
    expect(confirm()).toMatchObject({ kind: 'refused', detail: 'not_solved' })
    take(step(ledger, world, ticketId, 'solved'), 'matter')
    expect(act(ledger, accountId, { kind: 'step_ticket', ticketId, step: 'confirmed', text: null })).toMatchObject({
      detail: 'step_of_the_other_side',
    })
    expect(take(confirm(), 'acted').result).toMatchObject({ matter: { state: 'confirmed', closedAt: ledger.clock.now } })
    expect(step(ledger, world, ticketId, 'replied')).toMatchObject({ detail: 'ticket_closed' })
  })
})

test('a deadline of uncertain days is counted again when the year is loaded, and then it ends', () => {
  const { ledger, world } = seed({ hours: { reply: 1 }, startsOn: 'workdays' })
  ledger.clock.now = startOfDayMs('2027-01-01') + 5 * hourMs
  const { matter } = take(openTicket(ledger, world), 'matter')
  // Only weekends are known: 1 January 2027 is a Friday.
  expect(matter.clocks).toEqual([expect.objectContaining({ provisional: true, dueAt: matter.openedAt + hourMs })])
  ledger.clock.now = startOfDayMs('2027-01-03')
  expect(runDue(ledger)).toBe(0)
  const reading = readHolidayTable({
    version: 'with 2027',
    years: [...holidayTable.years, { year: 2027, source: 'made up', daysOff: [['2027-01-01', '2027-01-03']], makeUpDays: [] }],
  })
  if (reading.kind !== 'calendar') throw new Error(reading.faults.join('; '))
  ledger.calendar = reading.calendar
  ledger.restart()
  expect(runDue(ledger)).toBe(1)
  expect(deadlines(ledger, world)[0]?.clocks).toEqual([
    expect.objectContaining({ provisional: false, dueAt: startOfDayMs('2027-01-04') + hourMs }),
  ])
  expect(runDue(ledger)).toBe(0)
})
