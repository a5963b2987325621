import { clauseOf } from '../../agreement/clause.ts'
import type { ActResult } from '../../core/commands.ts'
import type { MaintenanceAct } from '../../core/matters/maintenance-window.ts'
import { refuse } from '../../core/refusal.ts'
import type { Book } from '../book.ts'
import { type ActContext, termsOf, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import {
  changeMatter,
  defineMatter,
  findMatter,
  findRepeated,
  findRepeatedEnding,
  isRefusal,
  type Matter,
  matterDone,
  openMatter,
  openMattersOf,
} from './matter.ts'
import { notify } from './notice.ts'

const hourMs = 3_600_000

/** Planned work is told at once; told later than the agreement asks for it is planned all the same, and marked. */
const plan = (at: ActContext, act: Extract<MaintenanceAct, { kind: 'plan_maintenance' }>): Decision<ActResult> => {
  const repeated = findRepeated(at, 'maintenance_window', act.reference, act)
  if (repeated) return unchanged(repeated)
  const now = at.draft.now
  const { from, to, checks, sources, cause } = act
  if (to <= now) return unchanged(refuse('state_conflict', { detail: 'window_over' }))
  const terms = termsOf(at)
  const hours = terms?.maintenanceNoticeHours ?? null
  const lateNotice = hours !== null && now > from - hours * hourMs
  const clause = clauseOf(terms?.preset ?? '', 'maintenance')
  const window = openMatter(at, 'maintenance_window', {
    state: 'planned',
    data: { from, to, checks, sources, cause, lateNotice, clause },
    reference: act.reference,
    act,
    wakeAt: to,
  })
  writeAct(at, { maintenance_window: window.id, from, to, cause, late_notice: lateNotice ? 1 : 0, clause })
  notify(at, 'maintenance', { maintenance_window: window.id, from_at: from, to_at: to, cause })
  return matterDone(at, window)
}

const cancel = (at: ActContext, act: Extract<MaintenanceAct, { kind: 'cancel_maintenance' }>): Decision<ActResult> => {
  const repeated = findRepeatedEnding(at, 'maintenance_window', act.windowId, 'cancelled')
  if (repeated) return unchanged(repeated)
  const window = findMatter(at, 'maintenance_window', act.windowId)
  if (isRefusal(window)) return unchanged(window)
  if (at.draft.now >= window.data.from) return unchanged(refuse('state_conflict', { detail: 'window_begun' }))
  const cancelled = changeMatter(at, window, { state: 'cancelled', close: true })
  writeAct(at, { maintenance_window: window.id })
  notify(at, 'maintenance_cancelled', { maintenance_window: window.id, from_at: window.data.from })
  return matterDone(at, cancelled)
}

/** Its time is over. It stays open as a record, so that a past period still finds its planned breaks. */
const pass = (at: ActContext, window: Matter<'maintenance_window'>): void => {
  changeMatter(at, window, { state: 'over' })
}

/** A span in which a pause was announced, in milliseconds. */
export interface PlannedBreak {
  windowId: number
  from: number
  to: number
  checks: string[]
  sources: string[]
  lateNotice: boolean
}

/** What was planned between two instants, cut to them, the earliest first: breaks that are not the provider's fault (S3 §8.3). */
export const plannedBreaks = (book: Book, from: number, to: number): PlannedBreak[] =>
  openMattersOf({ book }, 'maintenance_window')
    .filter(({ data }) => data.from < to && data.to > from)
    .map(({ id, data }) => ({
      windowId: id,
      from: Math.max(data.from, from),
      to: Math.min(data.to, to),
      checks: data.checks,
      sources: data.sources,
      lateNotice: data.lateNotice,
    }))
    .sort((a, b) => a.from - b.from)

/** Planned work (S1 §4.3, §7.1.3, S0 三(二), S2 六(二), S3 §6.2.2, §8.3). */
export const maintenanceWindowRules = defineMatter<'maintenance_window', MaintenanceAct>(
  'maintenance_window',
  { plan_maintenance: plan, cancel_maintenance: cancel },
  pass,
)
