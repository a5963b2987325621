import type { SettleCommand, SettledBy, SettleResult } from '../../core/commands.ts'
import { isDelivered, type Outcome } from '../../core/outcome.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import { type Book, type Rows, rollupKey } from '../book.ts'
import { type Context, type Decision, Draft, unchanged } from '../draft.ts'
import { saltedDigest } from '../leaf.ts'
import { notify } from '../matters/notice.ts'
import { viewVerification } from '../views.ts'
import { clearAlarm, raiseAlarm } from './alarm.ts'
import { byClock } from './by-clock.ts'
import { sumAvailable } from './grant-order.ts'

/** What is known of the ending when it is written. */
export interface Ending {
  outcome: Outcome
  sourceId: string | null
  sourceReference: string | null
  sourceBilled: boolean | null
  /** The source's own instant of what it said, where it told one. */
  saidAt?: number | undefined
  /** What the source says that the call costs, where it told it. */
  costMicroYuan?: number | undefined
  reason: string
  rawDigest: string | null
  by: SettledBy
  actor: string
}

/**
 * Second commit of a verification (DESIGN.md §2 step 5): capture or release by the terms that were in force at the hold,
 * or in doubt. A verification that has its ending keeps it, whatever arrives later.
 */
export const decideSettle = (book: Book, command: SettleCommand, context: Context): Decision<SettleResult> => {
  const verification = book.get('verifications', command.verificationId)
  const account = book.account()
  if (!verification || !account) throw new Error('settle: the verification was never held')
  const prior = book.get('outcomes', verification.id)
  const doubt = book.get('doubts', verification.id)
  if (prior) {
    const result: SettleResult = { kind: 'settled', verification: viewVerification(verification, prior, doubt), late: true }
    if (command.answer.outcome === 'unknown' || isRepetition(command.answer, prior)) return unchanged(result)
    // A second, different answer changes nothing and is told to staff.
    const draft = new Draft(context, account)
    raiseAlarm(draft, book, 'late_answer', String(verification.id))
    return draft.done(result)
  }

  const draft = new Draft(context, account)
  if (command.answer.outcome === 'unknown') {
    if (command.answer.reason === 'unknown_code') raiseAlarm(draft, book, 'source_unknown_code', command.sourceId ?? '')
    const row = doubt ?? writeDoubt(draft, verification, { ...command.answer, sourceId: command.sourceId })
    return draft.done({ kind: 'settled', verification: viewVerification(verification, null, row), late: doubt !== null })
  }
  const actor = command.by === 'source' ? `key:${verification.keyId}` : 'clock'
  const outcome = writeEnding(draft, book, verification, { ...command.answer, sourceId: command.sourceId, by: command.by, actor })
  if (doubt) clearAlarm(draft, book, 'in_doubt_aged', String(verification.id))
  return draft.done({ kind: 'settled', verification: viewVerification(verification, outcome, doubt), late: false })
}

/** The same answer once more. The same outcome under another order number is a second piece of work, which can be billed twice. */
const isRepetition = (answer: SettleCommand['answer'], prior: Rows['outcomes']): boolean =>
  answer.outcome === prior.outcome &&
  (answer.sourceReference === null || prior.sourceReference === null || answer.sourceReference === prior.sourceReference)

/** In doubt: the source may have done the work, so the hold stays and the caller is told where to look. */
export const writeDoubt = (
  draft: Draft,
  verification: Rows['verifications'],
  { sourceId, sourceReference, reason }: Pick<Rows['doubts'], 'sourceId' | 'sourceReference' | 'reason'>,
): Rows['doubts'] => {
  const entry = draft.entry({ kind: 'doubt', actor: 'clock', verificationId: verification.id, body: JSON.stringify({ reason }) })
  return draft.put('doubts', {
    verificationId: verification.id,
    accountId: verification.accountId,
    sourceId,
    sourceReference,
    reason,
    doubtAt: draft.now,
    seq: entry.seq,
  })
}

/** The ending: the money, the consent's use, the outcome row, the journal entry with its leaf, the rollup. */
export const writeEnding = (draft: Draft, book: Book, verification: Rows['verifications'], ending: Ending): Rows['outcomes'] => {
  const terms = book.terms(verification.agreementId)
  const charged =
    isDelivered(ending.outcome) && (terms.checks[verification.check]?.chargedOutcomes ?? []).includes(ending.outcome)
  const consent = book.get('consents', verification.consentId)
  const subject = consent ? book.get('dataSubjects', consent.subjectId) : null
  if (!consent || !subject) throw new Error('settle: the consent of a held verification is missing')

  const credits = verification.credits
  const held = verification.grantId === null ? null : book.get('grants', verification.grantId)
  if (verification.grantId !== null && !held) throw new Error('settle: the grant of a held verification is missing')
  // A release into a grant that has lapsed meanwhile lapses in the same commit (DESIGN.md §2).
  const lapsed = held !== null && held.expiresAt !== null && draft.now >= held.expiresAt
  const grant: Rows['grants'] | null = held && {
    ...held,
    held: held.held - credits,
    ...(charged
      ? { captured: held.captured + credits }
      : lapsed
        ? { expired: held.expired + credits }
        : { available: held.available + credits }),
  }
  if (grant) draft.put('grants', grant)

  // A use of the consent is a delivered answer; without one, the data subject's consent may be used again.
  if (!isDelivered(ending.outcome)) draft.put('consents', { ...consent, uses: consent.uses - 1 })

  const entry = draft.entry({
    kind: charged ? 'capture' : 'release',
    actor: ending.actor,
    verificationId: verification.id,
    grantId: verification.grantId,
    credits,
    leaf: {
      verification: verification.id,
      check: verification.check,
      outcome: ending.outcome,
      credits: charged ? credits : 0,
      grant: verification.grantId,
      key: verification.keyId,
      consent: verification.consentId,
      by: ending.by,
      source: ending.sourceId,
      source_reference: ending.sourceReference,
      subject: saltedDigest(draft.crypto, subject.salt, subject.digest),
      answer: ending.rawDigest === null ? null : saltedDigest(draft.crypto, subject.salt, ending.rawDigest),
    },
  })
  if (lapsed && !charged)
    draft.entry({
      kind: 'expire',
      actor: 'clock',
      grantId: verification.grantId,
      credits,
      leaf: { grant: verification.grantId, credits },
    })

  // Whoever was told that it is in doubt, and to look again, is told of its end. The caller itself gets what its source answers.
  if (ending.by !== 'source' && book.get('doubts', verification.id)) {
    const at = byClock(book, 'verification_settled', draft)
    const told = charged ? credits : 0
    notify(at, 'verification_settled', { verification: verification.id, outcome: ending.outcome, credits: told })
  }

  const grants = book.openGrants().map((row) => (grant && row.id === grant.id ? grant : row))
  addToRollup(draft, book, verification, ending, charged ? credits : 0, entry.seq)
  return draft.put('outcomes', {
    verificationId: verification.id,
    accountId: verification.accountId,
    outcome: ending.outcome,
    disposition: charged ? 'captured' : 'released',
    credits: charged ? credits : 0,
    available: sumAvailable(grants, verification.check, verification.mode, draft.now),
    sourceId: ending.sourceId,
    sourceReference: ending.sourceReference,
    sourceAt: ending.saidAt ?? null,
    sourceCostMicroYuan: ending.costMicroYuan ?? null,
    sourceBilled: ending.sourceBilled,
    reason: ending.reason,
    settledBy: ending.by,
    settledAt: draft.now,
    seq: entry.seq,
    leafIndex: entry.leafIndex ?? 0,
    leafHash: entry.leafHash ?? '',
  })
}

/** Service day is the day of arrival, settlement day the day of the ending; reports offer both (DESIGN.md §3, periods). */
const addToRollup = (
  draft: Draft,
  book: Book,
  verification: Rows['verifications'],
  ending: Ending,
  credits: number,
  seq: number,
): void => {
  const key = {
    settledDay: shanghaiDay(draft.now),
    serviceDay: shanghaiDay(verification.heldAt),
    keyId: verification.keyId,
    mode: verification.mode,
    check: verification.check,
    source: ending.sourceId ?? '',
    outcome: ending.outcome,
  }
  const prior = book.get('rollups', rollupKey(key))
  draft.put('rollups', {
    ...key,
    accountId: verification.accountId,
    count: (prior?.count ?? 0) + 1,
    credits: (prior?.credits ?? 0) + credits,
    costMicroYuan: (prior?.costMicroYuan ?? 0) + (ending.costMicroYuan ?? 0),
    seq,
  })
}
