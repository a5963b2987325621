import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Reader } from '../../core/commands.ts'
import { isAccountId } from '../../core/ids.ts'
import { type MatterKind, type MatterView, matterPrefixes } from '../../core/matters/index.ts'
import type { RateState } from '../../core/refusal.ts'
import { printBill } from '../../documents/bill.ts'
import { printCreditNote } from '../../documents/credit-note.ts'
import { partiesOf } from '../../documents/parties.ts'
import type { PrintedDocument, PrintedParty } from '../../documents/printed.ts'
import { printReceipt } from '../../documents/receipt.ts'
import { printSettlement } from '../../documents/settlement.ts'
import { printStatement } from '../../documents/statement.ts'
import { languages } from '../../documents/words.ts'
import { credentialsOf, readAs, refused } from '../caller.ts'
import type { AppDeps } from '../deps.ts'
import type { AppEnv } from '../env.ts'
import { answerDocument, documentAnswer, documentFormats } from '../printed-answer.ts'
import { problem } from '../problem.ts'
import { numberOf, queryBy } from '../reading.ts'
import { noteReading, reasonOf } from '../reason.ts'
import type { Routes } from '../route.ts'
import { staffOf } from '../staff.ts'
import { accountParams } from '../staff-routes.ts'

/** A kind of matter that is printed, and where it is at home. */
interface Printed<K extends MatterKind> {
  kind: K
  noun: string
  tag: string
  print(view: MatterView<K>, parties: readonly PrintedParty[]): PrintedDocument
}

const printed = <K extends MatterKind>(one: Printed<K>): Printed<MatterKind> => one as unknown as Printed<MatterKind>

/** Everything that can be had on paper. */
export const printedKinds: readonly Printed<MatterKind>[] = [
  printed({ kind: 'bill', noun: 'bills', tag: 'Bills', print: printBill }),
  printed({ kind: 'credit_note', noun: 'credit-notes', tag: 'Credit notes', print: printCreditNote }),
  printed({ kind: 'payment_order', noun: 'payment-orders', tag: 'Payment orders', print: printReceipt }),
  printed({ kind: 'settlement', noun: 'settlements', tag: 'Settlements', print: printSettlement }),
  printed({ kind: 'statement', noun: 'statements', tag: 'Statements', print: printStatement }),
]

const documentQuery = z.object({
  format: z
    .enum(documentFormats)
    .default('json')
    .openapi({ description: '`jws` is the JSON, signed; `html` is a page to print.' }),
  language: z.enum(languages).default('zh').openapi({ description: 'Of what people read; data are in both at once.' }),
  table: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/)
    .optional()
    .openapi({ description: 'With `format=csv`, one table by its key instead of all of them.' }),
})

/** The matter that the path names and the sides at its issue, printed; or the answer that says why not. */
const findPrinted = async (
  deps: AppDeps,
  c: Context<AppEnv>,
  { kind, print }: Printed<MatterKind>,
  { reader, accountId }: { reader: Reader; accountId: string },
): Promise<{ document: PrintedDocument; rate: RateState | null } | Response> => {
  // The ledger is asked about the number of nothing, too, so that a key is judged as for any other.
  const id = numberOf(c.req.param(`${kind}_id`), matterPrefixes[kind], accountId) ?? 0
  const found = await readAs(deps, c, reader, accountId, { kind: 'matter', matter: kind, id })
  if (found.kind === 'answer') return found.response
  // Those who were the sides when it was issued stand on it, whoever they are today.
  const { issuedAt } = print(found.value, [])
  const sides = await readAs(deps, c, reader, accountId, { kind: 'parties', at: issuedAt })
  if (sides.kind === 'answer') return sides.response
  return { document: print(found.value, partiesOf(sides.value)), rate: sides.rate }
}

/** The printed form of each kind that has one: for staff with an entry in the journal, for a customer under its key. */
export const addPrintedDocumentRoutes = (routes: Routes, deps: AppDeps): void => {
  for (const one of printedKinds) {
    const param = `${one.kind}_id`
    const path = `/${one.noun}/{${param}}/document`
    const words = one.kind.replaceAll('_', ' ')
    routes.add(
      {
        method: 'get',
        path: `/v1/accounts/{account_id}${path}`,
        caller: 'staff',
        trace: 'account',
        tag: one.tag,
        summary: `A ${words} of an account as a document to keep, to print or to hand on`,
        params: accountParams.extend({ [param]: z.string() }),
        query: documentQuery,
        answers: { 200: documentAnswer },
        problems: ['state_conflict'],
      },
      async (c) => {
        const member = await staffOf(deps, c, ['finance', 'auditor', 'ops'])
        if (member instanceof Response) return member
        const accountId = c.req.param('account_id') ?? ''
        if (!isAccountId(accountId)) return problem(c, 'not_found')
        const reason = reasonOf(c)
        if (reason instanceof Response) return reason
        const query = queryBy(c, documentQuery)
        if (query instanceof Response) return query
        const found = await findPrinted(deps, c, one, { reader: { kind: 'staff', sub: member.sub }, accountId })
        if (found instanceof Response) return found
        const reading = { what: 'document_exported', target: found.document.number, reason }
        const refusal = await noteReading(deps, c, member, accountId, reading)
        return refusal ?? answerDocument(deps, c, found.document, query)
      },
    )
    routes.add(
      {
        method: 'get',
        path: `/v1${path}`,
        caller: 'key',
        tag: one.tag,
        summary: `One ${words} of yours as a document to keep, to print or to hand on`,
        params: z.object({ [param]: z.string() }),
        query: documentQuery,
        answers: { 200: documentAnswer },
        problems: ['key_suspended', 'state_conflict'],
      },
      async (c) => {
        const credentials = credentialsOf(deps, c)
        if ('kind' in credentials) return refused(deps, c, credentials)
        const query = queryBy(c, documentQuery)
        if (query instanceof Response) return query
        const reader = { kind: 'key', credentials, scope: 'account:read', allowSuspended: false } as const
        const found = await findPrinted(deps, c, one, { reader, accountId: credentials.accountId })
        return found instanceof Response ? found : answerDocument(deps, c, found.document, query, found.rate)
      },
    )
  }
}
