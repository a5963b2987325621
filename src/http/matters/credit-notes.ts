import { z } from '@hono/zod-openapi'
import { makeId } from '../../core/ids.ts'
import { type CreditedThing, creditNoteCauses } from '../../core/matters/credit-note.ts'
import type { AppDeps } from '../deps.ts'
import { numberOf } from '../reading.ts'
import { renderApproval } from '../render.ts'
import type { Routes } from '../route.ts'
import { orNull } from '../schemas/common.ts'
import { approval } from '../schemas/staff.ts'
import { StaffRoutes } from '../staff-routes.ts'
import { MatterRoutes } from './matter-routes.ts'
import { amountFen, reason, text } from './parts.ts'

const id = z.string().max(64).optional()
const noteBody = z
  .strictObject({
    amount_fen: amountFen.min(1),
    statement_id: id,
    bill_id: id,
    verification_id: id,
    text,
    reason,
  })
  .openapi('CreditNoteRequest', { description: 'Names the statement, bill or verification that was charged too much.' })

/** What a body names; null when an id of it is none of this account. */
const thingIn = (
  { statement_id, bill_id, verification_id }: z.output<typeof noteBody>,
  accountId: string,
): CreditedThing | null => {
  const numbers = [
    statement_id === undefined ? null : numberOf(statement_id, 'sta', accountId),
    bill_id === undefined ? null : numberOf(bill_id, 'bil', accountId),
    verification_id === undefined ? null : numberOf(verification_id, 'ver', accountId),
  ] as const
  const isNamed = [statement_id, bill_id, verification_id].map((named) => named !== undefined)
  if (numbers.some((number, index) => number === null && isNamed[index])) return null
  const [statementId, billId, verificationId] = numbers
  return { statementId, billId, verificationId }
}

/** Credit notes: corrections of what was charged, by adding (contracts.md §5 no. 39). */
export const addCreditNoteRoutes = (routes: Routes, deps: AppDeps): void => {
  const tag = 'Credit notes'
  const notes = new MatterRoutes(routes, deps, {
    kind: 'credit_note',
    noun: 'credit-notes',
    param: 'credit_note_id',
    tag,
    name: 'CreditNote',
    members: {
      amount_fen: z.int().openapi({ description: 'What is given back.' }),
      tax: orNull(z.strictObject({ rate: z.string(), net_fen: z.int(), tax_fen: z.int() })),
      cause: z.enum(creditNoteCauses),
      statement_id: z.string().nullable(),
      bill_id: z.string().nullable(),
      verification_id: z.string().nullable(),
      text: z.string(),
      applied_to: z.string().nullable().openapi({ description: 'The statement that takes it into account.' }),
    },
    render: ({ amountFen: amount, tax, cause, about, text: said, appliedTo }, { accountId }) => {
      const idOf = (prefix: 'sta' | 'bil' | 'ver', number: number | null) => number && makeId(prefix, accountId, number)
      return {
        amount_fen: amount,
        tax: tax && { rate: tax.rate, net_fen: tax.netFen, tax_fen: tax.taxFen },
        cause,
        statement_id: idOf('sta', about.statementId),
        bill_id: idOf('bil', about.billId),
        verification_id: idOf('ver', about.verificationId),
        text: said,
        applied_to: idOf('sta', appliedTo),
      }
    },
  })
  notes.addCustomerReads({ list: 'Credit notes of your account, newest first', one: 'One credit note of your account' })
  notes.addStaffReads({ list: 'Credit notes of an account, newest first', one: 'One credit note of an account' })
  new StaffRoutes(routes, deps, tag).addAct({
    method: 'post',
    path: '/credit-notes',
    summary: 'Propose a correction of what was charged; the note is issued when another person approves',
    roles: ['finance'],
    body: noteBody,
    status: 201,
    schema: approval,
    wanted: (body, accountId) => {
      const about = thingIn(body, accountId)
      const { amount_fen, text: said } = body
      return (
        about && {
          reason: body.reason,
          act: { kind: 'propose_credit_note', amountFen: amount_fen, about, text: said },
        }
      )
    },
    kind: 'approval',
    render: (done) => renderApproval(done.approval),
  })
}
