import type { MatterKind } from '../../src/core/matters/index.ts'
import { shanghaiDay } from '../../src/core/shanghai.ts'
import type { Answer } from './http-gateway.ts'
import { type Customer, expectStatus, sha256 } from './http-world.ts'

const reason = 'as agreed'

/** A supplement of S1, longer by a year, that nobody has signed yet. */
export const amendmentBody = {
  preset: 'S1',
  overrides: { term: { start: '2024-07-28', end: '2026-07-29' } },
  document_sha256: sha256('the supplement'),
  reason,
}

/** The customer's tick on its agreement as it stands. */
export const acceptAgreement = async (customer: Customer) => {
  const account = await customer.call('GET', '/v1/account')
  const json = { version: account.member('agreement', 'version'), digest: account.word('agreement', 'digest') }
  return expectStatus(201, customer.call('POST', '/v1/signings', { json }))
}

/** The id of what staff have opened for this customer. */
const asOps = async ({ gateway, accountId }: Customer, method: string, path: string, body: object): Promise<string> =>
  (await expectStatus(201, gateway.asStaff('ops', method, `/v1/accounts/${accountId}${path}`, body))).word('id')

/** Planned work that is announced long ahead of the tests' day. */
export const plannedWork = {
  from: '2024-09-01T01:00:00+08:00',
  to: '2024-09-01T03:00:00+08:00',
  sources: ['sandbox'],
  cause: 'upgrade',
  reason,
}

/** A change of price that came in on the morning of the tests' day. */
export const announcedChange = {
  source: 'sandbox',
  change: 'price',
  arrived_at: '2024-08-02T09:00:00+08:00',
  effective_on: '2024-09-01',
  checks: ['id2'],
  new_price: '0.05',
  reason,
}
/** What an agreement has to say so that every kind of matter can be in its account. */
export const everyKind = {
  acceptance: { organise: { n: 7, unit: 'workday' }, afterReminder: { n: 3, unit: 'workday' } },
  build: { n: 40, unit: 'day' },
  contractAmount: '1000.00',
  milestones: [{ share: '1', from: 'acceptance', months: 0, payWithin: { n: 30, unit: 'workday' } }],
  prices: { platform_fee: '500.00' },
  payWithin: { n: 10, unit: 'workday' },
}

const asFinance = async ({ gateway, accountId }: Customer, method: string, path: string, json?: object): Promise<Answer> =>
  expectStatus(
    method === 'GET' ? 200 : 201,
    gateway.asStaff('finance', method, `/v1/accounts/${accountId}${path}`, json && { ...json, reason }),
  )

const today = ({ gateway }: Customer): string => shanghaiDay(gateway.clock.now)

/** One application for acceptance; `passed` begins what an acceptance begins. */
const apply = async (customer: Customer): Promise<string> =>
  (await asFinance(customer, 'POST', '/acceptances', { on: today(customer) })).word('id')
/** A flood that keeps the customer from paying; it has lasted for more than thirty days by the clock of the tests. */
export const floodOf = (more: Record<string, unknown> = {}) => ({
  event_on: '2024-07-01',
  text: 'flood',
  obligation: { text: 'payment', last_day: '2024-08-30' },
  ...more,
})

const openEvent = (customer: Customer) => customer.call('POST', '/v1/force-majeure-cases', { json: floodOf() })

/** Of those that only staff open. */
const seedAsStaff = async ({ gateway, accountId }: Customer, noun: string, body: object) =>
  (await expectStatus(201, gateway.asStaff('ops', 'POST', `/v1/accounts/${accountId}/${noun}`, { ...body, reason }))).word('id')

/** How a test gets one matter of each kind that a customer can name, one line each; the answer is its id. */
export const matterSeeds = {
  amendment: async ({ gateway, accountId }) =>
    (await expectStatus(201, gateway.asStaff('ops', 'POST', `/v1/accounts/${accountId}/amendments`, amendmentBody))).word('id'),
  signing: async (customer) => (await acceptAgreement(customer)).word('id'),
  ticket: async (customer) => {
    const ticket = { topic: 'fault', text: 'no answer since noon' }
    return (await expectStatus(201, customer.call('POST', '/v1/tickets', { json: ticket }))).word('id')
  },
  contact: async (customer) => {
    const contact = { channel: 'email', address: 'ops@customer.test' }
    return (await expectStatus(201, customer.call('POST', '/v1/contacts', { json: contact }))).word('id')
  },
  maintenance_window: (customer) => asOps(customer, 'POST', '/maintenance-windows', plannedWork),
  notice: (customer) => asOps(customer, 'POST', '/notices', { channel: 'site_message', subject: 'general', reason }),
  source_change: (customer) => asOps(customer, 'POST', '/source-changes', announcedChange),
  milestone: async (customer) => {
    const path = `/v1/acceptances/${await apply(customer)}/result`
    await expectStatus(200, customer.call('POST', path, { json: { result: 'passed' } }))
    return (await asFinance(customer, 'GET', '/milestones')).word('items', 0, 'id')
  },
  acceptance: apply,
  bill: async (customer) => (await asFinance(customer, 'GET', '/bills')).word('items', 0, 'id'),
  build: async (customer) => (await asFinance(customer, 'GET', '/builds')).word('items', 0, 'id'),
  fee_notice: async (customer) => {
    const fee = { amount_fen: 100, about: 'a fee of a test', on: today(customer) }
    return (await asFinance(customer, 'POST', '/fee-notices', fee)).word('id')
  },
  settlement_figures: async (customer) =>
    (await asFinance(customer, 'POST', '/settlement-figures', { cause: 'mutual' })).word('id'),
  claim: async (customer) => {
    const claim = { head: 'direct_loss', amount_fen: 50_000, text: 'calls that were lost' }
    return (await expectStatus(201, customer.call('POST', '/v1/claims', { json: claim }))).word('id')
  },
  dispute: async (customer) => {
    const dispute = { topic: 'fee', text: 'counted twice', disputed_fen: 1_200 }
    return (await expectStatus(201, customer.call('POST', '/v1/disputes', { json: dispute }))).word('id')
  },
  force_majeure: async (customer) => (await expectStatus(201, openEvent(customer))).word('id'),
  quality_issue: async (customer) => {
    // The answer that the seeded customer has already: nothing is asked or charged again.
    const verified = await expectStatus(200, customer.verify('k-1', 'c-1'))
    const doubt = { verification_id: verified.word('id') }
    return (await expectStatus(201, customer.call('POST', '/v1/quality-issues', { json: doubt }))).word('id')
  },
  authority_request: (customer) =>
    seedAsStaff(customer, 'authority-requests', {
      direction: 'request',
      authority: 'Customs of the port',
      basis: 'article 1',
      paper_sha256: sha256('letter'),
      tell_customer: false,
    }),
  disclosure: (customer) =>
    seedAsStaff(customer, 'disclosures', {
      recipient: 'regulator',
      regulator: 'customs',
      recipient_name: 'Customs of the port',
      what: 'counts of a month',
      ground: 'named_regulator',
    }),
  outage: (customer) => seedAsStaff(customer, 'outages', { from: '2024-08-02T09:00:00+08:00' }),
  security_check: (customer) =>
    seedAsStaff(customer, 'security-checks', { on: '2024-08-01', interval_days: 90, found: 0, fixed: 0 }),
} satisfies Partial<Record<MatterKind, (customer: Customer) => Promise<string>>>

export type SeededKind = keyof typeof matterSeeds
export type MatterIds = Record<SeededKind, string>

/** One matter of every kind that a customer can name. */
export const seedMatters = async (customer: Customer): Promise<MatterIds> => {
  const ids: [string, string][] = []
  for (const [kind, seed] of Object.entries(matterSeeds)) ids.push([kind, await seed(customer)])
  return Object.fromEntries(ids) as MatterIds
}

/** Brings a ticket to its last step, so that the customer can confirm it. */
export const solveTicket = (customer: Customer, ticketId: string) =>
  expectStatus(
    200,
    customer.gateway.asStaff('ops', 'POST', `/v1/accounts/${customer.accountId}/tickets/${ticketId}/steps`, {
      step: 'solved',
      reason,
    }),
  )
