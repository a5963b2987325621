import { clauseOf } from '../../agreement/clause.ts'
import type { ActResult } from '../../core/commands.ts'
import type { Inspection, InspectionCustomerAct, InspectionStaffAct } from '../../core/matters/inspection.ts'
import { refuse } from '../../core/refusal.ts'
import { type ActContext, actorText, termsOf, writeAct } from '../decide/act-context.ts'
import { resumeFromGround, suspendOnGround } from '../decide/standing.ts'
import { type Decision, unchanged } from '../draft.ts'
import {
  changeMatter,
  clockFrom,
  defineMatter,
  endClock,
  findMatter,
  findRepeated,
  findRepeatedEnding,
  isRefusal,
  type Matter,
  matterDone,
  openMatter,
} from './matter.ts'
import { notify } from './notice.ts'

const clauseAt = (at: ActContext): string => clauseOf(termsOf(at)?.preset ?? '', 'correction')

const stepOf = (at: ActContext, step: Inspection['steps'][number]['step'], text: string | null) => ({
  step,
  at: at.draft.now,
  by: actorText(at.by),
  text,
})

/** What was found, and the order to correct it by a named time, which the customer is told in the same commit. */
const record = (at: ActContext, act: Extract<InspectionStaffAct, { kind: 'record_inspection' }>): Decision<ActResult> => {
  const repeated = findRepeated(at, 'inspection', act.reference, act)
  if (repeated) return unchanged(repeated)
  const { reference, finding, order } = act
  if (order === null) {
    const opened = openMatter(at, 'inspection', {
      state: 'in_order',
      data: { finding, order: null, steps: [] },
      reference,
      act,
    })
    writeAct(at, { inspection: opened.id }, { finding })
    return matterDone(at, changeMatter(at, opened, { close: true }))
  }
  if (order.dueAt <= at.draft.now) return unchanged(refuse('state_conflict', { detail: 'due_time_is_past' }))
  if (!Object.hasOwn(termsOf(at)?.suspension ?? {}, order.ground))
    return unchanged(refuse('state_conflict', { detail: 'ground_unknown' }))
  const clock = clockFrom(at, { name: 'correction', clause: clauseAt(at), rule: { kind: 'at', at: order.dueAt } })
  const notice = notify(at, 'correction_ordered', { due: order.dueAt, ground: order.ground })
  const ordered = openMatter(at, 'inspection', {
    state: 'correction_ordered',
    data: { finding, order: { text: order.text, ground: order.ground, noticeId: notice.id }, steps: [] },
    clocks: [clock],
    reference,
    act,
  })
  writeAct(
    at,
    { inspection: ordered.id, ground: order.ground, due: order.dueAt, notice: notice.id },
    { finding, order: order.text },
  )
  return matterDone(at, ordered)
}

/** The customer says what it has corrected; whether that is so, staff find. */
const report = (at: ActContext, act: InspectionCustomerAct): Decision<ActResult> => {
  const inspection = findMatter(at, 'inspection', act.inspectionId)
  if (isRefusal(inspection)) return unchanged(inspection)
  const steps = [...inspection.data.steps, stepOf(at, 'reported', act.text)]
  const reported = changeMatter(at, inspection, { data: { steps } })
  writeAct(at, { inspection: inspection.id }, { text: act.text })
  return matterDone(at, reported)
}

/** Staff find it corrected: the order is done, and a suspension that stood for it ends. */
const confirm = (at: ActContext, act: Extract<InspectionStaffAct, { kind: 'confirm_correction' }>): Decision<ActResult> => {
  const confirmed = findRepeatedEnding(at, 'inspection', act.inspectionId, 'corrected')
  if (confirmed) return unchanged(confirmed)
  const inspection = findMatter(at, 'inspection', act.inspectionId)
  if (isRefusal(inspection)) return unchanged(inspection)
  const wasOverdue = inspection.state === 'overdue'
  const corrected = changeMatter(at, inspection, {
    state: 'corrected',
    data: { steps: [...inspection.data.steps, stepOf(at, 'confirmed', act.text)] },
    clocks: endClock(inspection.clocks, 'correction', at.draft.now),
    close: true,
  })
  writeAct(at, { inspection: inspection.id }, { text: act.text })
  const ground = inspection.data.order?.ground
  if (wasOverdue && ground !== undefined && isSuspendedByClock(at)) resumeFromGround(at, ground, clauseAt(at))
  return matterDone(at, corrected)
}

/** What staff suspended by hand, staff lift by hand. */
const isSuspendedByClock = ({ draft }: ActContext): boolean => draft.account.suspendedBy === 'clock'

/** Not corrected in time: service is suspended, where the order counts as the notice that the ground asks for. */
const overdue = (at: ActContext, inspection: Matter<'inspection'>): void => {
  const { order, steps } = inspection.data
  if (order === null || inspection.state !== 'correction_ordered') return
  changeMatter(at, inspection, { state: 'overdue', data: { steps: [...steps, stepOf(at, 'overdue', null)] } })
  const deemedAt = at.book.get('matters', order.noticeId)?.data.deemedAt
  const facts = { noticeDeemedAt: typeof deemedAt === 'number' ? deemedAt : null, dueLastDay: null, noticeId: order.noticeId }
  suspendOnGround(at, order.ground, facts, clauseAt(at))
}

/** Inspections of the customer's use, and orders to correct (S1 §4.4). */
export const inspectionRules = defineMatter<'inspection', InspectionStaffAct | InspectionCustomerAct>(
  'inspection',
  { record_inspection: record, confirm_correction: confirm, report_correction: report },
  (at, inspection, missed) => {
    if (missed.some(({ name }) => name === 'correction')) overdue(at, inspection)
  },
)
