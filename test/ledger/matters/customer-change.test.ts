import { expect, test } from 'vitest'
import { startOfDayMs } from '../../../src/core/shanghai.ts'
import { useTestLedgers } from '../../support/ledger.ts'
import { take } from '../../support/ledger-commands.ts'
import { act, seedAccount } from '../../support/ledger-world.ts'

const open = useTestLedgers()

test.each([
  // WD5K-02 of contracts.md §3.
  ['in time on its last day', startOfDayMs('2024-09-21') - 1, false, 'met'],
  ['late from the next day on', startOfDayMs('2024-09-21'), true, 'missed'],
])('a change that is reported within 5 working days is %s', (_what, now, late, ending) => {
  const ledger = open()
  const { accountId } = seedAccount(ledger)
  ledger.clock.now = now
  const report = { kind: 'report_change', reference: null, what: 'licence', changedOn: '2024-09-12', text: 'a new one' } as const
  const { matter } = take(act(ledger, accountId, report), 'matter')
  expect(matter).toMatchObject({ data: { late }, clocks: [{ name: 'report', clause: 'S1 §3.3', lastDay: '2024-09-20', ending }] })
})

test('a change of a day to come is refused', () => {
  const ledger = open()
  const { accountId } = seedAccount(ledger)
  const report = { kind: 'report_change', reference: null, what: 'name', changedOn: '2030-01-01', text: 'to come' } as const
  expect(act(ledger, accountId, report)).toMatchObject({ detail: 'change_in_the_future' })
})
