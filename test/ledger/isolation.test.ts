import { describe, expect, test } from 'vitest'
import type { Command, Read, Reader, Scope, StaffAct } from '../../src/core/commands.ts'
import { shanghaiDay, startOfDayMs } from '../../src/core/shanghai.ts'
import { usageColumns } from '../../src/core/usage.ts'
import type { Page } from '../../src/core/views.ts'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'
import {
  accountA,
  accountB,
  actCommand,
  consentInput,
  holdCommand,
  readerOf,
  recordCommand,
  settleCommand,
  staffReader,
  take,
  withdrawCommand,
} from '../support/ledger-commands.ts'
import { act, changeAgreement, hold, type SeededAccount, s1Term, seedWorld, settle, verifyOnce } from '../support/ledger-world.ts'

const open = useTestLedgers()

interface Two {
  ledger: TestLedger
  mine: SeededAccount
  theirs: SeededAccount
  ids: { ended: number; doubted: number; open: number; consent: number; approval: number; ticket: number; statement: number }
}

/** Two accounts with the same names for everything, and one of each thing on the other side. */
const twoAccounts = (): Two => {
  const ledger = open()
  const mine = seedWorld(ledger)
  const theirs = seedWorld(ledger, { accountId: accountB })
  const ended = verifyOnce(ledger, theirs, 'ended', 'match').id
  // The month is over, and its statement has the charge.
  ledger.clock.now = startOfDayMs('2024-09-01')
  ledger.runDue()
  const doubted = hold(ledger, theirs, 'doubted').verificationId
  settle(ledger, theirs, doubted, 'unknown')
  const proposal = {
    kind: 'propose_settlement',
    verificationId: doubted,
    outcome: 'match',
    sourceId: null,
    sourceReference: null,
  } as const
  const approval = take(act(ledger, accountB, proposal), 'approval').approval.id
  const consent = ledger.row<{ id: number }>('SELECT id FROM consents WHERE account_id = ?', accountB).id
  const overrides = { term: s1Term, serviceLevel: { hours: { reply: 1 } } }
  changeAgreement(ledger, accountB, overrides)
  const opened = act(ledger, accountB, { kind: 'open_ticket', reference: null, topic: 'fault', urgent: false, text: 'no answer' })
  const ticket = take(opened, 'matter').matter.id
  const statement = ledger.row<{ id: number }>(
    "SELECT id FROM matters WHERE kind = 'statement' AND state = 'issued' AND account_id = ?",
    accountB,
  ).id
  const split = { amountFen: 100, shares: [{ payee: 'tax', amountFen: 100 }] }
  const about = { kind: 'other', id: null, code: 'fees' } as const
  const ordered = act(ledger, accountB, { kind: 'create_payment_order', reference: 'only-theirs', about, ...split })
  const paymentOrderId = take(ordered, 'matter').matter.id
  take(act(ledger, accountB, { kind: 'verify_payment_order', paymentOrderId, ...split }), 'matter')
  const on = shanghaiDay(ledger.clock.now)
  take(act(ledger, accountB, { kind: 'record_payment_result', paymentOrderId, on, bankReference: 'bank-2' }), 'matter')
  ledger.submit({ kind: 'alarm', accountId: accountB, alarm: 'test', subject: 'x', raised: true })
  return {
    ledger,
    mine,
    theirs,
    ids: { ended, doubted, open: hold(ledger, theirs, 'open').verificationId, consent, approval, ticket, statement },
  }
}

/** Every read there is. A read that is added to the ports has to be added here. */
const reads = (
  reader: (scope: Scope) => Reader,
  accountId: string,
  ids: Pick<Two['ids'], 'ended' | 'consent' | 'ticket' | 'statement'>,
): Record<Read['kind'], Read> => ({
  verification: { kind: 'verification', reader: reader('verifications:read'), accountId, id: ids.ended },
  verifications: { kind: 'verifications', reader: reader('verifications:read'), accountId, before: null, limit: 50 },
  call_evidence: { kind: 'call_evidence', reader: reader('account:read'), accountId, verificationId: ids.ended },
  leaf_hashes: { kind: 'leaf_hashes', reader: reader('account:read'), accountId, size: 1_000, after: 0, limit: 1_000 },
  consent: { kind: 'consent', reader: reader('consents:read'), accountId, consent: { id: ids.consent } },
  consents: { kind: 'consents', reader: reader('consents:read'), accountId, before: null, limit: 50 },
  account: { kind: 'account', reader: reader('account:read'), accountId },
  agreement: { kind: 'agreement', reader: reader('account:read'), accountId, at: null },
  balance: { kind: 'balance', reader: reader('account:read'), accountId },
  keys: { kind: 'keys', reader: reader('account:read'), accountId },
  clearing: {
    kind: 'clearing',
    reader: reader('account:read'),
    accountId,
    fromDay: '2024-01-01',
    toDay: '2024-12-31',
  },
  usage: {
    kind: 'usage',
    reader: reader('account:read'),
    accountId,
    fromDay: '2024-01-01',
    toDay: '2024-12-31',
    dayOf: 'service',
    columns: usageColumns,
  },
  alarms: { kind: 'alarms', reader: reader('account:read'), accountId },
  orders: { kind: 'orders', reader: reader('account:read'), accountId },
  approvals: { kind: 'approvals', reader: reader('account:read'), accountId },
  matter: { kind: 'matter', reader: reader('account:read'), accountId, matter: 'ticket', id: ids.ticket },
  matters: {
    kind: 'matters',
    reader: reader('account:read'),
    accountId,
    matter: 'ticket',
    open: false,
    before: null,
    limit: 50,
  },
  export: {
    kind: 'export',
    reader: reader('account:read'),
    accountId,
    part: 'consent_records',
    uptoSeq: 99,
    after: 0,
    limit: 50,
  },
  statement_charges: {
    kind: 'statement_charges',
    reader: reader('account:read'),
    accountId,
    id: ids.statement,
    after: 0,
    limit: 50,
  },
  subject_records: { kind: 'subject_records', reader: reader('account:read'), accountId, consentId: ids.consent, limit: 50 },
  month_end: { kind: 'month_end', reader: reader('account:read'), accountId, month: '2024-08' },
  journal: {
    kind: 'journal',
    reader: reader('account:read'),
    accountId,
    fromMs: 0,
    toMs: Number.MAX_SAFE_INTEGER,
    entryKind: null,
    actor: null,
    before: null,
    limit: 50,
  },
  deadlines: { kind: 'deadlines', reader: reader('account:read'), accountId },
  parties: { kind: 'parties', reader: reader('account:read'), accountId, at: null },
  standing: { kind: 'standing', reader: reader('account:read'), accountId },
})

const readKinds = Object.keys(
  reads(() => staffReader, accountA, { ended: 1, consent: 1, ticket: 1, statement: 1 }),
) as Read['kind'][]

describe('one account never sees another', () => {
  test.each(readKinds)('the read "%s" of another account is refused to a key as unknown', (kind) => {
    const { ledger, mine, ids } = twoAccounts()
    const read = reads((scope) => readerOf(mine.credentials, scope), accountB, ids)[kind]
    expect(ledger.read(read)).toEqual({ kind: 'refused', code: 'key_unknown' })
    // A key that claims the other account in its own text is as unknown.
    const forged = reads((scope) => readerOf({ ...mine.credentials, accountId: accountB }, scope), accountB, ids)[kind]
    expect(ledger.read(forged)).toEqual({ kind: 'refused', code: 'key_unknown' })
  })

  test.each(readKinds)('the read "%s" of the own account, with ids of the other one, tells nothing of it', (kind) => {
    const { ledger, mine, ids } = twoAccounts()
    for (const reader of [(scope: Scope) => readerOf(mine.credentials, scope), () => staffReader]) {
      const result = ledger.read(reads(reader, accountA, ids)[kind])
      if (['verification', 'consent', 'matter', 'subject_records', 'call_evidence', 'statement_charges'].includes(kind))
        expect(result).toEqual({ kind: 'refused', code: 'not_found' })
      else expect(JSON.stringify(take(result, 'read').value)).not.toContain(accountB)
    }
  })

  test.each(readKinds)('the read "%s" shows its own account what is there, so that the silence above means something', (kind) => {
    const { ledger, theirs, ids } = twoAccounts()
    const { value } = take(ledger.read(reads((scope) => readerOf(theirs.credentials, scope), accountB, ids)[kind]), 'read')
    expect(JSON.stringify(value).length).toBeGreaterThan(50)
  })

  test('every customer command on another account is refused to a key as unknown', () => {
    const { ledger, mine, ids } = twoAccounts()
    const before = ledger.connection.serialize()
    for (const credentials of [mine.credentials, { ...mine.credentials, accountId: accountB }]) {
      const commands: Command[] = [
        { ...holdCommand(credentials, 'one'), accountId: accountB },
        { ...recordCommand(credentials, consentInput('c')), accountId: accountB },
        { ...withdrawCommand(credentials, { id: ids.consent }), accountId: accountB },
      ]
      for (const command of commands) expect(ledger.submit(command)).toEqual({ kind: 'refused', code: 'key_unknown' })
    }
    expect(ledger.connection.serialize().equals(before)).toBe(true)
  })

  test('a customer command on the own account with ids of the other one finds nothing', () => {
    const { ledger, mine, ids } = twoAccounts()
    expect(ledger.submit(holdCommand(mine.credentials, 'one', { consent: { id: ids.consent } }))).toMatchObject({
      code: 'consent_missing',
    })
    expect(ledger.submit(withdrawCommand(mine.credentials, { id: ids.consent }))).toEqual({ kind: 'refused', code: 'not_found' })
  })

  test('an act of staff on one account with ids of the other one finds nothing', () => {
    const { ledger, theirs, ids } = twoAccounts()
    const { keyNumber, orderId } = theirs
    const before = ledger.connection.serialize()
    const acts: StaffAct[] = [
      { kind: 'record_payment', orderId, bankReference: 'b' },
      { kind: 'rotate_key', keyNumber, graceSeconds: 1 },
      { kind: 'revoke_key', keyNumber },
      { kind: 'suspend_key', keyNumber, ground: 'fraud', note: '', noticeId: null },
      { kind: 'resume_key', keyNumber, note: '' },
      { kind: 'hold_subject', consentId: ids.consent, ground: 'x', note: '' },
      { kind: 'resume_subject', consentId: ids.consent, note: '', agreedBy: [] },
      { kind: 'propose_settlement', verificationId: ids.doubted, outcome: 'match', sourceId: null, sourceReference: null },
      { kind: 'approve', approvalId: ids.approval },
    ]
    for (const staffAct of acts)
      expect(ledger.submit(actCommand(accountA, staffAct, 'staff-2'))).toEqual({ kind: 'refused', code: 'not_found' })
    expect(ledger.connection.serialize().equals(before)).toBe(true)
  })

  test('an act of the clock or of a source on one account with ids of the other one changes nothing', () => {
    const { ledger, theirs, ids } = twoAccounts()
    ledger.clock.set('2025-08-01T00:00:00+08:00')
    const before = ledger.connection.serialize()
    const nothing = { kind: 'done', changed: false }
    expect(ledger.submit({ kind: 'doubt', accountId: accountA, verificationId: ids.open })).toEqual(nothing)
    expect(ledger.submit({ kind: 'release_doubt', accountId: accountA, verificationId: ids.doubted })).toEqual(nothing)
    expect(ledger.submit({ kind: 'expire_grant', accountId: accountA, grantId: theirs.grantId })).toEqual(nothing)
    for (const id of [ids.open, ids.doubted, ids.ended])
      expect(ledger.core.commit([settleCommand(accountA, id, 'match')])).toMatchObject([{ kind: 'fault' }])
    expect(ledger.connection.serialize().equals(before)).toBe(true)
  })
})

/** Every id of a list, read page by page. */
const allPages = (page: (before: number | null) => Page<{ id: number }>): number[] => {
  const ids: number[] = []
  for (let before: number | null = null, isLast = false; !isLast; ) {
    const { items, next } = page(before)
    ids.push(...items.map(({ id }) => id))
    before = next
    isLast = next === null
  }
  return ids
}

describe('lists', () => {
  test.each([1, 2, 3, 7, 8])('go back in pages of %i, newest first, each thing once', (limit) => {
    const ledger = open()
    const account = seedWorld(ledger)
    const { accountId, credentials } = account
    const made = Array.from({ length: 7 }, (_, at) => verifyOnce(ledger, account, `call ${at}`, 'match').id).toReversed()
    ledger.submit(recordCommand(credentials, ...Array.from({ length: 6 }, (_, at) => consentInput(`more ${at}`))))
    const consents = ledger.rows<{ id: number }>('SELECT id FROM consents ORDER BY id DESC').map(({ id }) => id)
    const reader = staffReader
    expect(
      allPages((before) => take(ledger.read({ kind: 'verifications', reader, accountId, before, limit }), 'read').value),
    ).toEqual(made)
    expect(allPages((before) => take(ledger.read({ kind: 'consents', reader, accountId, before, limit }), 'read').value)).toEqual(
      consents,
    )
  })
})
