import { addDays } from '../../src/core/shanghai.ts'
import type { TestGateway } from './http-gateway.ts'
import { type Item, type MoneyAccount, openMilestones, openPostpaid } from './money-accounts.ts'
import { fen, firstDay, type Play, type Played, yuan } from './money-play.ts'

interface OrderInput {
  no: string
  amount: string
}
interface ShareInput {
  payee: string
  amount: string
}

const orderBody = ({ no, amount }: OrderInput, lines: readonly ShareInput[]) => ({
  number: no,
  amount_fen: fen(amount),
  about: { kind: 'other', code: 'fee' },
  shares: lines.map((line) => ({ payee: line.payee, amount_fen: fen(line.amount) })),
})

/** An order to pay with the shares of its payees: it is taken when they are the amount, to the fen. */
const split = async (gateway: TestGateway, { order, lines }: { order: OrderInput; lines: ShareInput[] }): Promise<Played> => {
  const account = await openPostpaid(gateway, firstDay, {})
  const answer = await account.tryStaff('finance', 'POST', '/payment-orders', orderBody(order, lines))
  // The vectors call it a mismatch.
  if (answer.status !== 201)
    return { balanced: false, error: answer.word('reason').replace('split_unbalanced', 'split_mismatch') }
  const shares = answer.member('shares') as Item[]
  return { balanced: true, sum: yuan(shares.reduce((sum, { amount_fen }) => sum + Number(amount_fen), 0)) }
}

/** An order that the customer has looked at and the bank has carried out. */
const payOrder = async (account: MoneyAccount, order: OrderInput, on: string): Promise<void> => {
  const body = orderBody(order, [{ payee: 'payee', amount: order.amount }])
  const made = await account.staff('finance', 'POST', '/payment-orders', body)
  const path = `/payment-orders/${made.word('id')}`
  await account.staff('finance', 'POST', `${path}/verification`, { amount_fen: body.amount_fen, shares: body.shares })
  await account.staff('finance', 'POST', `${path}/payment`, { on, bank_reference: `bank-${order.no}` }, 'staff-2')
}

/** The orders of a day against what the bank says of it on the next one. */
const reconcile = async (
  gateway: TestGateway,
  { day, orders, statement }: { day: string; orders: OrderInput[]; statement: { availableOn?: string; lines: OrderInput[] } },
): Promise<Played> => {
  const account = await openPostpaid(gateway, day, {})
  for (const order of orders) await payOrder(account, order, day)
  await account.passTo(statement.availableOn ?? addDays(day, 1))
  const lines = statement.lines.map(({ no, amount }, index) => ({
    no,
    amount_fen: fen(amount),
    bank_reference: `line-${index}`,
  }))
  const recorded = await account.staff('finance', 'POST', '/bank-statements', { day, lines })
  const finding = recorded.member('finding') as Item
  return {
    matched: finding.matched,
    amountMismatch: finding.amount_mismatch,
    missingInStatement: finding.missing_in_statement,
    unknownInStatement: finding.unknown_in_statement,
    orderTotal: yuan(finding.order_total_fen),
    statementTotal: yuan(finding.statement_total_fen),
    difference: yuan(finding.difference_fen),
  }
}

/** The parts of a contract amount, as a month's statement prints them with their tax. */
const vatTable = async (
  gateway: TestGateway,
  { lines, rate }: { lines: { code: string; gross: string }[]; rate: string },
): Promise<Played> => {
  const whole = yuan(lines.reduce((sum, { gross }) => sum + fen(gross), 0))
  const account = await openMilestones(gateway, '2024-08-01', whole, ['1'], {
    vatRate: rate,
    contractLines: lines.map(({ code, gross }) => ({ code, amount: gross })),
    contractAmountCapitals: null,
  })
  await account.passTo('2024-09-01')
  const [statement] = await account.list('statements')
  const table = ((statement?.figures ?? statement) as Item).contract as Item
  const amounts = (line: Item) => ({ net: yuan(line.net_fen), tax: yuan(line.tax_fen), gross: yuan(line.gross_fen) })
  return { lines: (table.lines as Item[]).map((line) => ({ code: line.code, ...amounts(line) })), total: amounts(table) }
}

/** What is paid to others, what the bank says of it, and the table of a contract. */
export const clearingPlays: Readonly<Record<string, Play>> = { reconcile, split, 'vat.table': vatTable }
