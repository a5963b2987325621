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
/** The recorded authorisation text of a consent of `consentBody`. */
export const evidenceOf = (reference: string) => ({ raw: `evidence ${reference}`, headers: { 'Content-Type': 'text/plain' } })

const asStaff = (customer: Customer, path: string, body: unknown) =>
  customer.gateway.asStaff('ops', 'POST', `/v1/accounts/${customer.accountId}${path}`, body)

/** How a test gets one matter of each kind that a customer can name, one line each; the answer is its id. */
export const matterSeeds = {
  /** One that was taken back: nothing of the account is about to end. */
  closing: async (customer) => {
    const id = (await expectStatus(201, customer.call('POST', '/v1/closings', { json: {} }))).word('id')
    await expectStatus(200, customer.call('POST', `/v1/closings/${id}/withdrawal`, { json: {} }))
    return id
  },
  /** The text of the consent `c-1`, as its digest says. */
  evidence: async (customer) => {
    const filed = customer.call('PUT', '/v1/consents/c-1/evidence', evidenceOf('c-1'))
    return (await expectStatus(200, filed)).word('id')
  },
  evidence_request: async (customer) => {
    const calls = await expectStatus(200, customer.call('GET', '/v1/verifications?limit=1'))
    const asked = { verification_ids: [calls.word('items', 0, 'id')], reason }
    return (await expectStatus(201, asStaff(customer, '/evidence-requests', asked))).word('id')
  },
  subject_request: async (customer) => {
    const consent = await expectStatus(200, customer.call('GET', '/v1/consents/c-1'))
    const proof = { ask: 'access', requester: 'data_subject', proof_sha256: 'ab'.repeat(32) }
    return (
      await expectStatus(201, asStaff(customer, '/subject-requests', { ...proof, consent_id: consent.word('id'), reason }))
    ).word('id')
  },
  ticket: async (customer) => {
    const ticket = { topic: 'fault', text: 'no answer since noon' }
    return (await expectStatus(201, customer.call('POST', '/v1/tickets', { json: ticket }))).word('id')
  },
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
