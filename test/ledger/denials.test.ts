import { describe, expect, test } from 'vitest'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'
import { holdCommand, take } from '../support/ledger-commands.ts'
import { act, createKey, type SeededAccount, seedWorld } from '../support/ledger-world.ts'

const open = useTestLedgers()

const minuteMs = 60_000

/** Calls without a consent, each in a commit of its own. */
const denyTimes = (
  ledger: TestLedger,
  { credentials }: Pick<SeededAccount, 'credentials'>,
  times: number,
  consent = 'none',
): void => {
  for (let at = 0; at < times; at += 1)
    expect(ledger.submit(holdCommand(credentials, `denied ${at}`, { consent: { reference: consent } }))).toMatchObject({
      kind: 'refused',
    })
}

const leavesOf = (ledger: TestLedger, kind: string) =>
  ledger
    .rows<{ leaf: string }>('SELECT leaf FROM entries WHERE kind = ? ORDER BY id', kind)
    .map(({ leaf }): unknown => JSON.parse(leaf))

const minuteOf = (ledger: TestLedger): number => Math.floor(ledger.clock.now / minuteMs)

describe('denials in the audit log', () => {
  test('60 of one key and code have a leaf each minute; one counting leaf tells the rest when the minute is over', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const minute = minuteOf(ledger)
    denyTimes(ledger, world, 75)
    expect(leavesOf(ledger, 'denial')).toHaveLength(60)
    expect(ledger.rows('SELECT code, count, logged FROM denials')).toEqual([{ code: 'consent_missing', count: 75, logged: 60 }])

    const count = {
      kind: 'count_denials',
      accountId: world.accountId,
      minute,
      keyNumber: world.keyNumber,
      code: 'consent_missing',
    } as const
    expect(ledger.core.due()).toEqual([])
    expect(ledger.submit(count)).toEqual({ kind: 'done', changed: false })
    ledger.clock.advance(minuteMs)
    expect(ledger.runDue()).toEqual([count])
    expect(leavesOf(ledger, 'denials_counted')).toMatchObject([
      { key: world.keyNumber, code: 'consent_missing', minute, count: 15 },
    ])
    expect(ledger.core.due()).toEqual([])
    expect(ledger.submit(count)).toEqual({ kind: 'done', changed: false })
  })

  test('a flood writes no entry beyond the 60th, and each denial is still answered and counted', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const flood = Array.from({ length: 500 }, (_, at) => holdCommand(world.credentials, `flood ${at}`, { consent: null }))
    const { n: before } = ledger.row<{ n: number }>('SELECT count(*) AS n FROM entries')
    for (const result of ledger.group(flood)) expect(result).toEqual({ kind: 'refused', code: 'consent_missing' })
    expect(ledger.row('SELECT count(*) AS n FROM entries')).toEqual({ n: before + 60 })
    expect(ledger.row('SELECT count, logged FROM denials')).toEqual({ count: 500, logged: 60 })
  })

  test('every key, code and minute has its own 60', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const second = createKey(ledger, world.accountId)
    denyTimes(ledger, world, 61)
    denyTimes(ledger, { credentials: second }, 61)
    take(act(ledger, world.accountId, { kind: 'suspend_account', ground: 'fraud', note: '', noticeId: null }), 'account')
    denyTimes(ledger, world, 61)
    ledger.clock.advance(minuteMs)
    denyTimes(ledger, world, 61)
    expect(leavesOf(ledger, 'denial')).toHaveLength(240)
    ledger.clock.advance(minuteMs)
    expect(ledger.runDue()).toHaveLength(4)
    expect(leavesOf(ledger, 'denials_counted')).toHaveLength(4)
  })

  test('are counted after the gateway stood still for days, and after a restart', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    denyTimes(ledger, world, 62)
    ledger.clock.advance(3 * 86_400_000)
    ledger.restart()
    expect(ledger.runDue()).toMatchObject([{ kind: 'count_denials' }])
    expect(leavesOf(ledger, 'denials_counted')).toMatchObject([{ count: 2 }])
  })

  test('are counted when the sweep comes late, also for a minute that was not over at its last visit', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    expect(ledger.core.due()).toEqual([])
    denyTimes(ledger, world, 61)
    expect(ledger.core.due()).toEqual([])
    ledger.clock.advance(3 * 86_400_000)
    expect(ledger.runDue()).toMatchObject([{ kind: 'count_denials' }])
    expect(ledger.runDue()).toEqual([])
  })

  test('name the key and the code and nothing of what was asked', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    denyTimes(ledger, world, 1)
    const [leaf] = leavesOf(ledger, 'denial')
    expect(Object.keys(leaf ?? {}).sort()).toEqual(['account', 'at', 'code', 'event', 'index', 'key', 'seq', 'v'])
  })
})
