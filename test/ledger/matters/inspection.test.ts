import { describe, expect, test } from 'vitest'
import type { MatterView } from '../../../src/core/matters/index.ts'
import { startOfTests } from '../../support/clock.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { holdCommand, staffReader, take } from '../../support/ledger-commands.ts'
import { act, type SeededAccount, seedWorld } from '../../support/ledger-world.ts'

const open = useTestLedgers()

const dayMs = 86_400_000
const dueAt = startOfTests + 3 * dayMs

const order = (ledger: TestLedger, { accountId }: SeededAccount, ground = 'breach') =>
  take(
    act(ledger, accountId, {
      kind: 'record_inspection',
      reference: 'visit-1',
      finding: 'results are shown to third parties',
      order: { text: 'stop it', ground, dueAt },
    }),
    'matter',
  ).matter as MatterView<'inspection'>

const found = (ledger: TestLedger, { accountId }: SeededAccount, id: number) =>
  take(ledger.read({ kind: 'matter', matter: 'inspection', id, reader: staffReader, accountId }), 'read')
    .value as MatterView<'inspection'>

describe('an inspection', () => {
  test('with nothing to correct is recorded and over', () => {
    const ledger = open()
    const { accountId } = seedWorld(ledger)
    const record = { kind: 'record_inspection', reference: 'visit-0', finding: 'all in order', order: null } as const
    expect(take(act(ledger, accountId, record), 'matter').matter).toMatchObject({ state: 'in_order', closedAt: startOfTests })
    expect(take(act(ledger, accountId, record), 'matter').repeated).toBe(true)
  })

  test('orders a correction by a named time, and the customer is told in the same commit', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const ordered = order(ledger, world)
    expect(ordered).toMatchObject({
      state: 'correction_ordered',
      clocks: [{ name: 'correction', clause: 'S1 §4.4', dueAt, ending: null }],
    })
    const notice = take(
      ledger.read({
        kind: 'matter',
        matter: 'notice',
        id: ordered.data.order?.noticeId ?? 0,
        reader: staffReader,
        accountId: world.accountId,
      }),
      'read',
    ).value
    expect(notice.data).toMatchObject({ scene: 'correction_ordered', deemedAt: startOfTests })
  })

  test('takes no due time that is past, and no ground that the agreement does not know', () => {
    const ledger = open()
    const { accountId } = seedWorld(ledger)
    const record = (ground: string, due: number) =>
      act(ledger, accountId, {
        kind: 'record_inspection',
        reference: null,
        finding: 'x',
        order: { text: 'x', ground, dueAt: due },
      })
    expect(record('breach', startOfTests)).toMatchObject({ detail: 'due_time_is_past' })
    expect(record('mood', dueAt)).toMatchObject({ detail: 'ground_unknown' })
  })
})

describe('an order that is not done by its time', () => {
  test('is overdue, an alarm, and a suspension on its ground that rests on the order', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { id } = order(ledger, world)
    ledger.clock.now = dueAt - 1
    ledger.runDue()
    expect(ledger.submit(holdCommand(world.credentials, 'in time'))).toMatchObject({ kind: 'held' })
    ledger.clock.now = dueAt
    ledger.runDue()
    ledger.runDue()
    expect(found(ledger, world, id)).toMatchObject({ state: 'overdue', clocks: [{ ending: 'missed' }] })
    expect(ledger.submit(holdCommand(world.credentials, 'late'))).toMatchObject({ code: 'account_suspended' })
    expect(ledger.rows<{ leaf: string }>("SELECT leaf FROM entries WHERE kind = 'suspend_account'")).toHaveLength(1)
    const { leaf } = ledger.row<{ leaf: string }>("SELECT leaf FROM entries WHERE kind = 'suspend_account'")
    expect(JSON.parse(leaf)).toMatchObject({ ground: 'breach', notice_at: startOfTests, clause: 'S1 §4.4' })
    // Late is late, and service goes on when it is done.
    const confirm = { kind: 'confirm_correction', inspectionId: id, text: null } as const
    expect(take(act(ledger, world.accountId, confirm), 'matter').matter).toMatchObject({
      state: 'corrected',
      clocks: [{ ending: 'missed' }],
    })
    expect(ledger.submit(holdCommand(world.credentials, 'again'))).toMatchObject({ kind: 'held' })
  })

  test('suspends nobody where the order does not count as delivered, and is overdue all the same', () => {
    const ledger = open()
    const world = seedWorld(ledger, {
      overrides: { delivery: { site_message: { from: ['handedAt'], precision: 'instant', needs: 'receipt' } } },
    })
    const { id } = order(ledger, world)
    ledger.clock.now = dueAt
    ledger.runDue()
    expect(found(ledger, world, id).state).toBe('overdue')
    expect(ledger.submit(holdCommand(world.credentials, 'late'))).toMatchObject({ kind: 'held' })
  })

  test('a suspension that staff imposed by hand stays when the order is done', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { id } = order(ledger, world)
    take(act(ledger, world.accountId, { kind: 'suspend_account', ground: 'fraud', note: '', noticeId: null }), 'account')
    ledger.clock.now = dueAt
    ledger.runDue()
    take(act(ledger, world.accountId, { kind: 'confirm_correction', inspectionId: id, text: null }), 'matter')
    expect(ledger.submit(holdCommand(world.credentials, 'one'))).toMatchObject({ code: 'account_suspended' })
  })
})

test('an order that is done in time ends without a suspension, by the customer’s report and the confirmation of staff', () => {
  const ledger = open()
  const world = seedWorld(ledger)
  const { accountId, credentials } = world
  const { id } = order(ledger, world)
  const report = { kind: 'report_correction', inspectionId: id, text: 'removed from the app' } as const
  const reported = take(ledger.submit({ kind: 'customer_act', accountId, credentials, act: report }), 'acted')
  expect(reported.result).toMatchObject({ matter: { state: 'correction_ordered', data: { steps: [{ step: 'reported' }] } } })
  const confirm = { kind: 'confirm_correction', inspectionId: id, text: 'seen' } as const
  expect(take(act(ledger, accountId, confirm), 'matter').matter).toMatchObject({ clocks: [{ ending: 'met' }] })
  expect(take(act(ledger, accountId, confirm), 'matter').repeated).toBe(true)
  ledger.clock.now = dueAt + dayMs
  ledger.runDue()
  expect(found(ledger, world, id).state).toBe('corrected')
  expect(ledger.submit(holdCommand(credentials, 'one'))).toMatchObject({ kind: 'held' })
})
