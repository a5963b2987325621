import { createHash } from 'node:crypto'
import { z } from 'zod'
import { formatFen } from '../../../src/core/money.ts'
import { addDays, shanghaiDay, startOfDayMs, toRfc3339 } from '../../../src/core/shanghai.ts'
import { persons } from '../customer.ts'
import type { Answer, Role, World } from '../gateway.ts'
import { vectorWord } from '../words.ts'

const hourMs = 3_600_000
const reason = 'scenario'
const sourceId = 'aliyun_market_id2'
const purpose = 'real_name_registration'
const digest = createHash('sha256').update('scenario').digest('hex')

/** Calls at the same time: enough for the gateway to put many into one commit, few enough for each to be answered in time. */
const parallelCalls = 200

const deadlineList = z.object({ items: z.array(z.object({ due_at: z.string() })) })

export interface Person {
  id_number: string
  name: string
}

/**
 * One account of a scenario, used as its two sides use it: through the routes of staff and of the customer's app, with a clock
 * that moves from event to event.
 */
export class ScenarioAccount {
  readonly world: World
  readonly accountId: string
  readonly key: string

  private constructor(world: World, accountId: string, key: string) {
    this.world = world
    this.accountId = accountId
    this.key = key
  }

  static async open(world: World): Promise<ScenarioAccount> {
    const opened = await world.asStaff('ops', 'POST', '/v1/accounts', { name: 'Scenario Ltd', reason })
    const accountId = opened.word('id')
    const made = await world.asStaff('ops', 'POST', `/v1/accounts/${accountId}/api-keys`, { name: 'app', reason })
    return new ScenarioAccount(world, accountId, made.word('secret'))
  }

  /** An act of staff that has to succeed. */
  staff(role: Role, method: string, path: string, body?: object): Promise<Answer> {
    const sent = body === undefined ? undefined : { ...body, reason }
    return this.world.asStaff(role, method, `/v1/accounts/${this.accountId}${path}`, sent)
  }

  /** An act of staff that may be refused. */
  tryStaff(role: Role, method: string, path: string, body: object = {}): Promise<Answer> {
    return this.world.tryAsStaff(role, method, `/v1/accounts/${this.accountId}${path}`, { ...body, reason })
  }

  /** The final settlement as a document: finance proposes it, and somebody else approves it. */
  async settle(cause: string, more: object = {}): Promise<Answer> {
    const proposed = await this.staff('finance', 'POST', '/settlements', { cause, ...more })
    return this.world.asStaff('ops', 'POST', `/v1/approvals/${proposed.word('approval_id')}/approval`, { reason })
  }

  read(path: string): Promise<Answer> {
    return this.staff('finance', 'GET', path)
  }

  /** An act of the customer that has to succeed. */
  customer(method: string, path: string, body?: object): Promise<Answer> {
    return this.world.must(method, path, { bearer: this.key, ...(body === undefined ? {} : { body }) })
  }

  putAgreement(preset: string, overrides: object): Promise<Answer> {
    return this.staff('ops', 'PUT', '/agreement', { preset, overrides })
  }

  /** Both sides sign and seal now. */
  async sign(): Promise<void> {
    for (const party of ['customer', 'provider'])
      await this.staff('ops', 'POST', '/signings', {
        party,
        document_sha256: digest,
        sealed: true,
        signed_at: toRfc3339(this.world.now),
      })
  }

  /** Records a consent of the person that every call is about. */
  async consent(type: string): Promise<void> {
    await this.customer('POST', '/v1/consents', {
      reference: 'scenario',
      data_subject: persons.checked,
      type,
      separate_consent: true,
      purposes: [purpose],
      checks: ['id2'],
      sources: [sourceId],
      notice: { version: '1', sha256: digest },
      evidence: { sha256: digest },
      granted_at: toRfc3339(this.world.now),
    })
  }

  private asked = 0

  /** One call. */
  ask(more: { person?: Person; consent?: string | null; check?: string } = {}): Promise<Answer> {
    const { person = persons.checked, consent = 'scenario', check = 'id2' } = more
    this.asked += 1
    return this.world.send('POST', '/v1/verifications', {
      bearer: this.key,
      headers: { 'Idempotency-Key': `scenario-${this.asked}` },
      body: { check, data_subject: person, purpose, ...(consent === null ? {} : { consent_reference: consent }) },
    })
  }

  /** So many calls, and the answers in the order in which they were sent. */
  async askTimes(times: number, more?: Parameters<ScenarioAccount['ask']>[0]): Promise<Answer[]> {
    const answers: Answer[] = []
    while (answers.length < times)
      answers.push(
        ...(await Promise.all(Array.from({ length: Math.min(parallelCalls, times - answers.length) }, () => this.ask(more)))),
      )
    return answers
  }

  /**
   * Lets time pass up to an instant, and does on the way what becomes due, each at its own time: the clock stops at the end of
   * every clock that runs, and where a month begins.
   */
  async passTo(ms: number): Promise<void> {
    for (;;) {
      const next = Math.min(...(await this.stops()).filter((at) => at > this.world.now))
      if (next >= ms) break
      await this.world.setClock(next)
    }
    if (ms > this.world.now) await this.world.setClock(ms)
  }

  /** The end of the clock that runs the longest; now when none does. */
  async lastStop(): Promise<number> {
    return Math.max(this.world.now, ...(await this.clockEnds()))
  }

  private async clockEnds(): Promise<number[]> {
    const { items } = deadlineList.parse(JSON.parse((await this.read('/deadlines')).text))
    return items.flatMap(({ due_at }) => [Date.parse(due_at), Date.parse(due_at) + 1])
  }

  private async stops(): Promise<number[]> {
    const month = shanghaiDay(this.world.now).slice(0, 7)
    const nextMonth = addDays(`${month}-28`, 4).slice(0, 7)
    return [...(await this.clockEnds()), startOfDayMs(`${nextMonth}-01`)]
  }

  /** Lets the time pass for which the records of a closed account have to stay. */
  async passRetention(closingPath: string): Promise<void> {
    const clocks = (await this.read(closingPath)).member('clocks') as { due_at: string; ending: string | null }[]
    await this.passTo(
      Math.max(this.world.now, ...clocks.filter(({ ending }) => ending === null).map(({ due_at }) => Date.parse(due_at))),
    )
  }

  /** Office hours of a day: when what is dated by its day alone happens. */
  async passToDay(day: string): Promise<void> {
    await this.passTo(Math.max(this.world.now, startOfDayMs(day) + 10 * hourMs))
  }

  /** The one matter of a list that a test of it finds; undefined when there is none. */
  async find(path: string, wanted: (item: Record<string, unknown>) => boolean): Promise<Record<string, unknown> | undefined> {
    const { items } = JSON.parse((await this.read(`${path}?limit=100`)).text) as { items: Record<string, unknown>[] }
    return items.find(wanted)
  }
}

/** What an account owes for its calls, and for nothing else, by its bills and its packs. */
export const ledgerOf = async (account: ScenarioAccount): Promise<string | null> => {
  const { items } = JSON.parse((await account.read('/bills?limit=100')).text) as { items: { owed_fen: number }[] }
  const { grants } = JSON.parse((await account.read('/grants')).text) as { grants: { captured: number }[] }
  const captured = grants.reduce((sum, grant) => sum + grant.captured, 0)
  return captured === 0 ? formatFen(items.reduce((sum, { owed_fen }) => sum + owed_fen, 0)) : null
}

/** A call that is allowed, or the code by which it is denied, in the words of the vectors. */
export const allowedOrDenied = (answer: Answer): string =>
  answer.status === 200 ? 'allowed' : `denied:${vectorWord(answer.word('code'))}`

/** A member of an answer that must be text. */
export const wordOf = (found: Record<string, unknown> | undefined, member: string): string => {
  const value = found?.[member]
  if (typeof value !== 'string') throw new Error(`there is no text at ${member} of ${JSON.stringify(found)}`)
  return value
}
