import { type Clock, firstLateMs, isClockOver, recountClock, startClock } from '../../agreement/clock.ts'
import { canonicalJson } from '../../core/canonical-json.ts'
import type { ActResult } from '../../core/commands.ts'
import { makeId } from '../../core/ids.ts'
import {
  type CustomerMatterAct,
  type MatterData,
  type MatterKind,
  type MatterView,
  matterPrefixes,
  type StaffMatterAct,
} from '../../core/matters/index.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import type { Book, Rows } from '../book.ts'
import { type ActContext, actorText, calendarOf } from '../decide/act-context.ts'
import { raiseAlarm } from '../decide/alarm.ts'
import { type Decision, unchanged } from '../draft.ts'

/** A matter of one kind, as its rules see it. */
export type Matter<K extends MatterKind> = Omit<Rows['matters'], 'data' | 'kind'> & { kind: K; data: MatterData[K] }

/** A row as a matter of the kind that the caller knows it has: the row's JSON is what `openMatter` put there. */
export const asMatter = <K extends MatterKind>(row: Rows['matters']): Matter<K> => row as unknown as Matter<K>

/** The other way round. */
export const rowOf = <K extends MatterKind>(matter: Matter<K>): Rows['matters'] => matter as unknown as Rows['matters']

/** Acts on matters, by staff or by a customer. */
export type MatterAct = StaffMatterAct | CustomerMatterAct

/** What one kind of matter does: its acts, and what time makes of it. */
export interface MatterRules {
  kind: MatterKind
  acts: Readonly<Record<string, (at: ActContext, act: never) => Decision<ActResult>>>
  /**
   * What follows when a clock of the matter is over or its time to wake has come. The clocks that are over are marked missed
   * before; it has to move the matter on, because the clock comes back to one that is still due.
   */
  due?(at: ActContext, row: Matter<MatterKind>, missed: readonly Clock[]): void
  /** Acts that go on when the account is closed: its books stay, and what is still open in them can end. */
  afterClosing: readonly string[]
  /** What the customer is shown of its kind; everything where this is left out. */
  isShownToCustomer?(row: Matter<MatterKind>): boolean
  /** What is missed raises an alarm of its own kind, in `due`, and not the one of every deadline. */
  raisesOwnAlarm?: true
}

/** The rules of a kind, with their types: each act is handed what its name says, `due` a matter of this kind. */
export const defineMatter = <K extends MatterKind, A extends MatterAct = never>(
  kind: K,
  acts: { [N in A['kind']]: (at: ActContext, act: Extract<A, { kind: N }>) => Decision<ActResult> },
  due?: (at: ActContext, matter: Matter<K>, missed: readonly Clock[]) => void,
  afterClosing: readonly A['kind'][] = [],
): MatterRules => ({
  kind,
  afterClosing,
  acts: acts as MatterRules['acts'],
  ...(due ? { due: (at, row, missed) => due(at, row as unknown as Matter<K>, missed) } : {}),
})

/** The earliest instant at which a clock of it is over; null when none runs. One with uncertain days wakes nobody. */
const nextDue = (clocks: readonly Clock[], wakeAt: number | null): number | null => {
  const times = clocks.filter(({ ending, assumedYears }) => ending === null && assumedYears.length === 0).map(firstLateMs)
  if (wakeAt !== null) times.push(wakeAt)
  return times.length === 0 ? null : Math.min(...times)
}

const isUncertain = ({ ending, assumedYears }: Clock): boolean => ending === null && assumedYears.length > 0

export interface NewMatter<K extends MatterKind> {
  /** The number of the one thing that it watches, so that there is one matter for it; a number of its own otherwise. */
  id?: number
  state: string
  data: MatterData[K]
  clocks?: (Clock | null)[]
  reference?: string | null
  /** The act that opens it, by whose digest a repeated reference is told from a reused one. */
  act?: object
  /** When the clock should look at it beside its own clocks. */
  wakeAt?: number | null
}

/** Puts a new matter. The caller writes the journal line. */
export const openMatter = <K extends MatterKind>(at: ActContext, kind: K, wanted: NewMatter<K>): Matter<K> => {
  const clocks = (wanted.clocks ?? []).filter((clock) => clock !== null)
  const row = at.draft.put('matters', {
    id: wanted.id ?? at.context.nextId(),
    accountId: at.book.accountId,
    kind,
    state: wanted.state,
    reference: wanted.reference ?? null,
    fingerprint: fingerprintOf(at, wanted.act ?? {}),
    data: wanted.data as unknown as Record<string, unknown>,
    clocks,
    dueAt: nextDue(clocks, wanted.wakeAt ?? null),
    provisionalUnder: clocks.some(isUncertain) ? calendarOf(at).version : null,
    openedBy: actorText(at.by),
    openedAt: at.draft.now,
    changedAt: at.draft.now,
    closedAt: null,
  })
  return asMatter(row)
}

export interface MatterChange<K extends MatterKind> {
  state?: string
  data?: Partial<MatterData[K]>
  clocks?: (Clock | null)[]
  wakeAt?: number | null
  /** Nothing happens to it any more: the clocks that run are stopped. */
  close?: boolean
}

/** Puts the matter as it stands after a change. The caller writes the journal line. */
export const changeMatter = <K extends MatterKind>(at: ActContext, matter: Matter<K>, change: MatterChange<K>): Matter<K> => {
  const now = at.draft.now
  const given = (change.clocks ?? matter.clocks).filter((clock) => clock !== null)
  const clocks = change.close
    ? given.map((clock): Clock => (clock.ending === null ? { ...clock, endedAt: now, ending: 'stopped' } : clock))
    : given
  const row = at.draft.put('matters', {
    ...rowOf(matter),
    state: change.state ?? matter.state,
    data: { ...matter.data, ...change.data } as unknown as Record<string, unknown>,
    clocks,
    dueAt: nextDue(clocks, change.close ? null : (change.wakeAt ?? null)),
    provisionalUnder: clocks.some(isUncertain) ? calendarOf(at).version : null,
    changedAt: now,
    closedAt: change.close ? now : matter.closedAt,
  })
  return asMatter(row)
}

/** The id by which the outside knows it. */
export const publicIdOf = ({ kind, accountId, id }: Pick<Rows['matters'], 'kind' | 'accountId' | 'id'>): string =>
  makeId(matterPrefixes[kind as MatterKind], accountId, id)

const fingerprintOf = (at: Pick<ActContext, 'context'>, act: object): string =>
  at.context.crypto.sha256(canonicalJson(JSON.parse(JSON.stringify(act))))

/**
 * What an act that opens a matter is answered when its reference was used before: the same matter for the same act, a refusal
 * for another one. Null when the reference is new, or there is none.
 */
export const findRepeated = (at: ActContext, kind: MatterKind, reference: string | null, act: object): ActResult | null => {
  const prior = reference === null ? null : at.book.matterByReference(kind, reference)
  if (!prior) return null
  if (prior.fingerprint !== fingerprintOf(at, act)) return refuse('state_conflict', { detail: 'reference_reused' })
  return { kind: 'matter', matter: viewMatter(prior), repeated: true }
}

/** The answer to an act that ends a matter and has ended it before: the matter as it stands. Null otherwise. */
export const findRepeatedEnding = (at: ActContext, kind: MatterKind, id: number, state: string): ActResult | null => {
  const row = at.book.get('matters', id)
  const isEnded = row?.accountId === at.book.accountId && row.kind === kind && row.closedAt !== null && row.state === state
  return isEnded ? { kind: 'matter', matter: viewMatter(row), repeated: true } : null
}

/** The answer to an act that was done before: the matter as it stands, and nothing is done. */
export const asRepeated = <K extends MatterKind>(matter: Matter<K>): ActResult => ({
  kind: 'matter',
  matter: viewMatter(rowOf(matter as unknown as Matter<MatterKind>)),
  repeated: true,
})

/** The matter with this number, when it is one of this account and kind and not closed. */
export const findMatter = <K extends MatterKind>(at: Pick<ActContext, 'book'>, kind: K, id: number): Matter<K> | Refusal => {
  const row = at.book.get('matters', id)
  if (!row || row.accountId !== at.book.accountId || row.kind !== kind) return refuse('not_found')
  return row.closedAt === null ? asMatter(row) : refuse('state_conflict', { detail: `${kind}_closed` })
}

/** Matters of a kind that are not closed, oldest first. */
export const openMattersOf = <K extends MatterKind>({ book }: { book: Book }, kind: K): Matter<K>[] =>
  book.openMatters(kind).map((row) => asMatter(row))

export const isRefusal = (found: object): found is Refusal => 'kind' in found && found.kind === 'refused'

/** A clock that starts now, under the calendar of this commit; null when the agreement promises no such thing. */
export const clockFrom = (at: ActContext, clock: Pick<Clock, 'name' | 'clause' | 'rule' | 'effect'>): Clock | null =>
  startClock(calendarOf(at), { ...clock, startedAt: at.draft.now })

/** Ends the running clock of this name: met when it is not over yet, missed when it is. Uncertain days are in time. */
export const endClock = (clocks: readonly Clock[], name: string, now: number): Clock[] =>
  clocks.map((clock) =>
    clock.name === name && clock.ending === null
      ? { ...clock, endedAt: now, ending: isClockOver(clock, now) ? 'missed' : 'met' }
      : clock,
  )

/** Ends the running clock of this name without judging it. */
export const stopClock = (clocks: readonly Clock[], name: string, now: number): Clock[] =>
  clocks.map((clock) => (clock.name === name && clock.ending === null ? { ...clock, endedAt: now, ending: 'stopped' } : clock))

/**
 * Marks what is over as missed, each an alarm until somebody has seen it, unless its kind raises one of its own; a clock with an
 * effect has come to its end as it should.
 */
export const missClocks = (
  at: ActContext,
  row: Rows['matters'],
  raisesOwnAlarm = false,
): { clocks: Clock[]; missed: Clock[] } => {
  const missed: Clock[] = []
  const clocks = row.clocks.map((clock) => {
    if (!isClockOver(clock, at.draft.now)) return clock
    if (clock.effect) return { ...clock, endedAt: at.draft.now, ending: 'met' as const }
    const over: Clock = { ...clock, endedAt: at.draft.now, ending: 'missed' }
    missed.push(over)
    return over
  })
  if (missed.length > 0 && !raisesOwnAlarm) raiseAlarm(at.draft, at.book, 'deadline_missed', publicIdOf(row))
  return { clocks, missed }
}

/** The same matter with its clocks counted under the calendar of this commit. */
export const recountMatter = (at: ActContext, row: Rows['matters']): void => {
  changeMatter(at, asMatter(row), { clocks: row.clocks.map((clock) => recountClock(calendarOf(at), clock)) })
}

export const viewMatter = (row: Rows['matters']): MatterView => ({
  accountId: row.accountId,
  id: row.id,
  kind: row.kind as MatterKind,
  state: row.state,
  reference: row.reference,
  data: row.data as unknown as MatterData[MatterKind],
  clocks: row.clocks.map(({ name, clause, startedAt, lastDay, dueAt, assumedYears, endedAt, ending }) => ({
    name,
    clause,
    startedAt,
    lastDay,
    dueAt,
    provisional: assumedYears.length > 0,
    endedAt,
    ending,
  })),
  openedBy: row.openedBy,
  openedAt: row.openedAt,
  changedAt: row.changedAt,
  closedAt: row.closedAt,
})

/** The matter as the outside sees it. */
export const viewOf = <K extends MatterKind>(matter: Matter<K>): MatterView =>
  viewMatter(rowOf(matter as unknown as Matter<MatterKind>))

/** The decision that ends an act on a matter. */
export const matterDone = <K extends MatterKind>(at: ActContext, matter: Matter<K>): Decision<ActResult> =>
  at.draft.done({ kind: 'matter', matter: viewOf(matter), repeated: false })

/** The answer to an act that had been done before: the matter as it stands. */
export const matterAsItStands = <K extends MatterKind>(matter: Matter<K>): Decision<ActResult> =>
  unchanged({ kind: 'matter', matter: viewOf(matter), repeated: true })
