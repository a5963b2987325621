import { addDays, shanghaiDay, startOfDayMs, toRfc3339 } from '../../src/core/shanghai.ts'
import { onboard } from '../harness/onboarding.ts'
import { type Answer, deadlines, inWorld, type World } from './gateway.ts'
import { behaviours, type Upstream } from './vendor.ts'

/** A data subject. The numbers are specimens that standards and libraries print: none belongs to a person. */
export interface Person {
  id_number: string
  name: string
}

export const persons = {
  checked: { id_number: '11010519491231002X', name: '张三' },
  another: { id_number: '440524188001010014', name: '李四' },
  /** Whose checks used up what a vector calls charged before. */
  before: { id_number: '810000199408230021', name: '张三' },
} as const satisfies Record<string, Person>

export type Contract = 'active' | 'unpaid' | 'suspended' | 'closed'
export const contracts = ['active', 'unpaid', 'suspended', 'closed'] as const satisfies Contract[]

export interface Wishes {
  contract?: Contract
  /** Credits of the pack, and how many of them were charged before. */
  quota?: { total: number; charged: number }
  /** The agreement's days; default those of the specimen agreement S1. */
  term?: { start: string; end: string }
  /** Instants that the vector names. The world begins before the first of them. */
  instants?: number[]
  upstream?: Upstream
}

/** Term of the specimen agreement S1, for vectors that name no days. */
const s1Term = { start: '2024-07-28', end: '2025-07-29' }
const hourMs = 3_600_000
const purpose = 'real_name_registration'
const sourceId = 'aliyun_market_id2'
const reason = 'conformance vector'
const digestOfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/**
 * One account as a vector describes it, set up through the routes that staff and the customer's app use.
 *
 * What was charged before is really captured: a first version of the agreement prices one call at that many credits, one
 * consented call is made and charged, and the second version is the agreement of the vector. The books then hold the same
 * credits as after so many single calls.
 */
export class Customer {
  private orderedUnpaid = 0
  readonly world: World
  readonly accountId: string
  /** The key of the vector's call. */
  readonly key: { id: string; secret: string }
  /** A second key, that records consents: it goes on when the other one is stopped. */
  private readonly recorder: string

  private constructor(world: World, accountId: string, key: { id: string; secret: string }, recorder: string) {
    this.world = world
    this.accountId = accountId
    this.key = key
    this.recorder = recorder
  }

  static async open(world: World, wishes: Wishes): Promise<Customer> {
    const opened = await world.asStaff('ops', 'POST', '/v1/accounts', { name: 'Vector Ltd', reason })
    const accountId = opened.word('id')
    await onboard(async (person, path, body) => {
      const done = await world.asStaff(person === 'filer' ? 'ops' : 'admin', 'POST', path, body)
      return { id: done.word('id') }
    }, accountId)
    const makeKey = async (name: string): Promise<{ id: string; secret: string }> => {
      const made = await world.asStaff('ops', 'POST', `/v1/accounts/${accountId}/api-keys`, { name, reason })
      return { id: made.word('key', 'id'), secret: made.word('secret') }
    }
    const customer = new Customer(world, accountId, await makeKey('app'), (await makeKey('recorder')).secret)
    await customer.agree(wishes)
    return customer
  }

  private staff(role: 'admin' | 'ops' | 'finance' | 'auditor', method: string, path: string, body?: object): Promise<Answer> {
    return this.world.asStaff(role, method, `/v1/accounts/${this.accountId}${path}`, body)
  }

  private putAgreement(overrides: object): Promise<Answer> {
    return this.staff('ops', 'PUT', '/agreement', { preset: 'S1', overrides, reason })
  }

  /** Agreed by both sides: an agreement in force is changed by no one alone. */
  private async amend(overrides: object): Promise<void> {
    const text = { document_sha256: digestOfNothing, reason }
    const proposed = await this.staff('ops', 'POST', '/amendments', { preset: 'S1', overrides, ...text })
    const path = `/amendments/${proposed.word('id')}/signatures`
    const signed_at = toRfc3339(this.world.now)
    await this.staff('finance', 'POST', path, { party: 'provider', signed_at, ...text })
    await this.staff('admin', 'POST', path, { party: 'customer', signed_at, ...text })
  }

  private async agree({ contract = 'active', quota = { total: 30_000, charged: 0 }, term = s1Term }: Wishes): Promise<void> {
    const { total, charged } = quota
    if (contract === 'unpaid') {
      // Nothing can have been charged before the payment, so the order is what would be left of the pack.
      await this.putAgreement({ term })
      this.orderedUnpaid = total - charged
      if (this.orderedUnpaid > 0) await this.order(this.orderedUnpaid)
      return
    }
    const today = shanghaiDay(this.world.now)
    const checks = charged > 0 ? { checks: { id2: { credits: charged } } } : {}
    await this.putAgreement({ term: { start: today < term.start ? today : term.start, end: term.end }, ...checks })
    const orderId = await this.order(total)
    await this.staff('finance', 'POST', '/payments', { order_id: orderId, bank_reference: 'vector', reason })
    if (charged > 0) await this.useUp(charged)
    await this.amend({ term })
  }

  private async order(credits: number): Promise<string> {
    const order = { external_id: 'vector', check: 'id2', credits, list_fen: 120_000, paid_fen: 80_000, reason }
    return (await this.staff('ops', 'POST', '/orders', order)).word('order', 'id')
  }

  private async useUp(credits: number): Promise<void> {
    await this.record('before', persons.before, { checks: ['id2'], grantedAt: this.world.now })
    this.world.vendor.behave(behaviours.match)
    const answer = await this.ask('before', verification('before', persons.before))
    if (answer.member('credits') !== credits) throw new Error(`charging ${credits} credits was refused: ${answer.text}`)
  }

  /** Changes the standing of the account as the vector wants it. */
  async stop(contract: Contract): Promise<void> {
    if (contract === 'suspended') await this.staff('ops', 'PUT', '/suspension', { ground: 'fraud', note: reason })
    if (contract === 'closed') await this.staff('admin', 'POST', '/closing', { reason })
  }

  async stopKey(standing: 'active' | 'suspended' | 'revoked'): Promise<void> {
    const path = `/api-keys/${this.key.id}`
    if (standing === 'suspended') await this.staff('ops', 'PUT', `${path}/suspension`, { ground: 'fraud', note: reason })
    if (standing === 'revoked') await this.staff('ops', 'POST', `${path}/revocation`, { reason })
  }

  /** Records a consent now, as given at `grantedAt`. */
  async record(
    reference: string,
    person: Person,
    { checks, grantedAt, expiresAt }: { checks: string[]; grantedAt: number; expiresAt?: number | undefined },
  ): Promise<void> {
    const body = {
      reference,
      data_subject: person,
      type: 'click',
      separate_consent: true,
      purposes: [purpose],
      checks,
      sources: [sourceId],
      notice: { version: '1', sha256: digestOfNothing },
      evidence: { sha256: digestOfNothing },
      granted_at: toRfc3339(grantedAt),
      ...(expiresAt === undefined ? {} : { expires_at: toRfc3339(expiresAt) }),
    }
    await this.world.must('POST', '/v1/consents', { bearer: this.recorder, body })
  }

  async withdraw(reference: string): Promise<void> {
    const body = { source: 'data_subject' }
    await this.world.must('POST', `/v1/consents/${reference}/withdrawal`, { bearer: this.recorder, body })
  }

  /** The vector's call. */
  ask(idempotencyKey: string, body: object | ReadableStream<Uint8Array>): Promise<Answer> {
    const headers = { 'Idempotency-Key': idempotencyKey }
    return this.world.send('POST', '/v1/verifications', { bearer: this.key.secret, headers, body })
  }

  /**
   * The vector's call whose body is long in coming: it has arrived when `meanwhile` is done, and is whole after that. This is
   * how something can happen between the submission and the decision.
   */
  async askSlowly(idempotencyKey: string, body: object, meanwhile: () => Promise<void>): Promise<Answer> {
    const arrived = Promise.withResolvers<void>()
    const rest = Promise.withResolvers<void>()
    const stream = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          arrived.resolve()
          await rest.promise
          controller.enqueue(new TextEncoder().encode(JSON.stringify(body)))
          controller.close()
        },
      },
      { highWaterMark: 0 },
    )
    const answer = this.ask(idempotencyKey, stream)
    await Promise.race([arrived.promise, answer])
    await meanwhile()
    rest.resolve()
    return answer
  }

  get(path: string): Promise<Answer> {
    return this.world.must('GET', path, { bearer: this.key.secret })
  }

  /** The books of the packs. `quotaLeft` is granted − captured; a pack that is not paid yet stands with what was ordered. */
  async quota(): Promise<{ quotaLeft: number; captured: number }> {
    const { grants } = JSON.parse((await this.staff('auditor', 'GET', '/grants')).text) as {
      grants: { granted: number; captured: number }[]
    }
    const captured = grants.reduce((sum, grant) => sum + grant.captured, 0)
    return { quotaLeft: grants.reduce((sum, grant) => sum + grant.granted, this.orderedUnpaid) - captured, captured }
  }
}

/** Body of a call; without a reference it names no consent. */
export const verification = (consentReference: string | null, person: Person, more: object = {}) => ({
  check: 'id2',
  data_subject: person,
  ...(consentReference === null ? {} : { consent_reference: consentReference }),
  purpose,
  ...more,
})

/** Works with one account in a gateway of its own. */
export const withCustomer = <T>(wishes: Wishes, work: (customer: Customer) => Promise<T>): Promise<T> => {
  const { term = s1Term, instants = [], upstream = 'match' } = wishes
  const startAt = Math.min(startOfDayMs(term.start), ...instants) - hourMs
  const deadlineMs = upstream === 'timeout' ? deadlines.silent : deadlines.answering
  return inWorld(startAt, deadlineMs, async (world) => work(await Customer.open(world, wishes)))
}

/** An instant inside the term of S1 at which nothing else happens: noon of its sixth day, for vectors that name none. */
export const someTime = startOfDayMs(addDays(s1Term.start, 5)) + 12 * hourMs
