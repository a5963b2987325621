import { readTerms } from '../../agreement/stored-terms.ts'
import type { Terms } from '../../agreement/terms.ts'
import type { Rows } from '../book.ts'
import type { ActContext } from '../decide/act-context.ts'
import { watchInactivity } from './inactivity.ts'
import { changeMatter, openMattersOf } from './matter.ts'
import { startStatements } from './statement.ts'

/** Kinds of matter that are about one version of the agreement. */
const aboutOneVersion = ['signing', 'amendment'] as const

/**
 * Puts the next version of the agreement, in force or to be; what is stored is never changed. What was half agreed about the
 * version before is void, except the matter that makes this one.
 */
export const putVersion = (at: ActContext, terms: Terms | string, madeBy: number | null = null): Rows['agreements'] => {
  const { book, context, draft } = at
  const current = draft.account.agreementId === null ? null : book.get('agreements', draft.account.agreementId)
  const text = typeof terms === 'string' ? terms : JSON.stringify(terms)
  const row = draft.put('agreements', {
    id: context.nextId(),
    accountId: book.accountId,
    version: (current?.version ?? 0) + 1,
    digest: context.crypto.sha256(text),
    terms: text,
    createdAt: draft.now,
  })
  draft.set({ agreementId: row.id })
  startStatements(at)
  watchInactivity(at, typeof terms === 'string' ? readTerms(terms) : terms)
  for (const kind of aboutOneVersion)
    for (const matter of openMattersOf(at, kind))
      if (matter.id !== madeBy) changeMatter(at, matter, { state: 'superseded', close: true })
  return row
}
