import { type ClauseName, clauseOf } from '../../agreement/clause.ts'
import type { ActResult } from '../../core/commands.ts'
import type { MatterKind } from '../../core/matters/index.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { type ActContext, termsOf, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import type { LeafFacts } from '../leaf.ts'
import {
  changeMatter,
  findMatter,
  findRepeated,
  findRepeatedEnding,
  isRefusal,
  type Matter,
  type MatterChange,
  matterAsItStands,
  matterDone,
  type NewMatter,
  openMatter,
} from './matter.ts'

/** What the journal says of an act: facts for the leaf, free text for the body alone. */
interface Told {
  facts?: LeafFacts
  body?: Record<string, string | number | null>
}

type Opening<K extends MatterKind> = Omit<NewMatter<K>, 'act' | 'reference'> & Told & { close?: boolean }
type Step<K extends MatterKind> = MatterChange<K> & Told

/** A "no" of the state, by its one fixed word. */
export const conflict = (detail: string): Refusal => refuse('state_conflict', { detail })

/** The clause of the agreement in force on which a deadline or an act rests. */
export const clauseFor = (at: ActContext, name: ClauseName): string => clauseOf(termsOf(at)?.preset ?? '', name)

/** A matter of a kind that is opened by one act and journaled by it. The same act under its reference again is answered what it opened. */
export const openOnce = <K extends MatterKind>(
  at: ActContext,
  kind: K,
  act: object & { reference: string | null },
  decide: () => Opening<K> | Refusal,
  follow: (opened: Matter<K>) => void = () => {},
): Decision<ActResult> => {
  const repeated = findRepeated(at, kind, act.reference, act)
  if (repeated) return unchanged(repeated)
  const opening = decide()
  if (isRefusal(opening)) return unchanged(opening)
  const { facts = {}, body = {}, close = false, ...wanted } = opening
  const opened = openMatter(at, kind, { ...wanted, reference: act.reference, act } as NewMatter<K>)
  const stands = close ? changeMatter(at, opened, { close }) : opened
  writeAct(at, { [kind]: stands.id, ...facts }, body)
  follow(stands)
  return matterDone(at, stands)
}

/** One step of an open matter of a kind, journaled. A step that was taken before (`repeated`) is answered the matter as it stands. */
export const stepOnce = <K extends MatterKind>(
  at: ActContext,
  kind: K,
  id: number,
  decide: (matter: Matter<K>) => Step<K> | Refusal | 'repeated',
  follow: (changed: Matter<K>) => void = () => {},
): Decision<ActResult> => {
  const matter = findMatter(at, kind, id)
  if (isRefusal(matter)) return unchanged(matter)
  const step = decide(matter)
  if (step === 'repeated') return matterAsItStands(matter)
  if (isRefusal(step)) return unchanged(step)
  const { facts = {}, body = {}, ...change } = step
  const changed = changeMatter(at, matter, change as MatterChange<K>)
  writeAct(at, { [kind]: changed.id, ...facts }, body)
  follow(changed)
  return matterDone(at, changed)
}

/** The step that ends a matter in this state. Taken again, it is answered the matter as it ended. */
export const endOnce = <K extends MatterKind>(
  at: ActContext,
  kind: K,
  id: number,
  state: string,
  decide: (matter: Matter<K>) => Step<K> | Refusal,
): Decision<ActResult> => {
  const ended = findRepeatedEnding(at, kind, id, state)
  return ended ? unchanged(ended) : stepOnce(at, kind, id, decide)
}
