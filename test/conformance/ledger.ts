import type { ActResult, Credentials, Doubt, DueCommand, HoldCommand, Read, StaffAct } from '../../src/core/commands.ts'
import { scopes } from '../../src/core/commands.ts'
import { readCredentials } from '../../src/core/credentials.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import type { Crypto, Ledger } from '../../src/core/ports.ts'
import { usageColumns } from '../../src/core/usage.ts'
import {
  accountA,
  actCommand,
  answerOf,
  approvalOf,
  consentInput,
  holdCommand,
  licenceAct,
  madeUp,
  partyAct,
  readerOf,
  recordCommand,
  settleCommand,
  staffReader,
  subjectTwo,
  take,
  withdrawCommand,
} from '../support/ledger-commands.ts'

/*
 * One history that every runtime of the ledger plays, and its transcript: every result, every read, every journal line. Two
 * runtimes are the same ledger when their transcripts are. Nothing here names a platform, and everything that could differ is
 * handed in: the clock, ids with steps of one, digests under fixed keys, and random bytes from a counter.
 */

/** One line of the journal, as stored. */
export interface JournalLine {
  seq: number
  kind: string
  at: number
  actor: string
  verificationId: number | null
  grantId: number | null
  credits: number
  body: string | null
  leafIndex: number | null
  leaf: string | null
  leafHash: string | null
}

/** A fresh ledger of `accountA` on some runtime. */
export interface LedgerHost {
  ledger: Ledger
  crypto: Pick<Crypto, 'digest'>
  setNow(ms: number): void
  due(): Promise<DueCommand[]>
  doubts(): Promise<Doubt[]>
  journal(): Promise<JournalLine[]>
  /** Ends the process or evicts the object, and starts it again on what is stored. Random bytes go on. */
  restart(): Promise<void>
}

export interface Transcript {
  steps: { name: string; result: unknown }[]
  journal: JournalLine[]
}

/** What earlier steps made, by name. */
interface Stage {
  host: LedgerHost
  ids: Map<string, number>
  keys: Map<string, Credentials>
}

interface Step {
  name: string
  /** The clock of this step; without one it stands. */
  at?: string
  run(stage: Stage): Promise<unknown>
}

const idOf = ({ ids }: Stage, name: string): number => {
  const id = ids.get(name)
  if (id === undefined) throw new Error(`no step made ${name}`)
  return id
}

const keyOf = ({ keys }: Stage, name: string): Credentials => {
  const key = keys.get(name)
  if (!key) throw new Error(`no step made the key ${name}`)
  return key
}

const act = (stage: Stage, staffAct: StaffAct, actor?: string): Promise<ActResult> =>
  stage.host.ledger.submit(actCommand(accountA, staffAct, actor))

const step = (name: string, run: Step['run'], at?: string): Step => (at === undefined ? { name, run } : { name, run, at })

const staff = (name: string, wanted: (stage: Stage) => StaffAct, actor?: string, at?: string): Step =>
  step(name, (stage) => act(stage, wanted(stage), actor), at)

const keyStep = (name: string, wanted: (stage: Stage) => StaffAct): Step =>
  step(`key: ${name}`, async (stage) => {
    const made = take(await act(stage, wanted(stage)), 'key')
    const credentials = readCredentials(stage.host.crypto as Crypto, made.secret, '203.0.113.7')
    if ('kind' in credentials) throw new Error(`the key is refused: ${credentials.code}`)
    stage.keys.set(name, credentials)
    return made
  })

const holdStep = (name: string, more: Partial<HoldCommand> = {}, key = 'app', at?: string): Step =>
  step(
    `hold: ${name}`,
    async (stage) => {
      const result = await stage.host.ledger.submit(holdCommand(keyOf(stage, key), name, more))
      if (result.kind === 'held') stage.ids.set(name, result.verificationId)
      return result
    },
    at,
  )

const settleStep = (name: string, outcome: Outcome, more: Parameters<typeof settleCommand>[3] = {}): Step =>
  step(`settle: ${name}, ${outcome}`, (stage) =>
    stage.host.ledger.submit(settleCommand(accountA, idOf(stage, name), outcome, more)),
  )

const readStep = (name: string, read: (stage: Stage) => Read): Step =>
  step(`read: ${name}`, (stage) => stage.host.ledger.read(read(stage)))

/** Everything that is due, in the order in which the ledger names it. */
const dueStep = (at: string): Step =>
  step(
    `due at ${at}`,
    async ({ host }) => {
      const due = await host.due()
      const results: unknown[] = []
      for (const command of due) results.push(await host.ledger.submit(command))
      return { due, results, doubts: await host.doubts() }
    },
    at,
  )

const order = (externalId: string, credits: number): StaffAct => ({
  kind: 'record_order',
  externalId,
  check: 'id2',
  mode: 'live',
  credits,
  listFen: 120_000,
  paidFen: 80_000,
  offerSha256: null,
})

const orderStep = (externalId: string, credits: number): Step =>
  step(`order: ${externalId}`, async (stage) => {
    const made = await act(stage, order(externalId, credits))
    if (made.kind === 'order') stage.ids.set(externalId, made.order.id)
    return made
  })

const liveKey: StaffAct = { kind: 'create_key', name: 'app', mode: 'live', scopes: [...scopes], addresses: [], expiresAt: null }

/** Who the customer is, and a paper that one person files and another approves. */
const papers = (paper: typeof licenceAct): Step[] => [
  staff('the party', () => partyAct),
  step(`paper: ${paper.paper}`, async (stage) => {
    const made = await act(stage, paper)
    if (made.kind === 'matter') stage.ids.set(paper.paper, made.matter.id)
    return made
  }),
  staff('approved by who filed it', (stage) => approvalOf(idOf(stage, paper.paper))),
  staff('approved by another', (stage) => approvalOf(idOf(stage, paper.paper)), 'staff-2'),
]

const consentStep = (...items: ReturnType<typeof consentInput>[]): Step =>
  step('record consents', (stage) => stage.host.ledger.submit(recordCommand(keyOf(stage, 'app'), ...items)))

const everyList = (accountId: string): Step[] => [
  readStep('account', () => ({ kind: 'account', reader: staffReader, accountId })),
  readStep('balance', () => ({ kind: 'balance', reader: staffReader, accountId })),
  readStep('keys', () => ({ kind: 'keys', reader: staffReader, accountId })),
  readStep('alarms', () => ({ kind: 'alarms', reader: staffReader, accountId })),
  readStep('approvals', () => ({ kind: 'approvals', reader: staffReader, accountId })),
  readStep('first verifications', () => ({ kind: 'verifications', reader: staffReader, accountId, before: null, limit: 4 })),
  readStep('consents', () => ({ kind: 'consents', reader: staffReader, accountId, before: null, limit: 50 })),
  ...(['service', 'settlement'] as const).map((dayOf) =>
    readStep(`usage by ${dayOf}`, () => ({
      kind: 'usage',
      reader: staffReader,
      accountId,
      fromDay: '2024-01-01',
      toDay: '2026-12-31',
      dayOf,
      columns: usageColumns,
    })),
  ),
]

const other = { kind: 'person' as const, digest: subjectTwo, numberMasked: '110105********0011', nameMasked: '李*' }
const suspension = { ground: 'fraud', note: 'see file', noticeId: null }

/** The history: every command and every read, with their refusals, over one year. */
export const ledgerScript: readonly Step[] = [
  staff('act on nothing', () => ({ kind: 'close_account', note: '' }), undefined, '2024-08-02T10:00:00+08:00'),
  staff('open', () => ({ kind: 'create_account', name: '示例科技有限公司' })),
  staff('a blank agreement', () => ({ kind: 'put_agreement', preset: 'S1', overrides: {} })),
  staff('the agreement', () => ({
    kind: 'put_agreement',
    preset: 'S1',
    overrides: { term: { start: '2024-07-28', end: '2025-07-29' }, settleWithinDays: 2 },
  })),
  orderStep('order-1', 5),
  orderStep('order-1', 5),
  staff('a live key without papers', () => liveKey),
  ...papers(licenceAct),
  keyStep('app', () => liveKey),
  consentStep(consentInput('consent-1'), consentInput('once', { maxUses: 1 }), consentInput('of another', { subject: other })),
  consentStep(consentInput('consent-1'), consentInput('once', { maxUses: 2 }), consentInput('x', { grantedAt: 9e12 })),
  holdStep('before the payment'),
  staff('payment', (stage) => ({ kind: 'record_payment', orderId: idOf(stage, 'order-1'), bankReference: 'bank-1' })),
  holdStep('match', { reference: 'their number 7' }, 'app', '2024-08-02T23:59:59.999+08:00'),
  holdStep('match'),
  holdStep('match', { fingerprint: madeUp('another body') }),
  step('clock to the next day', async () => null, '2024-08-03T00:00:00.000+08:00'),
  settleStep('match', 'match'),
  settleStep('match', 'mismatch'),
  holdStep('match'),
  holdStep('no record', { consent: { reference: 'once' } }),
  holdStep('used up', { consent: { reference: 'once' } }),
  settleStep('no record', 'no_record', { answer: answerOf('no_record', { sourceBilled: null, rawDigest: null }) }),
  holdStep('rejected'),
  settleStep('rejected', 'rejected'),
  holdStep('doubt, then found'),
  settleStep('doubt, then found', 'unknown'),
  holdStep('doubt, then found'),
  settleStep('doubt, then found', 'mismatch', { by: 'query' }),
  holdStep('doubt by the deadline', { candidates: ['source_b', 'source_a'] }),
  holdStep('doubt, then by hand'),
  settleStep('doubt, then by hand', 'unknown', { answer: answerOf('unknown', { reason: 'unknown_code' }) }),
  holdStep('wrong person', { subject: subjectTwo }),
  holdStep('no purpose', { purpose: null, inputFaults: [{ pointer: '/purpose', rule: 'member_missing' }] }),
  staff('suspend', () => ({ kind: 'suspend_account', ...suspension })),
  holdStep('while suspended'),
  holdStep('match'),
  staff('resume', () => ({ kind: 'resume_account', note: '' })),
  staff('suspend the key for a breach', (stage) => ({
    kind: 'suspend_key',
    keyNumber: keyOf(stage, 'app').keyNumber,
    ...suspension,
    ground: 'breach',
  })),
  ...papers({ ...licenceAct, paper: 'rotation_request' }),
  keyStep('next', (stage) => ({ kind: 'rotate_key', keyNumber: keyOf(stage, 'app').keyNumber, graceSeconds: 86_400 })),
  step('withdraw', (stage) => stage.host.ledger.submit(withdrawCommand(keyOf(stage, 'next'), { reference: 'of another' }))),
  holdStep('withdrawn', { consent: { reference: 'of another' }, subject: subjectTwo }, 'next'),
  dueStep('2024-08-03T00:01:00+08:00'),
  step('raise an alarm', (stage) =>
    stage.host.ledger.submit({
      kind: 'alarm',
      accountId: accountA,
      alarm: 'in_doubt_aged',
      subject: String(idOf(stage, 'doubt by the deadline')),
      raised: true,
    }),
  ),
  step('propose', async (stage) => {
    const verificationId = idOf(stage, 'doubt, then by hand')
    const made = await act(stage, {
      kind: 'propose_settlement',
      verificationId,
      outcome: 'match',
      sourceId: null,
      sourceReference: 'by letter',
    })
    stage.ids.set('approval', take(made, 'approval').approval.id)
    return made
  }),
  staff('approve alone', (stage) => ({ kind: 'approve', approvalId: idOf(stage, 'approval') })),
  staff('approve', (stage) => ({ kind: 'approve', approvalId: idOf(stage, 'approval') }), 'staff-2'),
  ...Array.from({ length: 63 }, (_, at) => holdStep(`flood ${at}`, { consent: null }, 'next', '2024-08-03T09:00:00+08:00')),
  step('the clock goes back', async () => null, '2024-08-03T08:00:00+08:00'),
  holdStep('after the clock went back', {}, 'next'),
  dueStep('2024-08-05T00:00:00+08:00'),
  holdStep('old key', {}, 'app'),
  ...everyList(accountA),
  step('restart', async ({ host }) => {
    await host.restart()
    return null
  }),
  holdStep('last', {}, 'next'),
  holdStep('match', {}, 'next'),
  settleStep('after the clock went back', 'unavailable', { by: 'query' }),
  holdStep('the last credit', {}, 'next'),
  holdStep('one too many', {}, 'next'),
  settleStep('the last credit', 'unavailable'),
  dueStep('2025-07-30T00:00:00+08:00'),
  holdStep('after the term', {}, 'next'),
  settleStep('last', 'unavailable'),
  ...everyList(accountA),
  readStep('own verification', (stage) => ({
    kind: 'verification',
    reader: readerOf(keyOf(stage, 'next'), 'verifications:read'),
    accountId: accountA,
    id: idOf(stage, 'match'),
  })),
  readStep('unknown verification', (stage) => ({
    kind: 'verification',
    reader: readerOf(keyOf(stage, 'next'), 'verifications:read'),
    accountId: accountA,
    id: 1,
  })),
]

/** Plays the script from the first step to the last. A step that rejects ends it: expected endings are values. */
export const playLedgerScript = async (host: LedgerHost): Promise<Transcript> => {
  const stage: Stage = { host, ids: new Map(), keys: new Map() }
  const steps: Transcript['steps'] = []
  for (const { name, at, run } of ledgerScript) {
    if (at !== undefined) host.setNow(Date.parse(at))
    steps.push({ name, result: await run(stage) })
  }
  return { steps, journal: await host.journal() }
}
