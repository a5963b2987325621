import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

/*
 * What is personal is used for the checks and for nothing else (S0 二; S3 §7.2: analysis is off in every preset). No file may name
 * the personal columns or the table of data subjects but those listed here, each with why.
 */

const house = join(import.meta.dirname, '..')

/** Who may name the masked number and the masked name. */
const maskedForms: Record<string, string> = {
  'src/core/checks.ts': 'makes them from what was submitted',
  'src/core/commands.ts': 'a statement of consent brings them',
  'src/core/reads.ts': 'a person is shown the own records',
  'src/core/views.ts': 'a consent shows them',
  'src/ledger/schema.ts': 'the columns',
  'src/ledger/decide/consents.ts': 'a recorded consent stores them',
  'src/ledger/views.ts': 'a consent shows them',
  'src/http/render.ts': 'a consent shows them to its account',
  'src/http/schemas/customer.ts': 'the shape of that',
  'src/ledger/export.ts': 'the hand-over has the consents as they are shown',
  'src/ledger/reads.ts': 'a person is shown the own records',
  'src/http/matters/subject-requests.ts': 'a person is shown the own records',
  'src/ledger/matters/erasing.ts': 'overwrites them',
  'src/core/matters/bank-account-change.ts': 'the masked number of an account at a bank, of no data subject',
  'src/http/matters/bank-account-changes.ts': 'the masked number of an account at a bank, of no data subject',
  'src/ledger/matters/bank-account-change.ts': 'the masked number of an account at a bank, of no data subject',
}

/** Who may name the table. */
const subjects: Record<string, string> = {
  'src/ledger/schema.ts': 'the table',
  'src/ledger/book.ts': 'the working copy',
  'src/ledger/loader.ts': 'what the working copy asks for',
  'src/ledger/statements.ts': 'loads and stores a row by its number or digest',
  'src/ledger/views.ts': 'the view of a consent',
  'src/ledger/reads.ts': 'the reads of consents',
  'src/ledger/reconcile.ts': 'every consent has its data subject',
  'src/ledger/decide/consents.ts': 'records and withdraws',
  'src/ledger/decide/hold.ts': 'the consent is of the person asked about',
  'src/ledger/decide/settle.ts': 'the salt of the leaf',
  'src/ledger/decide/standing.ts': 'holds the checks about one person',
  'src/ledger/decide/freeze.ts': 'keeps the row of one person from being erased',
  'src/ledger/export.ts': 'the hand-over has the consents as they are shown',
  'src/ledger/evidence-reading.ts': 'the evidence of a charge has its consent as it is shown',
  'src/ledger/matters/closing.ts': 'how many persons an erasure is about',
  'src/core/matters/closing.ts': 'how many persons an erasure was about',
  'src/http/matters/closings.ts': 'how many persons an erasure was about',
  'src/ledger/matters/erasing.ts': 'erases rows',
  'src/ledger/matters/evidence.ts': 'the text is of the person of the consent',
  'src/ledger/matters/subject-request.ts': 'who asks is the person of the consent',
  'src/ledger/matters/authority-request.ts': 'freezes what an authority asks about',
}

const rules: [pattern: RegExp, allowed: Record<string, string>][] = [
  [/\b(?:numberMasked|nameMasked|number_masked|name_masked)\b/, maskedForms],
  [/\b(?:dataSubjects|data_subjects|subjectByDigest)\b/, subjects],
]

const findStrangers = (tree: Record<string, string>): string[] =>
  rules.flatMap(([pattern, allowed]) => Object.keys(tree).filter((path) => pattern.test(tree[path] ?? '') && !(path in allowed)))

const sources = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(house, 'src'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(house, path), readFileSync(path, 'utf8')]),
  )

describe('personal columns', () => {
  it('are read by the consents and the checks about them, and by no analysis', () => {
    expect(findStrangers(sources())).toEqual([])
  })

  it('are named by every file that is listed, so that the list does not outlive its reasons', () => {
    const tree = sources()
    for (const [pattern, allowed] of rules)
      for (const path of Object.keys(allowed)) expect([path, pattern.test(tree[path] ?? '')]).toEqual([path, true])
  })

  it('would be found in a report or a new reader', () => {
    const tree = {
      'src/documents/insight.ts': 'const lines = rows.map(({ numberMasked }) => numberMasked)',
      'src/ledger/insight.ts': 'db.select().from(schema.dataSubjects)',
    }
    expect(findStrangers(tree)).toEqual(Object.keys(tree))
  })
})
