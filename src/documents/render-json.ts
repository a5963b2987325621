import { spellCapitals } from '../agreement/capitals.ts'
import { canonicalJson } from '../core/canonical-json.ts'
import { formatFen } from '../core/money.ts'
import { toRfc3339 } from '../core/shanghai.ts'
import { formatValue, writtenKey } from './format-value.ts'
import type { PrintedDocument, PrintedTotal, Value, ValueKind, Words } from './printed.ts'

/** Whole numbers stay numbers; amounts are yuan as text, so that no reader makes floats of them. */
const jsonValue = (kind: ValueKind, value: Value): Value =>
  value === null || (kind === 'integer' && typeof value === 'number') ? value : formatValue(kind, value, 'program')

const jsonTotal = ({ label, amountFen, capitals }: PrintedTotal) => ({
  label: plainWords(label),
  amount_yuan: formatFen(amountFen),
  capitals: capitals ? spellCapitals(BigInt(amountFen))[0] : null,
})

const plainWords = ({ zh, en }: Words) => ({ zh, en })

/**
 * The document as data: canonical JSON (RFC 8785), in both languages at once, so that there is one text to sign. Amounts are in
 * yuan with two places.
 */
export const renderJson = (document: PrintedDocument): string =>
  canonicalJson({
    kind: document.kind,
    number: document.number,
    title: plainWords(document.title),
    draft: document.issuedAt === null,
    issued_at: document.issuedAt === null ? null : toRfc3339(document.issuedAt),
    currency: 'CNY',
    parties: document.parties.map(({ role, printedAs, name, uscc }) => ({ role, printed_as: printedAs, name, uscc })),
    facts: Object.fromEntries(document.facts.map(({ key, kind, value }) => [writtenKey(key, kind), jsonValue(kind, value)])),
    tables: Object.fromEntries(
      document.tables.map(({ key, columns, rows }) => [
        key,
        rows.map((row) =>
          Object.fromEntries(
            columns.map((column) => [writtenKey(column.key, column.kind), jsonValue(column.kind, row[column.key] ?? null)]),
          ),
        ),
      ]),
    ),
    totals: Object.fromEntries(document.totals.map((total) => [total.key.replace(/_fen$/, ''), jsonTotal(total)])),
    notes: document.notes.map(plainWords),
  })
