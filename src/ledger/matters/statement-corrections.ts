import type { StatementCorrection } from '../../core/matters/statement.ts'
import { addDays, startOfDayMs } from '../../core/shanghai.ts'
import type { ActContext } from '../decide/act-context.ts'
import { applyCreditNotes } from './credit-note.ts'

/**
 * The credit notes that a statement takes in at its issue, in the same commit: those that nothing took before, made up to the end of
 * its last day, so that a statement which is issued late takes no others.
 */
export const takeCorrections = (at: ActContext, statementId: number, lastDay: string): StatementCorrection[] =>
  applyCreditNotes(at, statementId, startOfDayMs(addDays(lastDay, 1))).map(({ id, data }) => ({
    creditNoteId: id,
    amountFen: data.amountFen,
    cause: data.cause,
  }))
