import type { ConsentInput, Credentials, HoldCommand } from '../../src/core/commands.ts'
import { agreeingParties } from '../../src/core/matters/suspension.ts'
import type { VerificationRefusalCode } from '../../src/core/refusal.ts'
import { refusalOrder } from '../../src/core/refusal.ts'
import { startOfTests } from '../support/clock.ts'
import type { TestLedger } from '../support/ledger.ts'
import {
  accountB,
  consentInput,
  holdCommand,
  madeUp,
  recordCommand,
  settleCommand,
  subjectOne,
  subjectTwo,
  take,
  withdrawCommand,
} from '../support/ledger-commands.ts'
import { act, changeAgreement, createKey, type KeyWishes, recordConsent, s1Term, seedAccount } from '../support/ledger-world.ts'

/** The verification that the Idempotency-Key of the call led to before, if it did. */
interface Prior {
  otherBody?: true
  ending?: 'held' | 'unknown' | 'unavailable'
}

/** An otherwise fine call: everything in it is in order, and beside it stand a fine key and a fine consent to call with later. */
export interface World {
  ledger: TestLedger
  accountId: string
  /** The key of the call. */
  credentials: Credentials
  spare: Credentials
  /** The consent of the call and who recorded it. */
  consentId: number
  owner: Credentials
  blockers: number[]
}

/** One thing that can be wrong with a call: wishes for the things that the world is made of, acts upon it, changes to the command. */
export interface Fault {
  name: string
  code: VerificationRefusalCode
  /** Its turn: the place in `refusalOrder`. */
  turn: number
  key?: KeyWishes
  consent?: Partial<ConsentInput>
  foreignConsent?: true
  prior?: Prior
  /** Acts are done in this order, because a closed account takes no more acts and a suspended one holds nothing. */
  step?: number
  put?(world: World): void
  heal?(world: World): void
  change?(command: HoldCommand): HoldCommand
  /** Why the same Idempotency-Key can never be used for a new verification after this. */
  forGood?: string
}

const fault = (code: VerificationRefusalCode, more: Omit<Partial<Fault>, 'code'>): Fault => ({
  name: code,
  code,
  turn: refusalOrder.indexOf(code),
  ...more,
})

const putTerm = ({ ledger, accountId }: World, term: Record<string, unknown>): void => {
  changeAgreement(ledger, accountId, { term })
}

const setEffectiveAt = ({ ledger, accountId }: World, at: number | null): void =>
  ledger.corrupt('UPDATE accounts SET effective_at = ? WHERE id = ?', at, accountId)

const usedUp = 'the key has led to a verification, and answers for it from then on'

/** The share of the key is used up. */
const exceeded = (command: HoldCommand): HoldCommand => ({
  ...command,
  credentials: {
    ...command.credentials,
    rate: { limit: 10, windowSeconds: 60, remaining: 0, resetSeconds: 7, exceeded: true },
  },
})

export const faults: Fault[] = [
  fault('key_unknown', {
    change: (command) => ({ ...command, credentials: { ...command.credentials, secret: madeUp('another secret') } }),
  }),
  fault('key_revoked', {
    step: 4,
    put: ({ ledger, accountId, credentials }) =>
      void act(ledger, accountId, { kind: 'revoke_key', keyNumber: credentials.keyNumber }),
  }),
  fault('key_expired', { key: { expiresAt: startOfTests } }),
  fault('abnormal_usage', {
    put: ({ ledger, credentials }) => ledger.corrupt('UPDATE api_keys SET throttle = 10 WHERE id = ?', credentials.keyNumber),
    heal: ({ ledger, credentials }) => ledger.corrupt('UPDATE api_keys SET throttle = NULL WHERE id = ?', credentials.keyNumber),
    change: exceeded,
  }),
  fault('rate_limited', { change: exceeded }),
  fault('key_scope', { key: { scopes: ['consents:write', 'verifications:read'] } }),
  fault('address_not_allowed', { key: { addresses: ['198.51.100.0/24', '2001:db8::/32'] } }),
  fault('idempotency_key_reused', { prior: { otherBody: true }, forGood: usedUp }),
  fault('verification_in_progress', { prior: { ending: 'held' }, forGood: usedUp }),
  fault('source_unknown', { prior: { ending: 'unknown' }, forGood: usedUp }),
  fault('source_unavailable', { prior: { ending: 'unavailable' }, forGood: usedUp }),
  fault('account_closed', {
    step: 5,
    put: ({ ledger, accountId }) => void take(act(ledger, accountId, { kind: 'close_account', note: '' }), 'account'),
    forGood: 'a closed account is never opened again',
  }),
  fault('not_effective', {
    step: 3,
    put: (world) => setEffectiveAt(world, null),
    heal: (world) => setEffectiveAt(world, startOfTests),
  }),
  fault('term_expired', {
    step: 3,
    put: (world) => putTerm(world, { start: '2023-07-28', end: '2024-08-01' }),
    heal: (world) => putTerm(world, s1Term),
  }),
  fault('account_suspended', {
    step: 3,
    put: ({ ledger, accountId }) =>
      void take(act(ledger, accountId, { kind: 'suspend_account', ground: 'fraud', note: '', noticeId: null }), 'account'),
    heal: ({ ledger, accountId }) => void take(act(ledger, accountId, { kind: 'resume_account', note: '' }), 'account'),
  }),
  fault('key_suspended', {
    step: 3,
    put: ({ ledger, accountId, credentials: { keyNumber } }) =>
      void take(act(ledger, accountId, { kind: 'suspend_key', keyNumber, ground: 'fraud', note: '', noticeId: null }), 'key'),
  }),
  fault('subject_on_hold', {
    step: 3,
    put: ({ ledger, accountId, spare }) => {
      const { id } = recordConsent(ledger, spare, 'of the person on hold')
      take(act(ledger, accountId, { kind: 'hold_subject', consentId: id, ground: 'subject_objection', note: '' }), 'done')
    },
    heal: ({ ledger, accountId, spare }) => {
      const { id } = recordConsent(ledger, spare, 'of the person on hold')
      take(act(ledger, accountId, { kind: 'resume_subject', consentId: id, note: '', agreedBy: [...agreeingParties] }), 'done')
    },
  }),
  fault('check_not_granted', { change: (command) => ({ ...command, check: 'mobile3' }) }),
  fault('purpose_not_allowed', { change: (command) => ({ ...command, purpose: 'curiosity' }) }),
  fault('input_invalid', {
    change: (command) => ({ ...command, inputFaults: [{ pointer: '/data_subject/id_number', rule: 'check_digit' }] }),
  }),
  fault('consent_missing', { foreignConsent: true }),
  fault('consent_subject', {
    consent: { subject: { kind: 'person', digest: subjectTwo, numberMasked: '110105********0011', nameMasked: '李*' } },
  }),
  fault('consent_withdrawn', {
    step: 2,
    put: ({ ledger, owner, consentId }) => void take(ledger.submit(withdrawCommand(owner, { id: consentId })), 'withdrawn'),
  }),
  fault('consent_expired', { consent: { expiresAt: startOfTests } }),
  // The body of the call was long in coming: the consent was given in the meantime.
  fault('consent_after_request', { change: (command) => ({ ...command, waitedMs: 366 * 86_400_000 }) }),
  fault('consent_scope', { consent: { purposes: ['real_name_registration'] } }),
  // Not in `refusalOrder` a second time: an account of a mode or check that no source answers, known only when the call is in order.
  fault('source_unavailable', {
    name: 'no source answers the check',
    turn: refusalOrder.indexOf('consent_source') - 0.5,
    change: (command) => ({ ...command, candidates: [] }),
  }),
  fault('consent_source', { consent: { sources: ['source_c'] } }),
  fault('consent_used_up', { consent: { maxUses: 0 } }),
  fault('quota_exhausted', {
    step: 1,
    put({ ledger, spare, blockers }) {
      const more = { consent: { reference: 'spare' } }
      for (let held = ledger.submit(holdCommand(spare, 'blocker 0', more)); held.kind === 'held'; ) {
        blockers.push(held.verificationId)
        held = ledger.submit(holdCommand(spare, `blocker ${blockers.length}`, more))
      }
    },
    heal({ ledger, accountId, blockers }) {
      for (const id of blockers) ledger.submit(settleCommand(accountId, id, 'unavailable'))
    },
  }),
]

/** Pairs that no call can have, and why. Every other pair is put to the test. */
export const impossible: { pair: [string, string]; why: string }[] = [
  { pair: ['verification_in_progress', 'source_unknown'], why: 'one key leads to one verification, and that is in one state' },
  {
    pair: ['verification_in_progress', 'source_unavailable'],
    why: 'one key leads to one verification, and that is in one state',
  },
  { pair: ['source_unknown', 'source_unavailable'], why: 'one key leads to one verification, and that is in one state' },
]

/** Codes that never reach the ledger: the door reads no ledger for them (test/core has their tests). */
export const judgedAtTheDoor: VerificationRefusalCode[] = ['key_missing', 'key_malformed']

/** A world with these faults in it, and the call that meets them. */
export const makeWorld = (ledger: TestLedger, put: readonly Fault[]): { world: World; command: HoldCommand } => {
  const account = seedAccount(ledger, { credits: 3 })
  const other = seedAccount(ledger, { accountId: accountB, credits: 3 })
  const spare = account.credentials
  recordConsent(ledger, spare, 'spare')
  const foreign = put.some((fault) => fault.foreignConsent)
  const owner = foreign ? other.credentials : spare
  const wishes: KeyWishes = Object.assign({}, ...put.map((fault) => fault.key ?? {}))
  const stated: Partial<ConsentInput> = Object.assign({}, ...put.map((fault) => fault.consent ?? {}))
  const recorded = take(ledger.submit(recordCommand(owner, consentInput('of the call', stated))), 'consents').items.map((item) =>
    take(item, 'recorded'),
  )
  const world: World = {
    ledger,
    accountId: account.accountId,
    credentials: createKey(ledger, account.accountId, wishes),
    spare,
    consentId: recorded[0]?.consent.id ?? 0,
    owner,
    blockers: [],
  }
  const prior: Prior = Object.assign({}, ...put.map((fault) => fault.prior ?? {}))
  if (prior.otherBody || prior.ending) putPrior(world, prior)
  for (const fault of [...put].sort((a, b) => (a.step ?? 0) - (b.step ?? 0))) fault.put?.(world)
  const fine = holdCommand(world.credentials, 'the call', { consent: { id: world.consentId }, subject: subjectOne })
  return { world, command: put.reduce((command, fault) => fault.change?.(command) ?? command, fine) }
}

const putPrior = ({ ledger, accountId, spare }: World, { otherBody, ending = 'unknown' }: Prior): void => {
  const body = otherBody ? { fingerprint: madeUp('another body') } : {}
  const held = take(ledger.submit(holdCommand(spare, 'the call', { consent: { reference: 'spare' }, ...body })), 'held')
  if (ending !== 'held') ledger.submit(settleCommand(accountId, held.verificationId, ending))
}
