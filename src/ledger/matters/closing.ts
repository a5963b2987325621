import { clauseOf } from '../../agreement/clause.ts'
import type { Terms } from '../../agreement/terms.ts'
import type { ActResult, StaffAct } from '../../core/commands.ts'
import type { Closing, ClosingStaffAct } from '../../core/matters/closing.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { addMonths, shanghaiDay, startOfDayMs } from '../../core/shanghai.ts'
import { type ActContext, termsOf, writeAct } from '../decide/act-context.ts'
import { clearAlarm, raiseAlarm } from '../decide/alarm.ts'
import { viewStanding } from '../decide/standing.ts'
import { type Decision, unchanged } from '../draft.ts'
import { type EndPlan, findDeemedAt, planDay, planNoticedEnd, planSilentEnd, silentSince } from './closing-plan.ts'
import { confirmHandOver, recordHandOver, stepClosing } from './closing-steps.ts'
import { beginErasure, eraseAccount } from './erasing.ts'
import {
  changeMatter,
  clockFrom,
  defineMatter,
  findMatter,
  findRepeated,
  findRepeatedEnding,
  isRefusal,
  type Matter,
  matterDone,
  openMatter,
  openMattersOf,
  publicIdOf,
} from './matter.ts'
import { notify } from './notice.ts'
import { endStatements } from './statement.ts'

type Act<K extends ClosingStaffAct['kind']> = Extract<ClosingStaffAct, { kind: K }>
type Kept = Pick<Closing, 'cause' | 'ground' | 'clause'> & Partial<Closing>

const no = (detail: string): Decision<ActResult> => unchanged(refuse('state_conflict', { detail }))

const newClosing = (facts: Kept): Closing => ({
  text: null,
  documentSha256: null,
  sent: null,
  deemedAt: null,
  endsAt: null,
  lastOperationAt: null,
  steps: [],
  handOver: null,
  erased: { dataSubjects: 0, evidenceFiles: 0, matters: 0 },
  certificate: null,
  ...facts,
})

/** The first day on which what is personal may go: records of the network stay so long (contracts.md §5 no. 13). */
const retentionOf = (at: ActContext) => {
  const months = termsOf(at)?.retentionMonths.networkLogs ?? 0
  const until = startOfDayMs(addMonths(shanghaiDay(at.draft.now), Math.max(months, 1)))
  return months === 0
    ? null
    : clockFrom(at, { name: 'retention', clause: 'choice', rule: { kind: 'at', at: until }, effect: true })
}

/**
 * Ends the account for good: new calls are refused, calls in flight finish and are charged (S2 八(四)). The entry names the
 * clause. What else was announced is overtaken by it.
 */
const endAccount = (at: ActContext, closing: Matter<'closing'>, body: Record<string, string | null> = {}): Matter<'closing'> => {
  const { draft } = at
  draft.set({ closedAt: draft.now })
  const { cause, ground, clause, documentSha256 } = closing.data
  writeAct({ ...at, kind: 'close_account' }, { closing: closing.id, cause, ground, clause, document: documentSha256 }, body)
  for (const other of openMattersOf(at, 'closing'))
    if (other.id !== closing.id) changeMatter(at, other, { state: 'superseded', close: true })
  for (const watch of openMattersOf(at, 'inactivity_watch')) {
    changeMatter(at, watch, { state: 'ended', close: true })
    clearAlarm(draft, at.book, 'inactive', publicIdOf(watch))
  }
  endStatements(at)
  notify(at, 'account_closed', { closing: publicIdOf(closing), clause })
  return changeMatter(at, closing, {
    state: 'ended',
    data: { endsAt: draft.now },
    clocks: [...closing.clocks.filter(({ ending }) => ending !== null), retentionOf(at)],
  })
}

/** Opens a closing whose end is planned; it ends at once when that is now. */
const announce = (
  at: ActContext,
  act: Act<'apply_closing' | 'announce_termination' | 'announce_inactivity'>,
  facts: Kept,
  { endsAt, clock }: EndPlan,
): Decision<ActResult> => {
  const closing = openMatter(at, 'closing', {
    state: 'announced',
    data: newClosing({ ...facts, text: act.text, sent: act.sent, endsAt }),
    clocks: [clock],
    reference: act.reference,
    act,
  })
  const { cause, ground, clause, deemedAt = null } = facts
  writeAct(at, { closing: closing.id, cause, ground, clause, deemed_at: deemedAt, ends_at: endsAt }, { text: act.text })
  if (clock === null) return matterDone(at, endAccount(at, closing))
  notify(at, 'closing_announced', { closing: publicIdOf(closing), clause, ...(endsAt === null ? {} : { ends_at: endsAt }) })
  return matterDone(at, closing)
}

const hasOpen = (at: ActContext, cause: Closing['cause']): boolean =>
  openMattersOf(at, 'closing').some(({ state, data }) => data.cause === cause && ['proposed', 'announced'].includes(state))

/** What stands before any announcement: the agreement's terms, or why there is none. */
const judgeOpening = (at: ActContext, cause: Closing['cause']): Terms | Refusal => {
  const terms = termsOf(at)
  if (!terms) return refuse('state_conflict', { detail: 'agreement_missing' })
  return hasOpen(at, cause) ? refuse('state_conflict', { detail: 'closing_open' }) : terms
}

/** The customer wants to stop (S0 一.4, S1 §4.6, S2 八(二), S3 §12.4): in its own words here, or in a paper that staff recorded. */
const applyClosing = (at: ActContext, act: Act<'apply_closing'>): Decision<ActResult> => {
  const repeated = findRepeated(at, 'closing', act.reference, act)
  if (repeated) return unchanged(repeated)
  const terms = judgeOpening(at, 'customer_stop')
  if ('kind' in terms) return unchanged(terms)
  const deemedAt = act.sent ? findDeemedAt(terms, act.sent, 'termination') : at.draft.now
  if (typeof deemedAt === 'object') return unchanged(deemedAt)
  const clause = clauseOf(terms.preset, 'customer_stop')
  const plan = planNoticedEnd(at, terms, { ground: null, deemedAt, stopOn: act.stopOn, clause })
  const facts: Kept = { cause: 'customer_stop', ground: null, clause, deemedAt }
  if (plan !== null) return 'kind' in plan ? unchanged(plan) : announce(at, act, facts, plan)
  const { text, sent, reference } = act
  const closing = openMatter(at, 'closing', { state: 'proposed', data: newClosing({ ...facts, text, sent }), reference, act })
  writeAct(at, { closing: closing.id, cause: facts.cause, ground: null, clause, deemed_at: deemedAt, ends_at: null }, { text })
  return matterDone(at, closing)
}

/** The provider agrees to what the customer proposed, with the paper that both sides signed (S1 §4.6). */
const agreeClosing = (at: ActContext, act: Act<'agree_closing'>): Decision<ActResult> => {
  const closing = findMatter(at, 'closing', act.closingId)
  if (isRefusal(closing)) return unchanged(closing)
  if (closing.state !== 'proposed') return no('closing_not_proposed')
  const { clause } = closing.data
  const plan = act.stopOn === null ? { endsAt: at.draft.now, clock: null } : planDay(at, clause, act.stopOn)
  const agreed = changeMatter(at, closing, {
    state: 'announced',
    data: { cause: 'by_agreement', documentSha256: act.documentSha256, endsAt: plan.endsAt },
    clocks: [plan.clock],
  })
  writeAct(at, { closing: closing.id, clause, document: act.documentSha256, ends_at: plan.endsAt })
  return matterDone(at, plan.clock === null ? endAccount(at, agreed) : agreed)
}

/** The provider ends it on a ground of the agreement, with the notice and the papers that it asks for (S0 六.1, S1 §4.4, S3 §8.4). */
const announceTermination = (at: ActContext, act: Act<'announce_termination'>): Decision<ActResult> => {
  const repeated = findRepeated(at, 'closing', act.reference, act)
  if (repeated) return unchanged(repeated)
  const terms = judgeOpening(at, 'termination')
  if ('kind' in terms) return unchanged(terms)
  const { ground, sent, documentSha256 } = act
  const notice = Object.hasOwn(terms.ending.grounds, ground) ? terms.ending.grounds[ground] : undefined
  if (notice === undefined || ground === 'inactive_360') return no('ground_unknown')
  if (terms.closing.groundsWithPaper.includes(ground) && documentSha256 === null) return no('document_missing')
  if (notice !== 'at_once' && sent === null) return no('notice_required')
  const deemedAt = sent ? findDeemedAt(terms, sent, 'termination') : at.draft.now
  if (typeof deemedAt === 'object') return unchanged(deemedAt)
  const clause = clauseOf(terms.preset, 'termination')
  const plan = planNoticedEnd(at, terms, { ground, deemedAt, stopOn: null, clause })
  if (plan === null) return no('agreement_needed')
  return 'kind' in plan
    ? unchanged(plan)
    : announce(at, act, { cause: 'termination', ground, clause, deemedAt, documentSha256 }, plan)
}

/** The provider ends it for silence; any operation before the end of the notice stops it (S0 六.2). */
const announceInactivity = (at: ActContext, act: Act<'announce_inactivity'>): Decision<ActResult> => {
  const repeated = findRepeated(at, 'closing', act.reference, act)
  if (repeated) return unchanged(repeated)
  const terms = judgeOpening(at, 'inactivity')
  if ('kind' in terms) return unchanged(terms)
  if (terms.inactivity === null) return no('ground_unknown')
  const deemedAt = findDeemedAt(terms, act.sent, 'termination')
  if (typeof deemedAt === 'object') return unchanged(deemedAt)
  const clause = clauseOf(terms.preset, 'inactivity')
  const plan = planSilentEnd(at, terms.inactivity, clause, deemedAt)
  if ('kind' in plan) return unchanged(plan)
  const facts: Kept = { cause: 'inactivity', ground: 'inactive_360', clause, deemedAt, lastOperationAt: silentSince(at) }
  return announce(at, act, facts, plan)
}

/** Before it takes effect, whoever announced it may take it back. */
const withdrawClosing = (at: ActContext, act: Act<'withdraw_closing'>): Decision<ActResult> => {
  const before = findRepeatedEnding(at, 'closing', act.closingId, 'withdrawn')
  if (before) return unchanged(before)
  const closing = findMatter(at, 'closing', act.closingId)
  if (isRefusal(closing)) return unchanged(closing)
  if (closing.state !== 'announced' && closing.state !== 'proposed') return no('closing_in_effect')
  const { cause, sent } = closing.data
  const isTheirs = at.by.kind === 'key' ? cause === 'customer_stop' : cause !== 'customer_stop' || sent !== null
  if (!isTheirs) return no('step_of_the_other_side')
  const withdrawn = changeMatter(at, closing, { state: 'withdrawn', close: true })
  writeAct(at, { closing: closing.id })
  return matterDone(at, withdrawn)
}

/**
 * Staff end the account now. On a ground that the agreement lets end it at once (S1 §4.4, S3 §8.4), or without one when both
 * sides agreed; what needs a notice goes by its notice.
 */
export const closeAtOnce = (at: ActContext, act: Extract<StaffAct, { kind: 'close_account' }>): Decision<ActResult> => {
  const terms = termsOf(at)
  const { note, ground = null, documentSha256 = null } = act
  if (ground !== null && terms) {
    const notice = Object.hasOwn(terms.ending.grounds, ground) ? terms.ending.grounds[ground] : undefined
    if (notice === undefined) return no('ground_unknown')
    if (notice !== 'at_once') return no('notice_required')
  }
  const name = ground === null ? 'ending_by_agreement' : 'termination'
  const closing = openMatter(at, 'closing', {
    state: 'announced',
    data: newClosing({
      cause: ground === null ? 'by_agreement' : 'termination',
      ground,
      clause: clauseOf(terms?.preset ?? '', name),
      documentSha256,
      deemedAt: at.draft.now,
    }),
  })
  endAccount(at, closing, { note })
  return at.draft.done(viewStanding(at))
}

/** The announced day has come, or the first day on which what is personal may go. */
const closingDue = (at: ActContext, closing: Matter<'closing'>): void => {
  if (closing.state === 'ended') {
    raiseAlarm(at.draft, at.book, 'erasure_due', publicIdOf(closing))
    return
  }
  if (!closing.clocks.some(({ name, ending }) => name === 'end' && ending !== null)) return
  const rule = closing.data.cause === 'inactivity' ? termsOf(at)?.inactivity : null
  const standing = rule && planSilentEnd(at, rule, closing.data.clause, closing.data.deemedAt ?? at.draft.now)
  // Judged again at its end, and whatever was done since the announcement stops it.
  if (standing && ('kind' in standing || silentSince(at) !== closing.data.lastOperationAt)) {
    changeMatter(at, closing, { state: 'cancelled', close: true })
    writeAct({ ...at, kind: 'cancel_closing' }, { closing: closing.id, clause: closing.data.clause })
    notify(at, 'closing_cancelled', { closing: publicIdOf(closing), clause: closing.data.clause })
    return
  }
  endAccount(at, closing)
}

/** How an agreement ends, from the announcement until nothing is left to do (contracts.md §5 no. 11 to 14). */
export const closingRules = defineMatter<'closing', ClosingStaffAct>(
  'closing',
  {
    apply_closing: applyClosing,
    agree_closing: agreeClosing,
    announce_termination: announceTermination,
    announce_inactivity: announceInactivity,
    withdraw_closing: withdrawClosing,
    step_closing: stepClosing,
    record_hand_over: recordHandOver,
    confirm_hand_over: confirmHandOver,
    begin_erasure: beginErasure,
    erase_account: eraseAccount,
  },
  closingDue,
  ['step_closing', 'record_hand_over', 'confirm_hand_over', 'begin_erasure', 'erase_account'],
)
