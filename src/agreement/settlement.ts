import { amountOf, unitPrice } from '../core/money.ts'
import { daysBetween } from '../core/shanghai.ts'

/** A bought pack. */
export interface Pack {
  id: string
  paidFen: bigint
  listFen: bigint
  credits: number
  /** Last day on which its credits may be used; null is open. */
  expiresOn: string | null
  /** The lowest number is used up first. */
  priority: number
}

/** Why the cooperation ends. */
export type EndCause = 'mutual' | 'provider_fault' | 'upstream_change_rejected' | 'customer_breach' | 'expiry'

/** What becomes of the unused credits. */
export type Remainder = 'refund' | 'hold' | 'lapse'

/**
 * S1 §4.6 settles on actual use only where both sides agree or the provider is the cause; a change of the source that the customer
 * does not accept is ended by agreement (S1 §2.4, contracts.md §5 no. 42). After a breach of the customer the remainder is held
 * until a settlement document is signed, and at the end of the term it lapses: never silently zero (no. 21).
 */
const remainders: Readonly<Record<EndCause, Remainder>> = {
  mutual: 'refund',
  provider_fault: 'refund',
  upstream_change_rejected: 'refund',
  customer_breach: 'hold',
  expiry: 'lapse',
}

/** One pack at its end: `usedFen + refundFen + keptFen` is always what was paid. */
export interface PackSettlement {
  id: string
  used: number
  unused: number
  /** Value of the used credits at the unit price of the chosen basis. It is a charge when `remainder` is `refund`. */
  usedFen: bigint
  refundFen: bigint
  /** Value of the unused credits that is not paid back: held or lapsed. */
  keptFen: bigint
  remainder: Remainder
}

/**
 * Settles a pack by use, never by time (S1 §4.6, contracts.md §3.3). The unit price stays an exact fraction and the charge is
 * rounded once, half up; the rest is what is left, so no fen is lost. `basis` is the price that is divided: the one really
 * paid, or the list price, whose charge is capped at what was paid (no. 19). Throws RangeError for more used credits than bought.
 */
export const settlePack = (pack: Pack, used: number, basis: 'paid' | 'list', cause: EndCause): PackSettlement => {
  if (used < 0 || used > pack.credits) throw new RangeError('a pack has between none and all of its credits used')
  const chargeFen = amountOf(unitPrice(basis === 'paid' ? pack.paidFen : pack.listFen, pack.credits), used)
  const usedFen = chargeFen < pack.paidFen ? chargeFen : pack.paidFen
  const restFen = pack.paidFen - usedFen
  const remainder = remainders[cause]
  const refundFen = remainder === 'refund' ? restFen : 0n
  return { id: pack.id, used, unused: pack.credits - used, usedFen, refundFen, keptFen: restFen - refundFen, remainder }
}

/** The end of a cooperation. */
export interface Ending {
  cause: EndCause
  basis: 'paid' | 'list'
  /** The day of the end: what expired before it has lapsed already, whatever the cause. Null: nothing has. */
  endedOn: string | null
}

/** Open packs are used up last. */
const expiryOf = ({ expiresOn }: Pack): string => expiresOn ?? '9999-12-31'

/** Lowest priority number, then earliest expiry, then as they were bought (DESIGN.md §3). */
const orderOfUse = (packs: readonly Pack[]): Pack[] =>
  packs.toSorted((one, other) => one.priority - other.priority || daysBetween(expiryOf(other), expiryOf(one)))

/**
 * Settles several packs of one customer, each at its own unit price, with a line for each in the order of use. `packs` are in the
 * order of buying. Throws RangeError for more used credits than bought.
 */
export const settlePacks = (packs: readonly Pack[], used: number, { cause, basis, endedOn }: Ending): PackSettlement[] => {
  let left = used
  const lines = orderOfUse(packs).map((pack) => {
    const usedHere = Math.min(left, pack.credits)
    left -= usedHere
    const lapsed = endedOn !== null && expiryOf(pack) < endedOn
    return settlePack(pack, usedHere, basis, lapsed ? 'expiry' : cause)
  })
  if (left > 0) throw new RangeError('there are no more used credits than bought ones')
  return lines
}

/** One line of a settlement with its penalties, in fen. */
export interface SettlementLine {
  feeFen: bigint
  /** Each penalty is above or equal to 0; `by` is the side in breach. */
  penalties: readonly { by: 'customer' | 'provider'; amountFen: bigint }[]
}

/** A settlement: the sum of its lines; below 0 it is a credit note, which is never cut to 0. */
export interface SettlementSum {
  linesFen: bigint[]
  sumFen: bigint
  creditNoteFen: bigint | null
}

/** 结算金额=Σ（服务费±违约金）: plus where the customer is in breach, minus where the provider is (S3 §2.5). */
export const sumSettlement = (lines: readonly SettlementLine[]): SettlementSum => {
  const linesFen = lines.map(({ feeFen, penalties }) =>
    penalties.reduce((sum, { by, amountFen }) => (by === 'customer' ? sum + amountFen : sum - amountFen), feeFen),
  )
  const sumFen = linesFen.reduce((sum, lineFen) => sum + lineFen, 0n)
  return { linesFen, sumFen, creditNoteFen: sumFen < 0n ? -sumFen : null }
}

/** What the balance of a whole settlement is made of, in fen, each 0 or more but for `feesFen`. */
export interface SettlementParts {
  /** Σ(fee ± penalties), and what was paid of it. */
  feesFen: bigint
  feesPaidFen: bigint
  /** What is paid back of packs that were paid in advance. */
  refundFen: bigint
  claims: readonly { by: 'customer' | 'provider'; amountFen: bigint }[]
  creditNotesFen: bigint
  /** Payments outside the fees that count here. */
  fromCustomerFen: bigint
  toCustomerFen: bigint
}

/** Whom the rest of a settlement is owed to. Below 0 it is a credit note, never cut to 0 (S3 §2.5). */
export interface SettlementBalance {
  balanceFen: bigint
  inFavourOf: 'customer' | 'provider' | 'nobody'
  creditNoteFen: bigint | null
}

/** What the customer still owes; below 0 what it is owed. Packs are paid already, so that only their refund stands in it. */
export const balanceSettlement = (parts: SettlementParts): SettlementBalance => {
  const claimsFen = parts.claims.reduce((sum, { by, amountFen }) => (by === 'provider' ? sum + amountFen : sum - amountFen), 0n)
  const owedFen = parts.feesFen - parts.feesPaidFen - parts.refundFen + claimsFen - parts.creditNotesFen
  const balanceFen = owedFen - parts.fromCustomerFen + parts.toCustomerFen
  return {
    balanceFen,
    inFavourOf: balanceFen === 0n ? 'nobody' : balanceFen > 0n ? 'provider' : 'customer',
    creditNoteFen: balanceFen < 0n ? -balanceFen : null,
  }
}
