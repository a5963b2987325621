import { expect, test } from 'vitest'
import { useTestLedgers } from '../../support/ledger.ts'
import { madeUp, take } from '../../support/ledger-commands.ts'
import { act, seedAccount } from '../../support/ledger-world.ts'

const open = useTestLedgers()

test('there is one contact person: a second one is refused, another one takes its place by a letter', () => {
  const ledger = open()
  const { accountId } = seedAccount(ledger)
  const name = (contact: string) => act(ledger, accountId, { kind: 'name_contact', reference: null, contact })
  const first = take(name('staff-7'), 'matter').matter
  expect(name('staff-8')).toMatchObject({ code: 'state_conflict', detail: 'contact_active' })
  const replace = {
    kind: 'replace_contact',
    contactPersonId: first.id,
    contact: 'staff-8',
    letterSha256: madeUp('letter').digest,
  } as const
  const next = take(act(ledger, accountId, replace), 'matter')
  expect([next.matter.state, next.repeated]).toEqual(['active', false])
  expect(ledger.row('SELECT state FROM matters WHERE id = ?', first.id)).toEqual({ state: 'replaced' })
  expect(take(act(ledger, accountId, replace), 'matter')).toMatchObject({ repeated: true, matter: { id: next.matter.id } })
})
