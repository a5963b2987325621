import type { SettlementFacts } from '../../core/matters/settlement.ts'
import type { ActContext } from '../decide/act-context.ts'
import { changeMatter, openMattersOf } from './matter.ts'

type NoteLine = SettlementFacts['creditNotes'][number]

/** Credit notes that were issued and that nothing has taken yet. */
export const issuedNotes = (at: Pick<ActContext, 'book'>): NoteLine[] =>
  openMattersOf(at, 'credit_note').map(({ id, data }) => ({ creditNoteId: id, amountFen: data.amountFen }))

/** A final settlement takes them, so that no statement takes them again. */
export const takeNotes = (at: ActContext, lines: readonly NoteLine[]): void => {
  const ids = new Set(lines.map(({ creditNoteId }) => creditNoteId))
  for (const note of openMattersOf(at, 'credit_note'))
    if (ids.has(note.id)) changeMatter(at, note, { state: 'applied', close: true })
}

/** The settlement that had taken them is taken back. */
export const giveNotesBack = (at: ActContext, lines: readonly NoteLine[]): void => {
  for (const { creditNoteId } of lines) {
    const row = at.book.get('matters', creditNoteId)
    if (row) at.draft.put('matters', { ...row, state: 'issued', changedAt: at.draft.now, closedAt: null })
  }
}
