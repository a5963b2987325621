import { describe, expect, test } from 'vitest'
import type { CustomerMatterAct, MatterView } from '../../../src/core/matters/index.ts'
import { startOfTests } from '../../support/clock.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { holdCommand, staffReader, take } from '../../support/ledger-commands.ts'
import {
  act,
  createKey,
  grantOf,
  noticeOf,
  type SeededAccount,
  seedAccount,
  seedWorld,
  verifyOnce,
} from '../../support/ledger-world.ts'

const open = useTestLedgers()

const listOf = <K extends 'suspension' | 'notice'>(
  ledger: TestLedger,
  { accountId }: Pick<SeededAccount, 'accountId'>,
  matter: K,
) =>
  take(ledger.read({ kind: 'matters', matter, open: false, before: null, limit: 50, reader: staffReader, accountId }), 'read')
    .value.items as MatterView<K>[]

const customerAct = (ledger: TestLedger, { accountId, credentials }: SeededAccount, customers: CustomerMatterAct) =>
  ledger.submit({ kind: 'customer_act', accountId, credentials, act: customers })

describe('a suspension on record', () => {
  test('says who, why and when at both ends, and the customer is told where no notice came first', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { accountId } = world
    take(act(ledger, accountId, { kind: 'suspend_account', ground: 'fraud', note: 'see file', noticeId: null }), 'account')
    ledger.clock.advance(60_000)
    take(act(ledger, accountId, { kind: 'resume_account', note: 'explained' }, 'staff-2'), 'account')
    expect(listOf(ledger, world, 'suspension')).toMatchObject([
      {
        state: 'lifted',
        openedBy: 'staff:staff-1',
        openedAt: startOfTests,
        closedAt: startOfTests + 60_000,
        data: { target: 'account', ground: 'fraud', note: 'see file', lifted: { by: 'staff:staff-2', note: 'explained' } },
      },
    ])
    expect(listOf(ledger, world, 'notice').map(({ data }) => [data.scene, data.variables.ground])).toEqual([
      ['resumed', 'fraud'],
      ['suspended', 'fraud'],
    ])
  })

  test('after a notice names the notice, and tells nothing twice', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { accountId, keyNumber } = world
    const noticeId = noticeOf(ledger, accountId, startOfTests)
    take(act(ledger, accountId, { kind: 'suspend_key', keyNumber, ground: 'breach', note: '', noticeId }), 'key')
    expect(listOf(ledger, world, 'suspension')).toMatchObject([
      { state: 'in_force', data: { target: 'key', keyNumber, noticeId, noticeAt: startOfTests } },
    ])
    expect(listOf(ledger, world, 'notice').map(({ data }) => data.scene)).toEqual(['correction_ordered'])
    take(act(ledger, accountId, { kind: 'revoke_key', keyNumber }), 'key')
    expect(listOf(ledger, world, 'suspension')).toMatchObject([{ state: 'key_revoked', data: { lifted: null } }])
  })

  test('is proved by a notice of this account that speaks of the matter, and by nothing else', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { accountId } = world
    const suspend = (noticeId: number) =>
      act(ledger, accountId, { kind: 'suspend_account', ground: 'breach', note: '', noticeId })
    expect(suspend(7)).toMatchObject({ code: 'not_found' })
    const foreign = seedAccount(ledger, { accountId: 'acc_0000000009' })
    expect(suspend(noticeOf(ledger, foreign.accountId, startOfTests))).toMatchObject({ code: 'not_found' })
    const ticket = take(
      act(ledger, accountId, { kind: 'open_ticket', reference: null, topic: 'fault', urgent: false, text: 'x' }),
      'matter',
    ).matter
    expect(suspend(ticket.id)).toMatchObject({ code: 'not_found' })
    take(act(ledger, accountId, { kind: 'step_ticket', ticketId: ticket.id, step: 'replied', text: null }), 'matter')
    const [answered] = listOf(ledger, world, 'notice')
    expect(suspend(answered?.id ?? 0)).toMatchObject({ code: 'state_conflict', detail: 'notice_of_something_else' })
  })

  test('on an attack keeps the records and asks for a report (S3 附件3 第二条)', () => {
    const ledger = open()
    const world = seedWorld(ledger, { overrides: { suspension: { network_attack: 'at_once_with_report' } } })
    const { accountId } = world
    const standing = () => take(ledger.read({ kind: 'standing', reader: staffReader, accountId }), 'read').value
    expect(standing()).toMatchObject({ term: 'ok', suspensions: [], recordsKept: false })
    take(act(ledger, accountId, { kind: 'suspend_account', ground: 'network_attack', note: '', noticeId: null }), 'account')
    expect(standing()).toMatchObject({ recordsKept: true, suspensions: [{ data: { reportToAuthority: true } }] })
    const alarms = take(ledger.read({ kind: 'alarms', reader: staffReader, accountId }), 'read').value
    expect(alarms).toMatchObject([{ kind: 'authority_report_due', clearedAt: null }])
    take(act(ledger, accountId, { kind: 'resume_account', note: '' }), 'account')
    expect(standing()).toMatchObject({ recordsKept: false })
  })

  test('a term that is over is shown beside it', () => {
    const ledger = open()
    const { accountId } = seedWorld(ledger)
    ledger.clock.set('2025-08-01T00:00:00+08:00')
    expect(take(ledger.read({ kind: 'standing', reader: staffReader, accountId }), 'read').value.term).toBe('term_expired')
  })
})

describe('a hold on one person who objects', () => {
  const held = () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { id: consentId } = ledger.row<{ id: number }>('SELECT id FROM consents')
    const hold = { kind: 'hold_subject', consentId, ground: 'subject_objection', note: 'objects' } as const
    return { ledger, world, consentId, hold }
  }

  test('ends only when the three sides have agreed (S3 §6.2.9, SUSP-09)', () => {
    const { ledger, world, consentId, hold } = held()
    take(act(ledger, world.accountId, hold), 'done')
    expect(ledger.submit(holdCommand(world.credentials, 'one'))).toMatchObject({ code: 'subject_on_hold' })
    const resume = (...agreedBy: ('data_subject' | 'customer' | 'provider')[]) =>
      act(ledger, world.accountId, { kind: 'resume_subject', consentId, note: 'talked', agreedBy })
    for (const parties of [[], ['customer', 'provider'], ['data_subject', 'provider']] as const)
      expect(resume(...parties)).toMatchObject({ detail: 'three_party_agreement_required' })
    take(resume('provider', 'customer', 'data_subject'), 'done')
    expect(ledger.submit(holdCommand(world.credentials, 'one'))).toMatchObject({ kind: 'held' })
    expect(listOf(ledger, world, 'suspension')).toMatchObject([
      { state: 'lifted', data: { target: 'subject', lifted: { agreedBy: ['provider', 'customer', 'data_subject'] } } },
    ])
  })

  test('needs a ground of the table; one that may stop everybody may stop one person', () => {
    const { ledger, world, hold } = held()
    expect(act(ledger, world.accountId, { ...hold, ground: 'mood' })).toMatchObject({ detail: 'ground_unknown' })
    expect(act(ledger, world.accountId, { ...hold, ground: 'breach' })).toMatchObject({ detail: 'notice_required' })
    take(act(ledger, world.accountId, { ...hold, ground: 'authority_order' }), 'done')
  })
})

describe('a report that a key has leaked', () => {
  test('locks the key from the next request on; what was charged before stays (S2 三(三), S3 §6.1.9)', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { keyNumber, credentials } = world
    verifyOnce(ledger, world, 'before', 'match')
    const leaked = createKey(ledger, world.accountId)
    const report = { kind: 'report_leak', keyNumber: leaked.keyNumber, note: 'a lost laptop' } as const
    const done = take(customerAct(ledger, world, report), 'acted')
    expect(done.result).toMatchObject({
      kind: 'matter',
      repeated: false,
      matter: { openedBy: `key:${keyNumber}`, data: { ground: 'key_leaked', keyNumber: leaked.keyNumber } },
    })
    ledger.clock.advance(1_000)
    expect(ledger.submit(holdCommand(leaked, 'after'))).toMatchObject({ code: 'key_suspended' })
    expect(ledger.submit(holdCommand(credentials, 'other key'))).toMatchObject({ kind: 'held' })
    expect(grantOf(ledger, world)).toMatchObject({ captured: 1, held: 1 })
    expect(take(customerAct(ledger, world, report), 'acted').result).toMatchObject({ repeated: true })
  })

  test('a key may always report itself, and another one only with `account:write`', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const poor = { ...world, credentials: createKey(ledger, world.accountId, { scopes: ['verifications:write'] }) }
    const report = (keyNumber: number) => customerAct(ledger, poor, { kind: 'report_leak', keyNumber, note: null })
    expect(report(world.keyNumber)).toMatchObject({ code: 'key_scope' })
    take(report(poor.credentials.keyNumber), 'acted')
    expect(report(poor.credentials.keyNumber)).toMatchObject({ code: 'key_suspended' })
    // Staff let it go again when it was a mistake.
    take(act(ledger, world.accountId, { kind: 'resume_key', keyNumber: poor.credentials.keyNumber, note: 'found' }), 'key')
    expect(ledger.submit(holdCommand(poor.credentials, 'again'))).toMatchObject({ kind: 'held' })
  })

  test('of a key that is revoked, stopped for something else, or nobody’s is refused', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { accountId } = world
    const { keyNumber } = createKey(ledger, accountId)
    const report = (number: number) => customerAct(ledger, world, { kind: 'report_leak', keyNumber: number, note: null })
    expect(report(7)).toMatchObject({ code: 'not_found' })
    take(act(ledger, accountId, { kind: 'suspend_key', keyNumber, ground: 'fraud', note: '', noticeId: null }), 'key')
    expect(report(keyNumber)).toMatchObject({ detail: 'already_suspended' })
    take(act(ledger, accountId, { kind: 'revoke_key', keyNumber }), 'key')
    expect(report(keyNumber)).toMatchObject({ detail: 'key_revoked' })
  })
})
