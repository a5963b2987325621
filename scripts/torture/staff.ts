import Database from 'better-sqlite3'
import { parseId } from '../../src/core/ids.ts'
import type { HttpClient } from './client.ts'
import { buyCredits, type StaffAsk } from './customer.ts'

const reason = 'torture'
export const creditsPerTopUp = 7

/** What staff does while the gateway is being killed, and the book that they keep of what was answered. */
export class StaffBook {
  /** Orders whose payment was answered: their grant must be there from then on. */
  readonly paid: string[] = []
  /** How many acts were answered. */
  answered = 0
  /** What the last answer said of the key's standing; null while an act is under way. */
  suspended: boolean | null = false
  private orders = 0
  private readonly accountId: string
  private readonly keyId: string

  constructor(accountId: string, keyId: string) {
    this.accountId = accountId
    this.keyId = keyId
  }

  private get path(): string {
    return `/v1/accounts/${this.accountId}/api-keys/${this.keyId}/suspension`
  }

  /** Suspends or resumes; a conflict says that an earlier act, whose answer was lost, was done. */
  async suspend(client: HttpClient, suspend: boolean): Promise<void> {
    this.suspended = null
    const answer = suspend
      ? await client.call('PUT', this.path, { ground: 'fraud', note: reason })
      : await client.call('DELETE', this.path, { reason })
    if (answer.status !== 200 && answer.status !== 409) throw new Error(`suspension: ${answer.status} ${answer.text}`)
    this.suspended = suspend
    this.answered += 1
  }

  private async topUp(client: HttpClient): Promise<void> {
    this.orders += 1
    const ask: StaffAsk = (method, path, json) => client.ask(method, path, json)
    const order = { externalId: `top-up-${this.orders}`, mode: 'live' as const, credits: creditsPerTopUp }
    this.paid.push(await buyCredits(ask, this.accountId, order))
    this.answered += 1
  }

  /** Suspends, tops up, resumes, tops up and so on until the gateway is gone. */
  async work(client: HttpClient, pause: () => Promise<void>): Promise<void> {
    try {
      for (;;) {
        await this.suspend(client, this.suspended !== true)
        await pause()
        await this.topUp(client)
        await pause()
      }
    } catch (error) {
      // A connection that broke is what the harness is about; an answer that is no success is not.
      if (error instanceof Error && / \d{3} /.test(error.message)) throw error
    }
  }

  /** What was answered and does not stand in the image. */
  checkImage(image: string): string[] {
    const database = new Database(image)
    try {
      const violations: string[] = []
      const granted = database.prepare('SELECT granted FROM grants WHERE order_id = ?').pluck()
      for (const order of this.paid)
        if (granted.get(parseId(order, 'ord')?.n) !== creditsPerTopUp) violations.push(`paid and answered, not granted: ${order}`)
      const since = database.prepare('SELECT suspended_at FROM api_keys WHERE account_id = ? AND id = ?').pluck()
      const stands = since.get(this.accountId, parseId(this.keyId, 'key')?.n) !== null
      if (this.suspended !== null && stands !== this.suspended)
        violations.push(`answered that the key is ${this.suspended ? 'suspended' : 'resumed'}, and it is not: ${this.keyId}`)
      return violations
    } finally {
      database.close()
    }
  }
}
