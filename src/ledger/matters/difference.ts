import { readAgainstProvider } from '../../agreement/differing-texts.ts'
import type { ActResult } from '../../core/commands.ts'
import type { DifferenceAct } from '../../core/matters/difference.ts'
import { refuse } from '../../core/refusal.ts'
import { type ActContext, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import { defineMatter, matterDone, openMatter } from './matter.ts'

/** Records both numbers and the one that counts; nobody chooses which (S1 二.3). */
const record = (at: ActContext, { number, annex, online }: DifferenceAct): Decision<ActResult> => {
  const { book, draft } = at
  const agreement = draft.account.agreementId === null ? null : book.get('agreements', draft.account.agreementId)
  if (!agreement) return unchanged(refuse('state_conflict', { detail: 'agreement_missing' }))
  const used = readAgainstProvider(number, annex, online)
  if (used === null) return unchanged(refuse('state_conflict', { detail: 'no_difference' }))
  const data = { number, annex, online, used, agreementVersion: agreement.version }
  const difference = openMatter(at, 'difference', { state: 'recorded', data })
  writeAct(at, { difference: difference.id, number, annex, online, used, version: agreement.version })
  return matterDone(at, difference)
}

/** Texts of an agreement that differ, with the reading that counts. */
export const differenceRules = defineMatter<'difference', DifferenceAct>('difference', { record_difference: record })
