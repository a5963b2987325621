import type { MatterView } from '../../src/core/matters/index.ts'
import { partiesOf } from '../../src/documents/parties.ts'
import type { PrintedDocument } from '../../src/documents/printed.ts'
import { renderCsv } from '../../src/documents/render-csv.ts'
import { renderHtml } from '../../src/documents/render-html.ts'
import { renderJson } from '../../src/documents/render-json.ts'
import { printStatement } from '../../src/documents/statement.ts'
import { allTables } from '../../src/documents/summary-tables.ts'
import { workbook } from '../../src/documents/workbook.ts'
import { accountA, staffReader, take } from '../support/ledger-commands.ts'
import type { LedgerHost } from './ledger.ts'

/** SHA-256 of every format of one issued statement. */
export interface StatementDigests {
  period: string
  figures: string | null
  json: string
  csv: string
  html: string
  xlsx: string
}

const sha256 = async (bytes: string | Uint8Array): Promise<string> => {
  const data = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : Uint8Array.from(bytes)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

const digestsOf = async (period: string, figures: string | null, document: PrintedDocument): Promise<StatementDigests> => {
  const json = renderJson(document)
  const dataSha256 = await sha256(json)
  return {
    period,
    figures,
    json: dataSha256,
    csv: await sha256(renderCsv(document, 'zh', null) ?? ''),
    html: await sha256(await renderHtml(document, { language: 'zh', dataSha256 })),
    xlsx: await sha256(workbook(allTables(document, 'zh'), 'zh')),
  }
}

/** After the history: what has become due is done, and every statement is printed in every format. */
export const digestStatements = async (host: LedgerHost): Promise<StatementDigests[]> => {
  host.setNow(Date.parse('2025-08-20T10:00:00+08:00'))
  for (let round = 0; round < 20; round += 1) for (const command of await host.due()) await host.ledger.submit(command)
  const list = { kind: 'matters', matter: 'statement', open: false, before: null, limit: 50 } as const
  const read = take(await host.ledger.read({ ...list, reader: staffReader, accountId: accountA }), 'read')
  const views = read.value.items.toReversed() as MatterView<'statement'>[]
  const digests: StatementDigests[] = []
  for (const view of views) {
    if (view.data.figures === null) continue
    const parties = { kind: 'parties', at: view.data.issuedAt, reader: staffReader, accountId: accountA } as const
    const sides = take(await host.ledger.read(parties), 'read').value
    digests.push(await digestsOf(view.data.period, view.data.digest, printStatement(view, partiesOf(sides))))
  }
  return digests
}
