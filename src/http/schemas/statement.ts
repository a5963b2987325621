import { z } from '@hono/zod-openapi'
import { makeId } from '../../core/ids.ts'
import type { Statement, StatementFigures, TaxTable } from '../../core/matters/statement.ts'
import { outcomes } from '../../core/outcome.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import type { StatementChargeView } from '../../core/views.ts'
import { nullableTime, orNull, time } from './common.ts'

const fen = z.int().min(0)
const signedFen = z.int()
const count = z.int().min(0)

/** A month of the Gregorian calendar. */
export const period = z
  .string()
  .regex(/^20\d{2}-(0[1-9]|1[0-2])$/)
  .openapi({ description: 'A month, `YYYY-MM`.' })

const pack = z
  .strictObject({
    grant_id: z.string(),
    order_id: z.string().nullable(),
    check: z.string(),
    opening: count,
    granted: count,
    captured: count,
    lapsed: count,
    refunded: count,
    closing: count,
    held: count.openapi({ description: 'Of the closing credits: held by calls without an ending.' }),
    opening_fen: signedFen,
    sold_fen: signedFen,
    used_fen: signedFen,
    lapsed_fen: signedFen,
    refunded_fen: signedFen,
    closing_fen: signedFen,
  })
  .openapi('StatementPack')

const usageLine = z
  .strictObject({
    mode: z.enum(['live', 'test']),
    check: z.string(),
    outcome: z.enum(outcomes),
    service_month: z.string(),
    earlier_service_day: z
      .boolean()
      .openapi({ description: 'The calls arrived in an earlier month and had their ending in this one.' }),
    verifications: count,
    credits: count,
  })
  .openapi('StatementUsage')

const taxTable = z
  .strictObject({
    rate: z.string(),
    lines: z.array(z.strictObject({ code: z.string(), gross_fen: signedFen, net_fen: signedFen, tax_fen: signedFen })),
    gross_fen: signedFen,
    net_fen: signedFen,
    tax_fen: signedFen,
  })
  .openapi('TaxTable')

const milestone = z
  .strictObject({
    milestone_id: z.string(),
    number: z.int(),
    owed_fen: fen,
    due_on: z.string().nullable(),
    fell_due_fen: fen,
    paid_in_period_fen: fen,
    paid_fen: fen,
    open_fen: fen,
    days_late: count,
    penalty_fen: fen
      .nullable()
      .openapi({ description: 'As billed up to the end of the period; null where the agreement has none.' }),
    interest_fen: fen.nullable(),
  })
  .openapi('StatementMilestone')

const figures = z
  .strictObject({
    from_seq: count.openapi({ description: 'The statement covers the journal above this number, up to `to_seq`.' }),
    to_seq: count,
    agreement_version: z.int(),
    packs: z.array(pack),
    usage: z.array(usageLine),
    bill: orNull(
      z
        .strictObject({
          bill_id: z.string(),
          lines: z.array(
            z.strictObject({ code: z.string(), quantity: z.string(), unit_price: z.string(), amount_fen: signedFen }),
          ),
          total_fen: signedFen,
        })
        .openapi('StatementBill'),
    ),
    milestones: z.array(milestone),
    faults: z.array(z.strictObject({ check: z.string(), outcome: z.enum(['unavailable', 'unknown']), verifications: count })),
    outages: z.array(
      z.strictObject({ outage_id: z.string(), from: time, to: nullableTime, checks: z.array(z.string()), planned: z.boolean() }),
    ),
    corrections: z.array(z.strictObject({ amount_fen: fen, cause: z.string() })),
    open_calls: count.openapi({ description: 'Live calls without an ending at the end of the period.' }),
    vat: orNull(taxTable),
    contract: orNull(taxTable),
    charged_fen: signedFen.openapi({
      description: 'Value of the credits used, what was billed, and what of a fixed price fell due.',
    }),
    corrected_fen: fen,
    total_fen: signedFen,
  })
  .openapi('StatementFigures')

/** What a statement shows beside what every matter has. */
export const statementMembers = {
  period: z.string(),
  from: z.string(),
  to: z.string(),
  figures: orNull(figures),
  digest: z
    .string()
    .nullable()
    .openapi({ description: 'SHA-256 of the canonical JSON of the figures, as the audit log has it.' }),
  issued_at: nullableTime,
  noticed_on: z.string().nullable(),
  object_until: z
    .string()
    .nullable()
    .openapi({ description: 'Last day to object, as it was known at the issue; the clock `objection` has it as it is.' }),
  finality: z.enum(['accepted', 'silence', 'objection_rejected', 'objection_upheld']).nullable(),
  final_on: z.string().nullable(),
  objection: orNull(z.strictObject({ on: z.string(), text: z.string(), disputed_fen: fen }).openapi('StatementObjection')),
  concluded_fen: fen.nullable().openapi({ description: 'What an upheld objection gives back.' }),
}

const renderTable = (table: TaxTable | null) =>
  table && {
    rate: table.rate,
    lines: table.lines.map(({ code, grossFen, netFen, taxFen }) => ({
      code,
      gross_fen: grossFen,
      net_fen: netFen,
      tax_fen: taxFen,
    })),
    gross_fen: table.grossFen,
    net_fen: table.netFen,
    tax_fen: table.taxFen,
  }

const renderFigures = (data: StatementFigures, { period }: Pick<Statement, 'period'>, accountId: string) => ({
  from_seq: data.fromSeq,
  to_seq: data.toSeq,
  agreement_version: data.agreementVersion,
  packs: data.packs.map((line) => ({
    grant_id: makeId('gra', accountId, line.grantId),
    order_id: line.orderId === null ? null : makeId('ord', accountId, line.orderId),
    check: line.check,
    opening: line.opening,
    granted: line.granted,
    captured: line.captured,
    lapsed: line.lapsed,
    refunded: line.refunded,
    closing: line.closing,
    held: line.held,
    opening_fen: line.openingFen,
    sold_fen: line.soldFen,
    used_fen: line.usedFen,
    lapsed_fen: line.lapsedFen,
    refunded_fen: line.refundedFen,
    closing_fen: line.closingFen,
  })),
  usage: data.usage.map((line) => ({
    mode: line.mode,
    check: line.check,
    outcome: line.outcome,
    service_month: line.serviceMonth,
    earlier_service_day: line.serviceMonth < period,
    verifications: line.verifications,
    credits: line.credits,
  })),
  bill: data.bill && {
    bill_id: makeId('bil', accountId, data.bill.billId),
    lines: data.bill.lines.map(({ code, quantity, unitPrice, amountFen }) => ({
      code,
      quantity,
      unit_price: unitPrice,
      amount_fen: amountFen,
    })),
    total_fen: data.bill.totalFen,
  },
  milestones: data.milestones.map((line) => ({
    milestone_id: makeId('mil', accountId, line.milestoneId),
    number: line.number,
    owed_fen: line.owedFen,
    due_on: line.dueOn,
    fell_due_fen: line.fellDueFen,
    paid_in_period_fen: line.paidInPeriodFen,
    paid_fen: line.paidFen,
    open_fen: line.openFen,
    days_late: line.daysLate,
    penalty_fen: line.penalty?.billedFen ?? null,
    interest_fen: line.interestFen,
  })),
  faults: data.faults,
  outages: data.outages.map(({ outageId, from, to, checks, planned }) => ({
    outage_id: makeId('out', accountId, outageId),
    from: toRfc3339(from),
    to: to === null ? null : toRfc3339(to),
    checks,
    planned,
  })),
  corrections: data.corrections.map(({ amountFen, cause }) => ({ amount_fen: amountFen, cause })),
  open_calls: data.openCalls,
  vat: renderTable(data.vat),
  contract: renderTable(data.contract),
  charged_fen: data.chargedFen,
  corrected_fen: data.correctedFen,
  total_fen: data.totalFen,
})

export const renderStatement = (data: Statement, accountId: string) => ({
  period: data.period,
  from: data.from,
  to: data.to,
  figures: data.figures && renderFigures(data.figures, data, accountId),
  digest: data.digest,
  issued_at: data.issuedAt === null ? null : toRfc3339(data.issuedAt),
  noticed_on: data.noticedOn,
  object_until: data.objectUntil,
  finality: data.finality,
  final_on: data.finalOn,
  objection: data.objection && {
    on: data.objection.on,
    text: data.objection.text,
    disputed_fen: data.objection.disputedFen,
  },
  concluded_fen: data.concludedFen,
})

/** One charged call, with the place of its proof in the audit log. */
export const statementCharge = z
  .strictObject({
    verification_id: z.string(),
    check: z.string(),
    outcome: z.enum(outcomes),
    credits: count,
    service_day: z.string(),
    settled_at: time,
    audit: z.strictObject({ index: count, leaf_hash: z.string() }),
  })
  .openapi('StatementCharge')

export const renderCharge = (charge: StatementChargeView) => ({
  verification_id: makeId('ver', charge.accountId, charge.id),
  check: charge.check,
  outcome: charge.outcome,
  credits: charge.credits,
  service_day: charge.serviceDay,
  settled_at: toRfc3339(charge.settledAt),
  audit: { index: charge.audit.index, leaf_hash: charge.audit.leafHash },
})
