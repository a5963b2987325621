import { describe, expect, test } from 'vitest'
import type { DirectoryAccount, DirectoryAlarm, DirectoryPush, DirectoryUsage } from '../../src/core/ports.ts'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'
import { accountB, take } from '../support/ledger-commands.ts'
import { RandomHistory } from '../support/ledger-history.ts'
import { act, hold, seedWorld, settle, verifyOnce } from '../support/ledger-world.ts'

const open = useTestLedgers()

/** A directory as its contract says: copies by key, and the later journal number wins. */
class Copies {
  readonly accounts = new Map<string, DirectoryAccount>()
  readonly usage = new Map<string, DirectoryUsage>()
  readonly alarms = new Map<string, DirectoryAlarm>()

  take(push: DirectoryPush): void {
    for (const account of push.accounts) {
      const known = this.accounts.get(account.id)
      if (!known || account.seq >= known.seq) this.accounts.set(account.id, account)
    }
    for (const row of push.usage) {
      const { settledDay, serviceDay, accountId, keyNumber, mode, check, source, outcome } = row
      const key = [settledDay, serviceDay, accountId, keyNumber, mode, check, source, outcome].join(' ')
      const known = this.usage.get(key)
      if (!known || row.seq >= known.seq) this.usage.set(key, row)
    }
    for (const alarm of push.alarms) {
      const key = [alarm.accountId, alarm.kind, alarm.subject].join(' ')
      const known = this.alarms.get(key)
      if (!known || alarm.change > known.change) this.alarms.set(key, alarm)
    }
  }
}

const truth = (ledger: TestLedger) => ({
  accounts: ledger.rows('SELECT id, seq, suspended_at IS NOT NULL AS suspended FROM accounts ORDER BY id'),
  usage: ledger.rows(
    'SELECT account_id, settled_day, service_day, outcome, mode, count, credits FROM rollups ORDER BY 1, 2, 3, 4, 5',
  ),
  alarms: ledger.rows('SELECT account_id, kind, subject, count, cleared_at, acknowledged_by FROM alarms ORDER BY 1, 2, 3'),
  inDoubt: ledger.rows(
    'SELECT d.account_id, count(*) AS n FROM doubts d LEFT JOIN outcomes o USING (verification_id) WHERE o.verification_id IS NULL GROUP BY 1 ORDER BY 1',
  ),
})

const told = ({ accounts, usage, alarms }: Copies) => ({
  alarms: [...alarms.values()]
    .map(({ accountId, kind, subject, count, clearedAt, acknowledgedBy }) => ({
      account_id: accountId,
      kind,
      subject,
      count,
      cleared_at: clearedAt,
      acknowledged_by: acknowledgedBy,
    }))
    .sort((a, b) => (Object.values(a).slice(0, 3).join(' ') < Object.values(b).slice(0, 3).join(' ') ? -1 : 1)),
  inDoubt: [...accounts.values()]
    .map(({ id, inDoubt }) => ({ account_id: id, n: Object.values(inDoubt).reduce((sum, count) => sum + count, 0) }))
    .filter(({ n }) => n > 0)
    .sort((a, b) => (a.account_id < b.account_id ? -1 : 1)),
  accounts: [...accounts.values()]
    .map(({ id, seq, standing }) => ({ id, seq, suspended: standing === 'suspended' ? 1 : 0 }))
    .sort((a, b) => (a.id < b.id ? -1 : 1)),
  usage: [...usage.values()]
    .map(({ accountId, settledDay, serviceDay, outcome, mode, count, credits }) => ({
      account_id: accountId,
      settled_day: settledDay,
      service_day: serviceDay,
      outcome,
      mode,
      count,
      credits,
    }))
    .sort((a, b) => (Object.values(a).slice(0, 5).join(' ') < Object.values(b).slice(0, 5).join(' ') ? -1 : 1)),
})

describe('what the directory is told', () => {
  test.each([41, 42, 43, 44, 45, 46])(
    'ends up equal to the ledger, although pushes are lost and restarts come between (seed %i)',
    (seed) => {
      const ledger = open()
      const lives = [seedWorld(ledger, { credits: 40 }), seedWorld(ledger, { accountId: accountB, credits: 40 })].map(
        (world, at) => new RandomHistory(ledger, world, seed + at * 1_000),
      )
      const copies = new Copies()
      const [life] = lives
      for (let step = 0; step < 80; step += 1) {
        for (const one of lives) one.step()
        const dice = life?.random() ?? 0
        const push = ledger.core.outbox()
        if (dice < 0.2) continue
        copies.take(push)
        // The answer of the directory may come late, or never.
        if (dice < 0.4) continue
        if (dice < 0.6) for (const one of lives) one.step()
        ledger.core.delivered(push)
        if (dice > 0.95) ledger.restart()
      }
      const last = ledger.core.outbox()
      copies.take(last)
      ledger.core.delivered(last)
      expect(told(copies)).toEqual(truth(ledger))
      expect(ledger.core.outbox()).toEqual({ accounts: [], usage: [], alarms: [] })
    },
  )

  test('is nothing until something changes, and then only what changed', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const other = seedWorld(ledger, { accountId: accountB })
    verifyOnce(ledger, other, 'one', 'match')
    ledger.core.delivered(ledger.core.outbox())
    expect(ledger.core.outbox()).toEqual({ accounts: [], usage: [], alarms: [] })
    verifyOnce(ledger, world, 'one', 'match')
    const { accounts, usage } = ledger.core.outbox()
    expect(accounts.map(({ id }) => id)).toEqual([world.accountId])
    expect(usage).toMatchObject([
      { accountId: world.accountId, keyNumber: world.keyNumber, outcome: 'match', count: 1, credits: 1 },
    ])
  })

  test('includes a late ending on a new day and the closing of the account', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'one')
    ledger.core.delivered(ledger.core.outbox())
    ledger.clock.advance(2 * 86_400_000)
    settle(ledger, world, verificationId, 'match')
    take(act(ledger, world.accountId, { kind: 'close_account', note: '' }), 'account')
    expect(ledger.core.outbox()).toMatchObject({
      accounts: [{ standing: 'closed' }],
      usage: [{ settledDay: '2024-08-04', serviceDay: '2024-08-02', count: 1 }],
    })
  })
})
