import { describe, expect, test } from 'vitest'
import type { CustomerMatterAct } from '../../../src/core/matters/index.ts'
import { expectSound, type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { accountA, holdCommand, madeUp, staffReader, take } from '../../support/ledger-commands.ts'
import { act, createKey, hold, recordConsent, type SeededAccount, s1Term, seedWorld } from '../../support/ledger-world.ts'

const open = useTestLedgers()
const documentSha256 = madeUp('the supplement').digest
const longer = { term: { ...s1Term, end: '2026-07-29' } }

const propose = (ledger: TestLedger, preset: string, overrides: Record<string, unknown>) =>
  act(ledger, accountA, { kind: 'propose_amendment', preset, overrides, documentSha256 })

const sign = (ledger: TestLedger, amendmentId: number, party: 'customer' | 'provider', actor: string, more: object = {}) =>
  act(
    ledger,
    accountA,
    { kind: 'sign_amendment', amendmentId, party, documentSha256, sealed: true, signedAt: null, ...more },
    actor,
  )

const asCustomer = (ledger: TestLedger, { accountId, credentials }: SeededAccount, wanted: CustomerMatterAct) =>
  ledger.submit({ kind: 'customer_act', accountId, credentials, act: wanted })

const agreementOf = (ledger: TestLedger) =>
  take(ledger.read({ kind: 'account', reader: staffReader, accountId: accountA }), 'read').value.agreement

describe('a supplement', () => {
  test('changes an agreement in force when both sides have signed, and one signature or a new text by staff does not', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    expect(act(ledger, accountA, { kind: 'put_agreement', preset: 'S1', overrides: longer })).toMatchObject({
      code: 'state_conflict',
      detail: 'supplement_required',
    })
    const { id } = take(propose(ledger, 'S1', longer), 'matter').matter
    take(sign(ledger, id, 'provider', 'staff-2'), 'matter')
    hold(ledger, world, 'use accepts nothing here')
    expect(agreementOf(ledger)).toMatchObject({ version: 1, term: s1Term })
    const before = ledger.clock.now
    ledger.clock.advance(5_000)
    const signed = take(
      asCustomer(ledger, world, {
        kind: 'sign_amendment',
        amendmentId: id,
        party: 'customer',
        documentSha256,
        sealed: false,
        signedAt: null,
      }),
      'acted',
    ).result
    expect(signed).toMatchObject({ matter: { state: 'accepted', data: { version: 2, acceptedAt: ledger.clock.now } } })
    expect(agreementOf(ledger)).toMatchObject({ version: 2, term: longer.term, effectiveAt: before })
    expectSound(ledger)
  })

  test('is not signed for both sides by one person, nor on another text, nor twice', () => {
    const ledger = open()
    seedWorld(ledger)
    const { id } = take(propose(ledger, 'S1', longer), 'matter').matter
    expect(propose(ledger, 'S1', longer)).toMatchObject({ detail: 'amendment_open' })
    expect(sign(ledger, id, 'provider', 'staff-2', { documentSha256: madeUp('x').digest })).toMatchObject({
      detail: 'document_differs',
    })
    take(sign(ledger, id, 'provider', 'staff-2'), 'matter')
    expect(sign(ledger, id, 'customer', 'staff-2')).toMatchObject({ detail: 'second_person_required' })
    const { matter } = take(sign(ledger, id, 'customer', 'staff-3'), 'matter')
    expect(take(sign(ledger, id, 'customer', 'staff-3'), 'matter')).toEqual({ kind: 'matter', matter, repeated: true })
    expect(agreementOf(ledger)).toMatchObject({ version: 2 })
  })

  test('that the customer does not want leaves the agreement as it is', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { id } = take(propose(ledger, 'S1', longer), 'matter').matter
    const refused = take(asCustomer(ledger, world, { kind: 'object_amendment', amendmentId: id, note: null }), 'acted').result
    expect(refused).toMatchObject({ matter: { state: 'refused' } })
    expect(sign(ledger, id, 'customer', 'staff-3')).toMatchObject({ detail: 'amendment_closed' })
    expect(agreementOf(ledger)).toMatchObject({ version: 1 })
  })

  test('keeps the preset, is complete, and needs something in force', () => {
    const ledger = open()
    take(act(ledger, accountA, { kind: 'create_account', name: 'Example Ltd' }), 'account')
    expect(propose(ledger, 'S1', longer)).toMatchObject({ detail: 'agreement_missing' })
    take(act(ledger, accountA, { kind: 'put_agreement', preset: 'S1', overrides: longer }), 'agreement')
    expect(propose(ledger, 'S1', longer)).toMatchObject({ detail: 'nothing_in_force' })
    const other = open()
    seedWorld(other)
    expect(propose(other, 'S0', {})).toMatchObject({ detail: 'preset_differs' })
    expect(propose(other, 'S1', {})).toMatchObject({ code: 'agreement_incomplete', detail: 'term: blank' })
  })
})

describe('a change that is shown', () => {
  const seed = () => {
    const ledger = open()
    take(act(ledger, accountA, { kind: 'create_account', name: 'Example Ltd' }), 'account')
    const { agreement } = take(
      act(ledger, accountA, { kind: 'put_agreement', preset: 'S2', overrides: { onboarding: { identity: false } } }),
      'agreement',
    )
    const { version, digest } = agreement
    take(
      act(ledger, accountA, {
        kind: 'accept_agreement',
        version,
        digest,
        privacyPolicySha256: null,
        acceptedAt: ledger.clock.now,
      }),
      'matter',
    )
    const credentials = createKey(ledger, accountA)
    recordConsent(ledger, credentials, 'consent-1', { type: 'click' })
    const world = { accountId: accountA, credentials, keyNumber: credentials.keyNumber, orderId: 0, grantId: 0 }
    const call = (name: string) => ledger.submit(holdCommand(credentials, name, { purpose: 'real_name_registration' }))
    return { ledger, world, call }
  }
  const change = { settleWithinDays: 9 }

  test('is accepted by the first use after it was shown, and the next call is made under it', () => {
    const { ledger, call } = seed()
    take(call('before'), 'held')
    expect(act(ledger, accountA, { kind: 'put_agreement', preset: 'S2', overrides: change })).toMatchObject({
      detail: 'display_required',
    })
    const { id } = take(propose(ledger, 'S2', change), 'matter').matter
    expect(ledger.rows("SELECT json_extract(data, '$.scene') AS scene FROM matters WHERE kind = 'notice'")).toEqual([
      { scene: 'agreement_change_shown' },
    ])
    expect(agreementOf(ledger)).toMatchObject({ version: 1 })
    ledger.clock.advance(60_000)
    expect(ledger.submit(holdCommand(createKey(ledger, accountA), 'refused', { purpose: 'debt_collection' }))).toMatchObject({
      kind: 'refused',
    })
    expect(agreementOf(ledger)).toMatchObject({ version: 1 })
    take(call('first use'), 'held')
    expect(agreementOf(ledger)).toMatchObject({ version: 2 })
    take(call('next'), 'held')
    expect(ledger.rows('SELECT a.version FROM verifications v JOIN agreements a ON a.id = v.agreement_id ORDER BY v.id')).toEqual(
      [{ version: 1 }, { version: 1 }, { version: 2 }],
    )
    const [entry] = ledger.rows<{ leaf: string; actor: string }>("SELECT * FROM entries WHERE kind = 'accept_amendment'")
    expect(JSON.parse(entry?.leaf ?? '')).toMatchObject({ amendment: id, version: 2, accepted_at: ledger.clock.now })
    expect(entry?.actor).toMatch(/^key:/)
    expectSound(ledger)
  })

  test('is accepted by another act of the customer too, but not by looking at the notice', () => {
    const { ledger, world } = seed()
    take(propose(ledger, 'S2', change), 'matter')
    const { id } = ledger.row<{ id: number }>("SELECT id FROM matters WHERE kind = 'notice'")
    take(asCustomer(ledger, world, { kind: 'read_notice', noticeId: id }), 'acted')
    expect(agreementOf(ledger)).toMatchObject({ version: 1 })
    const ticket = { kind: 'open_ticket', reference: null, topic: 'question', urgent: false, text: 'what is new' } as const
    take(asCustomer(ledger, world, ticket), 'acted')
    expect(agreementOf(ledger)).toMatchObject({ version: 2 })
  })

  test('is not accepted by who objects: that asks for the end of the account', () => {
    const { ledger, world, call } = seed()
    const { id } = take(propose(ledger, 'S2', change), 'matter').matter
    expect(sign(ledger, id, 'customer', 'staff-2')).toMatchObject({ detail: 'accepted_by_use' })
    const objected = take(asCustomer(ledger, world, { kind: 'object_amendment', amendmentId: id, note: null }), 'acted').result
    expect(objected).toMatchObject({ matter: { state: 'account_closing' } })
    take(call('afterwards'), 'held')
    expect(agreementOf(ledger)).toMatchObject({ version: 1 })
  })
})
