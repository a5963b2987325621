import { z } from '@hono/zod-openapi'
import { type IdPrefix, makeId } from '../../core/ids.ts'
import { invoicedThings } from '../../core/matters/tax-invoice.ts'
import type { AppDeps } from '../deps.ts'
import { numberOf } from '../reading.ts'
import type { Routes } from '../route.ts'
import { day, rule } from '../schemas/common.ts'
import { fen } from './debts.ts'
import { MatterRoutes } from './matter-routes.ts'
import { amountFen, reason } from './parts.ts'
import { aboutId, aboutNumber, paidFen } from './payment-parts.ts'

const prefix: IdPrefix = 'inv'
const digits = (pattern: RegExp, description: string) => z.string().regex(pattern).openapi({ description })

const invoiceBody = z
  .strictObject({
    number: digits(/^(\d{8}|\d{20})$/, '20 digits of a fully digital invoice, 8 of any other.'),
    code: digits(/^(\d{10}|\d{12})$/, 'The code of an invoice with a number of 8 digits.').optional(),
    kind: z.enum(['ordinary', 'special']),
    direction: z.enum(['blue', 'red']).default('blue').openapi({ description: 'A red one takes back what it names.' }),
    takes_back: z.string().max(64).optional().openapi({ description: 'The id of the invoice that a red one takes back.' }),
    net_fen: amountFen,
    tax_fen: amountFen,
    gross_fen: paidFen.openapi({ description: 'Net and tax, to the fen. Above 0 in both directions.' }),
    lines_gross_fen: z.array(paidFen).max(200).default([]).openapi({
      description: 'Gross amounts of its lines, where it has several: its totals are the sums of the rounded lines.',
    }),
    issued_on: day,
    about: z.strictObject({ kind: z.enum(invoicedThings), id: z.string().max(64) }).openapi('InvoicedThing'),
    reason,
  })
  .refine(({ number, code }) => (number.length === 8) === (code !== undefined), { ...rule('code_by_number'), path: ['code'] })
  .openapi('TaxInvoiceRequest')

const members = {
  number: z.string(),
  code: z.string().nullable(),
  kind: z.enum(['ordinary', 'special']),
  as_agreed: z.boolean().nullable().openapi({ description: 'Of the kind that the agreement names; null where it names none.' }),
  direction: z.enum(['blue', 'red']),
  takes_back: z.string().nullable(),
  taken_back_fen: fen,
  net_fen: fen,
  tax_fen: fen,
  gross_fen: fen,
  lines_gross_fen: z.array(fen),
  rate: z.string().nullable(),
  issued_on: z.string(),
  about: z.strictObject({ kind: z.enum(invoicedThings), id: z.string() }),
}

/** Numbers of tax invoices [发票]: recorded here, issued by the tax system (S3 §2.7, 附件2). */
export const addTaxInvoiceRoutes = (routes: Routes, deps: AppDeps): void => {
  const invoices = new MatterRoutes(routes, deps, {
    kind: 'tax_invoice',
    noun: 'tax-invoices',
    param: 'tax_invoice_id',
    tag: 'Tax invoices',
    name: 'TaxInvoice',
    members,
    hidesStaff: true,
    render: (data, { accountId }) => ({
      number: data.number,
      code: data.code,
      kind: data.invoice,
      as_agreed: data.asAgreed,
      direction: data.direction,
      takes_back: data.takesBack === null ? null : makeId(prefix, accountId, data.takesBack),
      taken_back_fen: data.takenBackFen,
      net_fen: data.netFen,
      tax_fen: data.taxFen,
      gross_fen: data.grossFen,
      lines_gross_fen: data.linesGrossFen,
      rate: data.rate,
      issued_on: data.issuedOn,
      about: { kind: data.about.kind, id: aboutId(data.about.kind, accountId, data.about.id) },
    }),
  })
  invoices.addCustomerReads({ list: 'Your tax invoices, newest first', one: 'One of your tax invoices' })
  invoices.addStaffReads({ list: 'Tax invoices of an account, newest first', one: 'One tax invoice' })
  invoices.addStaffAct({
    method: 'post',
    summary: 'Record a tax invoice that was issued; its amounts are judged by the rate of the agreement',
    roles: ['finance'],
    body: invoiceBody,
    status: 201,
    wanted: (body, accountId) => {
      const aboutNo = aboutNumber(body.about.kind, body.about.id, accountId)
      const takesBack = body.takes_back === undefined ? null : numberOf(body.takes_back, prefix, accountId)
      if (aboutNo === null || (body.takes_back !== undefined && takesBack === null)) return null
      const { number, code = null } = body
      return {
        kind: 'record_tax_invoice',
        reference: code === null ? number : `${code}/${number}`,
        number,
        code,
        invoice: body.kind,
        direction: body.direction,
        netFen: body.net_fen,
        taxFen: body.tax_fen,
        grossFen: body.gross_fen,
        linesGrossFen: body.lines_gross_fen,
        issuedOn: body.issued_on,
        about: { kind: body.about.kind, id: aboutNo },
        takesBack,
      }
    },
  })
}
