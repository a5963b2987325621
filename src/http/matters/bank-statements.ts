import { z } from '@hono/zod-openapi'
import { mostBankLines } from '../../core/matters/bank-statement.ts'
import type { MatterView } from '../../core/matters/index.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import { largestBatchBody } from '../body.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { callerReference, day, orNull, plainText } from '../schemas/common.ts'
import { accountParams, StaffRoutes } from '../staff-routes.ts'
import { fen } from './debts.ts'
import { MatterRoutes } from './matter-routes.ts'
import { reason, time } from './parts.ts'
import { bankReference, paidFen, word } from './payment-parts.ts'
import { addStaffStep } from './staff-step.ts'

const tag = 'Bank statements (staff)'
const param = 'bank_statement_id'

const lineBody = z
  .strictObject({
    no: callerReference.openapi({ description: 'The number of the order, as the bank has it.' }),
    amount_fen: paidFen,
    bank_reference: bankReference,
    payee: word.optional().openapi({ description: 'Whose share of the order this line is; left out where it is all of it.' }),
  })
  .openapi('BankLineRequest')
const statementBody = z
  .strictObject({
    day: day.openapi({ description: 'A day that is over, Asia/Shanghai.' }),
    lines: z.array(lineBody).max(mostBankLines),
    correction: z
      .boolean()
      .default(false)
      .openapi({ description: 'It takes the place of what was recorded for the day; that stays on record.' }),
    reason,
  })
  .openapi('BankStatementRequest')
const explanationBody = z
  .strictObject({
    no: callerReference,
    text: plainText(200).openapi({ description: 'Why it differs. Do not name persons.' }),
    reason,
  })
  .openapi('BankExplanationRequest')

const whats = ['amount_mismatch', 'missing_in_statement', 'unknown_in_statement'] as const
const difference = z
  .strictObject({
    no: z.string(),
    what: z.enum(whats),
    ordered_fen: fen.nullable(),
    stated_fen: fen.nullable(),
    explanation: z.string().nullable(),
    explained_by: z.string().nullable(),
  })
  .openapi('BankDifference')
const numbers = z.array(z.string())
const finding = z
  .strictObject({
    judged_at: time,
    orders: z.int(),
    matched: numbers,
    amount_mismatch: numbers,
    missing_in_statement: numbers,
    unknown_in_statement: numbers,
    order_total_fen: fen,
    statement_total_fen: fen,
    difference_fen: z.int().openapi({ description: 'Orders less statement.' }),
    differences: z.array(difference),
  })
  .openapi('BankFinding')
const members = {
  day: z.string(),
  version: z.int(),
  lines: z.int().openapi({ description: 'How many lines; they are at `/lines`.' }),
  lines_sha256: z.string().nullable().openapi({ description: 'SHA-256 of the canonical JSON of the lines.' }),
  finding: orNull(finding),
}

type Statement = MatterView<'bank_statement'>['data']

const renderFinding = ({ lines, finding: found, explanations }: Statement) => {
  if (found === null) return null
  const numbersOf = (what: string) => found.differing.filter((each) => each.what === what).map(({ no }) => no)
  const differing = new Set(found.differing.map(({ no }) => no))
  const explanationOf = (no: string) => explanations.find((each) => each.no === no)
  return {
    judged_at: toRfc3339(found.judgedAt),
    orders: found.orders,
    matched: [...new Set(lines.map(({ no }) => no))].filter((no) => !differing.has(no)),
    amount_mismatch: numbersOf('amount_mismatch'),
    missing_in_statement: numbersOf('missing_in_statement'),
    unknown_in_statement: numbersOf('unknown_in_statement'),
    order_total_fen: found.orderTotalFen,
    statement_total_fen: found.statementTotalFen,
    difference_fen: found.differenceFen,
    differences: found.differing.map(({ no, what, orderedFen, statedFen }) => ({
      no,
      what,
      ordered_fen: orderedFen,
      stated_fen: statedFen,
      explanation: explanationOf(no)?.text ?? null,
      explained_by: explanationOf(no)?.by ?? null,
    })),
  }
}

const bankLine = z
  .strictObject({ no: z.string(), amount_fen: fen, bank_reference: z.string(), payee: z.string().nullable() })
  .openapi('BankLine')
const lineList = z.strictObject({ day: z.string(), lines: z.array(bankLine) }).openapi('BankLineList')

/** The bank's lines of a day, which come the day after, against the orders of that day (S3 附件1 模块1: 获取隔日支付流水). */
export const addBankStatementRoutes = (routes: Routes, deps: AppDeps): void => {
  const statements = new MatterRoutes(routes, deps, {
    kind: 'bank_statement',
    noun: 'bank-statements',
    param,
    tag,
    name: 'BankStatement',
    members,
    render: (data) => ({
      day: data.day,
      version: data.version,
      lines: data.lines.length,
      lines_sha256: data.linesSha256,
      finding: renderFinding(data),
    }),
  })
  statements.addStaffReads({ list: 'Bank statements of an account, newest first', one: 'One bank statement' })
  statements.addStaffAct({
    method: 'post',
    summary: "Record the bank's lines of a day that is over; they are judged against the orders of that day at once",
    roles: ['finance'],
    body: statementBody,
    largest: largestBatchBody,
    status: 201,
    wanted: ({ day: of, lines, correction }) => ({
      kind: 'record_bank_statement',
      day: of,
      lines: lines.map(({ no, amount_fen, bank_reference, payee = null }) => ({
        no,
        amountFen: amount_fen,
        bankReference: bank_reference,
        payee,
      })),
      correction,
    }),
  })
  addStaffStep(
    statements,
    { param, path: 'explanation', summary: 'Say why a number differs', roles: ['finance'], body: explanationBody },
    ({ no, text }, bankStatementId) => ({ kind: 'explain_difference', bankStatementId, no, text }),
  )
  new StaffRoutes(routes, deps, tag).addRead({
    path: `/bank-statements/{${param}}/lines`,
    summary: 'The lines of one bank statement, in the order in which they came',
    schema: lineList,
    params: accountParams.extend({ [param]: z.string() }),
    question: (accountId, c) => {
      const id = statements.numberIn(c, accountId)
      return id === null ? null : { kind: 'matter', matter: 'bank_statement', id }
    },
    render: (found) => {
      const { data } = found as MatterView<'bank_statement'>
      return {
        day: data.day,
        lines: data.lines.map(({ no, amountFen, bankReference: bank, payee }) => ({
          no,
          amount_fen: amountFen,
          bank_reference: bank,
          payee,
        })),
      }
    },
  })
}
