import { addDays, addMonths } from '../../src/core/shanghai.ts'
import { fenOf } from './amounts.ts'
import type { TestGateway } from './http-gateway.ts'
import {
  callTerms,
  type Item,
  type MoneyAccount,
  openMilestones,
  openPostpaid,
  openPostpaidCalls,
  openPrepaid,
} from './money-accounts.ts'

/*
 * The ops of the money vectors, each played through the routes of a gateway: the input becomes an agreement, orders, calls and
 * payments, and the answer is what the routes show, in the words of the vectors. Nothing here computes money: amounts are
 * rewritten from fen to yuan, and that is all.
 */

export type Played = Record<string, unknown>
type Play = (gateway: TestGateway, input: never) => Promise<Played>

/** Yuan as the vectors write it. */
const yuan = (fen: unknown): string => {
  if (typeof fen !== 'number' || !Number.isSafeInteger(fen)) throw new Error(`${String(fen)} is no amount in fen`)
  const digits = String(Math.abs(fen)).padStart(3, '0')
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
const yuanOrNull = (fen: unknown): string | null => (fen === null ? null : yuan(fen))
const fen = (text: string): number => Number(fenOf(text))

const firstDay = '2024-08-02'

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

const milestones = async (gateway: TestGateway, { total, shares }: { total: string; shares: string[] }): Promise<Played> => {
  const account = await openMilestones(gateway, firstDay, total, shares)
  await account.accept()
  const parts = (await account.list('milestones')).map(({ owed_fen }) => Number(owed_fen))
  // Shares that are not the whole divide nothing.
  if (parts.length === 0) return {}
  return { amounts: parts.map(yuan), sum: yuan(parts.reduce((sum, part) => sum + part, 0)), count: parts.length }
}

interface LateInput {
  contractAmount: string
  ratePerDay: string
  thresholdRate?: string
  penaltyCap?: boolean
  firstPenaltyDayOffset?: 1 | 2
}

const latePayment = ({ ratePerDay, thresholdRate = '0.20', penaltyCap = true, firstPenaltyDayOffset = 1 }: LateInput) => ({
  latePayment: { kind: 'penalty', perDay: ratePerDay, endsAbove: thresholdRate, capped: penaltyCap, firstPenaltyDayOffset },
})

/** A price of one part that is due on a day: what is not among the late payments was paid at once. */
const oneMilestone = async (gateway: TestGateway, input: LateInput, dueOn: string, unpaidFen: number) => {
  const account = await openMilestones(gateway, addDays(dueOn, -10), input.contractAmount, ['1'], latePayment(input))
  await account.accept()
  const [milestone] = await account.list('milestones')
  if (!milestone) throw new Error('an acceptance opens the parts of the price')
  const inTimeFen = Number(milestone.owed_fen) - unpaidFen
  if (inTimeFen > 0) await account.pay('milestones', milestone.id, account.today, inTimeFen)
  const read = async (): Promise<Item> => (await account.list('milestones'))[0]?.figures as Item
  return { account, id: milestone.id, read }
}

const penaltyIn = (figures: Item): Played => {
  const penalty = figures.penalty as Item
  return {
    accruedUncapped: yuan(penalty.accrued_fen),
    threshold: yuan(penalty.threshold_fen),
    terminationRight: penalty.termination_right,
    payableCapped: yuan(penalty.capped_fen),
    payable: yuan(penalty.billed_fen),
    daysLate: figures.days_late,
  }
}

type Late = Awaited<ReturnType<typeof oneMilestone>>
const lateDebts = new Map<string, { late: Late; day: number }>()

/** Days of one debt that nobody pays are read one after the other, as the vectors list them. */
const penaltyLate = async (
  gateway: TestGateway,
  { daysLate, ...input }: LateInput & { unpaid: string; daysLate: number },
): Promise<Played> => {
  const key = JSON.stringify(input)
  const known = lateDebts.get(key)
  const late = known && known.day < daysLate ? known.late : await oneMilestone(gateway, input, '2024-08-15', fen(input.unpaid))
  lateDebts.set(key, { late, day: daysLate })
  const dueOn = String((await late.read()).due_on)
  await late.account.setDay(addDays(dueOn, daysLate))
  return penaltyIn(await late.read())
}

const penaltyByDates = async (
  gateway: TestGateway,
  input: LateInput & { unpaid: string; dueLastDay: string; paidOn: string },
): Promise<Played> => {
  const { account, id, read } = await oneMilestone(gateway, input, input.dueLastDay, fen(input.unpaid))
  const { due_on } = await read()
  if (due_on !== input.dueLastDay) throw new Error(`it is due on ${String(due_on)}`)
  await account.passTo(input.paidOn)
  await account.pay('milestones', id, input.paidOn, fen(input.unpaid))
  return { ...penaltyIn(await read()), firstPenaltyDay: await firstPenaltyDay(gateway, input) }
}

/** The first day on which a debt like this one that nobody pays is late. */
const firstPenaltyDay = async (
  gateway: TestGateway,
  input: LateInput & { unpaid: string; dueLastDay: string },
): Promise<string> => {
  const { account, read } = await oneMilestone(gateway, input, input.dueLastDay, fen(input.unpaid))
  for (let day = input.dueLastDay; ; day = addDays(day, 1)) {
    await account.passTo(day)
    if (Number((await read()).days_late) > 0) return day
  }
}

const penaltyPartial = async (
  gateway: TestGateway,
  input: LateInput & { dueLastDay: string; unpaid?: string; asOf?: string; payments: { on: string; amount: string }[] },
): Promise<Played> => {
  const paidFen = input.payments.reduce((sum, { amount }) => sum + fen(amount), 0)
  const lateFen = input.unpaid === undefined ? paidFen : fen(input.unpaid)
  const { account, id, read } = await oneMilestone(gateway, input, input.dueLastDay, lateFen)
  for (const { on, amount } of input.payments) {
    await account.passTo(on)
    await account.pay('milestones', id, on, fen(amount))
  }
  if (input.asOf !== undefined) await account.passTo(input.asOf)
  const { accruedUncapped, terminationRight } = penaltyIn(await read())
  return { accrued: accruedUncapped, terminationRight }
}

/** A build that is finished so many days late. */
const lateBuild =
  (account: MoneyAccount) =>
  async (days: number): Promise<Item | null> => {
    const [build] = await account.list('builds')
    const clocks = build?.clocks as { last_day: string }[]
    const on = addDays(String(clocks[0]?.last_day), days)
    await account.passTo(on)
    const finished = await account.staff('ops', 'PUT', `/builds/${String(build?.id)}/completion`, { on })
    return finished.member('delay') as Item | null
  }

const supplierDelay = async (
  gateway: TestGateway,
  { contractAmount, daysLate, ratePerDay }: { contractAmount: string; daysLate: number; ratePerDay: string },
): Promise<Played> => {
  const account = await openMilestones(gateway, firstDay, contractAmount, ['1'], {
    build: { n: 10, unit: 'day' },
    providerDelay: { perDay: ratePerDay, graceDays: 7, lump: '0.2' },
  })
  const delay = await lateBuild(account)(daysLate)
  if (delay === null) return { accrued: yuan(0), terminationRight: false, lumpOnTermination: null }
  return {
    daily: yuan(delay.daily_fen),
    accrued: yuan(delay.accrued_fen),
    terminationRight: delay.termination_right,
    lumpOnTermination: yuanOrNull(delay.lump_fen),
  }
}

interface Owed {
  principal: string
  rate: string | null
  per: string
}

/** A bill of one month's platform fee whose invoice came ten days before a day. */
const billDueOn = async (gateway: TestGateway, { principal, rate, per }: Owed, dueOn: string) => {
  const month = addMonths(`${dueOn.slice(0, 7)}-01`, -1)
  const account = await openPostpaid(gateway, month, { platform_fee: principal }, { latePayment: { rate, per } })
  const bill = await account.billOf(month.slice(0, 7))
  const invoiceOn = addDays(dueOn, -10)
  await account.passTo(invoiceOn)
  const invoiced = await account.staff('finance', 'PUT', `/bills/${String(bill.id)}/invoice-receipt`, { on: invoiceOn })
  if (invoiced.member('figures', 'due_on') !== dueOn) throw new Error(`it is due on ${invoiced.member('figures', 'due_on')}`)
  return { account, id: String(bill.id) }
}

const paidLate = async (gateway: TestGateway, owed: Owed, dueOn: string, payments: readonly { on: string; fen: number }[]) => {
  const { account, id } = await billDueOn(gateway, owed, dueOn)
  for (const { on, fen: amount } of payments) {
    await account.passTo(on)
    await account.pay('bills', id, on, amount)
  }
  const paid = await account.staff('auditor', 'GET', `/bills/${id}`)
  return { interest: yuan(paid.member('figures', 'interest_fen')), unpaid: yuan(paid.member('figures', 'open_fen')) }
}

const interestSimple = async (gateway: TestGateway, input: Owed & { days: number }): Promise<Played> => {
  const dueOn = '2024-09-19'
  if (input.rate !== null) return paidLate(gateway, input, dueOn, [{ on: addDays(dueOn, input.days), fen: fen(input.principal) }])
  // An agreement whose rate is blank does not come into force, so nothing can be late at no interest.
  const faults = await billDueOn(gateway, input, dueOn).then(
    () => '',
    (error: unknown) => String(error),
  )
  return faults.includes('latePayment.rate: blank') ? { error: 'rate_missing' } : { error: faults }
}

const interestPartial = (
  gateway: TestGateway,
  input: Owed & { dueLastDay: string; payments: { on: string; amount: string }[] },
): Promise<Played> =>
  paidLate(
    gateway,
    input,
    input.dueLastDay,
    input.payments.map(({ on, amount }) => ({ on, fen: fen(amount) })),
  )

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

const noticeWords: Readonly<Record<string, string>> = { objected: 'objection_open' }

const feeObjection = async (
  gateway: TestGateway,
  { feeNoticeDeemedOn, objectedOn, now }: { feeNoticeDeemedOn: string; objectedOn: string | null; now: string },
): Promise<Played> => {
  const account = await openMilestones(gateway, feeNoticeDeemedOn, '1000.00', ['1'])
  const fee = { amount_fen: 5_000, about: 'an interface more', on: feeNoticeDeemedOn }
  const notice = await account.staff('finance', 'POST', '/fee-notices', fee)
  const path = `/fee-notices/${notice.word('id')}`
  if (objectedOn !== null) {
    await account.passTo(objectedOn)
    await account.customer.call('POST', `/v1${path}/objection`, { json: { text: 'this was not ordered' } })
  }
  await account.passTo(now)
  const read = await account.staff('auditor', 'GET', path)
  const acceptedOn = read.member('accepted_on')
  const state = read.word('state')
  return {
    lastDay: read.word('clocks', 0, 'last_day'),
    status: noticeWords[state] ?? state,
    ...(acceptedOn === null ? {} : { acceptedAt: `${String(acceptedOn)}T00:00:00+08:00` }),
  }
}

interface SettlementLineInput {
  fee: string
  penalties?: { by: 'customer' | 'provider'; amount: string }[]
}

/** Eight places, as an agreement writes a share. */
const share = (part: number, whole: number): string => (part / whole).toFixed(8).replace(/\.?0+$/, '')

const penaltyOf = ({ penalties = [] }: SettlementLineInput, side: string): number =>
  penalties.reduce((sum, { by, amount }) => (by === side ? sum + fen(amount) : sum), 0)

/**
 * A price of as many parts as there are lines. Each part is paid so many days late that its penalty is that of the line, and what
 * the provider owes comes from a build that is one or two days late, at the rate that makes the amount.
 */
const settlementSum = async (gateway: TestGateway, { lines }: { lines: SettlementLineInput[] }): Promise<Played> => {
  if (lines.some((line, index) => index > 0 && penaltyOf(line, 'provider') > 0)) return {}
  const fees = lines.map(({ fee }) => fen(fee))
  const wholeFen = fees.reduce((sum, part) => sum + part, 0)
  const shares = fees.slice(0, -1).map((part) => share(part, wholeFen))
  const last = (1 - shares.reduce((sum, text) => sum + Number(text), 0)).toFixed(8).replace(/\.?0+$/, '')
  const rates = lines.map((line, index) => penaltyOf(line, 'customer') / (fees[index] ?? 1)).filter((rate) => rate > 0)
  const perDay = rates.length > 0 ? Math.min(...rates) : 0.03
  const providerFen = lines[0] ? penaltyOf(lines[0], 'provider') : 0
  const buildDays = Math.ceil(providerFen / wholeFen)
  const account = await openMilestones(gateway, firstDay, yuan(wholeFen), [...shares, last], {
    latePayment: { kind: 'penalty', perDay: share(perDay, 1), endsAbove: '1', capped: true, firstPenaltyDayOffset: 1 },
    build: { n: 10, unit: 'day' },
    providerDelay: { perDay: share(providerFen, wholeFen * Math.max(buildDays, 1)), graceDays: 7, lump: '0.2' },
  })
  await lateBuild(account)(buildDays)
  await account.accept()
  const parts = await account.list('milestones')
  const owed = parts.map(({ owed_fen }) => owed_fen)
  if (JSON.stringify(owed) !== JSON.stringify(fees)) throw new Error(`the parts are ${owed.join(', ')}`)
  const paid = parts.map(({ id, figures }, index) => {
    const line = lines[index] ?? { fee: '0.00' }
    const daysLate = Math.round(penaltyOf(line, 'customer') / (fees[index] ?? 1) / perDay)
    return { id, amountFen: fees[index] ?? 0, on: addDays(String((figures as Item).due_on), daysLate) }
  })
  for (const { id, on, amountFen } of paid.toSorted((one, other) => (one.on < other.on ? -1 : 1))) {
    await account.passTo(on)
    await account.pay('milestones', id, on, amountFen)
  }
  const settled = await account.settle()
  const creditNote = settled.member('credit_note_fen')
  return {
    lines: (settled.member('fees') as Item[]).map(({ amount_fen }) => yuan(amount_fen)),
    settlement: yuan(settled.member('sum_fen')),
    ...(creditNote === null ? {} : { creditNote: yuan(creditNote) }),
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

export const moneyPlays: Readonly<Record<string, Play>> = {
  'bill.postpaid': billPostpaid,
  'fee.objection': feeObjection,
  'interest.partial': interestPartial,
  'interest.simple': interestSimple,
  milestones,
  'penalty.byDates': penaltyByDates,
  'penalty.late': penaltyLate,
  'penalty.partial': penaltyPartial,
  'penalty.supplierDelay': supplierDelay,
  'price.roundingTrap': roundingTrap,
  'price.unit': unitPrice,
  'prorate.days': prorateDays,
  'settle.multiPack': settleMultiPack,
  'settle.prepaid': settlePrepaid,
  'settlement.sum': settlementSum,
  'vat.fromGross': taxOfBill,
}
