import type { MatterKind } from '../../core/matters/index.ts'
import type { SettlementFacts } from '../../core/matters/settlement.ts'
import type { Rows } from '../book.ts'
import type { ActContext } from '../decide/act-context.ts'
import { asMatter, changeMatter } from './matter.ts'

type NoteLine = SettlementFacts['creditNotes'][number]

const kind = 'credit_note'

const rowsOf = ({ book }: Pick<ActContext, 'book'>): Rows['matters'][] =>
  book.openMatters(kind).filter(({ state }) => state === 'issued')

/** Credit notes that were issued and that nothing has taken yet. */
export const issuedNotes = (at: Pick<ActContext, 'book'>): NoteLine[] =>
  rowsOf(at).map(({ id, data }) => ({ creditNoteId: id, amountFen: Number(data.amountFen) }))

/** A final settlement takes them, so that no statement takes them again. */
export const takeNotes = (at: ActContext, lines: readonly NoteLine[]): void => {
  const ids = new Set(lines.map(({ creditNoteId }) => creditNoteId))
  for (const row of rowsOf(at).filter(({ id }) => ids.has(id)))
    changeMatter(at, asMatter<MatterKind>(row), { state: 'applied', close: true })
}

/** The settlement that had taken them is taken back. */
export const giveNotesBack = (at: ActContext, lines: readonly NoteLine[]): void => {
  for (const { creditNoteId } of lines) {
    const row = at.book.get('matters', creditNoteId)
    if (row) at.draft.put('matters', { ...row, state: 'issued', changedAt: at.draft.now, closedAt: null })
  }
}
