import type { WorkingCalendar } from '../../agreement/calendar.ts'
import type { Terms } from '../../agreement/terms.ts'
import { canonicalJson } from '../../core/canonical-json.ts'
import type { Book } from '../book.ts'
import type { Context, Draft } from '../draft.ts'
import type { LeafFacts } from '../leaf.ts'

/** Who does it. `name` is the `sub` of staff or the number of a key; the clock has none. */
export type Actor = { kind: 'staff'; name: string } | { kind: 'key'; name: string } | { kind: 'clock'; name: '' }

/** `staff:<sub>`, `key:<number>` or `clock`, as the journal names who did it. */
export const actorText = ({ kind, name }: Actor): string => (kind === 'clock' ? 'clock' : `${kind}:${name}`)

/** What every act on an existing account is handed. */
export interface ActContext {
  book: Book
  by: Actor
  /** The name of its journal line. */
  kind: string
  /** Why, in the words of staff; null where nobody is asked why. */
  reason: string | null
  context: Context
  draft: Draft
}

/** The working days, as far as they are known. */
export const calendarOf = ({ context }: Pick<ActContext, 'context'>): WorkingCalendar => context.calendar

/** The terms of the agreement as it stands; null before there is one. */
export const termsOf = ({ book, draft }: Pick<ActContext, 'book' | 'draft'>): Terms | null =>
  draft.account.agreementId === null ? null : book.terms(draft.account.agreementId)

const factsOf = ({ kind, name }: Actor): LeafFacts => {
  if (kind === 'clock') return {}
  return kind === 'staff' ? { staff: name } : { key: Number(name) }
}

/** The journal line of an act. Free text stays in the journal; the leaf has a salted digest of it. */
export const writeAct = (
  { by, kind, reason, context, draft }: Omit<ActContext, 'book'>,
  facts: LeafFacts,
  body: Record<string, string | number | null> = {},
): void => {
  const salt = context.crypto.randomHex(16)
  const text = canonicalJson({ ...body, ...(reason === null ? {} : { reason }), salt })
  draft.entry({
    kind,
    actor: actorText(by),
    body: text,
    leaf: { ...facts, ...factsOf(by), note: context.crypto.sha256(text) },
  })
}
