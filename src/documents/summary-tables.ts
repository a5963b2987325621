import { spellCapitals } from '../agreement/capitals.ts'
import { formatValue } from './format-value.ts'
import type { PrintedDocument, PrintedTable } from './printed.ts'
import { fixedWords, type Language, sideOf } from './words.ts'

const head = (document: PrintedDocument, language: Language): PrintedTable => {
  const rows: [item: string, value: string][] = [
    [fixedWords.kind[language], document.title[language]],
    [fixedWords.number[language], document.number],
    [
      fixedWords.issuedAt[language],
      document.issuedAt === null ? fixedWords.draft[language] : formatValue('time', document.issuedAt, 'program'),
    ],
    ...document.parties.flatMap((party): [string, string][] => [
      [sideOf(party, language), party.name ?? fixedWords.notOnFile[language]],
      [`${sideOf(party, language)} ${fixedWords.uscc[language]}`, party.uscc ?? fixedWords.notOnFile[language]],
    ]),
    ...document.facts.map(({ label, kind, value }): [string, string] => [label[language], formatValue(kind, value, 'program')]),
    ...document.notes.map((note): [string, string] => [fixedWords.notes[language], note[language]]),
  ]
  return {
    key: 'document',
    title: document.title,
    columns: [
      { key: 'item', label: fixedWords.item, kind: 'text' },
      { key: 'value', label: fixedWords.value, kind: 'text' },
    ],
    rows: rows.map(([item, value]) => ({ item, value })),
  }
}

const totals = (document: PrintedDocument, language: Language): PrintedTable => ({
  key: 'document_totals',
  title: fixedWords.totals,
  columns: [
    { key: 'item', label: fixedWords.item, kind: 'text' },
    { key: 'amount_fen', label: fixedWords.amount, kind: 'fen' },
    { key: 'capitals', label: fixedWords.capitals, kind: 'text' },
  ],
  rows: document.totals.map(({ label, amountFen, capitals }) => ({
    item: label[language],
    amount_fen: amountFen,
    capitals: capitals ? spellCapitals(BigInt(amountFen))[0] : null,
  })),
})

/** Everything of a document as tables, for what has nothing but tables: what it is, its tables, its totals. */
export const allTables = (document: PrintedDocument, language: Language): PrintedTable[] => [
  head(document, language),
  ...document.tables,
  ...(document.totals.length === 0 ? [] : [totals(document, language)]),
]
