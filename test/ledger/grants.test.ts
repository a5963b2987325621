import { describe, expect, test } from 'vitest'
import type { Rows } from '../../src/ledger/book.ts'
import { chooseGrant, sumAvailable } from '../../src/ledger/decide/grant-order.ts'
import { useTestLedgers } from '../support/ledger.ts'
import { holdCommand, staffReader, take } from '../support/ledger-commands.ts'
import { act, buyCredits, changeAgreement, grantOf, hold, seedWorld, settle, verifyOnce } from '../support/ledger-world.ts'

const open = useTestLedgers()

const grant = (id: number, more: Partial<Rows['grants']> = {}): Rows['grants'] => ({
  id,
  accountId: 'acc_0000000000',
  orderId: id,
  check: 'id2',
  mode: 'live',
  priority: 100,
  granted: 10,
  available: 10,
  held: 0,
  captured: 0,
  expired: 0,
  refunded: 0,
  startsAt: 0,
  expiresAt: null,
  toldPercent: 100,
  ...more,
})

const wanted = { check: 'id2', mode: 'live', credits: 1, now: 1_000 } as const

describe('which grant pays', () => {
  test.each<[string, Rows['grants'][], number | null]>([
    ['the lowest priority number before everything', [grant(1, { expiresAt: 2_000 }), grant(2, { priority: 1 })], 2],
    ['then the earliest expiry', [grant(1, { expiresAt: 3_000 }), grant(2, { expiresAt: 2_000 })], 2],
    ['one that expires before one that never does', [grant(1), grant(2, { expiresAt: 2_000 })], 2],
    ['then the oldest', [grant(3), grant(2)], 2],
    ['none of another check', [grant(1, { check: 'mobile3' })], null],
    ['none of another mode', [grant(1, { mode: 'test' })], null],
    ['none that begins later', [grant(1, { startsAt: 1_001 }), grant(2, { startsAt: 1_000 })], 2],
    ['none that has lapsed', [grant(1, { expiresAt: 1_000 }), grant(2, { expiresAt: 1_001 })], 2],
    ['none that is used up', [grant(1, { available: 0, captured: 10 })], null],
    ['none at all', [], null],
  ])('%s', (_rule, grants, id) => {
    expect(chooseGrant(grants, wanted)?.id ?? null).toBe(id)
    expect(chooseGrant(grants.toReversed(), wanted)?.id ?? null).toBe(id)
  })

  test('one grant pays for the whole of a verification', () => {
    const grants = [grant(1, { available: 2, captured: 8 }), grant(2, { available: 3, captured: 7 })]
    expect(chooseGrant(grants, { ...wanted, credits: 3 })?.id).toBe(2)
    expect(chooseGrant(grants, { ...wanted, credits: 4 })).toBeNull()
  })

  test('what is available is the sum over grants of the check and mode that can be used now', () => {
    const grants = [
      grant(1),
      grant(2, { mode: 'test' }),
      grant(3, { check: 'mobile3' }),
      grant(4, { expiresAt: 1_000 }),
      grant(5, { startsAt: 2_000 }),
      grant(6),
    ]
    expect(sumAvailable(grants, 'id2', 'live', 1_000)).toBe(20)
  })

  test('in the ledger: the pack that lapses first is used up first, then the next, over one commit and over many', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 3 })
    changeAgreement(ledger, world.accountId, { term: { start: '2024-07-28', end: '2026-07-29' } })
    const next = buyCredits(ledger, world.accountId, 3, 'live', 'order-2').grant
    ledger.group(['one', 'two'].map((name) => holdCommand(world.credentials, name)))
    for (const name of ['three', 'four', 'five']) hold(ledger, world, name)
    expect(ledger.rows('SELECT grant_id AS id, count(*) AS n FROM verifications GROUP BY grant_id ORDER BY grant_id')).toEqual([
      { id: world.grantId, n: 3 },
      { id: next.id, n: 2 },
    ])
  })
})

describe('what happens to a grant at the end of the term', () => {
  const lastInstant = '2025-07-29T23:59:59.999+08:00'
  const firstInstantAfter = '2025-07-30T00:00:00.000+08:00'

  test('the last call of the term is held at 23:59:59.999 in Shanghai, the next one a millisecond later is not', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    ledger.clock.set(lastInstant)
    hold(ledger, world, 'last')
    ledger.clock.set(firstInstantAfter)
    expect(ledger.submit(holdCommand(world.credentials, 'too late'))).toMatchObject({ kind: 'refused', code: 'term_expired' })
  })

  test('the first call of the term is held at 00:00 in Shanghai, not a millisecond earlier', () => {
    const ledger = open()
    const world = seedWorld(ledger, { overrides: { term: { start: '2024-08-03', end: '2025-07-29' } } })
    ledger.clock.set('2024-08-02T23:59:59.999+08:00')
    expect(ledger.submit(holdCommand(world.credentials, 'early'))).toMatchObject({ kind: 'refused', code: 'not_effective' })
    ledger.clock.set('2024-08-03T00:00:00.000+08:00')
    hold(ledger, world, 'early')
  })

  test('a call accepted in the term ends after it and is charged, on the service day of its arrival', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    ledger.clock.set('2025-07-29T23:59:59.900+08:00')
    const held = hold(ledger, world, 'last')
    ledger.clock.set('2025-07-30T00:00:01.200+08:00')
    expect(settle(ledger, world, held.verificationId, 'match').verification).toMatchObject({
      state: 'captured',
      credits: 1,
      available: 0,
    })
    expect(ledger.rows('SELECT service_day, settled_day, credits FROM rollups')).toEqual([
      { service_day: '2025-07-29', settled_day: '2025-07-30', credits: 1 },
    ])
  })

  test('its unused credits lapse once, as an entry with a leaf, and the held ones stay with their holds', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 10 })
    verifyOnce(ledger, world, 'captured', 'match')
    hold(ledger, world, 'open')
    ledger.clock.set(lastInstant)
    expect(ledger.core.due().filter(({ kind }) => kind === 'expire_grant')).toEqual([])
    ledger.clock.set(firstInstantAfter)
    const expire = { kind: 'expire_grant', accountId: world.accountId, grantId: world.grantId } as const
    expect(ledger.core.due()).toContainEqual(expire)
    expect(ledger.group([expire, expire])).toEqual([
      { kind: 'done', changed: true },
      { kind: 'done', changed: false },
    ])
    expect(ledger.core.due()).not.toContainEqual(expire)
    expect(grantOf(ledger, world)).toMatchObject({ granted: 10, available: 0, held: 1, captured: 1, expired: 8 })
    const [entry] = ledger.rows<{ credits: number; leaf: string }>("SELECT credits, leaf FROM entries WHERE kind = 'expire'")
    expect(entry?.credits).toBe(8)
    expect(JSON.parse(entry?.leaf ?? '')).toMatchObject({ event: 'expire', grant: world.grantId, credits: 8 })
  })

  test('a release into a grant that has lapsed lapses in the same commit', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 10 })
    const held = hold(ledger, world, 'open')
    ledger.clock.set(firstInstantAfter)
    ledger.runDue()
    expect(settle(ledger, world, held.verificationId, 'unavailable').verification).toMatchObject({
      state: 'released',
      available: 0,
    })
    expect(grantOf(ledger, world)).toMatchObject({ available: 0, held: 0, expired: 10 })
    const last = ledger.rows<{ kind: string; leaf: string }>('SELECT kind, leaf FROM entries ORDER BY id DESC LIMIT 2')
    expect(last.map(({ kind }) => kind)).toEqual(['expire', 'release'])
    // Whichever way credits lapse, the audit log tells it, so that its lines add up to the balance.
    expect(JSON.parse(last[0]?.leaf ?? '')).toMatchObject({ event: 'expire', grant: world.grantId, credits: 1 })
  })

  test('a release into a grant that lapsed but was not swept yet does not bring a usable credit back', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 10 })
    const held = hold(ledger, world, 'open')
    ledger.clock.set(firstInstantAfter)
    settle(ledger, world, held.verificationId, 'unavailable')
    expect(grantOf(ledger, world)).toMatchObject({ available: 9, expired: 1 })
    expect(take(ledger.read({ kind: 'balance', reader: staffReader, accountId: world.accountId }), 'read').value.totals).toEqual(
      [],
    )
    ledger.runDue()
    expect(grantOf(ledger, world)).toMatchObject({ available: 0, expired: 10 })
  })

  test('an early or strange expiry does nothing', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const before = ledger.connection.serialize()
    for (const grantId of [world.grantId, 1])
      expect(ledger.submit({ kind: 'expire_grant', accountId: world.accountId, grantId })).toEqual({
        kind: 'done',
        changed: false,
      })
    expect(ledger.connection.serialize().equals(before)).toBe(true)
  })

  test('a payment after the end of the term makes no grant', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const order = {
      kind: 'record_order',
      externalId: 'late',
      check: 'id2',
      mode: 'live',
      credits: 5,
      listFen: 1,
      paidFen: 1,
      offerSha256: null,
    } as const
    const { order: made } = take(act(ledger, world.accountId, order), 'order')
    ledger.clock.set(firstInstantAfter)
    const payment = { kind: 'record_payment', orderId: made.id, bankReference: 'b' } as const
    expect(act(ledger, world.accountId, payment)).toEqual({ kind: 'refused', code: 'term_expired' })
    expect(ledger.rows('SELECT id FROM grants')).toHaveLength(1)
  })
})
