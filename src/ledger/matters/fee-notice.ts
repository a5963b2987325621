import { clauseOf } from '../../agreement/clause.ts'
import { judgeFeeObjection } from '../../agreement/objection.ts'
import type { ActResult } from '../../core/commands.ts'
import type { FeeNoticeAct, FeeObjectionAct } from '../../core/matters/fee-notice.ts'
import { refuse } from '../../core/refusal.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import { type ActContext, calendarOf, termsOf, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import {
  changeMatter,
  clockFrom,
  defineMatter,
  findMatter,
  findRepeated,
  isRefusal,
  type Matter,
  matterAsItStands,
  matterDone,
  openMatter,
} from './matter.ts'

const clauseNow = (at: ActContext): string => clauseOf(termsOf(at)?.preset ?? '', 'fee_objection')

const today = (at: ActContext): string => shanghaiDay(at.draft.now)

const send = (at: ActContext, act: Extract<FeeNoticeAct, { kind: 'send_fee_notice' }>): Decision<ActResult> => {
  const repeated = findRepeated(at, 'fee_notice', act.reference, act)
  if (repeated) return unchanged(repeated)
  const terms = termsOf(at)
  if (terms === null) return unchanged(refuse('state_conflict', { detail: 'agreement_missing' }))
  if (act.on > today(at)) return unchanged(refuse('state_conflict', { detail: 'day_not_come' }))
  const clause = clauseNow(at)
  const notice = openMatter(at, 'fee_notice', {
    state: 'open',
    data: {
      amountFen: act.amountFen,
      about: act.about,
      noticedOn: act.on,
      objectedOn: null,
      objection: null,
      acceptedOn: null,
      concludedFen: null,
    },
    clocks: [
      clockFrom(at, {
        name: 'objection',
        clause,
        rule: { kind: 'within', eventOn: act.on, length: terms.feeObjection, roll: true },
      }),
    ],
    reference: act.reference,
    act,
  })
  writeAct(at, { fee_notice: notice.id, amount_fen: act.amountFen, on: act.on, clause }, { about: act.about })
  return matterDone(at, notice)
}

/** An objection in time keeps the fee open; one that is late finds it accepted, whether the clock has come round to it or not. */
const object = (at: ActContext, act: FeeObjectionAct): Decision<ActResult> => {
  const notice = findMatter(at, 'fee_notice', act.feeNoticeId)
  if (isRefusal(notice)) return unchanged(notice)
  const { objectedOn, noticedOn } = notice.data
  const on = act.on ?? today(at)
  if (objectedOn !== null)
    return notice.data.objection === act.text
      ? matterAsItStands(notice)
      : unchanged(refuse('state_conflict', { detail: 'already_objected' }))
  if (on > today(at)) return unchanged(refuse('state_conflict', { detail: 'day_not_come' }))
  if (on < noticedOn) return unchanged(refuse('state_conflict', { detail: 'day_before_notice' }))
  const clock = notice.clocks.find(({ name }) => name === 'objection')
  // Days that are uncertain are in time.
  if (clock?.lastDay != null && clock.assumedYears.length === 0 && on > clock.lastDay)
    return unchanged(refuse('state_conflict', { detail: 'objection_too_late' }))
  const changed = changeMatter(at, notice, {
    state: 'objected',
    data: { objectedOn: on, objection: act.text },
    clocks: notice.clocks.map((running) =>
      running.name === 'objection' && running.ending === null
        ? { ...running, endedAt: at.draft.now, ending: 'met' as const }
        : running,
    ),
  })
  writeAct(at, { fee_notice: notice.id, on, clause: clauseNow(at) }, { text: act.text })
  return matterDone(at, changed)
}

/** What the two sides settled on after an objection: the fee is then as fixed as one that was accepted. */
const conclude = (at: ActContext, act: Extract<FeeNoticeAct, { kind: 'conclude_fee_objection' }>): Decision<ActResult> => {
  const notice = findMatter(at, 'fee_notice', act.feeNoticeId)
  if (isRefusal(notice)) return unchanged(notice)
  if (notice.state !== 'objected') return unchanged(refuse('state_conflict', { detail: 'not_objected' }))
  const concluded = changeMatter(at, notice, { state: 'concluded', data: { concludedFen: act.amountFen }, close: true })
  writeAct(at, { fee_notice: notice.id, amount_fen: act.amountFen })
  return matterDone(at, concluded)
}

/** Silence accepts the fee: the line is locked (S3 §6.1.6; elsewhere by the house's choice, contracts.md §5 no. 39). */
const acceptBySilence = (at: ActContext, notice: Matter<'fee_notice'>): void => {
  const terms = termsOf(at)
  if (terms === null || notice.state !== 'open') return
  const { noticedOn, objectedOn } = notice.data
  const finding = judgeFeeObjection(calendarOf(at), terms.feeObjection, noticedOn, objectedOn, today(at))
  if (finding.kind !== 'accepted') return
  const acceptedOn = shanghaiDay(finding.acceptedAtMs)
  changeMatter(at, notice, { state: 'accepted', data: { acceptedOn }, close: true })
  writeAct(
    { ...at, kind: 'accept_fee' },
    { fee_notice: notice.id, amount_fen: notice.data.amountFen, on: acceptedOn, clause: clauseNow(at) },
  )
}

/** Fees that the customer is told of, and its time to object (S3 §6.1.6). */
export const feeNoticeRules = defineMatter<'fee_notice', FeeNoticeAct>(
  'fee_notice',
  { send_fee_notice: send, object_to_fee: object, conclude_fee_objection: conclude },
  acceptBySilence,
)
