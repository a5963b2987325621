import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { reconcile } from '../../src/ledger/reconcile.ts'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'
import { accountB, take } from '../support/ledger-commands.ts'
import { RandomHistory } from '../support/ledger-history.ts'
import { act, createKey, hold, seedWorld, settle, verifyOnce } from '../support/ledger-world.ts'
import { breaks, captured } from './reconcile-breaks.ts'

const open = useTestLedgers()

/** Two accounts with something of everything: captured, released, in doubt, open, suspended and resumed, flushed and not. */
const goodHistory = (): TestLedger => {
  const ledger = open({ sound: false })
  const world = seedWorld(ledger, { credits: 100 })
  const { accountId, keyNumber } = world
  verifyOnce(ledger, world, 'captured', 'match')
  ledger.clock.advance(1_000)
  verifyOnce(ledger, world, 'released', 'unavailable')
  settle(ledger, world, hold(ledger, world, 'doubted').verificationId, 'unknown')
  while (ledger.core.flushDerived(2) > 0);
  hold(ledger, world, 'open')
  take(act(ledger, accountId, { kind: 'suspend_account', ground: 'fraud', note: '', noticeId: null }), 'account')
  take(act(ledger, accountId, { kind: 'resume_account', note: '' }), 'account')
  take(act(ledger, accountId, { kind: 'suspend_key', keyNumber, ground: 'fraud', note: '', noticeId: null }), 'key')
  take(act(ledger, accountId, { kind: 'resume_key', keyNumber, note: '' }), 'key')
  hold(ledger, world, 'open after the suspensions')
  seedWorld(ledger, { accountId: accountB })
  return ledger
}

describe('reconciling', () => {
  test('a good history shows no violation, and says how much was read', () => {
    const ledger = goodHistory()
    const { n } = ledger.row<{ n: number }>('SELECT count(*) AS n FROM entries')
    const billed = ledger.row<{ id: number }>("SELECT verification_id AS id FROM outcomes WHERE disposition = 'released'").id
    expect(reconcile(ledger.db, ledger.crypto)).toEqual({
      accounts: 2,
      entries: n,
      verifications: 5,
      // It was given back to the customer, and its source bills it.
      billedReleases: [billed],
      violations: [],
    })
  })

  test.each(breaks)('%s is reported, as that and nothing else', (_what, statements, expected) => {
    const ledger = goodHistory()
    expect(ledger.violations()).toEqual([])
    for (const statement of statements) ledger.corrupt(statement)
    expect([...new Set(ledger.violations())].sort()).toEqual(expected.toSorted())
  })

  test('every violation that the code can report has its control above', () => {
    const texts = ['reconcile', 'reconcile-sums', 'fold'].flatMap((file) => {
      const source = readFileSync(new URL(`../../src/ledger/${file}.ts`, import.meta.url), 'utf8')
      return [...source.matchAll(/(?:invariant: |faults\.push\(\s*)'([^']+)'/g)].map((match) => match[1] ?? '')
    })
    expect(texts.length).toBeGreaterThan(15)
    const controlled = new Set(breaks.flatMap(([, , expected]) => expected))
    expect(new Set(texts)).toEqual(controlled)
  })

  test('says where, by ids alone', () => {
    const ledger = goodHistory()
    ledger.corrupt(`DELETE FROM rollups WHERE outcome = 'match'`)
    ledger.corrupt(`UPDATE outcomes SET leaf_hash = 'x' WHERE verification_id = ${captured}`)
    const { id } = ledger.row<{ id: number }>(`SELECT ${captured} AS id`)
    expect(reconcile(ledger.db, ledger.crypto).violations.map(({ where }) => where)).toContain(String(id))
  })

  test('a revoked key that holds again is reported', () => {
    const ledger = goodHistory()
    const credentials = createKey(ledger, accountB)
    take(act(ledger, accountB, { kind: 'revoke_key', keyNumber: credentials.keyNumber }), 'key')
    ledger.corrupt(
      `UPDATE entries SET kind = 'hold', actor = 'key:${credentials.keyNumber}' WHERE kind = 'consent_recorded' AND account_id = '${accountB}'`,
    )
    ledger.corrupt(`UPDATE entries SET seq = seq + 1000000, id = id + 1000000 WHERE kind = 'hold' AND account_id = '${accountB}'`)
    expect(ledger.violations()).toContain('I14 nothing is held after a suspension or closing')
  })

  test.each([11, 12, 13])('a long random history is read over many pages and shows no violation (seed %i)', (seed) => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 60 })
    new RandomHistory(ledger, world, seed).run(120)
    expect(reconcile(ledger.db, ledger.crypto).entries).toBeGreaterThan(200)
  })
})
