import type { Book } from '../book.ts'
import type { Draft } from '../draft.ts'
import type { ActContext } from './act-context.ts'

/** By the clock or by what a verification made of the books: nobody else acts. */
export const byClock = (book: Book, kind: string, draft: Draft): ActContext => ({
  book,
  by: { kind: 'clock', name: '' },
  kind,
  reason: null,
  context: draft.context,
  draft,
})
