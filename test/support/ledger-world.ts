import type { ConsentInput, Credentials, HoldResult, Scope, StaffAct } from '../../src/core/commands.ts'
import { scopes } from '../../src/core/commands.ts'
import { readCredentials } from '../../src/core/credentials.ts'
import type { MatterView } from '../../src/core/matters/index.ts'
import type { Mode } from '../../src/core/mode.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import type { ConsentView, GrantView, VerificationView } from '../../src/core/views.ts'
import type { TestLedger } from './ledger.ts'
import {
  accountA,
  actCommand,
  approvalOf,
  consentInput,
  holdCommand,
  licenceAct,
  madeUp,
  partyAct,
  recordCommand,
  settleCommand,
  staffReader,
  take,
} from './ledger-commands.ts'

/** The specimen agreement of S1: 30,000 checks for 800.00 yuan, 2024-07-28 to 2025-07-29. */
export const s1Term = { start: '2024-07-28', end: '2025-07-29' }

export interface SeededAccount {
  accountId: string
  credentials: Credentials
  keyNumber: number
  orderId: number
  grantId: number
}

interface Wishes {
  accountId?: string
  credits?: number
  mode?: Mode
  overrides?: Record<string, unknown>
}

export const act = (ledger: TestLedger, accountId: string, staffAct: StaffAct, actor?: string) =>
  ledger.submit(actCommand(accountId, staffAct, actor))

/**
 * The next version of the agreement: put while nothing is in force, agreed by a supplement of both sides afterwards. Returns its
 * number.
 */
export const changeAgreement = (
  ledger: TestLedger,
  accountId: string,
  overrides: Record<string, unknown>,
  preset = 'S1',
): number => {
  const put = act(ledger, accountId, { kind: 'put_agreement', preset, overrides })
  if (put.kind === 'agreement') return put.agreement.version
  const documentSha256 = madeUp('the supplement').digest
  const proposed = take(act(ledger, accountId, { kind: 'propose_amendment', preset, overrides, documentSha256 }), 'matter')
  const signature = {
    kind: 'sign_amendment',
    amendmentId: proposed.matter.id,
    documentSha256,
    sealed: true,
    signedAt: null,
  } as const
  take(act(ledger, accountId, { ...signature, party: 'provider' }, 'staff-2'), 'matter')
  const { data } = take(act(ledger, accountId, { ...signature, party: 'customer' }, 'staff-3'), 'matter')
    .matter as MatterView<'amendment'>
  if (data.version === null) throw new Error('a supplement of both sides is the next version')
  return data.version
}

/** One more paid order; the credits of its grant can be used at once. */
export const buyCredits = (
  ledger: TestLedger,
  accountId: string,
  credits: number,
  mode: Mode = 'live',
  externalId = `order-${credits}-${mode}`,
  paidFen = 80_000,
) => {
  const order = {
    kind: 'record_order',
    externalId,
    check: 'id2',
    mode,
    credits,
    listFen: 120_000,
    paidFen,
    offerSha256: null,
  } as const
  const ordered = take(act(ledger, accountId, order), 'order')
  const paid = take(
    act(ledger, accountId, { kind: 'record_payment', orderId: ordered.order.id, bankReference: 'bank-1' }),
    'order',
  )
  if (!paid.grant) throw new Error('a payment makes a grant')
  return { orderId: ordered.order.id, grant: paid.grant }
}

export interface KeyWishes {
  mode?: Mode
  scopes?: Scope[]
  addresses?: string[]
  expiresAt?: number | null
}

/** Credentials of a key's text, as the door would read them. */
export const credentialsOf = (ledger: TestLedger, secret: string | null, address = '203.0.113.7'): Credentials => {
  const credentials = readCredentials(ledger.crypto, secret, address)
  if ('kind' in credentials) throw new Error(`the key is refused: ${credentials.code}`)
  return credentials
}

export const createKey = (ledger: TestLedger, accountId: string, wishes: KeyWishes = {}): Credentials => {
  const wanted = { name: 'app', mode: 'live', scopes: [...scopes], addresses: [], expiresAt: null, ...wishes } as const
  const made = take(
    act(ledger, accountId, { kind: 'create_key', ...wanted, scopes: [...wanted.scopes], addresses: [...wanted.addresses] }),
    'key',
  )
  return credentialsOf(ledger, made.secret)
}

/** Files what a live key rests on, and has another person approve it (S1 §3.3). */
export const approvePapers = (ledger: TestLedger, accountId: string): void => {
  take(act(ledger, accountId, partyAct), 'matter')
  const { matter } = take(act(ledger, accountId, licenceAct), 'matter')
  take(act(ledger, accountId, approvalOf(matter.id), 'staff-2'), 'matter')
}

/** A sealed request to replace a key, approved: it serves one rotation (S1 §3.4). */
export const fileRotationRequest = (ledger: TestLedger, accountId: string): number => {
  const { matter } = take(act(ledger, accountId, { ...licenceAct, paper: 'rotation_request' }), 'matter')
  take(act(ledger, accountId, approvalOf(matter.id), 'staff-2'), 'matter')
  return matter.id
}

/** An account under S1 that has paid and may call. */
export const seedAccount = (ledger: TestLedger, wishes: Wishes = {}): SeededAccount => {
  const { accountId = accountA, credits = 30_000, mode = 'live', overrides = {} } = wishes
  take(act(ledger, accountId, { kind: 'create_account', name: `customer ${accountId}` }), 'account')
  take(act(ledger, accountId, { kind: 'put_agreement', preset: 'S1', overrides: { term: s1Term, ...overrides } }), 'agreement')
  const { orderId, grant } = buyCredits(ledger, accountId, credits, mode, 'order-1')
  if (mode === 'live') approvePapers(ledger, accountId)
  const credentials = createKey(ledger, accountId, { mode })
  return { accountId, credentials, keyNumber: credentials.keyNumber, orderId, grantId: grant.id }
}

/** Records a consent that covers `holdCommand` under this reference. */
export const recordConsent = (
  ledger: TestLedger,
  credentials: Credentials,
  reference = 'consent-1',
  more: Partial<ConsentInput> = {},
): ConsentView => {
  const recorded = take(ledger.submit(recordCommand(credentials, consentInput(reference, more))), 'consents')
  const [item] = recorded.items
  if (!item) throw new Error('one consent was sent')
  return take(item, 'recorded').consent
}

/** An account with one consent: all that a call needs. */
export const seedWorld = (ledger: TestLedger, wishes: Wishes = {}): SeededAccount => {
  const account = seedAccount(ledger, wishes)
  recordConsent(ledger, account.credentials)
  return account
}

export const hold = (ledger: TestLedger, account: SeededAccount, name: string, more: Parameters<typeof holdCommand>[2] = {}) =>
  take(ledger.submit(holdCommand(account.credentials, name, more)), 'held')

export const settle = (
  ledger: TestLedger,
  account: SeededAccount,
  verificationId: number,
  outcome: Outcome,
  more: Parameters<typeof settleCommand>[3] = {},
) => ledger.submit(settleCommand(account.accountId, verificationId, outcome, more))

/** A whole verification: held, then settled with this outcome. */
export const verifyOnce = (ledger: TestLedger, account: SeededAccount, name: string, outcome: Outcome): VerificationView =>
  settle(ledger, account, hold(ledger, account, name).verificationId, outcome).verification

/** What the balance says of one grant. */
export const grantOf = (ledger: TestLedger, { accountId, grantId }: Pick<SeededAccount, 'accountId' | 'grantId'>): GrantView => {
  const balance = take(ledger.read({ kind: 'balance', reader: staffReader, accountId }), 'read')
  const grant = balance.value.grants.find(({ id }) => id === grantId)
  if (!grant) throw new Error('the account has no such grant')
  return grant
}

/**
 * A recorded notice that proves a ground, deemed delivered at this instant or not at all: as the notice of an order to correct,
 * the delivery of which the test chooses.
 */
export const noticeOf = (ledger: TestLedger, accountId: string, deemedAt: number | null): number => {
  const order = { text: 'stop reselling', ground: 'breach', dueAt: ledger.clock.now + 86_400_000 }
  const inspection = { kind: 'record_inspection', reference: null, finding: 'resold to others', order } as const
  const { matter } = take(act(ledger, accountId, inspection), 'matter')
  const id = matter.kind === 'inspection' ? ((matter as MatterView<'inspection'>).data.order?.noticeId ?? 0) : 0
  ledger.corrupt("UPDATE matters SET data = json_set(data, '$.deemedAt', ?) WHERE id = ?", deemedAt, id)
  return id
}

/** Tries one number with this many different names: a pattern of probing. Returns what came of each. */
export const probe = (ledger: TestLedger, { credentials }: SeededAccount, names: number, from = 0): HoldResult[] =>
  Array.from({ length: names }, (_, at) => {
    const marks = { name: madeUp(`guess ${from + at}`).digest, birth: null }
    return ledger.submit(holdCommand(credentials, `probe ${from + at}`, { marks }))
  })
