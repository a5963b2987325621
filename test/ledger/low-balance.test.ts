import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reachedWarning } from '../../src/ledger/decide/low-balance.ts'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'
import { hold, seedWorld, settle, verifyOnce } from '../support/ledger-world.ts'

const open = useTestLedgers()

interface Told {
  scene: string
  variables: { percent: number; available: number; grant: string }
}

const told = (ledger: TestLedger, scene = 'quota_low') =>
  ledger
    .rows<{ data: string }>("SELECT data FROM matters WHERE kind = 'notice' ORDER BY id")
    .map(({ data }) => JSON.parse(data) as Told)
    .filter((notice) => notice.scene === scene)
    .map(({ variables }) => variables)

describe('a low balance', () => {
  test('is told at each share of the list, in the commit of the hold that reaches it', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 20, overrides: { balanceWarnings: [20, 10, 5, 0] } })
    for (let n = 1; n <= 20; n += 1) verifyOnce(ledger, world, `call ${n}`, 'match')
    expect(told(ledger).map(({ percent, available }) => [percent, available])).toEqual([
      [20, 4],
      [10, 2],
      [5, 1],
      [0, 0],
    ])
    expect(told(ledger)[0]?.grant).toMatch(/^gra_/)
  })

  test('is told once: credits that come back and go again tell nothing new, also after a restart', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 10, overrides: { balanceWarnings: [90] } })
    for (let n = 1; n <= 5; n += 1) {
      const { verificationId } = hold(ledger, world, `call ${n}`)
      settle(ledger, world, verificationId, 'unavailable')
      ledger.restart()
    }
    expect(told(ledger)).toHaveLength(1)
  })

  test('that falls past several shares at once tells the lowest alone', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 2, overrides: { balanceWarnings: [60, 55, 0] } })
    hold(ledger, world, 'one')
    expect(told(ledger).map(({ percent }) => percent)).toEqual([55])
  })

  test('tells each share at most once and never a higher one after a lower, whatever is held and given back', () => {
    const moves = fc.array(fc.boolean(), { maxLength: 200 })
    const warnings = fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { maxLength: 6 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), warnings, moves, (granted, list, holds) => {
        let grant = { granted, available: granted, toldPercent: 100 }
        let lowest = granted
        const shares: number[] = []
        for (const isHold of holds) {
          const available = Math.min(granted, Math.max(0, grant.available + (isHold ? -1 : 1)))
          grant = { ...grant, available }
          if (!isHold) continue
          lowest = Math.min(lowest, available)
          const percent = reachedWarning(grant, list)
          if (percent === null) continue
          shares.push(percent)
          grant = { ...grant, toldPercent: percent }
        }
        const strictlyFalling = shares.every((share, at) => at === 0 || share < (shares[at - 1] ?? 0))
        const reached = list.filter((percent) => lowest * 100 <= granted * percent && lowest < granted)
        const lowestReached = reached.length === 0 ? undefined : Math.min(...reached)
        expect(strictlyFalling).toBe(true)
        expect(shares.at(-1)).toBe(lowestReached)
      }),
    )
  })
})

describe('the end of a pack', () => {
  const day = 86_400_000

  test('is told on the days of the list while credits are left, once each', () => {
    const ledger = open()
    seedWorld(ledger, { credits: 10 })
    const { expires_at: end } = ledger.row<{ expires_at: number }>('SELECT expires_at FROM grants')
    for (const days of [30, 7, 1]) {
      ledger.clock.now = end - days * day - 1
      ledger.runDue()
      const before = told(ledger, 'expiry_ahead').length
      ledger.clock.now = end - days * day
      ledger.runDue()
      ledger.runDue()
      expect([days, told(ledger, 'expiry_ahead').length]).toEqual([days, before + 1])
    }
    expect(told(ledger, 'expiry_ahead')).toEqual(
      [30, 7, 1].map((days) => expect.objectContaining({ days, last_day: '2025-07-29' })),
    )
    expect(ledger.row("SELECT state FROM matters WHERE kind = 'grant_expiry'")).toEqual({ state: 'told' })
  })

  test('is not told when nothing is left, and after a standstill only once', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 1 })
    verifyOnce(ledger, world, 'one', 'match')
    const { expires_at: end } = ledger.row<{ expires_at: number }>('SELECT expires_at FROM grants')
    ledger.clock.now = end - 7 * day
    ledger.runDue()
    expect(told(ledger, 'expiry_ahead')).toEqual([])
    const other = open()
    seedWorld(other, { credits: 5 })
    other.clock.now = end - day
    other.runDue()
    expect(told(other, 'expiry_ahead')).toEqual([expect.objectContaining({ days: 1, available: 5 })])
  })
})

describe('a verification in doubt', () => {
  test('whose ending is found by a question, by time or by staff is told; the answer of its own source is not', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'asked')
    settle(ledger, world, verificationId, 'unknown')
    settle(ledger, world, verificationId, 'match', { by: 'query' })
    expect(told(ledger, 'verification_settled')).toEqual([
      { verification: expect.stringMatching(/^ver_/), outcome: 'match', credits: 1 },
    ])
    const timed = hold(ledger, world, 'timed')
    settle(ledger, world, timed.verificationId, 'unknown')
    ledger.clock.advance(3 * 86_400_000)
    ledger.runDue()
    expect(told(ledger, 'verification_settled')[1]).toMatchObject({ outcome: 'unknown', credits: 0 })
    // Found by a question, but nobody was told of a doubt; or in doubt, and then answered by its own source.
    const early = hold(ledger, world, 'early')
    settle(ledger, world, early.verificationId, 'match', { by: 'query' })
    const late = hold(ledger, world, 'late')
    settle(ledger, world, late.verificationId, 'unknown')
    settle(ledger, world, late.verificationId, 'match')
    expect(told(ledger, 'verification_settled')).toHaveLength(2)
  })
})
