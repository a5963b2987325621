import { describe, expect, test } from 'vitest'
import type { StaffAct } from '../../src/core/commands.ts'
import { agreeingParties } from '../../src/core/matters/suspension.ts'
import { startOfTests } from '../support/clock.ts'
import { useTestLedgers } from '../support/ledger.ts'
import {
  accountA,
  accountB,
  actCommand,
  consentInput,
  holdCommand,
  madeUp,
  readerOf,
  recordCommand,
  staffReader,
  subjectTwo,
  take,
} from '../support/ledger-commands.ts'
import {
  act,
  buyCredits,
  changeAgreement,
  createKey,
  hold,
  noticeOf,
  recordConsent,
  s1Term,
  seedAccount,
  seedWorld,
  settle,
} from '../support/ledger-world.ts'

const open = useTestLedgers()

const suspend = (ground: string, noticeId: number | null = null): StaffAct => ({
  kind: 'suspend_account',
  ground,
  note: 'see file',
  noticeId,
})

describe('a suspended account', () => {
  test('holds nothing more from the next piece of the same commit on, and what is in flight ends and is charged', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const results = ledger.group([
      holdCommand(world.credentials, 'before'),
      actCommand(world.accountId, suspend('fraud')),
      holdCommand(world.credentials, 'after'),
    ])
    expect(results).toMatchObject([
      { kind: 'held' },
      { kind: 'account', account: { standing: 'suspended' } },
      { code: 'account_suspended' },
    ])
    const [before] = results
    if (before?.kind !== 'held') throw new Error('the first piece is held')
    expect(settle(ledger, world, before.verificationId, 'match').verification).toMatchObject({ state: 'captured', credits: 1 })
  })

  test('still reads its books, and goes on when it is resumed', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { accountId, credentials } = world
    take(act(ledger, accountId, suspend('fraud')), 'account')
    const read = take(ledger.read({ kind: 'account', reader: readerOf(credentials, 'account:read'), accountId }), 'read')
    expect(read.value).toMatchObject({
      standing: 'suspended',
      suspension: { ground: 'fraud', note: 'see file', by: 'staff-1', at: startOfTests },
    })
    expect(take(act(ledger, accountId, { kind: 'resume_account', note: '' }), 'account').account).toMatchObject({
      standing: 'open',
      suspension: null,
    })
    hold(ledger, world, 'one')
  })

  test('is suspended once and resumed once', () => {
    const ledger = open()
    const { accountId } = seedWorld(ledger)
    expect(act(ledger, accountId, { kind: 'resume_account', note: '' })).toMatchObject({
      code: 'state_conflict',
      detail: 'not_suspended',
    })
    take(act(ledger, accountId, suspend('fraud')), 'account')
    expect(act(ledger, accountId, suspend('porn'))).toMatchObject({ code: 'state_conflict', detail: 'already_suspended' })
  })

  test('the agreement of the account says on which ground and whether after a notice', () => {
    const ledger = open()
    const { accountId } = seedWorld(ledger, { overrides: { suspension: { overdue: 'after_notice', breach: 'at_once' } } })
    expect(act(ledger, accountId, suspend('mood'))).toMatchObject({ code: 'state_conflict', detail: 'ground_unknown' })
    expect(act(ledger, accountId, suspend('overdue'))).toMatchObject({ detail: 'notice_required' })
    const later = noticeOf(ledger, accountId, startOfTests + 1)
    expect(act(ledger, accountId, suspend('overdue', later))).toMatchObject({ detail: 'notice_required' })
    take(act(ledger, accountId, suspend('breach')), 'account')
  })

  test('a ground that stops one person does not stop the account, and without bills nothing is overdue', () => {
    const ledger = open()
    const suspension = { subject_objection: 'subject_at_once', overdue: 'when_overdue' }
    const { accountId } = seedWorld(ledger, { overrides: { suspension } })
    expect(act(ledger, accountId, suspend('subject_objection'))).toMatchObject({
      code: 'state_conflict',
      detail: 'ground_stops_one_subject',
    })
    const notice = noticeOf(ledger, accountId, startOfTests)
    expect(act(ledger, accountId, suspend('overdue', notice))).toMatchObject({ detail: 'not_overdue' })
  })

  test('the reason and the note of an act stand in the journal, and only their salted digest in the leaf', () => {
    const ledger = open()
    const { accountId } = seedWorld(ledger)
    take(act(ledger, accountId, suspend('fraud')), 'account')
    const entry = ledger.row<{ body: string; leaf: string }>("SELECT body, leaf FROM entries WHERE kind = 'suspend_account'")
    expect(JSON.parse(entry.body)).toMatchObject({ note: 'see file', reason: 'as agreed with the customer' })
    expect(JSON.parse(entry.leaf)).toMatchObject({ ground: 'fraud', staff: 'staff-1', note: ledger.crypto.sha256(entry.body) })
    expect(entry.leaf).not.toContain('see file')
  })
})

describe('the rate limit of an account', () => {
  test('is that of its agreement, and is told to a genuine key alone', () => {
    const ledger = open()
    const { credentials } = seedAccount(ledger, { overrides: { rate: { limit: 5 } } })
    expect(ledger.core.rateOf(credentials)).toEqual({ limit: 5, windowSeconds: 60 })
    expect(ledger.core.rateOf({ ...credentials, secret: madeUp('guess') })).toBeNull()
    expect(ledger.core.rateOf({ ...credentials, accountId: accountB })).toBeNull()
  })

  test('does not exist before there is an agreement', () => {
    const ledger = open()
    take(act(ledger, accountA, { kind: 'create_account', name: 'new' }), 'account')
    expect(ledger.core.rateOf(createKey(ledger, accountA))).toBeNull()
  })
})

describe('a data subject on hold', () => {
  test('is not asked about, and everybody else is', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { accountId, credentials } = world
    const consent = recordConsent(ledger, credentials, 'again')
    recordConsent(ledger, credentials, 'of another', {
      subject: { kind: 'person', digest: subjectTwo, numberMasked: '1', nameMasked: '李*' },
    })
    const change = (kind: 'hold_subject' | 'resume_subject') =>
      act(ledger, accountId, {
        kind,
        consentId: consent.id,
        ground: 'subject_objection',
        note: '',
        agreedBy: [...agreeingParties],
      })
    take(change('hold_subject'), 'done')
    expect(change('hold_subject')).toMatchObject({ code: 'state_conflict', detail: 'already_on_hold' })
    // The hold is on the person: another consent of the same person does not help.
    expect(ledger.submit(holdCommand(credentials, 'one'))).toMatchObject({ code: 'subject_on_hold' })
    const other = { subject: subjectTwo, consent: { reference: 'of another' } }
    expect(ledger.submit(holdCommand(credentials, 'two', other))).toMatchObject({ kind: 'held' })
    take(change('resume_subject'), 'done')
    expect(change('resume_subject')).toMatchObject({ code: 'state_conflict', detail: 'not_on_hold' })
    hold(ledger, world, 'one')
  })
})

describe('a closed account', () => {
  test('holds nothing, ends and charges what is in flight, and takes no further acts', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { accountId, credentials, keyNumber } = world
    const held = hold(ledger, world, 'one')
    expect(take(act(ledger, accountId, { kind: 'close_account', note: '' }), 'account').account).toMatchObject({
      standing: 'closed',
      closedAt: startOfTests,
    })
    expect(ledger.submit(holdCommand(credentials, 'two'))).toMatchObject({ code: 'account_closed' })
    const acts: StaffAct[] = [
      { kind: 'put_agreement', preset: 'S1', overrides: { term: s1Term } },
      {
        kind: 'record_order',
        externalId: 'x',
        check: 'id2',
        mode: 'live',
        credits: 1,
        listFen: 1,
        paidFen: 1,
        offerSha256: null,
      },
      { kind: 'record_payment', orderId: world.orderId, bankReference: 'b' },
      { kind: 'create_key', name: 'x', mode: 'live', scopes: [], addresses: [], expiresAt: null },
      { kind: 'rotate_key', keyNumber, graceSeconds: 1 },
      { kind: 'revoke_key', keyNumber },
      { kind: 'suspend_key', keyNumber, ground: 'fraud', note: '', noticeId: null },
      { kind: 'resume_key', keyNumber, note: '' },
      suspend('fraud'),
      { kind: 'resume_account', note: '' },
      { kind: 'hold_subject', consentId: 1, ground: 'x', note: '' },
      { kind: 'resume_subject', consentId: 1, note: '', agreedBy: [] },
      { kind: 'close_account', note: '' },
    ]
    for (const staffAct of acts) expect(act(ledger, accountId, staffAct)).toEqual({ kind: 'refused', code: 'account_closed' })
    expect(act(ledger, accountId, { kind: 'create_account', name: 'again' })).toMatchObject({ code: 'state_conflict' })
    expect(settle(ledger, world, held.verificationId, 'match').verification).toMatchObject({ state: 'captured' })
  })
})

describe('opening an account', () => {
  test('nothing is known of an account that nobody opened', () => {
    const ledger = open()
    expect(act(ledger, accountA, { kind: 'put_agreement', preset: 'S1', overrides: {} })).toEqual({
      kind: 'refused',
      code: 'not_found',
    })
    expect(ledger.read({ kind: 'account', reader: staffReader, accountId: accountA })).toEqual({
      kind: 'refused',
      code: 'not_found',
    })
  })

  test('it is opened once', () => {
    const ledger = open()
    seedAccount(ledger)
    expect(act(ledger, accountA, { kind: 'create_account', name: 'again' })).toEqual({ kind: 'refused', code: 'state_conflict' })
  })

  test('before the agreement there is no order, and before the payment no call', () => {
    const ledger = open()
    take(act(ledger, accountA, { kind: 'create_account', name: 'new' }), 'account')
    const order = {
      kind: 'record_order',
      externalId: 'o',
      check: 'id2',
      mode: 'live',
      credits: 5,
      listFen: 1,
      paidFen: 1,
      offerSha256: null,
    } as const
    expect(act(ledger, accountA, order)).toMatchObject({ code: 'state_conflict', detail: 'agreement_missing' })
    take(act(ledger, accountA, { kind: 'put_agreement', preset: 'S1', overrides: { term: s1Term } }), 'agreement')
    const { order: ordered, grant } = take(act(ledger, accountA, order), 'order')
    expect([ordered.paidAt, grant]).toEqual([null, null])
    const before = take(ledger.read({ kind: 'account', reader: staffReader, accountId: accountA }), 'read').value
    expect(before.agreement).toMatchObject({ version: 1, effectiveAt: null })
    ledger.clock.advance(5_000)
    take(act(ledger, accountA, { kind: 'record_payment', orderId: ordered.id, bankReference: 'b' }), 'order')
    const after = take(ledger.read({ kind: 'account', reader: staffReader, accountId: accountA }), 'read').value
    expect(after.agreement).toMatchObject({ effectiveAt: startOfTests + 5_000 })
    ledger.clock.advance(5_000)
    buyCredits(ledger, accountA, 5)
    expect(take(ledger.read({ kind: 'account', reader: staffReader, accountId: accountA }), 'read').value).toEqual(after)
  })

  test('an agreement with a blank is refused with the name of the blank', () => {
    const ledger = open()
    take(act(ledger, accountA, { kind: 'create_account', name: 'new' }), 'account')
    expect(act(ledger, accountA, { kind: 'put_agreement', preset: 'S1', overrides: {} })).toEqual({
      kind: 'refused',
      code: 'agreement_incomplete',
      detail: 'term: blank',
    })
    expect(act(ledger, accountA, { kind: 'put_agreement', preset: 'S9', overrides: {} })).toMatchObject({ detail: 'preset' })
  })

  test('an agreement is changed by a new version only; the digest is that of its terms', () => {
    const ledger = open()
    const { accountId } = seedAccount(ledger)
    expect(act(ledger, accountId, { kind: 'put_agreement', preset: 'S1', overrides: { term: s1Term } })).toMatchObject({
      code: 'state_conflict',
      detail: 'supplement_required',
    })
    expect(changeAgreement(ledger, accountId, { term: s1Term })).toBe(2)
    const rows = ledger.rows<{ terms: string; digest: string }>('SELECT terms, digest FROM agreements')
    expect(rows).toHaveLength(2)
    for (const { terms, digest } of rows) expect(digest).toBe(ledger.crypto.sha256(terms))
  })

  test('an order is recorded once, for a check of the agreement, and paid once', () => {
    const ledger = open()
    const { accountId, orderId } = seedAccount(ledger)
    const order = {
      kind: 'record_order',
      externalId: 'order-1',
      check: 'id2',
      mode: 'live',
      credits: 5,
      listFen: 1,
      paidFen: 1,
      offerSha256: null,
    } as const
    expect(act(ledger, accountId, order)).toMatchObject({ code: 'state_conflict', detail: 'order_exists' })
    expect(act(ledger, accountId, { ...order, externalId: 'o', check: 'mobile3' })).toMatchObject({ code: 'check_not_granted' })
    expect(act(ledger, accountId, { ...order, externalId: 'o', check: 'toString' })).toMatchObject({ code: 'check_not_granted' })
    expect(act(ledger, accountId, { kind: 'record_payment', orderId, bankReference: 'b' })).toMatchObject({
      detail: 'order_already_active',
    })
    expect(act(ledger, accountId, { kind: 'record_payment', orderId: 1, bankReference: 'b' })).toEqual({
      kind: 'refused',
      code: 'not_found',
    })
    buyCredits(ledger, accountId, 7)
    const results = ledger.group(
      [order, { ...order, externalId: 'o' }, { ...order, externalId: 'o' }].map((one) => actCommand(accountId, one)),
    )
    expect(results.map(({ kind }) => kind)).toEqual(['refused', 'order', 'refused'])
  })

  test('a refused act leaves no entry', () => {
    const ledger = open()
    const { accountId, credentials } = seedAccount(ledger)
    const before = ledger.connection.serialize()
    act(ledger, accountId, suspend('mood'))
    act(ledger, accountId, { kind: 'revoke_key', keyNumber: 1 })
    act(ledger, accountId, { kind: 'hold_subject', consentId: 1, ground: 'x', note: '' })
    ledger.submit(recordCommand({ ...credentials, keyNumber: 1 }, consentInput('c')))
    expect(ledger.connection.serialize().equals(before)).toBe(true)
  })
})
