import { describe, expect, test } from 'vitest'
import { scopes } from '../../src/core/commands.ts'
import { startOfDayMs } from '../../src/core/shanghai.ts'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'
import { accountA, approvalOf, consentInput, licenceAct, partyAct, recordCommand, take } from '../support/ledger-commands.ts'
import { act, buyCredits, createKey, fileRotationRequest, s1Term, verifyOnce } from '../support/ledger-world.ts'

const open = useTestLedgers()

/** An account under S1 whose onboarding is as wished, without any paper. */
const openAccount = (onboarding: object = {}): TestLedger => {
  const ledger = open()
  take(act(ledger, accountA, { kind: 'create_account', name: 'one' }), 'account')
  const overrides = { term: s1Term, onboarding }
  take(act(ledger, accountA, { kind: 'put_agreement', preset: 'S1', overrides }), 'agreement')
  return ledger
}

const nothing = { papers: [], holder: false, rotation: 'at_once' }

const liveKey = (ledger: TestLedger, holder: string | null = null) =>
  act(ledger, accountA, {
    kind: 'create_key',
    name: 'app',
    mode: 'live',
    scopes: [...scopes],
    addresses: [],
    expiresAt: null,
    holder,
  })

const approve = (ledger: TestLedger, paper: Partial<typeof licenceAct> = {}): number => {
  const { matter } = take(act(ledger, accountA, { ...licenceAct, ...paper }), 'matter')
  take(act(ledger, accountA, approvalOf(matter.id), 'staff-2'), 'matter')
  return matter.id
}

const refusedFor = (detail: string) => ({ kind: 'refused', code: 'state_conflict', detail })

describe('a live key', () => {
  test('waits for the party and a sealed licence that another person approved; a test key for nothing', () => {
    const ledger = openAccount()
    createKey(ledger, accountA, { mode: 'test' })
    expect(liveKey(ledger)).toEqual(refusedFor('kyb_incomplete'))
    take(act(ledger, accountA, partyAct), 'matter')
    approve(ledger, { sealed: false })
    expect(liveKey(ledger)).toEqual(refusedFor('kyb_incomplete'))
    const { matter } = take(act(ledger, accountA, licenceAct), 'matter')
    expect(liveKey(ledger)).toEqual(refusedFor('kyb_incomplete'))
    expect(act(ledger, accountA, approvalOf(matter.id))).toEqual(refusedFor('own_paper'))
    take(act(ledger, accountA, approvalOf(matter.id), 'staff-2'), 'matter')
    take(liveKey(ledger), 'key')
    const { leaf } = ledger.row<{ leaf: string }>("SELECT leaf FROM entries WHERE kind = 'create_key' ORDER BY id DESC")
    expect(JSON.parse(leaf)).toMatchObject({ papers: String(matter.id) })
  })

  test('is refused from the end of the last day of its paper on, and the paper is over by the clock', () => {
    const ledger = openAccount()
    take(act(ledger, accountA, partyAct), 'matter')
    const id = approve(ledger, { validTo: '2024-08-31' })
    ledger.clock.now = startOfDayMs('2024-09-01') - 1
    take(liveKey(ledger), 'key')
    expect(ledger.runDue()).toEqual([])
    ledger.clock.advance(1)
    expect(liveKey(ledger)).toEqual(refusedFor('kyb_incomplete'))
    expect(ledger.runDue()).toEqual([{ kind: 'matter_due', accountId: accountA, matterId: id }])
    expect(ledger.row('SELECT state FROM matters WHERE id = ?', id)).toEqual({ state: 'expired' })
    expect(ledger.rows("SELECT 1 FROM entries WHERE kind = 'paper_expired'")).toHaveLength(1)
    expect(ledger.runDue()).toEqual([])
  })

  test('of a business that needs an approval beforehand waits for that, too', () => {
    const ledger = openAccount()
    take(act(ledger, accountA, { ...partyAct, business: 'medical' } as typeof partyAct), 'matter')
    approve(ledger)
    expect(liveKey(ledger)).toEqual(refusedFor('kyb_incomplete'))
    approve(ledger, { paper: 'pre_approval' })
    take(liveKey(ledger), 'key')
  })

  test('needs an explanation when another account ordered', () => {
    const ledger = openAccount()
    const { matter } = take(act(ledger, accountA, { ...partyAct, orderedBy: 'Another Ltd' } as typeof partyAct), 'matter')
    approve(ledger)
    expect(liveKey(ledger)).toEqual(refusedFor('holder_unexplained'))
    take(act(ledger, accountA, { kind: 'explain_holder', partyId: matter.id, explanation: 'its mother company' }), 'matter')
    take(liveKey(ledger), 'key')
  })

  test('needs a verified identity where the agreement says so', () => {
    const ledger = openAccount({ ...nothing, identity: true })
    expect(liveKey(ledger)).toEqual(refusedFor('identity_not_verified'))
    take(act(ledger, accountA, partyAct), 'matter')
    approve(ledger, { paper: 'agent_id', sealed: false })
    take(liveKey(ledger), 'key')
  })

  test('needs a named user where the agreement says so', () => {
    const ledger = openAccount({ ...nothing, namedUser: true })
    expect(liveKey(ledger)).toEqual(refusedFor('user_missing'))
    expect(take(liveKey(ledger, 'user-7'), 'key').key).toMatchObject({ holder: 'user-7' })
  })

  test('waits for test calls with a result, which are counted in the books', () => {
    const ledger = openAccount({ ...nothing, testCalls: 2 })
    expect(liveKey(ledger)).toEqual(refusedFor('integration_not_passed'))
    const { grant } = buyCredits(ledger, accountA, 10, 'test')
    const credentials = createKey(ledger, accountA, { mode: 'test' })
    ledger.submit(recordCommand(credentials, consentInput('consent-1')))
    const world = { accountId: accountA, credentials, keyNumber: credentials.keyNumber, orderId: 0, grantId: grant.id }
    const [first, second] = ['one', 'two'].map((name) => verifyOnce(ledger, world, name, 'match').id)
    const failed = verifyOnce(ledger, world, 'three', 'unavailable').id
    const { matter } = take(act(ledger, accountA, { kind: 'open_integration', reference: null }), 'matter')
    const pass = (...ids: (number | undefined)[]) =>
      act(ledger, accountA, {
        kind: 'pass_integration',
        integrationId: matter.id,
        verificationIds: ids.map((id) => id ?? 0),
        recordSha256: null,
      })
    expect(pass(first, failed)).toEqual(refusedFor('not_a_passed_test_call'))
    expect(pass(first, first)).toEqual(refusedFor('too_few_test_calls'))
    expect(liveKey(ledger)).toEqual(refusedFor('integration_not_passed'))
    take(pass(first, second), 'matter')
    take(liveKey(ledger), 'key')
  })
})

test('a delay that the customer caused brings no penalty', () => {
  const ledger = openAccount()
  const { matter } = take(act(ledger, accountA, { kind: 'open_integration', reference: null }), 'matter')
  const delay = (cause: 'customer' | 'provider') =>
    take(act(ledger, accountA, { kind: 'delay_integration', integrationId: matter.id, cause, days: 3 }), 'matter').matter.data
  delay('customer')
  expect(delay('provider')).toMatchObject({
    delays: [
      { cause: 'customer', penalty: 'none' },
      { cause: 'provider', penalty: 'open' },
    ],
  })
})

test('a planned rotation needs a sealed request, which serves once; a revocation needs none', () => {
  const ledger = openAccount()
  take(act(ledger, accountA, partyAct), 'matter')
  approve(ledger)
  const rotate = (keyNumber: number) => act(ledger, accountA, { kind: 'rotate_key', keyNumber, graceSeconds: 60 })
  const { key } = take(liveKey(ledger), 'key')
  expect(rotate(key.keyNumber)).toEqual(refusedFor('document_required'))
  fileRotationRequest(ledger, accountA)
  const next = take(rotate(key.keyNumber), 'key').key
  expect(rotate(next.keyNumber)).toEqual(refusedFor('document_required'))
  expect(take(act(ledger, accountA, { kind: 'revoke_key', keyNumber: next.keyNumber }), 'key').key.standing).toBe('revoked')
})
