import type { Context } from 'hono'
import type { RateState } from '../core/refusal.ts'
import type { PrintedDocument } from '../documents/printed.ts'
import { renderCsv } from '../documents/render-csv.ts'
import { renderHtml } from '../documents/render-html.ts'
import { renderJson } from '../documents/render-json.ts'
import { allTables } from '../documents/summary-tables.ts'
import type { Language } from '../documents/words.ts'
import { workbook } from '../documents/workbook.ts'
import type { AppDeps } from './deps.ts'
import type { AppEnv } from './env.ts'
import { problem } from './problem.ts'
import { rateHeaders } from './rate-headers.ts'
import { printedDocument } from './schemas/printed.ts'

export const documentFormats = ['json', 'jws', 'csv', 'html', 'xlsx'] as const
export type DocumentFormat = (typeof documentFormats)[number]

const mediaTypes: Record<DocumentFormat, string> = {
  json: 'application/json',
  jws: 'application/jose',
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=UTF-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** No script, no picture, nothing from anywhere, in no frame; only the style that stands in the page. */
const pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The answer of every document, for the OpenAPI document. */
export const documentAnswer = {
  schema: printedDocument,
  description:
    'The document in the format that was asked for. The same document is the same bytes for ever; amounts are yuan with two places.',
  otherTypes: [...new Set(Object.values(mediaTypes).map((type) => type.replace(/;.*/, '')))].filter(
    (type) => type !== 'application/json',
  ),
  headers: {
    'Content-Disposition': 'The name of the file; a page is shown, the others are kept.',
    'Content-Language': 'The language of what people read.',
    'Content-Security-Policy': 'With `format=html`: nothing but its own style.',
    'Referrer-Policy': '`no-referrer`, with `format=html`.',
    ETag: 'SHA-256 of the bytes, hex.',
    'Repr-Digest': 'The same digest as RFC 9530 writes it.',
  },
}

interface Wishes {
  format: DocumentFormat
  language: Language
  table?: string | undefined
}

/** The bytes of a document, or why there are none in this format. */
const bytesOf = async (
  deps: AppDeps,
  document: PrintedDocument,
  { format, language, table }: Wishes,
): Promise<Uint8Array | 'no_such_table' | 'documents_not_signed' | 'not_issued'> => {
  const encode = (text: string) => new TextEncoder().encode(text)
  const json = encode(renderJson(document))
  switch (format) {
    case 'json':
      return json
    case 'jws':
      if (deps.documentSigner === null) return 'documents_not_signed'
      // A signature under a draft would outlive the draft.
      return document.issuedAt === null ? 'not_issued' : encode(await deps.documentSigner.sign(json, document.issuedAt))
    case 'csv': {
      const text = renderCsv(document, language, table ?? null)
      return text === null ? 'no_such_table' : encode(text)
    }
    case 'html':
      return encode(await renderHtml(document, { language, dataSha256: deps.crypto.sha256(json) }))
    case 'xlsx':
      return workbook(allTables(document, language), language)
  }
}

const base64Of = (hex: string): string =>
  btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16))))

/** A document as an answer: its bytes, their digest, and headers that let a browser run nothing of it. */
export const answerDocument = async (
  deps: AppDeps,
  c: Context<AppEnv>,
  document: PrintedDocument,
  wishes: Wishes,
  rate: RateState | null = null,
): Promise<Response> => {
  const bytes = await bytesOf(deps, document, wishes)
  if (bytes === 'no_such_table') return problem(c, 'query_invalid', { faults: [{ pointer: '/table', rule: 'unknown' }], rate })
  if (typeof bytes === 'string') return problem(c, 'state_conflict', { reason: bytes, rate })
  const { format, language } = wishes
  const digest = deps.crypto.sha256(bytes)
  const isPage = format === 'html'
  return new Response(new Uint8Array(bytes), {
    status: 200,
    headers: {
      'Content-Type': mediaTypes[format],
      'Content-Disposition': `${isPage ? 'inline' : 'attachment'}; filename="${document.number.replaceAll(/[^\w.-]/g, '-')}.${format}"`,
      'Content-Language': format === 'json' || format === 'jws' ? 'zh, en' : language,
      'Cache-Control': 'no-store',
      ETag: `"${digest}"`,
      'Repr-Digest': `sha-256=:${base64Of(digest)}:`,
      ...(isPage ? { 'Content-Security-Policy': pagePolicy, 'Referrer-Policy': 'no-referrer' } : {}),
      ...rateHeaders(rate),
    },
  })
}
