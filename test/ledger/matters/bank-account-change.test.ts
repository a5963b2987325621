import { describe, expect, test } from 'vitest'
import { startOfDayMs } from '../../../src/core/shanghai.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { madeUp, take } from '../../support/ledger-commands.ts'
import { act, type SeededAccount, seedAccount } from '../../support/ledger-world.ts'

const open = useTestLedgers()

const seed = (): { ledger: TestLedger; world: SeededAccount } => {
  const ledger = open()
  return { ledger, world: seedAccount(ledger) }
}

/** AD10-01 of contracts.md §3 begins on this day. */
const start = startOfDayMs('2025-03-03') + 3_600_000

const notice = {
  kind: 'notify_bank_account',
  reference: null,
  name: 'Example Ltd',
  taxId: '91350100M000100Y43',
  bank: 'Bank of Examples',
  numberMasked: '****0000',
  number: madeUp('number'),
  effectiveOn: '2025-03-14',
} as const

/** By the customer. */
const asCustomer = (ledger: TestLedger, { accountId, credentials }: SeededAccount, more: object = {}) =>
  ledger.submit({ kind: 'customer_act', accountId, credentials, act: { ...notice, ...more } })

const idOf = (result: ReturnType<typeof asCustomer>): number => {
  const { result: done } = take(result, 'acted')
  return take(done, 'matter').matter.id
}

const runMatters = (ledger: TestLedger): void => {
  for (const command of ledger.core.due()) if (command.kind === 'matter_due') ledger.submit(command)
}
const stateOf = (ledger: TestLedger, id: number) =>
  ledger.row<{ state: string }>('SELECT state FROM matters WHERE id = ?', id).state

describe('another bank account', () => {
  test('is told of ten full days ahead', () => {
    const { ledger, world } = seed()
    ledger.clock.now = start
    expect(asCustomer(ledger, world, { effectiveOn: '2025-03-13' })).toMatchObject({ detail: 'notice_too_short' })
    idOf(asCustomer(ledger, world))
  })

  test('keeps the name and the tax id of its owner', () => {
    const { ledger, world } = seed()
    ledger.clock.now = start
    for (const more of [{ name: 'Another Ltd' }, { taxId: '91110000600037341L' }])
      expect(asCustomer(ledger, world, more)).toMatchObject({ detail: 'account_owner_fixed' })
  })

  test('takes effect on its day with the consent of the other side, and lapses without', () => {
    const { ledger, world } = seed()
    ledger.clock.now = start
    const [agreed, silent] = [idOf(asCustomer(ledger, world)), idOf(asCustomer(ledger, world))]
    const { accountId, credentials } = world
    const own = { kind: 'answer_bank_account', changeId: agreed, consents: true } as const
    expect(ledger.submit({ kind: 'customer_act', accountId, credentials, act: own })).toMatchObject({
      detail: 'consent_of_the_other_side',
    })
    take(act(ledger, accountId, own), 'matter')
    ledger.clock.now = startOfDayMs('2025-03-14') - 1
    runMatters(ledger)
    expect([stateOf(ledger, agreed), stateOf(ledger, silent)]).toEqual(['consented', 'notified'])
    ledger.clock.advance(1)
    runMatters(ledger)
    expect([stateOf(ledger, agreed), stateOf(ledger, silent)]).toEqual(['in_force', 'lapsed'])
  })
})
