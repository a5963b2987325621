import { addDays, addMonths } from '../../src/core/shanghai.ts'
import type { TestGateway } from './http-gateway.ts'
import { callTerms, type Item, openPostpaid, openPostpaidCalls, openPrepaid } from './money-accounts.ts'
import { fen, firstDay, type Play, type Played, yuan } from './money-play.ts'

/** A fraction of fen as one of yuan, in lowest terms. */
const perYuan = (fraction: unknown): string => {
  const [numerator = '', denominator = '1'] = String(fraction).split('/')
  let [a, b] = [BigInt(numerator), BigInt(denominator) * 100n]
  const divisor = ((x: bigint, y: bigint) => {
    while (y !== 0n) [x, y] = [y, x % y]
    return x
  })(a, b)
  ;[a, b] = [a / divisor, b / divisor]
  return b === 1n ? `${a}` : `${a}/${b}`
}

interface PackInput {
  paid: string
  list?: string
  calls: number
  used: number
  basis?: 'paid' | 'list'
  cause?: string
  elapsedDays?: number
}

/** A pack of which so many credits are used, by one call that costs as many, and what it comes to. */
const settledPack = async (gateway: TestGateway, input: PackInput) => {
  const { paid, list = paid, calls, used, basis = 'paid', cause = 'mutual', elapsedDays = 0 } = input
  const pack = { list: fen(list), paid: fen(paid), credits: calls }
  const charging = { settlementBasis: basis }
  const account = await openPrepaid(gateway, [pack], Math.max(used, 1), { charging })
  if (used > 0) await account.call()
  if (elapsedDays > 0) await account.passTo(addDays(firstDay, elapsedDays))
  const settled = await account.settle({ cause })
  return { settled, line: settled.member('packs', 0) as Item }
}

const settlePrepaid = async (gateway: TestGateway, input: PackInput): Promise<Played> => {
  const { settled, line } = await settledPack(gateway, input)
  const applies = line.remainder === 'refund'
  return {
    applies,
    [applies ? 'charge' : 'usageValue']: yuan(settled.member('charge_fen')),
    refund: yuan(settled.member('refund_fen')),
    remainder: yuan(settled.member('kept_fen')),
    unusedCalls: Number(line.credits) - Number(line.used),
    ledger: line.remainder,
  }
}

interface PacksInput {
  packs: { id: string; paid: string; calls: number; expires: string }[]
  used: number
  cause: string
  endedOn?: string
}

/** Several packs, used in the order in which they were bought: under one agreement all of them last as long as its term. */
const settleMultiPack = async (gateway: TestGateway, { packs, used, cause, endedOn }: PacksInput): Promise<Played> => {
  if (endedOn !== undefined) return {}
  // Calls that cost so much that each is paid by one pack, and all of them together are what is used.
  const callCredits = packs.reduce((divisor, { calls }) => greatestDivisor(divisor, calls), used)
  const account = await openPrepaid(gateway, [], callCredits)
  const inOrder = packs.toSorted((one, other) => (one.expires < other.expires ? -1 : 1))
  for (const { id, paid, calls } of inOrder) await account.buy({ list: fen(paid), paid: fen(paid), credits: calls }, id)
  for (let done = 0; done < used; done += callCredits) await account.call(`call-${done}`)
  const settled = await account.settle({ cause })
  const lines = (settled.member('packs') as Item[]).map((line, index) => {
    const common = { id: inOrder[index]?.id, used: line.used, refund: yuan(line.refund_fen) }
    return line.remainder === 'refund'
      ? { ...common, charge: yuan(line.used_fen) }
      : { ...common, usageValue: yuan(line.used_fen), remainder: yuan(line.kept_fen), ledger: line.remainder }
  })
  return { lines, refund: yuan(settled.member('refund_fen')), remainder: yuan(settled.member('kept_fen')) }
}
const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b))

/** The newest month before the tests' day that has so many days. */
const monthOfDays: Readonly<Record<number, string>> = { 28: '2025-02', 29: '2024-02', 30: '2024-06', 31: '2025-03' }

/** A platform fee for a month of which the service has only some days: once because it begins late, once because it ends early. */
const prorateDays = async (
  gateway: TestGateway,
  { amount, days, totalDays }: { amount: string; days: number; totalDays: number },
): Promise<Played> => {
  const period = monthOfDays[totalDays]
  if (period === undefined) return {}
  const first = `${period}-01`
  const amounts: string[] = []
  for (const [from, to] of [
    [addDays(first, totalDays - days), addMonths(first, 6)],
    [first, addDays(first, days - 1)],
  ] as const) {
    const account = await openPostpaid(gateway, from, { platform_fee: amount }, { term: { start: from, end: to } })
    const bill = await account.billOf(period)
    if (bill.from !== (from > first ? from : first)) throw new Error(`the bill begins on ${String(bill.from)}`)
    amounts.push(yuan(bill.owed_fen))
  }
  return amounts[0] === amounts[1] ? { amount: amounts[0] } : { amount: amounts }
}

const taxOfBill = async (gateway: TestGateway, { gross, rate }: { gross: string; rate: string }): Promise<Played> => {
  const account = await openPostpaid(gateway, '2024-08-01', { platform_fee: gross }, { vatRate: rate })
  const bill = await account.billOf('2024-08')
  const tax = bill.tax as { net_fen: number; tax_fen: number }
  return { net: yuan(tax.net_fen), tax: yuan(tax.tax_fen), gross: yuan(bill.owed_fen) }
}

interface BillItemInput {
  code: string
  qty: string
  unitPrice: string
}

/** A month whose meters come to these quantities: calls that cost as many credits, data in bytes, a whole month of the platform. */
const billPostpaid = async (
  gateway: TestGateway,
  { items, vatRate }: { items: BillItemInput[]; vatRate?: string },
): Promise<Played> => {
  const queries = items.filter(({ code }) => code === 'query_fee')
  const priceOf = (code: string) => items.find((item) => item.code === code)?.unitPrice ?? '0'
  const prices = { platform_fee: priceOf('platform_fee'), query_fee: priceOf('query_fee'), data_fee: priceOf('data_fee') }
  const more = vatRate === undefined ? {} : { vatRate }
  const termsOf = ({ qty, unitPrice }: BillItemInput) =>
    callTerms({ ...prices, query_fee: unitPrice }, Math.max(1, Number(qty)), more)
  const account = await openPostpaidCalls(gateway, termsOf(queries[0] ?? { code: 'query_fee', qty: '0', unitPrice: '0' }))
  for (const [index, query] of queries.entries()) {
    // Another price is another version of the agreement: two lines, never an average.
    if (index > 0) await account.amend('S4', termsOf(query))
    if (query.qty !== '0') await account.call(`call-${index}`)
  }
  const [running] = await account.list('bills')
  const data = items.find(({ code }) => code === 'data_fee')
  const bytes = data === undefined ? 0 : Math.round(Number(data.qty) * 1_000_000)
  if (bytes > 0) await account.staff('ops', 'POST', `/bills/${String(running?.id)}/data-uses`, { reference: 'data', bytes })
  const bill = await account.billOf('2024-08')
  const tax = bill.tax as { net_fen: number; tax_fen: number } | null
  const places = items.map(({ code }) => code)
  const lines = (bill.lines as Item[])
    .filter(({ code }) => places.includes(String(code)))
    .toSorted((one, other) => places.indexOf(String(one.code)) - places.indexOf(String(other.code)))
  return {
    lines: lines.map(({ code, amount_fen }) => ({ code, amount: yuan(amount_fen) })),
    total: yuan(bill.owed_fen),
    ...(tax === null ? {} : { net: yuan(tax.net_fen), tax: yuan(tax.tax_fen) }),
  }
}

const unitPrice = async (gateway: TestGateway, { price, calls }: { price: string; calls: number }): Promise<Played> => {
  const { line } = await settledPack(gateway, { paid: price, calls, used: 0 })
  return { exact: perYuan(line.unit_price_fen) }
}

/** The pack of the seed, of which so many calls are used. */
const roundingTrap = async (gateway: TestGateway, { calls }: { calls: number }): Promise<Played> => {
  const { settled } = await settledPack(gateway, { paid: '800.00', calls: 30_000, used: calls })
  return { exact: yuan(settled.member('charge_fen')) }
}

/** What is bought, used and billed. */
export const packPlays: Readonly<Record<string, Play>> = {
  'bill.postpaid': billPostpaid,
  'price.roundingTrap': roundingTrap,
  'price.unit': unitPrice,
  'prorate.days': prorateDays,
  'settle.multiPack': settleMultiPack,
  'settle.prepaid': settlePrepaid,
  'vat.fromGross': taxOfBill,
}
