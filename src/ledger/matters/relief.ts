import { extendClock } from '../../agreement/clock.ts'
import type { AffectedObligation } from '../../core/matters/force-majeure.ts'
import type { MatterKind } from '../../core/matters/index.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import type { Rows } from '../book.ts'
import { type ActContext, calendarOf, writeAct } from '../decide/act-context.ts'
import { asMatter, changeMatter } from './matter.ts'
import { clauseFor, conflict } from './record.ts'

/** The matter whose clock counts an obligation. */
const matterOf = ({ book }: ActContext, id: number): Rows['matters'] | Refusal => {
  const row = book.get('matters', id)
  return row?.accountId === book.accountId ? row : refuse('not_found')
}

/** What is affected, as it stands when the case is opened: its last day is that of the clock it names. */
export const readObligation = (
  at: ActContext,
  { text, lastDay, matterId, clock: name }: Omit<AffectedObligation, 'lastDay' | 'matterKind'> & { lastDay: string | null },
): AffectedObligation | Refusal => {
  if (matterId === null)
    return lastDay === null ? conflict('last_day_missing') : { text, lastDay, matterId: null, matterKind: null, clock: null }
  const row = matterOf(at, matterId)
  if ('code' in row) return row
  const clock = row.clocks.findLast((each) => each.name === name)
  if (!clock) return conflict('no_such_clock')
  return {
    text,
    lastDay: clock.lastDay ?? shanghaiDay(clock.dueAt),
    matterId,
    matterKind: row.kind as MatterKind,
    clock: clock.name,
  }
}

/**
 * Moves the clock of the affected matter by the days of the delay (S3 §9.3), whatever kind the matter is of. Null when it is done or the
 * obligation has no clock here.
 */
export const moveObligation = (at: ActContext, obligation: AffectedObligation, days: number, caseId: number): Refusal | null => {
  if (obligation.matterId === null) return null
  const row = matterOf(at, obligation.matterId)
  if ('code' in row) return row
  if (row.closedAt !== null) return conflict('obligation_closed')
  const index = row.clocks.findLastIndex(({ name }) => name === obligation.clock)
  const clock = row.clocks[index]
  const moved = clock ? extendClock(calendarOf(at), clock, days) : null
  if (!moved) return conflict('clock_not_movable')
  changeMatter(at, asMatter(row), { clocks: row.clocks.with(index, moved) })
  writeAct(
    { ...at, kind: 'extend_deadline', reason: null },
    { [row.kind]: row.id, clock: moved.name, days, force_majeure: caseId, clause: clauseFor(at, 'event_extension') },
  )
  return null
}
