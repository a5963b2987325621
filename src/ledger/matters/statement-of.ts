import type { ActContext } from '../decide/act-context.ts'
import { asMatter } from './matter.ts'

/** The statement that a line of the journal belongs to; `noticedOn` is null until it is issued. */
export interface HoldingStatement {
  id: number
  noticedOn: string | null
}

/**
 * The statement that holds a capture, by the numbers of the journal that it covers; the running one for what is newer than all that
 * were issued. Null where the account has no statement for it.
 */
export const findStatementOf = ({ book }: ActContext, seq: number): HoldingStatement | null => {
  const statements = book.allMatters('statement').map((row) => {
    const { id, data } = asMatter<'statement'>(row)
    return { id, noticedOn: data.noticedOn, figures: data.figures }
  })
  const holding = statements.find(({ figures }) => figures !== null && figures.fromSeq < seq && seq <= figures.toSeq)
  if (holding) return { id: holding.id, noticedOn: holding.noticedOn }
  const isNewer = statements.every(({ figures }) => figures === null || figures.toSeq < seq)
  const running = isNewer ? statements.find(({ figures }) => figures === null) : undefined
  return running ? { id: running.id, noticedOn: null } : null
}
