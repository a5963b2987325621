import { Contract, type OpenApiDocument } from './contract.ts'
import { type Bearer, type InputRequest, isOfMatter, RequestMaker, type SeenIds } from './input-requests.ts'
import { canary, seededRandom, specimens } from './input-values.ts'

export interface InputAnswer {
  status: number
  headers: Headers
  text: string
}

/** A whole gateway, as the run needs it. */
export interface InputTarget {
  send(request: Pick<InputRequest, 'method' | 'path' | 'headers' | 'body'>): Promise<InputAnswer>
  /** A good staff token with this role. */
  staffToken(role: string): Promise<string>
  /** All credits of all accounts by what became of them. */
  credits(): Promise<Credits>
  /** How many faults the gateway has logged so far. */
  faults(): number
  /** Broken invariants of the books. */
  violations(): Promise<unknown[]>
}

/** Sums over all grants. */
export interface Credits {
  available: number
  held: number
  captured: number
  expired: number
  refunded: number
}

export interface Finding {
  /** Number of the request in this run, from 1; 0 for what was found at the end. */
  at: number
  what: string
  request: string
}

export interface InputReport {
  seed: number
  requests: number
  /** Requests that were changed so that they were no good ones any more. */
  changed: number
  byStatus: Record<string, number>
  routes: number
  /** Routes that answered at least once with a success. */
  routesDone: number
  findings: Finding[]
  /** Why the run proves nothing, although it found nothing. */
  void: string[]
}

interface Options {
  seed: number
  requests: number
  onProgress?: (done: number) => void
}

/** So many requests after which the account that staff act on is left, because by then it is closed or suspended. */
const requestsPerAccount = 400
/** The first findings say enough; a gateway that fails everywhere is stopped. */
const mostFindings = 50
/** Below it the routes are too many for a run to reach each of them. */
const leastForCoverage = 10_000

const sum = ({ available, held, captured, expired, refunded }: Credits): string =>
  [available, held, captured, expired, refunded].join(' ')

/** What an answer does to `captured`, by what it says; null when it may do anything. */
const capturedBy = (request: InputRequest, answer: InputAnswer): number | null => {
  if (answer.status >= 300) return 0
  if (request.route.startsWith('POST /v1/approvals/')) return null
  if (request.route !== 'POST /v1/verifications' || request.method !== 'POST') return 0
  if (answer.headers.get('idempotency-replayed') === 'true') return 0
  const { charged, credits } = JSON.parse(answer.text) as { charged: boolean; credits: number }
  return charged ? credits : 0
}

/** True for pages that print specimens and examples for everybody. */
const isPrinted = ({ route }: InputRequest): boolean => /\/docs|\/openapi\.json|\/v1\/checks$|\/v1\/interface$/.test(route)

const personal = specimens.flatMap(({ id_number, name }) => [id_number, name])

/** Everything that an answer says wrongly, whatever the books say. */
const faultsOfAnswer = (contract: Contract, base: string, request: InputRequest, answer: InputAnswer): string[] => {
  const { method, path, body } = request
  const { status, headers, text } = answer
  const faults: string[] = []
  if (status >= 500 && status !== 503) faults.push(`answered ${status}`)
  const pathname = new URL(base + path).pathname
  faults.push(...contract.faultsOf({ method, path: pathname, sent: readJson(body), status, headers, text }))
  const everything = text + [...headers].flat().join('\n')
  if (status >= 400 && everything.includes(canary)) faults.push('repeats what was sent')
  if (!isPrinted(request) && personal.some((word) => everything.includes(word))) faults.push('shows a person')
  // Items of a batch are judged one by one, in an answer that is a success all the same.
  const isBatch = request.route === 'POST /v1/consents/batch'
  if (status < 300 && !isBatch && typeof body === 'string' && body.includes('__proto__') && pollutes(readJson(body)))
    faults.push('took a body with the member __proto__')
  return faults
}

const pollutes = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (Object.hasOwn(value, '__proto__') || Object.values(value).some(pollutes))

const readJson = (body: InputRequest['body']): unknown => {
  try {
    return typeof body === 'string' ? JSON.parse(body.replace(/^\ufeff/, '')) : body && JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}

const describe = ({ method, path, bearer, headers, body, changes }: InputRequest): string =>
  [
    `${method} ${path.slice(0, 300)} as ${bearer}`,
    changes.join(', ') || 'unchanged',
    JSON.stringify(headers).slice(0, 300),
    typeof body === 'string' ? JSON.stringify(body.slice(0, 400)) : body ? `${body.length} bytes` : '',
  ].join(' | ')

/** Sends `requests` made-up requests one after the other and holds each answer, and the books, against what was promised. */
export const runInput = async (target: InputTarget, { seed, requests, onProgress }: Options): Promise<InputReport> => {
  const random = seededRandom(seed)
  const base = 'http://gateway.test'
  const served = await target.send({ method: 'GET', path: '/openapi.json', headers: {}, body: undefined })
  const contract = new Contract(JSON.parse(served.text) as OpenApiDocument)
  const seen: SeenIds = new Map()
  const maker = new RequestMaker(contract.document, random, seen)
  const world = new InputWorld(target, seen)
  await world.open()
  const report: InputReport = {
    seed,
    requests: 0,
    changed: 0,
    byStatus: {},
    routes: maker.routes.length,
    routesDone: 0,
    findings: [],
    void: [],
  }
  const done = new Set<string>()
  let before = await target.credits()
  let faultsBefore = target.faults()
  while (report.requests < requests && report.findings.length < mostFindings) {
    if (report.requests % requestsPerAccount === requestsPerAccount - 1) {
      await world.renew()
      before = await target.credits()
    }
    const request = maker.next()
    report.requests += 1
    if (request.changes.length > 0) report.changed += 1
    const found = (what: string): void => void report.findings.push({ at: report.requests, what, request: describe(request) })
    const bearer = world.bearer(request.bearer)
    const headers = { ...request.headers, ...(bearer === null ? {} : { Authorization: `Bearer ${bearer}` }) }
    let answer: InputAnswer
    try {
      answer = await target.send({ ...request, headers })
    } catch (error) {
      found(`no answer: ${error instanceof Error ? error.message : 'unknown'}`)
      continue
    }
    report.byStatus[answer.status] = (report.byStatus[answer.status] ?? 0) + 1
    if (answer.status < 300) done.add(request.route)
    for (const what of faultsOfAnswer(contract, base, request, answer)) found(what)
    if (target.faults() !== faultsBefore) found('a fault was logged')
    faultsBefore = target.faults()
    const after = await target.credits()
    if (answer.status >= 400 && sum(after) !== sum(before)) found(`credits moved from ${sum(before)} to ${sum(after)}`)
    const captured = capturedBy(request, answer)
    if (captured !== null && after.captured - before.captured !== captured)
      found(`captured ${after.captured - before.captured} credits instead of ${captured}`)
    before = after
    if (answer.status < 300) world.learn(answer.text)
    if (report.requests % 500 === 0) onProgress?.(report.requests)
  }
  report.routesDone = done.size
  const violations = await target.violations()
  if (violations.length > 0) report.findings.push({ at: 0, what: JSON.stringify(violations.slice(0, 5)), request: '' })
  report.void = reasonsToDoubt(
    report,
    maker.routes.map(({ name }) => name),
    done,
  )
  return report
}

/** A run that was refused everywhere, or that never got past the door, is green without having seen anything. */
const reasonsToDoubt = ({ byStatus, requests, changed }: InputReport, routes: string[], done: Set<string>): string[] => {
  const reasons: string[] = []
  const share = (from: number, to: number): number =>
    Object.entries(byStatus).reduce(
      (total, [status, count]) => total + (Number(status) >= from && Number(status) < to ? count : 0),
      0,
    ) / Math.max(1, requests)
  if (requests === 0) reasons.push('no request was sent')
  if (share(200, 300) < 0.1) reasons.push('fewer than a tenth of the requests succeeded')
  if (share(400, 500) < 0.2) reasons.push('fewer than a fifth of the requests were refused')
  if (changed < requests / 4) reasons.push('fewer than a quarter of the requests were bad ones')
  // Not every page is set up here, nor is a verification in doubt or an alarm, of which the acts on them would need one.
  // Routes of matters are many and lean on one another; they are judged by what they answer, not by how often it is good.
  const expected = routes.filter(
    (route) => !/settlement-proposals|approvals\/\{|acknowledgement|security\.txt|\/freeze$/.test(route) && !isOfMatter(route),
  )
  const missed = expected.filter((route) => !done.has(route))
  // What needs another act on the very same thing before it, such as the end of a hold, is a matter of luck: a tenth may be missed.
  if (requests >= leastForCoverage && missed.length > expected.length / 10) reasons.push(`never succeeded: ${missed.join(', ')}`)
  return reasons
}

const reason = 'fuzz'

/** The accounts of a run: one that only customers use, and one at a time on which staff act. */
class InputWorld {
  private readonly target: InputTarget
  private readonly seen: SeenIds
  private readonly tokens = new Map<Bearer, string>()
  private stableKey = ''
  private otherKey = ''

  constructor(target: InputTarget, seen: SeenIds) {
    this.target = target
    this.seen = seen
  }

  async open(): Promise<void> {
    for (const role of ['admin', 'ops', 'finance', 'auditor'] as const) this.tokens.set(role, await this.target.staffToken(role))
    this.tokens.set('stranger', await this.target.staffToken('janitor'))
    this.stableKey = await this.openAccount()
    // What is of this account is named by its customer alone; staff get the ids of the account that may perish.
    this.seen.clear()
    await this.renew()
  }

  /** A new account for staff to act on; the ids of the one before are forgotten. */
  async renew(): Promise<void> {
    for (const prefix of ['acc', 'ord', 'gra', 'key', 'app']) this.seen.delete(prefix)
    this.otherKey = await this.openAccount()
  }

  bearer(kind: Bearer): string | null {
    if (kind === 'none') return null
    if (kind === 'key') return this.stableKey
    if (kind === 'other_key') return this.otherKey
    return kind === 'broken' ? `${this.stableKey.slice(0, -1)}${canary}` : (this.tokens.get(kind) ?? '')
  }

  /** Keeps a few of the ids of an answer, the latest ones. */
  learn(text: string): void {
    if (text.length > 20_000) return
    for (const [id, prefix = ''] of text.matchAll(/\b(acc|ord|gra|con|ver|key|app)_[0-9a-z]{10,}(?:_[0-9a-z]+)?\b/g)) {
      const ids = this.seen.get(prefix) ?? []
      // Accounts are listed across the whole gateway, and one of them has to live.
      if (ids.includes(id) || prefix === 'acc') continue
      this.seen.set(prefix, [...ids, id].slice(-20))
    }
  }

  private async must(bearer: string, method: string, path: string, json: unknown): Promise<Record<string, unknown>> {
    const answer = await this.target.send({
      method,
      path,
      headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(json),
    })
    if (answer.status >= 300) throw new Error(`the set-up failed at ${method} ${path}: ${answer.status} ${answer.text}`)
    this.learn(answer.text)
    return JSON.parse(answer.text) as Record<string, unknown>
  }

  private async openAccount(): Promise<string> {
    const admin = this.tokens.get('admin') ?? ''
    const { id } = await this.must(admin, 'POST', '/v1/accounts', { name: 'Example Ltd', reason })
    const path = `/v1/accounts/${String(id)}`
    this.seen.set('acc', [String(id)])
    const overrides = { term: { start: '2024-07-28', end: '2099-07-29' }, rate: { limit: 1_000_000, windowSeconds: 60 } }
    await this.must(admin, 'PUT', `${path}/agreement`, { preset: 'S1', overrides, reason })
    const amounts = { external_id: 'first', check: 'id2', mode: 'test', credits: 1_000_000, list_fen: 1, paid_fen: 1, reason }
    const { order } = await this.must(admin, 'POST', `${path}/orders`, amounts)
    const { id: order_id } = order as { id: string }
    await this.must(admin, 'POST', `${path}/payments`, { order_id, bank_reference: 'B1', reason })
    const made = await this.must(admin, 'POST', `${path}/api-keys`, { name: 'fuzz', mode: 'test', reason })
    const key = String(made.secret)
    for (const { consent, id_number, name } of specimens)
      await this.must(key, 'POST', '/v1/consents', {
        reference: consent,
        data_subject: { id_number, name },
        type: 'click',
        separate_consent: true,
        purposes: ['real_name_registration'],
        checks: ['id2'],
        sources: ['sandbox'],
        notice: { version: '1', sha256: 'ab'.repeat(32) },
        evidence: { sha256: 'cd'.repeat(32) },
        granted_at: '2024-08-01T09:00:00+08:00',
      })
    return key
  }
}
