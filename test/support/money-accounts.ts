import { addDays, addMonths, shanghaiDay, startOfDayMs } from '../../src/core/shanghai.ts'
import { startOfTests } from './clock.ts'
import type { Answer, Role, TestGateway } from './http-gateway.ts'
import { approvePapers, Customer, createKey, expectStatus, filledIn, openAccount, openUnder, sha256 } from './http-world.ts'

/*
 * Accounts as the money vectors need them, made and used through the routes alone: what is paid, used, billed, late and settled
 * there is what the gateway itself makes of it.
 */

const hourMs = 3_600_000
const reason = 'as agreed'

export type Item = Record<string, unknown>

/** Ten in the morning of a day. */
const morning = (day: string): number => startOfDayMs(day) + 10 * hourMs

/** One account of a vector and what both sides do with it. */
export class MoneyAccount {
  readonly gateway: TestGateway
  readonly customer: Customer

  constructor(gateway: TestGateway, customer: Customer) {
    this.gateway = gateway
    this.customer = customer
  }

  get today(): string {
    return shanghaiDay(this.gateway.clock.now)
  }

  /** The clock goes on, and what has become due is done. */
  async passTo(day: string, atMs = morning(day)): Promise<void> {
    this.gateway.clock.now = Math.max(atMs, this.gateway.clock.now)
    await this.gateway.sweep()
  }

  /** The day as this account lives it, also where another account of the gateway has lived later ones. */
  async setDay(day: string): Promise<void> {
    this.gateway.clock.now = morning(day)
    await this.gateway.sweep()
  }

  /** An act or a read of staff that has to succeed. */
  async staff(role: Role, method: string, path: string, body?: object, sub?: string): Promise<Answer> {
    const answer = await this.tryStaff(role, method, path, body, sub)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer
  }

  tryStaff(role: Role, method: string, path: string, body?: object, sub?: string): Promise<Answer> {
    const all = `/v1/accounts/${this.customer.accountId}${path}`
    return this.gateway.asStaff(role, method, all, body && { ...body, reason }, sub)
  }

  /** What the customer itself reads, oldest first. */
  async list(noun: string): Promise<Item[]> {
    const answer = await expectStatus(200, this.customer.call('GET', `/v1/${noun}?limit=100`))
    return (answer.member('items') as Item[]).toReversed()
  }

  async settle(more: object = {}): Promise<Answer> {
    return this.staff('finance', 'POST', '/settlement-figures', { cause: 'mutual', ...more })
  }

  /** One charged call of a check that costs as many credits as the agreement says. */
  async call(name = 'one'): Promise<void> {
    await this.customer.record(`consent-${name}`)
    await expectStatus(200, this.customer.verify(name, `consent-${name}`))
  }

  async buy(pack: { list: number; paid: number; credits: number }, name = 'order-1'): Promise<void> {
    const order = { external_id: name, check: 'id2', credits: pack.credits, list_fen: pack.list, paid_fen: pack.paid }
    const made = await this.staff('ops', 'POST', '/orders', order)
    await this.staff('finance', 'POST', '/payments', { order_id: made.word('order', 'id'), bank_reference: `bank-${name}` })
  }

  async accept(on = this.today): Promise<void> {
    const applied = await this.staff('ops', 'POST', '/acceptances', { on })
    await this.staff('ops', 'POST', `/acceptances/${applied.word('id')}/result`, { result: 'passed', on })
  }

  /** The next version of the agreement, by a supplement that both sides sign; it counts from the next day on. */
  async amend(preset: string, terms: object): Promise<void> {
    const text = { document_sha256: sha256('the supplement') }
    const proposed = await this.staff('ops', 'POST', '/amendments', {
      preset,
      overrides: { ...filledIn[preset], ...terms },
      ...text,
    })
    for (const [party, sub] of [
      ['provider', 'staff-2'],
      ['customer', 'staff-3'],
    ] as const) {
      const signature = { party, signed_at: '2024-08-01T09:00:00+08:00', ...text }
      await this.staff('ops', 'POST', `/amendments/${proposed.word('id')}/signatures`, signature, sub)
    }
    await this.passTo(addDays(this.today, 1))
  }

  async pay(noun: 'bills' | 'milestones', id: unknown, on: string, amountFen: number): Promise<void> {
    const payment = { on, amount_fen: amountFen, bank_reference: `bank-${on}-${amountFen}` }
    await this.staff('finance', 'POST', `/${noun}/${id}/payments`, payment)
  }

  /** The bill of a month, once it is over. */
  async billOf(period: string): Promise<Item> {
    await this.passTo(addMonths(`${period}-01`, 1), startOfDayMs(addMonths(`${period}-01`, 1)))
    const bill = (await this.list('bills')).find((item) => item.period === period)
    if (!bill) throw new Error(`there is no bill of ${period}`)
    return bill
  }
}

/** S1 with live keys: what is bought there is settled by use. One call costs `callCredits`. */
export const openPrepaid = async (
  gateway: TestGateway,
  packs: readonly { list: number; paid: number; credits: number }[],
  callCredits: number,
  overrides: object = {},
): Promise<MoneyAccount> => {
  gateway.clock.now = startOfTests
  const accountId = await openAccount(gateway)
  const agreement = {
    preset: 'S1',
    overrides: {
      term: { start: '2024-08-02', end: '2026-07-29' },
      checks: { id2: { credits: callCredits } },
      ...overrides,
    },
    reason,
  }
  await expectStatus(200, gateway.asStaff('ops', 'PUT', `/v1/accounts/${accountId}/agreement`, agreement))
  const buyer = new MoneyAccount(gateway, new Customer(gateway, accountId, '', ''))
  for (const [index, pack] of packs.entries()) await buyer.buy(pack, `order-${index + 1}`)
  await approvePapers(gateway, accountId)
  return new MoneyAccount(gateway, await createKey(gateway, accountId, { mode: 'live' }))
}

/** An agreement that both sides sign on the morning of a day. */
const openSigned = async (gateway: TestGateway, preset: string, on: string, overrides: object): Promise<MoneyAccount> => {
  gateway.clock.now = morning(on)
  const accountId = await openAccount(gateway)
  const path = `/v1/accounts/${accountId}`
  const agreement = { preset, overrides: { term: { start: on, end: addMonths(on, 24) }, ...overrides }, reason }
  await expectStatus(200, gateway.asStaff('ops', 'PUT', `${path}/agreement`, agreement))
  for (const party of ['customer', 'provider'] as const) {
    const signature = { party, document_sha256: sha256('the contract'), signed_at: `${on}T09:00:00+08:00`, reason }
    await expectStatus(201, gateway.asStaff('ops', 'POST', `${path}/signings`, signature))
  }
  return new MoneyAccount(gateway, await createKey(gateway, accountId, { mode: 'test' }))
}

/** S4 with a month's use billed at these prices; what is not named costs nothing. */
export const openPostpaid = (
  gateway: TestGateway,
  on: string,
  prices: Readonly<Record<string, string>>,
  overrides: object = {},
): Promise<MoneyAccount> =>
  openSigned(gateway, 'S4', on, {
    checks: { id2: { consentTypes: ['click'] } },
    serviceLevel: { hours: { reply: 2, plan: 8 } },
    prices: { platform_fee: '0', query_fee: '0', data_fee: '0', ...prices },
    payWithin: { n: 10, unit: 'day' },
    latePayment: { rate: '0.0005' },
    ...overrides,
  })

/** S4 with live calls of a check that costs so many credits: each of them counts as often on the bill. */
export const callTerms = (prices: Readonly<Record<string, string>>, callCredits: number, overrides: object = {}): object => ({
  term: { start: '2024-08-01', end: '2025-07-31' },
  onboarding: { testCalls: null },
  prices: { platform_fee: '0', query_fee: '0', data_fee: '0', ...prices },
  checks: { id2: { credits: callCredits, consentTypes: ['click', 'paper'] } },
  ...overrides,
})

/** An account under `callTerms`, from the first day of a month. */
export const openPostpaidCalls = async (gateway: TestGateway, terms: object): Promise<MoneyAccount> => {
  gateway.clock.now = startOfTests
  return new MoneyAccount(gateway, await openUnder(gateway, 'S4', { mode: 'live', overrides: { ...terms } }))
}

/** S3 with a price in parts that are due ten days after the acceptance. */
export const openMilestones = (
  gateway: TestGateway,
  on: string,
  contractAmount: string,
  shares: readonly string[],
  overrides: object = {},
): Promise<MoneyAccount> =>
  openSigned(gateway, 'S3', on, {
    checks: { id2: { consentTypes: ['click'] } },
    contractAmount,
    milestones: shares.map((share) => ({ share, from: 'acceptance', months: 0, payWithin: { n: 10, unit: 'day' } })),
    ...overrides,
  })
