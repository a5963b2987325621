import type { PrintedCopyAct } from '../../core/matters/printed-copy.ts'
import { refuse } from '../../core/refusal.ts'
import type { ActContext } from '../decide/act-context.ts'
import { defineMatter } from './matter.ts'
import { openOnce } from './record.ts'

/** The digest is its reference: one copy is of one document, and to record it again does nothing. */
const record = (at: ActContext, act: PrintedCopyAct) =>
  openOnce(at, 'printed_copy', { ...act, reference: act.sha256 }, () => {
    const { about, aboutId, draft, language, sha256, bytes } = act
    const row = at.book.get('matters', aboutId)
    if (row?.accountId !== at.book.accountId || row.kind !== about) return refuse('not_found')
    return {
      state: 'recorded',
      data: { about, aboutId, draft, language, sha256, bytes },
      close: true,
      facts: { about, about_id: aboutId, digest: sha256, bytes, draft: draft ? 1 : 0 },
    }
  })

/** Digests of documents that were printed elsewhere, so that anybody who holds a copy can tell whether it is the one. */
export const printedCopyRules = defineMatter<'printed_copy', PrintedCopyAct>(
  'printed_copy',
  { record_printed_copy: record },
  undefined,
  // A settlement is printed when the account is closed.
  ['record_printed_copy'],
)
