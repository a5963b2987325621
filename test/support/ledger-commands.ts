import type {
  ActCommand,
  ConsentInput,
  Credentials,
  HoldCommand,
  Reader,
  RecordConsentsCommand,
  Scope,
  SettleCommand,
  StaffAct,
  WithdrawConsentCommand,
} from '../../src/core/commands.ts'
import { accountIdFrom } from '../../src/core/ids.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import type { KeyedDigest, SourceAnswer } from '../../src/core/ports.ts'

/*
 * Commands as the door would send them, without the door. Nothing here names a platform, so that the conformance script
 * can use it on every runtime. Every digest is made up: no number of a person stands behind it.
 */

export const accountA = accountIdFrom('00a1b2c3d4e5f6')
export const accountB = accountIdFrom('00b9a8b7c6d5e4')

const spread = (text: string): KeyedDigest => {
  let digest = ''
  for (let round = 1; round <= 8; round += 1) {
    let hash = Math.imul(round, 0x9e3779b1)
    for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
    digest += (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0).toString(16).padStart(8, '0')
  }
  return { keyId: 'k1', digest }
}

const spreads = new Map<string, KeyedDigest>()

/** 256 bits spread from a text. No cryptography: it only has to be the same each time and different for different texts. */
export const madeUp = (text: string): KeyedDigest => {
  const known = spreads.get(text)
  if (known) return { ...known }
  const made = spread(text)
  if (spreads.size < 10_000) spreads.set(text, made)
  return { ...made }
}

export const subjectOne = madeUp('subject one')
export const subjectTwo = madeUp('subject two')

/** A statement of consent under this reference; the fingerprint follows everything that is stated, as the door makes it. */
export const consentInput = (reference: string, more: Partial<Omit<ConsentInput, 'fingerprint'>> = {}): ConsentInput => {
  const stated = {
    reference,
    subject: { kind: 'person' as const, digest: subjectOne, numberMasked: '110105********002X', nameMasked: '张*' },
    type: 'e_signature',
    method: 'app_checkbox',
    lawfulBasis: 'consent',
    separateConsent: true,
    purposes: ['fraud_prevention', 'real_name_registration'],
    checks: ['id2'],
    sources: ['source_a', 'source_b'],
    notice: { version: 'v3', sha256: madeUp('notice').digest, language: 'zh-CN', url: null },
    evidence: { sha256: madeUp(`evidence ${reference}`).digest, mediaType: 'application/pdf' },
    grantedAt: Date.parse('2024-08-01T00:00:00+08:00'),
    expiresAt: null,
    maxUses: null,
    retentionUntil: null,
    dataCategories: [],
    service: null,
    collectedBy: null,
    storageLocation: null,
    withdrawalMethod: null,
    guardian: null,
    channel: null,
    ...more,
  }
  return { ...stated, fingerprint: madeUp(JSON.stringify(stated)) }
}

export const recordCommand = (credentials: Credentials, ...items: ConsentInput[]): RecordConsentsCommand => ({
  kind: 'record_consents',
  accountId: credentials.accountId,
  credentials,
  items,
})

export const withdrawCommand = (
  credentials: Credentials,
  consent: WithdrawConsentCommand['consent'],
  source = 'data_subject',
): WithdrawConsentCommand => ({ kind: 'withdraw_consent', accountId: credentials.accountId, credentials, consent, source })

/** A call under this Idempotency-Key. The same name is the same key and the same body. */
export const holdCommand = (credentials: Credentials, name: string, more: Partial<HoldCommand> = {}): HoldCommand => ({
  kind: 'hold',
  accountId: credentials.accountId,
  credentials,
  idempotency: madeUp(`key ${name}`),
  fingerprint: madeUp(`body ${name}`),
  check: 'id2',
  purpose: 'fraud_prevention',
  inputFaults: [],
  subject: subjectOne,
  marks: null,
  consent: { reference: 'consent-1' },
  reference: null,
  candidates: ['source_a'],
  deadlineMs: 25_000,
  waitedMs: 0,
  traceId: null,
  ...more,
})

export const answerOf = (outcome: Outcome, more: Partial<SourceAnswer> = {}): SourceAnswer => ({
  outcome,
  sourceReference: 'order-1',
  sourceBilled: true,
  reason: outcome === 'unknown' ? 'deadline' : 'answered',
  rawDigest: madeUp('raw answer').digest,
  ...more,
})

export const settleCommand = (
  accountId: string,
  verificationId: number,
  outcome: Outcome,
  more: Partial<Omit<SettleCommand, 'kind' | 'accountId' | 'verificationId'>> = {},
): SettleCommand => ({
  kind: 'settle',
  accountId,
  verificationId,
  sourceId: 'source_a',
  answer: answerOf(outcome),
  by: 'source',
  ...more,
})

export const actCommand = (accountId: string, act: StaffAct, actor = 'staff-1'): ActCommand => ({
  kind: 'act',
  accountId,
  actor,
  reason: 'as agreed with the customer',
  act,
})

export const readerOf = (credentials: Credentials, scope: Scope, allowSuspended = false): Reader => ({
  kind: 'key',
  credentials,
  scope,
  allowSuspended,
})

/** Who the customer is, and its sealed licence: with the approval of that, all that a live key rests on under S1 (S1 §3.3). */
export const partyAct: StaffAct = {
  kind: 'record_party',
  reference: null,
  legalName: 'Example Ltd',
  uscc: '91350100M000100Y43',
  orderedBy: 'Example Ltd',
  business: null,
  explanation: null,
}
export const licenceAct: Extract<StaffAct, { kind: 'file_paper' }> = {
  kind: 'file_paper',
  reference: null,
  paper: 'business_licence',
  sha256: madeUp('licence').digest,
  sealed: true,
  validFrom: null,
  validTo: null,
}
export const approvalOf = (paperId: number): StaffAct => ({
  kind: 'review_paper',
  paperId,
  decision: 'approved',
  text: 'as the register says',
})

export const staffReader: Reader = { kind: 'staff', sub: 'staff-1' }

/** The result as the kind that the test counts on, or a failure that shows what came instead. */
export const take = <R extends { kind: string }, K extends R['kind']>(result: R, kind: K): Extract<R, { kind: K }> => {
  if (result.kind !== kind) throw new Error(`expected ${kind} and got ${JSON.stringify(result)}`)
  return result as Extract<R, { kind: K }>
}
