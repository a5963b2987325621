import { addDays, addMonths } from '../../src/core/shanghai.ts'
import type { TestGateway } from './http-gateway.ts'
import { type Item, type MoneyAccount, openMilestones, openPostpaid } from './money-accounts.ts'
import { fen, firstDay, type Play, type Played, yuan } from './money-play.ts'

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
    lumpOnTermination: delay.lump_fen === null ? null : yuan(delay.lump_fen),
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

/** What is owed in parts, late, built late, objected to. */
export const debtPlays: Readonly<Record<string, Play>> = {
  'fee.objection': feeObjection,
  'interest.partial': interestPartial,
  'interest.simple': interestSimple,
  milestones,
  'penalty.byDates': penaltyByDates,
  'penalty.late': penaltyLate,
  'penalty.partial': penaltyPartial,
  'penalty.supplierDelay': supplierDelay,
  'settlement.sum': settlementSum,
}
