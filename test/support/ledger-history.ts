import { seededRandom } from '../../scripts/torture/random.ts'
import type { Command } from '../../src/core/commands.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import type { TestLedger } from './ledger.ts'
import {
  actCommand,
  consentInput,
  holdCommand,
  recordCommand,
  settleCommand,
  subjectOne,
  subjectTwo,
  withdrawCommand,
} from './ledger-commands.ts'
import { buyCredits, createKey, type SeededAccount } from './ledger-world.ts'

export { seededRandom }

const outcomes: readonly Outcome[] = ['match', 'match', 'mismatch', 'no_record', 'rejected', 'unavailable', 'unknown']

/** One account's random life: calls, repeats, answers in any order, consents, suspensions, orders, proposals, time. */
export class RandomHistory {
  readonly random: () => number
  /** Every verification that was held, with the name of its call. */
  readonly held: { id: number; name: string }[] = []
  private readonly sandbox
  /** Names of the calls by the digest of their Idempotency-Key. */
  private readonly names = new Map<string, string>()

  private readonly ledger: TestLedger
  private readonly account: SeededAccount

  constructor(ledger: TestLedger, account: SeededAccount, seed: number) {
    this.ledger = ledger
    this.account = account
    this.random = seededRandom(seed)
    this.sandbox = createKey(ledger, account.accountId, { mode: 'test' })
    buyCredits(ledger, account.accountId, 15, 'test')
    for (const [name, subject] of [
      ['consent-1', subjectOne],
      ['consent-2', subjectTwo],
      ['once', subjectOne],
    ] as const)
      ledger.submit(recordCommand(account.credentials, this.consent(name, subject)))
  }

  private consent(name: string, digest: typeof subjectOne) {
    const subject = { kind: 'person' as const, digest, numberMasked: '110105********002X', nameMasked: '张*' }
    return consentInput(name, { subject, maxUses: name.startsWith('once') ? 1 : null })
  }

  private pick<T>(values: readonly T[]): T {
    const value = values[Math.floor(this.random() * values.length)]
    if (value === undefined) throw new Error('nothing to pick from')
    return value
  }

  private next(): Command {
    const { accountId, credentials, keyNumber } = this.account
    const dice = this.random()
    if (dice < 0.4 || this.held.length === 0) {
      const name = this.random() < 0.15 && this.held.length > 0 ? this.pick(this.held).name : `call ${this.names.size}`
      const consent = this.pick(['consent-1', 'consent-1', 'consent-1', 'consent-2', 'once', 'never recorded'])
      const key = this.random() < 0.2 ? this.sandbox : credentials
      const subject = consent === 'consent-2' ? subjectTwo : subjectOne
      const command = holdCommand(key, name, { consent: { reference: consent }, subject })
      this.names.set(command.idempotency.digest, name)
      return command
    }
    if (dice < 0.8)
      return settleCommand(accountId, this.pick(this.held).id, this.pick(outcomes), { by: this.pick(['source', 'query']) })
    if (dice < 0.83) return actCommand(accountId, { kind: 'suspend_account', ground: 'fraud', note: '', noticeId: null })
    if (dice < 0.87) return actCommand(accountId, { kind: 'resume_account', note: '' })
    if (dice < 0.89) return actCommand(accountId, { kind: 'suspend_key', keyNumber, ground: 'fraud', note: '', noticeId: null })
    if (dice < 0.92) return actCommand(accountId, { kind: 'resume_key', keyNumber, note: '' })
    if (dice < 0.93) return withdrawCommand(credentials, { reference: this.pick(['consent-2', 'once']) })
    if (dice < 0.96) {
      const doubts = this.ledger.core.doubts().filter((doubt) => doubt.accountId === accountId)
      const verificationId = doubts[0]?.verificationId ?? this.pick(this.held).id
      const outcome = this.pick(['match', 'released'] as const)
      return actCommand(accountId, { kind: 'propose_settlement', verificationId, outcome, sourceId: null, sourceReference: null })
    }
    const [approval] = this.ledger.rows<{ id: number }>(
      'SELECT id FROM approvals WHERE decided_by IS NULL AND account_id = ? ORDER BY id DESC',
      accountId,
    )
    return actCommand(accountId, { kind: 'approve', approvalId: approval?.id ?? 1 }, 'staff-2')
  }

  /** One commit of one to five pieces at a moment of its own, and now and then what the clock makes due. */
  step(): void {
    const { clock } = this.ledger
    const dice = this.random()
    clock.advance(dice < 0.7 ? Math.floor(this.random() * 20_000) : dice < 0.8 ? -10_000 : dice < 0.97 ? 70_000 : 30 * 3_600_000)
    const commands = Array.from({ length: 1 + Math.floor(this.random() * 5) }, () => this.next())
    for (const [at, result] of this.ledger.group(commands).entries()) {
      const command = commands[at]
      if (result.kind !== 'held' || command?.kind !== 'hold') continue
      this.held.push({ id: result.verificationId, name: this.names.get(command.idempotency.digest) ?? '' })
    }
    if (this.random() < 0.3) this.ledger.runDue()
    if (this.random() < 0.2) this.ledger.core.flushDerived(Math.floor(this.random() * 6))
  }

  run(steps: number): void {
    for (let at = 0; at < steps; at += 1) this.step()
  }
}
