import { describe, expect, test } from 'vitest'
import type { Command, HoldCommand } from '../../src/core/commands.ts'
import { expectSound, useTestLedgers } from '../support/ledger.ts'
import { accountB, actCommand, holdCommand, settleCommand, take } from '../support/ledger-commands.ts'
import { seededRandom } from '../support/ledger-history.ts'
import { changeAgreement, grantOf, hold, seedWorld, settle, verifyOnce } from '../support/ledger-world.ts'

const open = useTestLedgers()

/** Cuts a list into groups of random sizes: how commits happen to be gathered must not matter. */
const cut = <T>(pieces: readonly T[], random: () => number): T[][] => {
  const groups: T[][] = []
  for (let at = 0; at < pieces.length; ) {
    const size = 1 + Math.floor(random() * 40)
    groups.push(pieces.slice(at, at + size))
    at += size
  }
  return groups
}

const codesOf = (results: readonly { kind: string; code?: string }[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { kind, code } of results) counts[code ?? kind] = (counts[code ?? kind] ?? 0) + 1
  return counts
}

const cuts: [string, (commands: HoldCommand[]) => HoldCommand[][]][] = [
  ['in one commit', (commands) => [commands]],
  ['each in its own commit', (commands) => commands.map((command) => [command])],
  ['in commits of random sizes', (commands) => cut(commands, seededRandom(7))],
]

describe('the last credit', () => {
  test.each(cuts)('200 calls with different keys, %s: exactly one is held', (_how, groupsOf) => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 1 })
    const calls = Array.from({ length: 200 }, (_, at) => holdCommand(world.credentials, `call ${at}`))
    const results = groupsOf(calls).flatMap((group) => ledger.group(group))
    expect(codesOf(results)).toEqual({ held: 1, quota_exhausted: 199 })
    expect(grantOf(ledger, world)).toMatchObject({ granted: 1, available: 0, held: 1 })
    expect(ledger.rows('SELECT id FROM verifications')).toHaveLength(1)
  })

  test.each(cuts)(
    '200 calls with the same key, %s: one is held, the others wait, and later each is the same answer',
    (_how, groupsOf) => {
      const ledger = open()
      const world = seedWorld(ledger, { credits: 1 })
      const calls = Array.from({ length: 200 }, () => holdCommand(world.credentials, 'the call'))
      const results = groupsOf(calls).flatMap((group) => ledger.group(group))
      expect(codesOf(results)).toEqual({ held: 1, verification_in_progress: 199 })
      const held = results.find((result) => result.kind === 'held')
      if (held?.kind !== 'held') throw new Error('one is held')
      const { verification } = settle(ledger, world, held.verificationId, 'match')
      const later = groupsOf(calls).flatMap((group) => ledger.group(group))
      expect(codesOf(later)).toEqual({ replayed: 200 })
      expect(new Set(later.map((result) => JSON.stringify(take(result, 'replayed').verification)))).toEqual(
        new Set([JSON.stringify(verification)]),
      )
      expect(grantOf(ledger, world)).toMatchObject({ captured: 1, available: 0, held: 0 })
    },
  )

  test('a credit that comes back inside a commit is there for the next piece of it', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 1 })
    const { verificationId } = hold(ledger, world, 'first')
    const results = ledger.group<Command>([
      holdCommand(world.credentials, 'second'),
      settleCommand(world.accountId, verificationId, 'unavailable'),
      holdCommand(world.credentials, 'second'),
    ])
    expect(results).toMatchObject([{ code: 'quota_exhausted' }, { kind: 'settled' }, { kind: 'held' }])
  })
})

describe('a suspension in the midst of calls', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('nothing is held after it, and what is open ends (seed %i)', (seed) => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 100 })
    const random = seededRandom(seed)
    const pieces: Command[] = Array.from({ length: 100 }, (_, at) => holdCommand(world.credentials, `call ${at}`))
    const suspend = { kind: 'suspend_account', ground: 'fraud', note: '', noticeId: null } as const
    const keyNumber = world.keyNumber
    for (const staffAct of [
      suspend,
      { kind: 'resume_account', note: '' },
      { kind: 'suspend_key', keyNumber, ground: 'fraud', note: '', noticeId: null },
      suspend,
      { kind: 'resume_key', keyNumber, note: '' },
    ] as const)
      pieces.splice(Math.floor(random() * pieces.length), 0, actCommand(world.accountId, staffAct))
    const results = cut(pieces, random).flatMap((group) => ledger.group(group))

    // The order of the pieces is the order of the commits: the expected answer of each follows from the acts before it.
    let suspended = false
    let keySuspended = false
    const stillOpen: number[] = []
    for (const [at, result] of results.entries()) {
      const piece = pieces[at]
      if (piece?.kind === 'act' && result.kind !== 'refused') {
        if (piece.act.kind === 'suspend_account' || piece.act.kind === 'resume_account')
          suspended = piece.act.kind === 'suspend_account'
        else keySuspended = piece.act.kind === 'suspend_key'
      }
      if (piece?.kind !== 'hold') continue
      expect(result).toMatchObject(
        suspended ? { code: 'account_suspended' } : keySuspended ? { code: 'key_suspended' } : { kind: 'held' },
      )
      if (result.kind === 'held') stillOpen.push(result.verificationId)
    }
    expect(stillOpen.length).toBeGreaterThan(0)
    expect(stillOpen.length).toBeLessThan(100)
    for (const [at, id] of stillOpen.entries()) settle(ledger, world, id, at % 3 === 0 ? 'unavailable' : 'match')
    expect(grantOf(ledger, world)).toMatchObject({ held: 0, captured: stillOpen.length - Math.ceil(stillOpen.length / 3) })
  })
})

describe('a group of pieces', () => {
  test('a piece that throws leaves no trace and fails alone', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'open')
    const untouched = ledger.row('SELECT * FROM grants')
    const pieces: Command[] = [
      settleCommand(world.accountId, 1, 'match'),
      // A lone surrogate has no canonical form: the leaf cannot be written, after the key was decided already.
      actCommand(world.accountId, {
        kind: 'create_key',
        name: '\ud800',
        mode: 'live',
        scopes: [],
        addresses: [],
        expiresAt: null,
      }),
    ]
    expect(ledger.core.commit(pieces).map(({ kind }) => kind)).toEqual(['fault', 'fault'])
    expect(ledger.row('SELECT * FROM grants')).toEqual(untouched)
    expect(ledger.rows('SELECT id FROM api_keys')).toHaveLength(1)

    const group: Command[] = [
      holdCommand(world.credentials, 'before'),
      ...pieces,
      settleCommand(world.accountId, verificationId, 'match'),
      holdCommand(world.credentials, 'after'),
    ]
    expect(ledger.core.commit(group).map(({ kind }) => kind)).toEqual(['result', 'fault', 'fault', 'result', 'result'])
    expect(grantOf(ledger, world)).toMatchObject({ held: 2, captured: 1 })
    expectSound(ledger)
  })

  test('an error of the database fails the whole group, of every account in it, and nothing is stored or remembered', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const other = seedWorld(ledger, { accountId: accountB })
    const { verificationId } = hold(ledger, world, 'open')
    ledger.connection.exec("CREATE TRIGGER full BEFORE INSERT ON outcomes BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    const before = ledger.connection.serialize()
    const group = [
      holdCommand(world.credentials, 'new'),
      holdCommand(other.credentials, 'new'),
      settleCommand(world.accountId, verificationId, 'match'),
    ]
    const deadline = ledger.core.due()
    expect(() => ledger.core.commit(group)).toThrow('disk full')
    expect(ledger.connection.inTransaction).toBe(false)
    expect(ledger.connection.serialize().equals(before)).toBe(true)
    expect(ledger.core.due()).toEqual(deadline)

    ledger.connection.exec('DROP TRIGGER full')
    // The keys of the failed group are free, the open hold is still open, and the memory agrees with the rows.
    expect(ledger.group(group)).toMatchObject([{ kind: 'held' }, { kind: 'held' }, { kind: 'settled', late: false }])
    ledger.clock.advance(60_000)
    expect(ledger.core.due()).toHaveLength(2)
  })

  test('an error of the database while a piece is being decided fails the whole group, too', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    ledger.connection.exec('ALTER TABLE consents RENAME TO away')
    const before = ledger.connection.serialize()
    const later = actCommand(world.accountId, { kind: 'suspend_account', ground: 'fraud', note: 'n', noticeId: null })
    expect(() =>
      ledger.core.commit([holdCommand(world.credentials, 'new', { consent: { reference: 'not read yet' } }), later]),
    ).toThrow()
    expect(ledger.connection.serialize().equals(before)).toBe(true)
    ledger.connection.exec('ALTER TABLE away RENAME TO consents')
  })

  test('a row that the database refuses fails the group: what was broken before is not made worse', () => {
    const ledger = open({ sound: false })
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'open')
    ledger.corrupt('UPDATE grants SET held = 0, available = available + 1')
    const group = [holdCommand(world.credentials, 'new'), settleCommand(world.accountId, verificationId, 'match')]
    const before = ledger.connection.serialize()
    expect(() => ledger.core.commit([settleCommand(world.accountId, verificationId, 'match')])).toThrow('grants_signs')
    expect(ledger.connection.serialize().equals(before)).toBe(true)
    // With another hold in the same group the sum comes out right again, and only reconciling sees what happened.
    expect(ledger.core.commit(group).map(({ kind }) => kind)).toEqual(['result', 'result'])
    expect(ledger.violations()).not.toEqual([])
  })

  test('a grant that is paid for inside a commit is there for the next piece of it', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 1 })
    hold(ledger, world, 'first')
    const order = {
      externalId: 'more',
      check: 'id2',
      mode: 'live',
      credits: 5,
      listFen: 1,
      paidFen: 1,
      offerSha256: null,
    } as const
    const ordered = take(ledger.submit(actCommand(world.accountId, { kind: 'record_order', ...order })), 'order')
    const results = ledger.group<Command>([
      holdCommand(world.credentials, 'second'),
      actCommand(world.accountId, { kind: 'record_payment', orderId: ordered.order.id, bankReference: 'bank' }),
      holdCommand(world.credentials, 'second'),
    ])
    expect(results).toMatchObject([{ code: 'quota_exhausted' }, { kind: 'order' }, { kind: 'held' }])
  })

  test('a grant that lapses inside a commit stays lapsed for the next piece of it', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 5 })
    const longer = { term: { start: '2024-07-28', end: '2026-07-29' } }
    changeAgreement(ledger, world.accountId, longer)
    ledger.clock.set('2025-08-01T00:00:00+08:00')
    const results = ledger.group<Command>([
      { kind: 'expire_grant', accountId: world.accountId, grantId: world.grantId },
      holdCommand(world.credentials, 'too late'),
    ])
    expect(results).toMatchObject([{ changed: true }, { code: 'quota_exhausted' }])
    expect(grantOf(ledger, world)).toMatchObject({ available: 0, expired: 5 })
  })

  test('an empty group is no commit', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const before = ledger.connection.serialize()
    expect(ledger.core.commit([])).toEqual([])
    expect(ledger.connection.serialize().equals(before)).toBe(true)
    verifyOnce(ledger, world, 'one', 'match')
  })
})
