import { madeUpUscc } from '../../scripts/harness/onboarding.ts'
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

/** What the contract of the tests says. */
export const documentText = 'the contract, signed and sealed'

/** A document that is recorded and filed, as the staff do it; its id. */
export const fileDocument = async ({ gateway, accountId }: Customer, more: Record<string, unknown> = {}): Promise<string> => {
  const path = `/v1/accounts/${accountId}/documents`
  const document = { kind: 'contract', version: '1', sha256: sha256(documentText), sealed: true, form: 'sealed_download', reason }
  const id = (await expectStatus(201, gateway.asStaff('ops', 'POST', path, { ...document, ...more }))).word('id')
  const bearer = await gateway.staffToken({ roles: ['ops'] })
  const headers = { 'Content-Type': 'application/pdf' }
  await expectStatus(200, gateway.call('PUT', `${path}/${id}/file`, { bearer, raw: documentText, headers }))
  return id
}

export const filingBody = { number: 'ICP-1', kind: 'icp', endpoint: 'app.example.com', holder: 'Example Ltd' }

export const bankAccountBody = {
  name: 'Provider Ltd',
  tax_id: '91350100M000100Y43',
  bank: 'Bank of Examples',
  number: '6222020000000000',
  effective_on: '2024-12-31',
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

/** The recorded authorisation text of a consent of `consentBody`. */
export const evidenceOf = (reference: string) => ({ raw: `evidence ${reference}`, headers: { 'Content-Type': 'text/plain' } })

const asStaff = (customer: Customer, path: string, body: unknown) =>
  customer.gateway.asStaff('ops', 'POST', `/v1/accounts/${customer.accountId}${path}`, body)

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

const apply = async (customer: Customer): Promise<string> =>
  (await asFinance(customer, 'POST', '/acceptances', { on: today(customer) })).word('id')

/** The part of the price that an acceptance begins; it is passed once, before another one is applied for. */
const firstMilestone = async (customer: Customer): Promise<string> => {
  const read = () => asFinance(customer, 'GET', '/milestones')
  if ((await read()).member('items', 0) === undefined) {
    const path = `/v1/acceptances/${await apply(customer)}/result`
    await expectStatus(200, customer.call('POST', path, { json: { result: 'passed' } }))
  }
  return (await read()).word('items', 0, 'id')
}

const financeDoes = ({ gateway, accountId }: Customer, path: string, json: object): Promise<Answer> =>
  expectStatus(200, gateway.asStaff('finance', 'POST', `/v1/accounts/${accountId}${path}`, { ...json, reason }))

/** REC-02: one payment to two payees. */
export const paymentSplit = {
  amount_fen: 1_200_000,
  shares: [
    { payee: 'tax', amount_fen: 1_192_000 },
    { payee: 'registration_fee', amount_fen: 8_000 },
  ],
}

/** An order to pay under this number; the same order when it is there already. */
export const payOrder = async (customer: Customer, number = 'O3'): Promise<string> => {
  const order = { number, ...paymentSplit, about: { kind: 'other', code: 'module_1' } }
  return (await asFinance(customer, 'POST', '/payment-orders', order)).word('id')
}

/** How a test gets one matter of each kind that a customer can name, one line each; the answer is its id. */
export const matterSeeds = {
  acceptance: async (customer) => {
    await firstMilestone(customer)
    return apply(customer)
  },
  amendment: async ({ gateway, accountId }) =>
    (await expectStatus(201, gateway.asStaff('ops', 'POST', `/v1/accounts/${accountId}/amendments`, amendmentBody))).word('id'),
  authority_request: (customer) =>
    seedAsStaff(customer, 'authority-requests', {
      direction: 'request',
      authority: 'Customs of the port',
      basis: 'article 1',
      paper_sha256: sha256('letter'),
      tell_customer: false,
    }),
  bank_account_change: async ({ gateway, accountId }) => {
    const path = `/v1/accounts/${accountId}/bank-account-changes`
    const notice = { ...bankAccountBody, reason }
    return (await expectStatus(201, gateway.asStaff('finance', 'POST', path, notice))).word('id')
  },
  bill: async (customer) => (await asFinance(customer, 'GET', '/bills')).word('items', 0, 'id'),
  build: async (customer) => (await asFinance(customer, 'GET', '/builds')).word('items', 0, 'id'),
  charge_dispute: async (customer) => {
    // The charge of the call that the seeded customer has made: nothing is asked or charged again.
    const verified = await expectStatus(200, customer.verify('k-1', 'c-1'))
    const dispute = { verification_id: verified.word('id'), ground: 'other', text: 'not by us' }
    const opened = await customer.call('POST', '/v1/charge-disputes', { json: dispute })
    return opened.word('id')
  },
  claim: async (customer) => {
    const claim = { head: 'direct_loss', amount_fen: 50_000, text: 'calls that were lost' }
    return (await expectStatus(201, customer.call('POST', '/v1/claims', { json: claim }))).word('id')
  },
  /** One that was taken back: nothing of the account is about to end. */
  closing: async (customer) => {
    const id = (await expectStatus(201, customer.call('POST', '/v1/closings', { json: {} }))).word('id')
    await expectStatus(200, customer.call('POST', `/v1/closings/${id}/withdrawal`, { json: {} }))
    return id
  },
  contact: async (customer) => {
    const contact = { channel: 'email', address: 'ops@customer.test' }
    return (await expectStatus(201, customer.call('POST', '/v1/contacts', { json: contact }))).word('id')
  },
  contact_person: async (customer) => {
    const contact = { reference: 'contact-1', contact: 'staff-7' }
    return (await expectStatus(201, customer.call('POST', '/v1/contact-persons', { json: contact }))).word('id')
  },
  credit_note: async (customer) => {
    const verified = await expectStatus(200, customer.verify('k-1', 'c-1'))
    const note = { amount_fen: 1, verification_id: verified.word('id'), text: 'counted wrongly' }
    const proposed = await asFinance(customer, 'POST', '/credit-notes', note)
    const path = `/v1/approvals/${proposed.word('id')}/approval`
    await expectStatus(200, customer.gateway.asStaff('finance', 'POST', path, { reason }, 'second-person'))
    return (await asFinance(customer, 'GET', '/credit-notes')).word('items', 0, 'id')
  },
  customer_change: async (customer) => {
    const change = { what: 'address', changed_on: '2024-08-01', text: 'another street' }
    return (await expectStatus(201, customer.call('POST', '/v1/customer-changes', { json: change }))).word('id')
  },
  difference: async ({ gateway, accountId }) => {
    const difference = { number: 'calls', annex: '30000', online: '20000', reason }
    return (await expectStatus(201, gateway.asStaff('ops', 'POST', `/v1/accounts/${accountId}/differences`, difference))).word(
      'id',
    )
  },
  disclosure: (customer) =>
    seedAsStaff(customer, 'disclosures', {
      recipient: 'regulator',
      regulator: 'customs',
      recipient_name: 'Customs of the port',
      what: 'counts of a month',
      ground: 'named_regulator',
    }),
  dispute: async (customer) => {
    const dispute = { topic: 'fee', text: 'counted twice', disputed_fen: 1_200 }
    return (await expectStatus(201, customer.call('POST', '/v1/disputes', { json: dispute }))).word('id')
  },
  document: async (customer) => fileDocument(customer),
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
  fee_notice: async (customer) => {
    const fee = { amount_fen: 100, about: 'a fee of a test', on: today(customer) }
    return (await asFinance(customer, 'POST', '/fee-notices', fee)).word('id')
  },
  filing: async (customer) => (await expectStatus(201, customer.call('POST', '/v1/filings', { json: filingBody }))).word('id'),
  force_majeure: async (customer) => (await expectStatus(201, openEvent(customer))).word('id'),
  inspection: async (customer) => {
    const order = { text: 'no resale', due_at: '2024-09-01T00:00:00+08:00' }
    const path = `/v1/accounts/${customer.accountId}/inspections`
    const inspection = { finding: 'resold to others', order, reason }
    return (await expectStatus(201, customer.gateway.asStaff('ops', 'POST', path, inspection))).word('id')
  },
  integration: async (customer) => (await expectStatus(201, customer.call('POST', '/v1/integrations', { json: {} }))).word('id'),
  maintenance_window: (customer) => asOps(customer, 'POST', '/maintenance-windows', plannedWork),
  milestone: firstMilestone,
  notice: (customer) => asOps(customer, 'POST', '/notices', { channel: 'site_message', subject: 'general', reason }),
  outage: (customer) => seedAsStaff(customer, 'outages', { from: '2024-08-02T09:00:00+08:00' }),
  paper: async (customer) => {
    const paper = { kind: 'business_licence', sha256: sha256('licence'), sealed: true }
    return (await expectStatus(201, customer.call('POST', '/v1/papers', { json: paper }))).word('id')
  },
  party: async ({ gateway, accountId }) => {
    const party = { legal_name: 'Example Ltd', uscc: madeUpUscc(accountId), ordered_by: 'Someone Ltd', reason }
    const path = `/v1/accounts/${accountId}/parties`
    return (await expectStatus(201, gateway.asStaff('ops', 'POST', path, party))).word('id')
  },
  payment_order: payOrder,
  /** Recorded on the order of `payment_order`. */
  receipt: async (customer) => {
    const path = `/payment-orders/${await payOrder(customer)}`
    const { on, ...paper } = { kind: 'receipt', number: 'R-1', sha256: sha256('receipt'), on: today(customer) }
    await financeDoes(customer, `${path}/verification`, paymentSplit)
    await financeDoes(customer, `${path}/payment`, { on, bank_reference: 'bank-seed' })
    await financeDoes(customer, `${path}/receipts`, { ...paper, on })
    return (await asFinance(customer, 'GET', '/receipts')).word('items', 0, 'id')
  },
  bank_statement: async (customer) =>
    (await asFinance(customer, 'POST', '/bank-statements', { day: '2024-07-31', lines: [] })).word('id'),
  tax_invoice: async (customer) => {
    const order = (await asFinance(customer, 'GET', '/orders')).word('items', 0, 'id')
    const invoice = {
      number: '24312000000000000001',
      kind: 'ordinary',
      net_fen: 100,
      tax_fen: 0,
      gross_fen: 100,
      issued_on: today(customer),
      about: { kind: 'order', id: order },
    }
    return (await asFinance(customer, 'POST', '/tax-invoices', invoice)).word('id')
  },
  quality_issue: async (customer) => {
    // The answer that the seeded customer has already: nothing is asked or charged again.
    const verified = await expectStatus(200, customer.verify('k-1', 'c-1'))
    const doubt = { verification_id: verified.word('id') }
    return (await expectStatus(201, customer.call('POST', '/v1/quality-issues', { json: doubt }))).word('id')
  },
  security_check: (customer) =>
    seedAsStaff(customer, 'security-checks', { on: '2024-08-01', interval_days: 90, found: 0, fixed: 0 }),
  /** One in between, that another person has approved. */
  settlement: async (customer) => {
    const proposed = await asFinance(customer, 'POST', '/settlements', { cause: 'mutual', final: false })
    const path = `/v1/approvals/${proposed.word('approval_id')}/approval`
    return (await expectStatus(200, customer.gateway.asStaff('finance', 'POST', path, { reason }, 'bob'))).word('id')
  },
  settlement_figures: async (customer) =>
    (await asFinance(customer, 'POST', '/settlement-figures', { cause: 'mutual' })).word('id'),
  signing: async (customer) => (await acceptAgreement(customer)).word('id'),
  source_change: (customer) => asOps(customer, 'POST', '/source-changes', announcedChange),
  /** That of the running month. */
  statement: async (customer) => (await expectStatus(200, customer.call('GET', '/v1/statements?limit=1'))).word('items', 0, 'id'),
  subject_request: async (customer) => {
    const consent = await expectStatus(200, customer.call('GET', '/v1/consents/c-1'))
    const proof = { ask: 'access', requester: 'data_subject', proof_sha256: 'ab'.repeat(32) }
    return (
      await expectStatus(201, asStaff(customer, '/subject-requests', { ...proof, consent_id: consent.word('id'), reason }))
    ).word('id')
  },
  suspension: async (customer) => {
    const other = await customer.withKey()
    return (await expectStatus(201, other.call('POST', `/v1/api-keys/${other.keyId}/leak-report`, { json: {} }))).word('id')
  },
  ticket: async (customer) => {
    const ticket = { topic: 'fault', text: 'no answer since noon' }
    return (await expectStatus(201, customer.call('POST', '/v1/tickets', { json: ticket }))).word('id')
  },
  webhook_endpoint: async (customer) => {
    const endpoint = { url: 'https://hooks.example.com/verimeter' }
    return (await expectStatus(201, customer.call('POST', '/v1/webhook-endpoints', { json: endpoint }))).word('id')
  },
  printed_copy: async (customer) => {
    const document = (await asFinance(customer, 'GET', '/bills')).word('items', 0, 'id')
    const copy = { document, language: 'zh', sha256: sha256(`copy of ${document}`), bytes: 1_000 }
    return (await asFinance(customer, 'POST', '/printed-copies', copy)).word('id')
  },
} satisfies Partial<Record<MatterKind, (customer: Customer) => Promise<string>>>

export type SeededKind = keyof typeof matterSeeds

export type MatterIds = Record<SeededKind, string>

/** One matter of every kind that a customer can name, or of these kinds. */
export const seedMatters = async (
  customer: Customer,
  kinds: readonly SeededKind[] = Object.keys(matterSeeds) as SeededKind[],
): Promise<MatterIds> => {
  const ids: [string, string][] = []
  for (const kind of kinds) ids.push([kind, await matterSeeds[kind](customer)])
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
