/** An amount under an order number, in fen. */
export interface OrderAmount {
  no: string
  amountFen: bigint
}

/** Order numbers by what the statement says of them; every number stands in exactly one list, as often as once. */
export interface OrderReconciliation {
  matched: string[]
  amountMismatch: string[]
  missingInStatement: string[]
  unknownInStatement: string[]
  orderTotalFen: bigint
  statementTotalFen: bigint
  /** Orders less statement. */
  differenceFen: bigint
}

const sum = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((total, amount) => total + amount, 0n)

/** Amounts under one number belong together: an order that was paid twice is a wrong amount, not a match. */
const addUp = (list: readonly OrderAmount[]): Map<string, bigint> => {
  const totals = new Map<string, bigint>()
  for (const { no, amountFen } of list) totals.set(no, (totals.get(no) ?? 0n) + amountFen)
  return totals
}

/** The orders of a day against the next day's payment statement [隔日支付流水], to the fen (S3 附件1 模块1). */
export const reconcileOrders = (orders: readonly OrderAmount[], lines: readonly OrderAmount[]): OrderReconciliation => {
  const ordered = addUp(orders)
  const stated = addUp(lines)
  const numbers = [...ordered.keys()]
  const orderTotalFen = sum(ordered.values())
  const statementTotalFen = sum(stated.values())
  return {
    matched: numbers.filter((no) => stated.get(no) === ordered.get(no)),
    amountMismatch: numbers.filter((no) => stated.has(no) && stated.get(no) !== ordered.get(no)),
    missingInStatement: numbers.filter((no) => !stated.has(no)),
    unknownInStatement: [...stated.keys()].filter((no) => !ordered.has(no)),
    orderTotalFen,
    statementTotalFen,
    differenceFen: orderTotalFen - statementTotalFen,
  }
}

export interface SplitFinding {
  balanced: boolean
  sumFen: bigint
  /** Order less lines. */
  differenceFen: bigint
}

/** Whether the payees' shares of one payment add up to it, to the fen (real-time clearing [实时清分], S3 附件1 模块1). */
export const judgeSplit = (amountFen: bigint, sharesFen: readonly bigint[]): SplitFinding => {
  const sumFen = sum(sharesFen)
  return { balanced: sumFen === amountFen, sumFen, differenceFen: amountFen - sumFen }
}

/** What one payee is to get, and what the bank says that it got. */
export interface PayeeAmount {
  payee: string
  amountFen: bigint
}

/** The payees whose share the lines of an order confirm: all lines for one payee together are its share, to the fen. */
export const confirmedPayees = (shares: readonly PayeeAmount[], lines: readonly PayeeAmount[]): string[] => {
  const stated = addUp(lines.map(({ payee, amountFen }) => ({ no: payee, amountFen })))
  return shares.filter(({ payee, amountFen }) => stated.get(payee) === amountFen).map(({ payee }) => payee)
}
