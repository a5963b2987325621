import type { MatterKind } from '../../src/core/matters/index.ts'
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
