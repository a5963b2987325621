import { describe, expect, test } from 'vitest'
import type { Contact } from '../../../src/core/matters/contact.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { take } from '../../support/ledger-commands.ts'
import { act, changeAgreement, type SeededAccount, s1Term, seedWorld } from '../../support/ledger-world.ts'

const open = useTestLedgers()

const seed = (day: string, addressChange: object | null = { n: 10, unit: 'day' }) => {
  const ledger = open()
  const world = seedWorld(ledger)
  const term = { ...s1Term, end: '2027-07-29' }
  changeAgreement(ledger, world.accountId, { term, addressChange })
  ledger.clock.set(`${day}T10:00:00+08:00`)
  return { ledger, world }
}

const record = (
  ledger: TestLedger,
  { accountId }: SeededAccount,
  address: string,
  more: { from?: string; agreed?: boolean } = {},
) =>
  act(ledger, accountId, {
    kind: 'record_contact',
    ...{ channel: 'post', label: 'main', address, agreed: false, marketing: false, language: 'zh', from: null },
    ...more,
  })

const contactIn = (result: ReturnType<typeof record>) => {
  const { matter } = take(result, 'matter')
  return { id: matter.id, ...(matter.data as Contact) }
}

const contacts = (ledger: TestLedger) =>
  ledger
    .rows<{ state: string; data: string }>("SELECT state, data FROM matters WHERE kind = 'contact' ORDER BY id")
    .map(({ state, data }) => ({ state, ...(JSON.parse(data) as Contact) }))

describe('a changed address', () => {
  test.each([
    ['AD10-03', '2025-01-20', '2025-01-31'],
    ['AD10-04', '2026-02-10', '2026-02-21'],
    ['AD10-05', '2025-09-25', '2025-10-06'],
  ])('%s: told on %s it counts from %s on, ten full days later', (_id, told, first) => {
    const { ledger, world } = seed(told)
    const old = contactIn(record(ledger, world, 'First Street 1', { agreed: true }))
    const changed = contactIn(record(ledger, world, 'Second Street 2'))
    expect(changed).toMatchObject({ from: first, follows: old.id, agreed: true })
    expect(contacts(ledger).map(({ from, until }) => [from, until])).toEqual([
      [told, first],
      [first, null],
    ])
    ledger.clock.set(`${first}T00:00:00+08:00`)
    ledger.runDue()
    expect(contacts(ledger).map(({ state }) => state)).toEqual(['replaced', 'active'])
    // What it was stays known, because notices went there.
    expect(contacts(ledger)[0]?.address).toBe('First Street 1')
  })

  test('is refused when it is wanted sooner than the agreement allows', () => {
    const { ledger, world } = seed('2025-01-20')
    take(record(ledger, world, 'First Street 1'), 'matter')
    expect(record(ledger, world, 'Second Street 2', { from: '2025-01-30' })).toMatchObject({ detail: 'told_too_late' })
    expect(contactIn(record(ledger, world, 'Second Street 2', { from: '2025-02-10' })).from).toBe('2025-02-10')
  })

  test('counts at once where the agreement asks for a written change alone', () => {
    const { ledger, world } = seed('2025-01-20', null)
    take(record(ledger, world, 'First Street 1'), 'matter')
    expect(contactIn(record(ledger, world, 'Second Street 2')).from).toBe('2025-01-20')
  })

  test('that is changed again before its day leaves one address for each day', () => {
    const { ledger, world } = seed('2025-01-20', null)
    take(record(ledger, world, 'First Street 1'), 'matter')
    take(record(ledger, world, 'Second Street 2', { from: '2025-03-01' }), 'matter')
    take(record(ledger, world, 'Third Street 3', { from: '2025-02-01' }), 'matter')
    expect(contacts(ledger).map(({ from, until }) => [from, until])).toEqual([
      ['2025-01-20', '2025-02-01'],
      ['2025-03-01', '2025-02-01'],
      ['2025-02-01', null],
    ])
  })

  test('that is the same is the same one', () => {
    const { ledger, world } = seed('2025-01-20')
    const first = contactIn(record(ledger, world, 'First Street 1'))
    expect(record(ledger, world, 'First Street 1')).toMatchObject({ repeated: true, matter: { id: first.id } })
  })
})

test('an address that is ended is erased, and nothing tells what it was', () => {
  const { ledger, world } = seed('2025-01-20')
  const { id } = contactIn(record(ledger, world, 'Secret Street 1'))
  take(act(ledger, world.accountId, { kind: 'end_contact', contactId: id }), 'matter')
  expect(contacts(ledger)).toEqual([expect.objectContaining({ state: 'ended', address: null, until: '2025-01-20' })])
  const tables = ledger.rows<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
  const rows = tables.flatMap(({ name }) => ledger.rows(`SELECT * FROM "${name}"`))
  expect(rows.filter((row) => JSON.stringify(row).includes('Secret Street'))).toEqual([])
  expect(act(ledger, world.accountId, { kind: 'end_contact', contactId: id })).toMatchObject({ repeated: true })
  expect(act(ledger, world.accountId, { kind: 'end_contact', contactId: id + 1 })).toMatchObject({ code: 'not_found' })
})
