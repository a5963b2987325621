import { describe, expect, test } from 'vitest'
import type { StaffAct } from '../../src/core/commands.ts'
import { startOfTests } from '../support/clock.ts'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'
import { accountB, actCommand, staffReader, take } from '../support/ledger-commands.ts'
import { act, grantOf, hold, type SeededAccount, seedWorld, settle } from '../support/ledger-world.ts'

const open = useTestLedgers()

const dayMs = 86_400_000

const doubted = (ledger: TestLedger): { world: SeededAccount; verificationId: number } => {
  const world = seedWorld(ledger)
  const { verificationId } = hold(ledger, world, 'one')
  settle(ledger, world, verificationId, 'unknown')
  return { world, verificationId }
}

type Outcome = Extract<StaffAct, { kind: 'propose_settlement' }>['outcome']

const propose = (
  ledger: TestLedger,
  accountId: string,
  verificationId: number,
  outcome: Outcome = 'match',
  actor = 'staff-1',
) => {
  const proposal = {
    kind: 'propose_settlement',
    verificationId,
    outcome,
    sourceId: 'source_a',
    sourceReference: 'by letter',
  } as const
  return act(ledger, accountId, proposal, actor)
}

const approve = (ledger: TestLedger, accountId: string, approvalId: number, actor = 'staff-2') =>
  act(ledger, accountId, { kind: 'approve', approvalId }, actor)

describe('settling a doubt by hand', () => {
  test.each<[Outcome, string, string, number]>([
    ['match', 'captured', 'match', 1],
    ['mismatch', 'captured', 'mismatch', 1],
    ['no_record', 'released', 'no_record', 0],
    ['released', 'released', 'unknown', 0],
  ])('two persons end it as %s: %s', (outcome, state, stored, credits) => {
    const ledger = open()
    const { world, verificationId } = doubted(ledger)
    const { approval } = take(propose(ledger, world.accountId, verificationId, outcome), 'approval')
    expect(approval).toMatchObject({ act: 'settle', proposedBy: 'staff-1', expiresAt: startOfTests + dayMs, decidedBy: null })
    expect(grantOf(ledger, world)).toMatchObject({ held: 1, captured: 0 })
    const { verification } = take(approve(ledger, world.accountId, approval.id), 'settlement')
    expect(verification).toMatchObject({ state, outcome: stored, credits, source: { id: 'source_a', reference: 'by letter' } })
    expect(grantOf(ledger, world)).toMatchObject({ held: 0, captured: credits })
    expect(ledger.row('SELECT settled_by, reason FROM outcomes')).toEqual({ settled_by: 'staff', reason: 'settled_by_staff' })
    const approvals = take(ledger.read({ kind: 'approvals', reader: staffReader, accountId: world.accountId }), 'read').value
    expect(approvals).toEqual([{ ...approval, decidedBy: 'staff-2', decidedAt: startOfTests }])
  })

  test('the leaves of both acts hold the digest of the exact change', () => {
    const ledger = open()
    const { world, verificationId } = doubted(ledger)
    const { approval } = take(propose(ledger, world.accountId, verificationId), 'approval')
    approve(ledger, world.accountId, approval.id)
    const leaves = ledger.rows<{ leaf: string }>(
      "SELECT leaf FROM entries WHERE kind IN ('propose_settlement', 'approve') ORDER BY id",
    )
    expect(leaves.map(({ leaf }) => JSON.parse(leaf))).toMatchObject([
      { staff: 'staff-1', approval: approval.id, change: approval.digest },
      { staff: 'staff-2', approval: approval.id, change: approval.digest },
    ])
    const { change } = ledger.row<{ change: string }>('SELECT change FROM approvals')
    expect(ledger.crypto.sha256(change)).toBe(approval.digest)
    expect(JSON.parse(change)).toEqual({
      verification: verificationId,
      outcome: 'match',
      source: 'source_a',
      source_reference: 'by letter',
    })
  })

  test('the person who proposed cannot approve', () => {
    const ledger = open()
    const { world, verificationId } = doubted(ledger)
    const { approval } = take(propose(ledger, world.accountId, verificationId), 'approval')
    expect(approve(ledger, world.accountId, approval.id, 'staff-1')).toEqual({
      kind: 'refused',
      code: 'approval_required',
      detail: 'same_person',
    })
    expect(grantOf(ledger, world)).toMatchObject({ held: 1, captured: 0 })
  })

  test('a proposal lives for 24 hours', () => {
    const ledger = open()
    const { world, verificationId } = doubted(ledger)
    const { approval } = take(propose(ledger, world.accountId, verificationId), 'approval')
    ledger.clock.advance(dayMs)
    expect(approve(ledger, world.accountId, approval.id)).toMatchObject({ code: 'state_conflict', detail: 'proposal_expired' })
    const second = take(propose(ledger, world.accountId, verificationId), 'approval').approval
    ledger.clock.advance(dayMs - 1)
    take(approve(ledger, world.accountId, second.id), 'settlement')
  })

  test('only a doubt can be proposed, and only a doubt can be ended by it', () => {
    const ledger = open()
    const { world, verificationId } = doubted(ledger)
    const conflict = { kind: 'refused', code: 'state_conflict', detail: 'not_in_doubt' }
    const asked = hold(ledger, world, 'being asked').verificationId
    expect(propose(ledger, world.accountId, asked)).toEqual(conflict)
    expect(propose(ledger, world.accountId, 1)).toEqual({ kind: 'refused', code: 'not_found' })
    const { approval } = take(propose(ledger, world.accountId, verificationId), 'approval')
    settle(ledger, world, verificationId, 'mismatch', { by: 'query' })
    expect(approve(ledger, world.accountId, approval.id)).toEqual(conflict)
    expect(propose(ledger, world.accountId, verificationId)).toEqual(conflict)
  })

  test('of two proposals the first that is approved counts, and each is approved once, also in one commit', () => {
    const ledger = open()
    const { world, verificationId } = doubted(ledger)
    const first = take(propose(ledger, world.accountId, verificationId, 'match'), 'approval').approval
    const second = take(propose(ledger, world.accountId, verificationId, 'released', 'staff-3'), 'approval').approval
    const results = ledger.group(
      [second.id, second.id, first.id].map((approvalId) =>
        actCommand(world.accountId, { kind: 'approve', approvalId }, 'staff-2'),
      ),
    )
    expect(results).toMatchObject([
      { kind: 'settlement', verification: { state: 'released' } },
      { kind: 'refused', detail: 'already_decided' },
      { kind: 'refused', detail: 'not_in_doubt' },
    ])
  })

  test('is still possible when the account is closed', () => {
    const ledger = open()
    const { world, verificationId } = doubted(ledger)
    take(act(ledger, world.accountId, { kind: 'close_account', note: '' }), 'account')
    const { approval } = take(propose(ledger, world.accountId, verificationId), 'approval')
    take(approve(ledger, world.accountId, approval.id), 'settlement')
  })

  test('clears the alarm of the doubt', () => {
    const ledger = open()
    const { world, verificationId } = doubted(ledger)
    const { accountId } = world
    ledger.submit({ kind: 'alarm', accountId, alarm: 'in_doubt_aged', subject: String(verificationId), raised: true })
    const { approval } = take(propose(ledger, accountId, verificationId), 'approval')
    approve(ledger, accountId, approval.id)
    const alarms = take(ledger.read({ kind: 'alarms', reader: staffReader, accountId }), 'read').value
    expect(alarms).toMatchObject([{ kind: 'in_doubt_aged', clearedAt: startOfTests }])
  })

  test('of another account is not found', () => {
    const ledger = open()
    const { world, verificationId } = doubted(ledger)
    seedWorld(ledger, { accountId: accountB })
    const { approval } = take(propose(ledger, world.accountId, verificationId), 'approval')
    expect(propose(ledger, accountB, verificationId)).toEqual({ kind: 'refused', code: 'not_found' })
    expect(approve(ledger, accountB, approval.id)).toEqual({ kind: 'refused', code: 'not_found' })
  })
})
