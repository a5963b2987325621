import { describe, expect, test } from 'vitest'
import { startOfDayMs } from '../../../src/core/shanghai.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { take } from '../../support/ledger-commands.ts'
import { act, type SeededAccount, s1Term, seedAccount } from '../../support/ledger-world.ts'

const open = useTestLedgers()

const filed = {
  number: 'ICP-1',
  filing: 'icp',
  endpoint: 'app.example.com',
  holder: 'Example Ltd',
  validTo: '2024-12-31',
} as const

const seed = (suspends = false): { ledger: TestLedger; world: SeededAccount } => {
  const ledger = open()
  const onboarding = { providerNames: ['Provider Ltd'], filing: { suspends, updateWithin: { n: 3, unit: 'day' } } }
  const overrides = { term: s1Term, onboarding, suspension: { filing: 'at_once' } }
  return { ledger, world: seedAccount(ledger, { overrides }) }
}

const record = (ledger: TestLedger, { accountId }: SeededAccount, more: object = {}) =>
  act(ledger, accountId, { kind: 'record_filing', reference: null, ...filed, ...more })

const runMatters = (ledger: TestLedger): void => {
  for (const command of ledger.core.due()) if (command.kind === 'matter_due') ledger.submit(command)
}

describe('a filing', () => {
  test('that names the provider is refused', () => {
    const { ledger, world } = seed()
    expect(record(ledger, world, { holder: 'PROVIDER  Ltd' })).toMatchObject({ detail: 'filing_names_provider' })
  })

  test('is expired after its last day, and stops the account only where the agreement says so', () => {
    for (const suspends of [false, true]) {
      const { ledger, world } = seed(suspends)
      const { matter } = take(record(ledger, world), 'matter')
      ledger.clock.now = startOfDayMs('2025-01-01') - 1
      runMatters(ledger)
      expect(ledger.row('SELECT state FROM matters WHERE id = ?', matter.id)).toEqual({ state: 'recorded' })
      ledger.clock.advance(1)
      runMatters(ledger)
      expect(ledger.row('SELECT state FROM matters WHERE id = ?', matter.id)).toEqual({ state: 'expired' })
      const { suspended_ground } = ledger.row<{ suspended_ground: string | null }>('SELECT suspended_ground FROM accounts')
      expect(suspended_ground).toBe(suspends ? 'filing' : null)
    }
  })

  test('that changed and is not updated in time is outdated; an update in time is met', () => {
    const { ledger, world } = seed()
    const ids = [1, 2].map(() => take(record(ledger, world), 'matter').matter.id)
    for (const filingId of ids) {
      const change = { kind: 'outdate_filing', filingId, changedOn: '2024-08-02' } as const
      take(act(ledger, world.accountId, change), 'matter')
    }
    const [updated = 0, left = 0] = ids
    take(act(ledger, world.accountId, { kind: 'update_filing', filingId: updated, ...filed }), 'matter')
    ledger.clock.now = startOfDayMs('2024-08-06')
    runMatters(ledger)
    const stateOf = (id: number) => ledger.row<{ state: string }>('SELECT state FROM matters WHERE id = ?', id).state
    expect([stateOf(updated), stateOf(left)]).toEqual(['recorded', 'outdated'])
  })
})
