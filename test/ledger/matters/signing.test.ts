import { describe, expect, test } from 'vitest'
import type { Party } from '../../../src/core/matters/signing.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { accountA, holdCommand, madeUp, take } from '../../support/ledger-commands.ts'
import { act, createKey, recordConsent, s1Term } from '../../support/ledger-world.ts'

const open = useTestLedgers()
/** What a live key waits for is another suite's. */
const nothingAsked = { papers: [], identity: false, testCalls: null, namedUser: false, holder: false }
const document = madeUp('the contract').digest
const dayMs = 86_400_000

const seed = (preset: string, overrides: Record<string, unknown>) => {
  const ledger = open()
  take(act(ledger, accountA, { kind: 'create_account', name: 'Example Ltd' }), 'account')
  const { agreement } = take(
    act(ledger, accountA, { kind: 'put_agreement', preset, overrides: { onboarding: nothingAsked, ...overrides } }),
    'agreement',
  )
  const credentials = createKey(ledger, accountA)
  recordConsent(ledger, credentials, 'consent-1', { type: preset === 'S2' ? 'click' : 'e_signature' })
  const call = (name: string) =>
    ledger.submit(holdCommand(credentials, name, preset === 'S2' ? { purpose: 'real_name_registration' } : {}))
  return { ledger, agreement, credentials, call }
}

const sign = (ledger: TestLedger, party: Party, more: { documentSha256?: string; sealed?: boolean; signedAt?: number } = {}) =>
  act(ledger, accountA, {
    kind: 'sign_agreement',
    party,
    documentSha256: document,
    sealed: true,
    signedAt: ledger.clock.now,
    ...more,
  })

const s0 = { checks: { id2: { consentTypes: ['e_signature'] } } }

describe('an agreement that is signed', () => {
  test('is in force from the later of two signatures on, and not by one', () => {
    const { ledger, call } = seed('S0', s0)
    const now = ledger.clock.now
    expect(take(sign(ledger, 'provider', { signedAt: now - dayMs }), 'matter').matter).toMatchObject({ state: 'one_sided' })
    expect(call('one')).toMatchObject({ kind: 'refused', code: 'not_effective' })
    const signed = take(sign(ledger, 'customer', { signedAt: now - 5 }), 'matter').matter
    expect(signed).toMatchObject({ state: 'signed', data: { effectiveAt: now - 5, version: 1 }, closedAt: now })
    expect(call('one')).toMatchObject({ kind: 'held' })
    const [leaf] = ledger.rows<{ leaf: string }>("SELECT leaf FROM entries WHERE kind = 'sign_agreement' ORDER BY seq DESC")
    expect(JSON.parse(leaf?.leaf ?? '')).toMatchObject({ party: 'customer', sealed: 1, effective_at: now - 5, document })
  })

  test('waits for a seal that is missing', () => {
    const { ledger, call } = seed('S3', { term: s1Term, checks: { id2: { consentTypes: ['e_signature'] } } })
    take(sign(ledger, 'provider'), 'matter')
    const half = take(sign(ledger, 'customer', { sealed: false }), 'matter').matter
    expect(half).toMatchObject({ state: 'seal_missing', data: { effectiveAt: null }, closedAt: null })
    expect(call('one')).toMatchObject({ code: 'not_effective' })
    expect(take(sign(ledger, 'customer'), 'matter').matter).toMatchObject({ state: 'signed' })
    expect(call('one')).toMatchObject({ kind: 'held' })
  })

  test('is one document, signed once by each side, and not in the future', () => {
    const { ledger } = seed('S0', s0)
    expect(sign(ledger, 'customer', { signedAt: ledger.clock.now + 1 })).toMatchObject({ detail: 'signed_in_the_future' })
    const first = take(sign(ledger, 'customer'), 'matter')
    expect(take(sign(ledger, 'customer'), 'matter')).toEqual({ ...first, repeated: true })
    expect(sign(ledger, 'customer', { signedAt: 1 })).toMatchObject({ detail: 'already_signed' })
    expect(sign(ledger, 'provider', { documentSha256: madeUp('another').digest })).toMatchObject({ detail: 'document_differs' })
    expect(ledger.rows("SELECT 1 FROM entries WHERE kind = 'sign_agreement'")).toHaveLength(1)
  })

  test('is signed anew when its text was changed between the signatures', () => {
    const { ledger, call } = seed('S0', s0)
    const { id } = take(sign(ledger, 'customer'), 'matter').matter
    take(
      act(ledger, accountA, {
        kind: 'put_agreement',
        preset: 'S0',
        overrides: { onboarding: nothingAsked, ...s0, settleWithinDays: 5 },
      }),
      'agreement',
    )
    expect(ledger.rows("SELECT id, state FROM matters WHERE kind = 'signing'")).toEqual([{ id, state: 'superseded' }])
    take(sign(ledger, 'provider'), 'matter')
    expect(call('one')).toMatchObject({ code: 'not_effective' })
    take(sign(ledger, 'customer'), 'matter')
    expect(call('one')).toMatchObject({ kind: 'held' })
  })

  test('is not there to be signed before it is put', () => {
    const ledger = open()
    take(act(ledger, accountA, { kind: 'create_account', name: 'Example Ltd' }), 'account')
    expect(sign(ledger, 'customer')).toMatchObject({ detail: 'agreement_missing' })
  })
})

describe('an agreement that is accepted', () => {
  test('is in force by the tick of the customer on what was shown', () => {
    const { ledger, agreement, credentials, call } = seed('S2', {})
    const { version, digest } = agreement
    const tick = (shown: string) =>
      ledger.submit({
        kind: 'customer_act',
        accountId: accountA,
        credentials,
        act: { kind: 'accept_agreement', version, digest: shown, privacyPolicySha256: null, acceptedAt: null },
      })
    expect(tick(madeUp('another').digest)).toMatchObject({ kind: 'refused', detail: 'document_differs' })
    expect(call('one')).toMatchObject({ code: 'not_effective' })
    const accepted = take(tick(digest), 'acted').result
    expect(accepted).toMatchObject({
      repeated: false,
      matter: { state: 'accepted', data: { effectiveAt: ledger.clock.now, signatures: [{ party: 'customer', form: 'tick' }] } },
    })
    ledger.clock.advance(dayMs)
    expect(take(tick(digest), 'acted').result).toMatchObject({ repeated: true })
    expect(call('one')).toMatchObject({ kind: 'held' })
  })

  test('is not in force by signatures, nor one that is paid by a tick', () => {
    const { ledger, call } = seed('S2', {})
    take(sign(ledger, 'customer'), 'matter')
    expect(take(sign(ledger, 'provider'), 'matter').matter.data).toMatchObject({ effectiveAt: null })
    expect(call('one')).toMatchObject({ code: 'not_effective' })
    const paid = seed('S1', { term: s1Term })
    const { version, digest } = paid.agreement
    const tick = {
      kind: 'accept_agreement',
      version,
      digest,
      privacyPolicySha256: null,
      acceptedAt: paid.ledger.clock.now,
    } as const
    expect(take(act(paid.ledger, accountA, tick), 'matter').matter).toMatchObject({
      state: 'accepted',
      data: { effectiveAt: null },
    })
    expect(paid.call('one')).toMatchObject({ code: 'not_effective' })
  })
})
