import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freeMembers, withoutFreeText } from '../../../src/ledger/matters/erasing.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import {
  consentInput,
  madeUp,
  recordCommand,
  staffReader,
  subjectTwo,
  take,
  withdrawCommand,
} from '../../support/ledger-commands.ts'
import { settleAccount } from '../../support/ledger-matters.ts'
import {
  act,
  hold,
  recordConsent,
  type SeededAccount,
  s1Term,
  seedWorld,
  settle,
  verifyOnce,
} from '../../support/ledger-world.ts'

const open = useTestLedgers()

const personal = ['110105********002X', '张*', '李*']

const close = (ledger: TestLedger, { accountId }: SeededAccount): number => {
  take(act(ledger, accountId, { kind: 'close_account', note: '' }), 'account')
  const closingId = ledger.row<{ id: number }>("SELECT id FROM matters WHERE kind = 'closing'").id
  take(act(ledger, accountId, { kind: 'step_closing', closingId, step: 'open_calls_ended' }), 'matter')
  settleAccount(ledger, { accountId })
  take(act(ledger, accountId, { kind: 'step_closing', closingId, step: 'statement' }), 'matter')
  ledger.clock.advance(200 * 86_400_000)
  ledger.runDue()
  take(act(ledger, accountId, { kind: 'begin_erasure', closingId }), 'matter')
  return closingId
}

const subjects = (ledger: TestLedger) =>
  ledger.rows<Record<string, unknown>>(
    'SELECT digest, digest_key_id, number_masked, name_masked, salt, erased_at FROM data_subjects',
  )

describe('the erasure of an account', () => {
  test('overwrites every person, whatever their number, keeps ledger and log as they were, and proves it', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { accountId, credentials } = world
    for (let batch = 0; batch < 2; batch += 1)
      take(
        ledger.submit(
          recordCommand(
            credentials,
            ...Array.from({ length: 400 }, (_, index) =>
              consentInput(`c-${batch}-${index}`, {
                subject: {
                  kind: 'person',
                  digest: madeUp(`s ${batch} ${index}`),
                  numberMasked: personal[0] ?? '',
                  nameMasked: '李*',
                },
              }),
            ),
          ),
        ),
        'consents',
      )
    verifyOnce(ledger, world, 'one', 'match')
    const ticket = { kind: 'open_ticket', reference: null, topic: 'fault', urgent: false, text: 'call the boss' } as const
    take(act(ledger, accountId, ticket), 'matter')
    const leaves = ledger.rows<{ leaf: string }>('SELECT leaf FROM entries ORDER BY id')
    const closingId = close(ledger, world)
    const erase = () => take(act(ledger, accountId, { kind: 'erase_account', closingId }), 'matter').matter
    expect(erase()).toMatchObject({ state: 'erasing', data: { certificate: null, erased: { dataSubjects: 500 } } })
    // The writer dies in the middle, and the same request goes on.
    ledger.restart()
    expect(erase()).toMatchObject({ state: 'ended', data: { certificate: { dataSubjects: 801, keptFrozen: 0, matters: 1 } } })
    const rows = subjects(ledger)
    expect(rows).toHaveLength(801)
    for (const row of rows)
      expect(row).toMatchObject({
        digest_key_id: 'erased',
        number_masked: '',
        name_masked: '',
        salt: '',
        erased_at: ledger.clock.now,
      })
    expect(new Set(rows.map(({ digest }) => digest)).size).toBe(801)
    expect(ledger.rows<{ leaf: string }>('SELECT leaf FROM entries ORDER BY id').slice(0, leaves.length)).toEqual(leaves)
    const matters = ledger.rows<{ data: string }>('SELECT data FROM matters').map(({ data }) => data)
    expect(matters.join()).not.toContain('call the boss')
    expect(ledger.violations()).toEqual([])
  })

  test('leaves the row of a person that an authority keeps, and goes on when it is let go', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { accountId, credentials } = world
    const kept = recordConsent(ledger, credentials, 'kept', {
      subject: { kind: 'person', digest: subjectTwo, numberMasked: '1', nameMasked: '李*' },
    })
    const freeze = (kind: 'freeze_subject' | 'release_subject') =>
      act(ledger, accountId, { kind, consentId: kept.id, note: 'letter 12' })
    take(freeze('freeze_subject'), 'done')
    expect(freeze('freeze_subject')).toMatchObject({ detail: 'already_frozen' })
    const closingId = close(ledger, world)
    const erase = () => take(act(ledger, accountId, { kind: 'erase_account', closingId }), 'matter').matter
    expect(erase()).toMatchObject({ state: 'ended', data: { certificate: { dataSubjects: 1, keptFrozen: 1 } } })
    expect(subjects(ledger).map(({ name_masked }) => name_masked)).toEqual(['', '李*'])
    expect(act(ledger, accountId, { kind: 'step_closing', closingId, step: 'keys_ended' })).toMatchObject({
      detail: 'step_out_of_turn',
    })
    take(freeze('release_subject'), 'done')
    take(act(ledger, accountId, { kind: 'begin_erasure', closingId }), 'matter')
    expect(erase()).toMatchObject({ data: { certificate: { dataSubjects: 2, keptFrozen: 0 } } })
    take(act(ledger, accountId, { kind: 'step_closing', closingId, step: 'keys_ended' }), 'matter')
  })
})

describe('the request of a person', () => {
  const ask = (ledger: TestLedger, { accountId }: SeededAccount, consentId: number, more: object = {}) =>
    act(ledger, accountId, {
      kind: 'open_subject_request',
      reference: null,
      ask: 'erasure',
      requester: 'data_subject',
      consentId,
      proofSha256: 'ab'.repeat(32),
      text: null,
      ...more,
    })

  test('to be erased is done once its consents are withdrawn and its calls ended, and touches nobody else', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { accountId, credentials } = world
    const other = recordConsent(ledger, credentials, 'other', {
      subject: { kind: 'person', digest: subjectTwo, numberMasked: '1', nameMasked: '李*' },
    })
    const held = hold(ledger, world, 'one')
    const consentId = ledger.row<{ id: number }>("SELECT id FROM consents WHERE reference = 'consent-1'").id
    const requestId = take(ask(ledger, world, consentId), 'matter').matter.id
    const accept = () => act(ledger, accountId, { kind: 'accept_subject_request', requestId })
    const complete = () => act(ledger, accountId, { kind: 'complete_subject_request', requestId })
    expect(accept()).toMatchObject({ detail: 'consent_standing' })
    take(ledger.submit(withdrawCommand(credentials, { id: consentId })), 'withdrawn')
    expect(accept()).toMatchObject({ detail: 'calls_open' })
    settle(ledger, world, held.verificationId, 'match')
    expect(complete()).toMatchObject({ detail: 'not_accepted' })
    take(accept(), 'matter')
    expect(take(complete(), 'matter').matter).toMatchObject({ state: 'done', data: { erased: { consents: 1 } } })
    expect(take(complete(), 'matter').repeated).toBe(true)
    expect(subjects(ledger).map(({ name_masked }) => name_masked)).toEqual(['', '李*'])
    // The person may consent anew: that is another row, and the erased one is not found by its number any more.
    recordConsent(ledger, credentials, 'anew')
    expect(subjects(ledger)).toHaveLength(3)
    expect(other.subject.nameMasked).toBe('李*')
  })

  test('of somebody else is written down and refused, and nobody is believed without a proof', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { accountId } = world
    const consentId = ledger.row<{ id: number }>('SELECT id FROM consents').id
    const third = take(ask(ledger, world, consentId, { requester: 'third_party', ask: 'access' }), 'matter').matter
    expect(third).toMatchObject({ state: 'refused', closedAt: ledger.clock.now })
    expect(act(ledger, accountId, { kind: 'complete_subject_request', requestId: third.id })).toMatchObject({
      detail: 'subject_request_closed',
    })
    expect(ask(ledger, world, consentId, { proofSha256: null })).toMatchObject({ detail: 'proof_missing' })
  })

  test('is shown its own records alone', () => {
    const ledger = open()
    const world = seedWorld(ledger, { overrides: { term: s1Term } })
    const { accountId, credentials } = world
    recordConsent(ledger, credentials, 'other', {
      subject: { kind: 'person', digest: subjectTwo, numberMasked: '1', nameMasked: '李*' },
    })
    verifyOnce(ledger, world, 'one', 'match')
    const consentId = ledger.row<{ id: number }>("SELECT id FROM consents WHERE reference = 'consent-1'").id
    const records = { kind: 'subject_records', accountId, consentId, limit: 10 } as const
    const { value } = take(ledger.read({ ...records, reader: staffReader }), 'read')
    expect(value.consents.map(({ reference }) => reference)).toEqual(['consent-1'])
    expect(value.verifications).toHaveLength(1)
    expect(value.subject.nameMasked).toBe('张*')
  })
})

test('free text and addresses go wherever they stand in a matter, and nothing else', () => {
  const data = { text: 'a', steps: [{ text: 'b', by: 'x', text2: 'c' }], address: null, note: '', count: 1 }
  expect(withoutFreeText(data)).toEqual({
    text: '',
    steps: [{ text: '', by: 'x', text2: 'c' }],
    address: null,
    note: '',
    count: 1,
  })
  const clean = { count: 1, list: [{ by: 'x' }] }
  expect(withoutFreeText(clean)).toBe(clean)
})

test('nothing is erased while a suspension stands for which the records are kept (S3 附件3 第二条)', () => {
  const ledger = open()
  const world = seedWorld(ledger, { overrides: { suspension: { network_attack: 'at_once_with_report' } } })
  const { accountId } = world
  take(act(ledger, accountId, { kind: 'suspend_account', ground: 'network_attack', note: '', noticeId: null }), 'account')
  take(act(ledger, accountId, { kind: 'close_account', note: '' }), 'account')
  const closingId = ledger.row<{ id: number }>("SELECT id FROM matters WHERE kind = 'closing'").id
  take(act(ledger, accountId, { kind: 'step_closing', closingId, step: 'open_calls_ended' }), 'matter')
  settleAccount(ledger, { accountId })
  take(act(ledger, accountId, { kind: 'step_closing', closingId, step: 'statement' }), 'matter')
  ledger.clock.advance(200 * 86_400_000)
  ledger.runDue()
  const begin = () => act(ledger, accountId, { kind: 'begin_erasure', closingId })
  expect(begin()).toMatchObject({ kind: 'refused', code: 'state_conflict', detail: 'records_kept' })
  take(act(ledger, accountId, { kind: 'resume_account', note: 'reported and closed' }), 'account')
  expect(begin()).toMatchObject({ kind: 'matter', matter: { state: 'erasing' } })
})

/** Members of text that hold a code, an id, a day, a digest, a number, a name of an organisation or of a file: nobody's own words. */
const plainMembers = new Set([
  'acceptedOn',
  'accountId',
  'annex',
  'appliedOn',
  'approvedBy',
  'asOf',
  'atAddressOn',
  'authority',
  'bank',
  'bankReference',
  'basis',
  'business',
  'by',
  'carrierReference',
  'cause',
  'changedOn',
  'channel',
  'check',
  'checkedOn',
  'checks',
  'clause',
  'clock',
  'code',
  'coverFrom',
  'day',
  'deemedOn',
  'digest',
  'documentSha256',
  'dueOn',
  'earliestOn',
  'effectiveOn',
  'endedOn',
  'endpoint',
  'eventOn',
  'evidence',
  'expectedSha256',
  'finalOn',
  'finishedOn',
  'firstServiceDay',
  'from',
  'fullOn',
  'ground',
  'holder',
  'invoiceOn',
  'issuedOn',
  'lastDay',
  'lastReason',
  'legalName',
  'letterSha256',
  'linesSha256',
  'manifestDigest',
  'mediaType',
  'name',
  'newPrice',
  'no',
  'notDelivered',
  'noticedOn',
  'number',
  'numberMasked',
  'objectUntil',
  'objectedOn',
  'objectionClause',
  'on',
  'online',
  'openedBy',
  'orderedBy',
  'organisedOn',
  'outcome',
  'paidOn',
  'paperSha256',
  'part',
  'payee',
  'period',
  'postmarkOn',
  'preset',
  'privacyPolicySha256',
  'proofSha256',
  'proposedBy',
  'quantity',
  'rate',
  'reason',
  'recipientName',
  'recordSha256',
  'recordedBy',
  'reference',
  'refusedOn',
  'reportSha256',
  'requestedOn',
  'sealed',
  'sealedSecret',
  'serviceMonth',
  'sha256',
  'share',
  'signedOn',
  'source',
  'sources',
  'startedOn',
  'state',
  'stopOn',
  'talksRequestedOn',
  'taxId',
  'terms',
  'to',
  'unitPrice',
  'until',
  'url',
  'uscc',
  'validFrom',
  'validTo',
  'version',
  'what',
])

test('every member of a matter that holds text is known as free words or as none', () => {
  const folder = join(import.meta.dirname, '../../../src/core/matters')
  const members = readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/(\w+)\??: string(?: \| null)?(?!\w)/g)].map(([, name = '']) => name),
  )
  const unknown = [...new Set(members)].filter((name) => !freeMembers.has(name) && !plainMembers.has(name))
  expect(unknown).toEqual([])
  expect(members).toContain('objection')
})
