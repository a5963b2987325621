import { type ClosingStep, type EndingTerms, listClosingSteps, nextClosingStep } from '../../agreement/closing.ts'
import { canonicalJson } from '../../core/canonical-json.ts'
import type { ActResult } from '../../core/commands.ts'
import { type ClosingStaffAct, type ClosingStepName, closingChecks } from '../../core/matters/closing.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { type ActContext, actorText, termsOf, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import { changeMatter, findMatter, findRepeatedEnding, isRefusal, type Matter, matterDone } from './matter.ts'
import { lacksSettlement } from './settlement-facts.ts'

type Act<K extends ClosingStaffAct['kind']> = Extract<ClosingStaffAct, { kind: K }>

const no = (detail: string): Decision<ActResult> => unchanged(refuse('state_conflict', { detail }))

/** How an account without an agreement ends: nothing is handed over, what is personal goes. */
const withoutAgreement: EndingTerms = { customerNotice: 'at_once', grounds: {}, handOver: [], personalData: 'delete' }

export const endingOf = (at: Pick<ActContext, 'book' | 'draft'>): EndingTerms => termsOf(at)?.ending ?? withoutAgreement

/** The next step of a closing that has taken effect; null when all are done. */
export const nextStepOf = (ending: EndingTerms, done: readonly ClosingStepName[]): ClosingStepName | null => {
  const check = closingChecks.find((step) => !done.includes(step))
  if (check) return check
  const steps: readonly string[] = listClosingSteps(ending)
  const next = nextClosingStep(
    ending,
    done.filter((step): step is ClosingStep => steps.includes(step)),
  )
  return next ?? (done.includes('keys_ended') ? null : 'keys_ended')
}

/** The closing, when it has taken effect and this step is the next one. */
export const findAtStep = (at: ActContext, id: number, ...wanted: ClosingStepName[]): Matter<'closing'> | Refusal => {
  const closing = findMatter(at, 'closing', id)
  if (isRefusal(closing)) return closing
  if (closing.state !== 'ended' && closing.state !== 'erasing')
    return refuse('state_conflict', { detail: 'closing_not_in_effect' })
  const next = nextStepOf(
    endingOf(at),
    closing.data.steps.map(({ step }) => step),
  )
  return next !== null && wanted.includes(next) ? closing : refuse('state_conflict', { detail: 'step_out_of_turn' })
}

/** The closing with one more step done; the last one closes the matter. */
export const stepDone = (
  at: ActContext,
  closing: Matter<'closing'>,
  step: ClosingStepName,
  sha256: string | null,
  data: Partial<Matter<'closing'>['data']> = {},
): Matter<'closing'> => {
  const steps = [...closing.data.steps, { step, at: at.draft.now, by: actorText(at.by), sha256 }]
  const isLast = step === 'keys_ended'
  return changeMatter(at, closing, {
    data: { ...data, steps },
    ...(isLast ? { state: 'completed', close: true } : { state: 'ended' }),
  })
}

/** Staff confirm what has to be so before anything is deleted; ending the keys is the last step. */
export const stepClosing = (at: ActContext, act: Act<'step_closing'>): Decision<ActResult> => {
  const ended = act.step === 'keys_ended' ? findRepeatedEnding(at, 'closing', act.closingId, 'completed') : null
  if (ended) return unchanged(ended)
  const closing = findAtStep(at, act.closingId, act.step)
  if (isRefusal(closing)) return unchanged(closing)
  if (act.step === 'open_calls_ended' && at.book.openVerifications().length > 0) return no('calls_open')
  // What was paid or is owed is settled by a document of two persons (S1 §4.6, S3 §2.5); a free agreement has nothing to settle.
  if (act.step === 'statement' && lacksSettlement(at)) return no('settlement_missing')
  const { draft } = at
  const keys = act.step === 'keys_ended' ? at.book.keys() : []
  const living = keys.filter(({ revokedAt }) => revokedAt === null || revokedAt > draft.now)
  for (const key of living) draft.put('apiKeys', { ...key, revokedAt: draft.now })
  const changed = stepDone(at, closing, act.step, null)
  writeAct(at, { closing: closing.id, step: act.step, ...(act.step === 'keys_ended' ? { keys: living.length } : {}) })
  return matterDone(at, changed)
}

/**
 * The package is made: its files by digest, counted, with the papers that were handed over outside. It has to hold every part
 * that the agreement names, and the whole journal up to its number (S3 §6.2.10).
 */
export const recordHandOver = (at: ActContext, act: Act<'record_hand_over'>): Decision<ActResult> => {
  const closing = findAtStep(at, act.closingId, 'export_complete')
  if (isRefusal(closing)) return unchanged(closing)
  const { files, papers, uptoSeq } = act.manifest
  const parts = new Set([...files, ...papers].map(({ part }) => part))
  if (endingOf(at).handOver.some((part) => !parts.has(part))) return no('part_missing')
  const lines = files.filter(({ part }) => part === 'ledger').reduce((sum, file) => sum + file.lines, 0)
  if (uptoSeq > at.draft.account.seq || lines !== uptoSeq) return no('ledger_incomplete')
  const made = { ...act.manifest, madeAt: at.draft.now }
  const digest = at.context.crypto.sha256(canonicalJson(JSON.parse(JSON.stringify(made))))
  const changed = stepDone(at, closing, 'export_complete', digest, { handOver: { ...made, digest } })
  writeAct(at, { closing: closing.id, manifest: digest, files: files.length, upto_seq: uptoSeq })
  return matterDone(at, changed)
}

/** The customer has it all. For one without a key left, staff record the protocol that it signed. */
export const confirmHandOver = (at: ActContext, act: Act<'confirm_hand_over'>): Decision<ActResult> => {
  const closing = findAtStep(at, act.closingId, 'export_confirmed')
  if (isRefusal(closing)) return unchanged(closing)
  if (at.by.kind === 'staff' && act.documentSha256 === null) return no('document_missing')
  if (closing.data.handOver?.digest !== act.manifestDigest) return no('manifest_differs')
  const changed = stepDone(at, closing, 'export_confirmed', act.documentSha256 ?? act.manifestDigest)
  writeAct(at, { closing: closing.id, manifest: act.manifestDigest, document: act.documentSha256 })
  return matterDone(at, changed)
}
