import { z } from 'zod'
import { parseDecimal } from '../../../src/core/decimal.ts'
import { formatFen } from '../../../src/core/money.ts'
import { addMonths, parseRfc3339, startOfDayMs } from '../../../src/core/shanghai.ts'
import { deadlines, inWorld } from '../gateway.ts'
import { count, day, InputError, type Output } from '../op.ts'
import { iso } from '../time.ts'
import { behaviours } from '../vendor.ts'
import { ScenarioAccount, wordOf } from './account.ts'

const decimal = z.string().regex(/^(0|[1-9]\d*)(\.\d{1,8})?$/, 'a number is a decimal text')
const amount = z.string().regex(/^(0|[1-9]\d*)(\.\d{1,2})?$/, 'an amount is a text in yuan with at most two places')

const event = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('invoice_received'), on: day }),
  z.strictObject({ type: z.literal('payment'), on: day, amount }),
])

export const s4Members = {
  params: z.strictObject({
    payWorkdays: z.int().min(1).max(10_000),
    interestPerDay: decimal.optional(),
    interestPerYear: decimal.optional(),
    yearDays: z.literal([360, 365]).optional(),
    platformFee: decimal,
    queryPrice: decimal,
    dataPricePerMB: decimal,
    vatRate: decimal.optional(),
  }),
  period: z.string().regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'a period is a month, YYYY-MM'),
  usage: z.strictObject({ queries: count.max(50_000), dataMB: decimal }),
  events: z.array(event),
}

type Input = z.infer<z.ZodObject<typeof s4Members>>
type Params = Input['params']

const fenOf = (text: string): number => {
  const yuan = parseDecimal(text)
  if (!yuan) throw new InputError('input.events: an amount is a text in yuan')
  return Number((yuan.numerator * 100n) / yuan.denominator)
}

/** Bytes of megabytes; the meter counts whole bytes. */
const bytesOf = (dataMB: string): number => {
  const mb = parseDecimal(dataMB)
  if (!mb || (mb.numerator * 1_000_000n) % mb.denominator !== 0n) throw new InputError('input.usage.dataMB: whole bytes')
  return Number((mb.numerator * 1_000_000n) / mb.denominator)
}

const rateOf = ({ interestPerDay, interestPerYear, yearDays = 365 }: Params): object => {
  if (interestPerDay !== undefined) return { rate: interestPerDay, per: 'day' }
  if (interestPerYear !== undefined) return { rate: interestPerYear, per: `year${yearDays}` }
  throw new InputError('input.params: a rate of interest is missing')
}

const agree = (account: ScenarioAccount, start: string, params: Params) =>
  account.putAgreement('S4', {
    term: { start, end: addMonths(start, 24) },
    checks: { id2: { consentTypes: ['click'] } },
    serviceLevel: { hours: { reply: 2, plan: 8 } },
    prices: { platform_fee: params.platformFee, query_fee: params.queryPrice, data_fee: params.dataPricePerMB },
    payWithin: { n: params.payWorkdays, unit: 'workday' },
    latePayment: rateOf(params),
    // The rate limit guards the gateway; here a month of calls comes in one minute.
    rate: { limit: 1_000_000, windowSeconds: 60 },
    ...(params.vatRate === undefined ? {} : { vatRate: params.vatRate }),
  })

interface Figures {
  due_on: string | null
  days_late: number
  interest_fen: number | null
  total_fen: number
  open_fen: number
}

/** A month of use that is billed afterwards (S4 §6). */
export const playS4 = async ({ params, period, usage, events }: Input): Promise<Output> => {
  const start = `${period}-01`
  return inWorld(startOfDayMs(start), deadlines.answering, async (world) => {
    const account = await ScenarioAccount.open(world)
    await agree(account, start, params)
    await account.sign()
    await account.consent('click')
    world.vendor.behave(behaviours.match)
    const refused = (await account.askTimes(usage.queries)).find(({ status }) => status !== 200)
    if (refused) throw new Error(`a call was refused: ${refused.text}`)
    const billOf = () => account.find('/bills', (item) => item.period === period)
    const bytes = bytesOf(usage.dataMB)
    const billId = wordOf(await billOf(), 'id')
    if (bytes > 0) await account.staff('ops', 'POST', `/bills/${billId}/data-uses`, { reference: 'scenario', bytes })
    await account.passTo(startOfDayMs(addMonths(start, 1)))

    let suspendedAt: string | null = null
    const suspension = async () => (await account.read('')).member('suspension') as { at: string } | null
    for (const [index, event] of events.entries()) {
      await account.passToDay(event.on)
      suspendedAt ??= (await suspension())?.at ?? null
      if (event.type === 'invoice_received')
        await account.staff('finance', 'PUT', `/bills/${billId}/invoice-receipt`, { on: event.on })
      else {
        const payment = { on: event.on, amount_fen: fenOf(event.amount), bank_reference: `scenario-${index}` }
        await account.staff('finance', 'POST', `/bills/${billId}/payments`, payment)
      }
    }

    const bill = await billOf()
    const figures = bill?.figures as Figures
    const allowedFrom = bill?.suspension_allowed_from
    const tax = bill?.tax as { net_fen: number; tax_fen: number } | null
    const at = (text: unknown) => (typeof text === 'string' ? iso(parseRfc3339(text) ?? 0) : null)
    return {
      total: formatFen(Number(bill?.owed_fen)),
      net: tax && formatFen(tax.net_fen),
      tax: tax && formatFen(tax.tax_fen),
      dueLastDay: figures.due_on,
      suspendAllowedFrom: at(allowedFrom),
      suspendedAt: at(suspendedAt),
      suspended: (await suspension()) !== null,
      daysLate: figures.days_late,
      interest: formatFen(figures.interest_fen ?? 0),
      totalWithInterest: formatFen(figures.total_fen),
      open: formatFen(figures.open_fen),
    }
  })
}
