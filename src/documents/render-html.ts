import { html, raw } from 'hono/html'
import { spellCapitals } from '../agreement/capitals.ts'
import { formatValue, isNumeric } from './format-value.ts'
import { marginStyle, pageStyle } from './page-style.ts'
import type { Column, Fact, PrintedDocument, PrintedParty, PrintedTable, PrintedTotal, Value } from './printed.ts'
import { fixedWords, type Language, sideOf } from './words.ts'

type Part = ReturnType<typeof html>

/** What a page says beside the document. */
export interface PageWishes {
  language: Language
  /** SHA-256 of the document as JSON, by which paper and data are told to be the same; null leaves it out. */
  dataSha256: string | null
}

/** A word that may be broken, such as a digest; others are not. */
const longWord = /\S{21}/

/** A table of more columns and few rows is turned: a row for each column. */
const turned = { columns: 12, rows: 4 }

/** Facts that do not fit into half a line. */
const longFact = 44

const isNumberColumn = ({ key, kind }: Column, rows: PrintedTable['rows']): boolean => {
  const values = rows.map((row) => row[key] ?? null).filter((value) => value !== null)
  return isNumeric(kind) || (values.length > 0 && values.every((value) => /^-?\d+(?:\.\d+)?$/.test(String(value))))
}

const cell = ({ kind }: Column, value: Value, isNumber: boolean): Part => {
  const text = formatValue(kind, value, 'person')
  if (isNumber) return html`<td class="n">${text}</td>`
  if (kind === 'day' || kind === 'time') return html`<td class="d">${text}</td>`
  return longWord.test(text) ? html`<td class="w">${text}</td>` : html`<td>${text}</td>`
}

/** Amounts among sentences say what they are of; in tables the heading does. */
const factText = ({ kind, value }: Fact, language: Language): string => {
  if (value === null) return fixedWords.empty[language]
  const text = formatValue(kind, value, 'person')
  if (kind !== 'fen' && kind !== 'micro_yuan') return text
  return language === 'zh' ? `${text} 元` : `CNY ${text}`
}

/** Many columns stand in smaller letters, so that no number is broken and nothing leaves the sheet. */
const widthOf = (columns: number): Part | string =>
  columns > 10 ? html` class="widest"` : columns > 7 ? html` class="wide"` : ''

const tablePart = ({ title, columns, rows }: PrintedTable, language: Language): Part => {
  const numbers = new Set(columns.filter((column) => isNumberColumn(column, rows)))
  const cellOf = (column: Column, row: PrintedTable['rows'][number]) => cell(column, row[column.key] ?? null, numbers.has(column))
  if (columns.length > turned.columns && rows.length > 0 && rows.length <= turned.rows)
    return html`<section><h2>${title[language]}</h2>
<table><tbody>${columns.map(
      (column) => html`<tr><th>${column.label[language]}</th>${rows.map((row) => cellOf(column, row))}</tr>
`,
    )}</tbody></table></section>
`
  return html`<section><h2>${title[language]}</h2>
<table${widthOf(columns.length)}><thead><tr>${columns.map(({ label }) => html`<th>${label[language]}</th>`)}</tr></thead>
<tbody>${
    rows.length === 0
      ? html`<tr><td class="none" colspan="${columns.length}">${fixedWords.empty[language]}</td></tr>`
      : rows.map(
          (row) => html`<tr>${columns.map((column) => cellOf(column, row))}</tr>
`,
        )
  }</tbody></table></section>
`
}

const totalPart = ({ label, amountFen, capitals }: PrintedTotal, language: Language): Part => {
  const figures = `¥${formatValue('fen', amountFen, 'person')}`
  return capitals
    ? html`<tr class="c"><td class="l">${label[language]}</td><td>${fixedWords.inCapitals[language]}${spellCapitals(BigInt(amountFen))[0]}</td><td class="n">${fixedWords.inFigures[language]}${figures}</td></tr>
`
    : html`<tr><td class="l">${label[language]}</td><td class="n" colspan="2">${figures}</td></tr>
`
}

const partyPart = (party: PrintedParty, language: Language): Part => html`<div><div><b>${sideOf(party, language)}</b>${
  language === 'zh' ? '：' : ': '
}${party.name ?? fixedWords.notOnFile[language]}</div>
<div>${fixedWords.uscc[language]}${language === 'zh' ? '：' : ': '}${party.uscc ?? fixedWords.notOnFile[language]}</div></div>
`

/** Where a side puts its seal, its name and the day; a side that no party is known for has none. */
const placePart = (party: PrintedParty, language: Language): Part => {
  const colon = language === 'zh' ? '：' : ': '
  return html`<div><p class="seal"><b>${sideOf(party, language)}</b>${fixedWords.seal[language]}</p>
<p>${fixedWords.signature[language]}${colon}<span class="line">&nbsp;</span></p>
<p>${fixedWords.date[language]}${colon}${language === 'zh' ? fixedWords.dateBlank.zh : html`<span class="line">&nbsp;</span>`}</p></div>
`
}

/**
 * The document as a page to print: A4, style inside, no script, nothing from anywhere, everything escaped. A draft says so across
 * every sheet. The same document gives the same bytes.
 */
export const renderHtml = async (document: PrintedDocument, { language, dataSha256 }: PageWishes): Promise<string> => {
  const { title, number, issuedAt, parties, facts, tables, totals, notes, places } = document
  const colon = language === 'zh' ? '：' : ': '
  const isDraft = issuedAt === null
  const placed = places.flatMap((role) => parties.filter((party) => party.role === role))
  const issued = isDraft ? fixedWords.draft[language] : formatValue('time', issuedAt, 'person')
  const page = await html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title[language]} ${number}</title>
<style>${raw(pageStyle + marginStyle(number, fixedWords.page[language]))}</style></head>
<body>${isDraft ? html`<div class="mark">${fixedWords.draft[language]}</div>` : ''}
<h1>${title[language]}</h1>
<div class="head"><span>${fixedWords.number[language]}${colon}${number}</span><span>${fixedWords.issuedAt[language]}${colon}${issued}</span></div>
${isDraft ? html`<p class="note">${fixedWords.draftNote[language]}</p>` : ''}
<div class="parties">${parties.map((party) => partyPart(party, language))}</div>
${
  facts.length === 0
    ? ''
    : html`<div class="facts">${facts.map((fact) => {
        const text = factText(fact, language)
        const line = html`${fact.label[language]}${colon}${text}`
        return text.length + fact.label[language].length > longFact
          ? html`<div class="wide">${line}</div>
`
          : html`<div>${line}</div>
`
      })}</div>
`
}${tables.map((table) => tablePart(table, language))}${
  totals.length === 0
    ? ''
    : html`<section class="totals"><h2>${fixedWords.totals[language]}</h2>
<table><tbody>${totals.map((total) => totalPart(total, language))}</tbody></table></section>
`
}${
  notes.length === 0
    ? ''
    : html`<section><h2>${fixedWords.notes[language]}</h2>
<ol>${notes.map((note) => html`<li>${note[language]}</li>`)}</ol></section>
`
}<div class="places">${placed.map((party) => placePart(party, language))}</div>
<footer><p>${fixedWords.currency[language]}</p>${
    dataSha256 === null ? '' : html`<p>${fixedWords.digest[language]}${colon}<code>${dataSha256}</code></p>`
  }</footer>
</body></html>
`
  return String(page)
}
