import type { StatementCorrection } from '../../core/matters/statement.ts'
import type { ActContext } from '../decide/act-context.ts'

/**
 * The credit notes that a statement takes in at its issue, in the same commit. Credit notes are a kind of matter of their own; while
 * the books know none, there is nothing to take in.
 */
export const takeCorrections = (_at: ActContext, _statementId: number): StatementCorrection[] => []
