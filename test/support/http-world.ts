import { createHash } from 'node:crypto'
import { onboard } from '../../scripts/harness/onboarding.ts'
import { type ApiKeyParts, formatApiKey, parseApiKey } from '../../src/core/api-key.ts'
import type { Mode } from '../../src/core/mode.ts'
import type { Answer, Call, TestGateway } from './http-gateway.ts'

/** A data subject as a request names it. Only specimens that standards and libraries print: none belongs to a person. */
export interface Person {
  id_number: string
  name: string
}

/** Persons of the sandbox source, by what becomes of a question about them. */
export const persons = {
  match: { id_number: '11010519491231002X', name: '张三' },
  mismatch: { id_number: '11010519491231002X', name: '李四' },
  noRecord: { id_number: '440524188001010014', name: '张三' },
  rejected: { id_number: '810000199408230021', name: '张三' },
  unavailable: { id_number: '820000199009230018', name: '张三' },
  unknownThenMatch: { id_number: '830000199201300022', name: '张三' },
  unknownThenNotExecuted: { id_number: '932682198501010017', name: '张三' },
  unknownForEver: { id_number: '913140198912010018', name: '张三' },
  slow: { id_number: '810000199001019013', name: '张三' },
} as const satisfies Record<string, Person>

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const sourceOf: Record<Mode, string> = { live: 'aliyun_market_id2', test: 'sandbox' }

/** A statement of consent that covers `verificationBody`. */
export const consentBody = (reference: string, person: Person = persons.match, more: Record<string, unknown> = {}) => ({
  reference,
  data_subject: person,
  type: 'click',
  separate_consent: true,
  purposes: ['real_name_registration'],
  checks: ['id2'],
  sources: Object.values(sourceOf),
  notice: { version: '1', sha256: sha256('notice') },
  evidence: { sha256: sha256(`evidence ${reference}`) },
  granted_at: '2024-08-01T09:00:00+08:00',
  ...more,
})

export const verificationBody = (
  consentReference: string,
  person: Person = persons.match,
  more: Record<string, unknown> = {},
) => ({
  check: 'id2',
  data_subject: person,
  consent_reference: consentReference,
  purpose: 'real_name_registration',
  ...more,
})

/** An account and one of its keys, as the app behind it uses them. */
export class Customer {
  readonly gateway: TestGateway
  readonly accountId: string
  readonly key: string
  readonly keyId: string

  constructor(gateway: TestGateway, accountId: string, key: string, keyId: string) {
    this.gateway = gateway
    this.accountId = accountId
    this.key = key
    this.keyId = keyId
  }

  /** The same account through a key of other scopes, addresses or life. */
  withKey(more: Record<string, unknown> = {}): Promise<Customer> {
    return createKey(this.gateway, this.accountId, more)
  }

  call(method: string, path: string, call: Call = {}): Promise<Answer> {
    return this.gateway.call(method, path, { bearer: this.key, ...call })
  }

  record(reference: string, person?: Person, more?: Record<string, unknown>): Promise<Answer> {
    return this.call('POST', '/v1/consents', { json: consentBody(reference, person, more) })
  }

  /** A verification of a person whose consent is recorded under `consentReference`. */
  verify(idempotencyKey: string, consentReference: string, person?: Person, more?: Record<string, unknown>): Promise<Answer> {
    return this.ask(idempotencyKey, verificationBody(consentReference, person, more))
  }

  ask(idempotencyKey: string, json: unknown, call: Call = {}): Promise<Answer> {
    return this.call('POST', '/v1/verifications', { json, headers: { 'Idempotency-Key': idempotencyKey }, ...call })
  }

  /** What the staff's books say of the credits, so that looking costs the key nothing. */
  async credits(): Promise<{ available: number; held: number; captured: number }> {
    const answer = await this.gateway.asStaff('auditor', 'GET', `/v1/accounts/${this.accountId}/grants`)
    const sums = { available: 0, held: 0, captured: 0 }
    const grants = (answer.body as { grants: (typeof sums)[] }).grants
    for (const grant of grants) {
      sums.available += grant.available
      sums.held += grant.held
      sums.captured += grant.captured
    }
    return sums
  }
}

export interface AccountWishes {
  mode?: Mode
  credits?: number
  overrides?: Record<string, unknown>
  key?: Record<string, unknown>
}

const term = { start: '2024-07-28', end: '2025-07-29' }

/** The answer when it has this status, or a failure that shows what came instead. */
export const expectStatus = async (status: number, answer: Promise<Answer>): Promise<Answer> => {
  const { status: came, text } = await answer
  if (came !== status) throw new Error(`expected ${status} and got ${came}: ${text}`)
  return answer
}

const reason = 'as agreed with the customer'

/** An account without agreement, credits and key. Returns its id. */
export const openAccount = async (gateway: TestGateway): Promise<string> => {
  const opened = await expectStatus(201, gateway.asStaff('ops', 'POST', '/v1/accounts', { name: 'Example Ltd', reason }))
  return opened.word('id')
}

export const putAgreement = (
  gateway: TestGateway,
  accountId: string,
  overrides: Record<string, unknown> = {},
): Promise<Answer> => {
  const agreement = { preset: 'S1', overrides: { term, ...overrides }, reason }
  return expectStatus(200, gateway.asStaff('ops', 'PUT', `/v1/accounts/${accountId}/agreement`, agreement))
}

/** The next version of an agreement in force: a supplement of S1 that both sides have signed. */
export const supplement = async (
  gateway: TestGateway,
  accountId: string,
  overrides: Record<string, unknown> = {},
): Promise<Answer> => {
  const path = `/v1/accounts/${accountId}/amendments`
  const text = { document_sha256: sha256('the supplement'), reason }
  const proposal = { preset: 'S1', overrides: { term, ...overrides }, ...text }
  const proposed = await expectStatus(201, gateway.asStaff('ops', 'POST', path, proposal))
  const signAs = (party: 'customer' | 'provider', sub: string) => {
    const signature = { party, signed_at: '2024-08-01T09:00:00+08:00', ...text }
    return expectStatus(200, gateway.asStaff('ops', 'POST', `${path}/${proposed.word('id')}/signatures`, signature, sub))
  }
  await signAs('provider', 'staff-2')
  return signAs('customer', 'staff-3')
}

/** Opens an account through the staff's routes: account, agreement, order, payment, key. */
export const openCustomer = async (gateway: TestGateway, wishes: AccountWishes = {}): Promise<Customer> => {
  const { mode = 'test', credits = 100, overrides = {}, key = {} } = wishes
  const accountId = await openAccount(gateway)
  await putAgreement(gateway, accountId, overrides)
  await buyCredits(gateway, accountId, credits, mode)
  if (mode === 'live') await approvePapers(gateway, accountId)
  return createKey(gateway, accountId, { mode, ...key })
}

/** What each preset leaves open, filled in as one customer would have it. */
export const filledIn: Record<string, Record<string, unknown>> = {
  S0: { checks: { id2: { consentTypes: ['click'] } } },
  S1: { term },
  S2: {},
  S3: { term, checks: { id2: { consentTypes: ['e_signature', 'click'] } } },
  S4: {
    term,
    checks: { id2: { consentTypes: ['paper', 'click'] } },
    serviceLevel: { hours: { reply: 2, plan: 8 } },
    prices: { platform_fee: '500.00', query_fee: '0.04', data_fee: '0.12' },
    payWithin: { n: 10, unit: 'workday' },
    latePayment: { rate: '0.0005' },
  },
}

/** One side's signature under the agreement as it stands. */
export const sign = (
  gateway: TestGateway,
  accountId: string,
  party: 'customer' | 'provider',
  more: Record<string, unknown> = {},
): Promise<Answer> => {
  const signature = { party, document_sha256: sha256('the contract'), signed_at: '2024-08-01T09:00:00+08:00', reason, ...more }
  return gateway.asStaff('ops', 'POST', `/v1/accounts/${accountId}/signings`, signature)
}

/** Opens an account under any preset and does what brings it into force: payment, signatures or tick. */
export const openUnder = async (
  gateway: TestGateway,
  preset: string,
  { overrides = {}, mode = 'test', credits = 100, key = {} }: AccountWishes = {},
): Promise<Customer> => {
  const accountId = await openAccount(gateway)
  const agreement = { preset, overrides: { ...filledIn[preset], ...overrides }, reason }
  const path = `/v1/accounts/${accountId}`
  const made = await expectStatus(200, gateway.asStaff('ops', 'PUT', `${path}/agreement`, agreement))
  if (preset === 'S1') await buyCredits(gateway, accountId, credits, mode)
  else if (preset === 'S2') {
    const tick = {
      version: made.member('version'),
      digest: made.word('digest'),
      accepted_at: '2024-08-01T09:00:00+08:00',
      reason,
    }
    await expectStatus(201, gateway.asStaff('ops', 'POST', `${path}/signings/acceptances`, tick))
  } else for (const party of ['customer', 'provider'] as const) await expectStatus(201, sign(gateway, accountId, party))
  return createKey(gateway, accountId, { mode, ...key })
}

/** Who the customer is and its licence, filed by one and approved by another: what a live key rests on (S1 §3.3). */
export const approvePapers = (gateway: TestGateway, accountId: string): Promise<void> =>
  onboard(async (person, path, body) => {
    const status = path.endsWith('/review') ? 200 : 201
    const sub = person === 'filer' ? 'staff-1' : 'staff-2'
    return { id: (await expectStatus(status, gateway.asStaff('ops', 'POST', path, body, sub))).word('id') }
  }, accountId)

/** A sealed request to replace a key, approved: it serves one rotation (S1 §3.4). */
export const approveRequest = async (gateway: TestGateway, accountId: string): Promise<void> => {
  const papers = `/v1/accounts/${accountId}/papers`
  const paper = { kind: 'rotation_request', sha256: sha256('request'), sealed: true, reason }
  const id = (await expectStatus(201, gateway.asStaff('ops', 'POST', papers, paper))).word('id')
  const review = { decision: 'approved', text: 'seen', reason }
  await expectStatus(200, gateway.asStaff('ops', 'POST', `${papers}/${id}/review`, review, 'staff-2'))
}

/** One more paid order of `id2`. */
export const buyCredits = async (
  gateway: TestGateway,
  accountId: string,
  credits: number,
  mode: Mode = 'test',
  externalId = 'order-1',
): Promise<Answer> => {
  const path = `/v1/accounts/${accountId}`
  const order = { external_id: externalId, check: 'id2', mode, credits, list_fen: 120_000, paid_fen: 80_000, reason }
  const ordered = await expectStatus(201, gateway.asStaff('ops', 'POST', `${path}/orders`, order))
  const payment = { order_id: ordered.word('order', 'id'), bank_reference: `bank-${externalId}`, reason }
  return expectStatus(201, gateway.asStaff('finance', 'POST', `${path}/payments`, payment))
}

/** One more key of an account, as the app that uses it. */
export const createKey = async (
  gateway: TestGateway,
  accountId: string,
  more: Record<string, unknown> = {},
): Promise<Customer> => {
  const wanted = { name: 'app', mode: 'test', reason, ...more }
  const made = await expectStatus(201, gateway.asStaff('ops', 'POST', `/v1/accounts/${accountId}/api-keys`, wanted))
  return new Customer(gateway, accountId, made.word('secret'), made.word('key', 'id'))
}

/** A well-formed key like this one, under a secret that nobody has. */
export const forgedKey = (genuine: string, change: Partial<Omit<ApiKeyParts, 'secretHex'>> = {}): string => {
  const parsed = parseApiKey(genuine)
  if (!parsed) throw new Error('the key of the test is malformed')
  const { accountId, keyNumber, mode } = { ...parsed, ...change }
  return formatApiKey({ accountId, keyNumber, mode, secretHex: 'ab'.repeat(32) })
}
