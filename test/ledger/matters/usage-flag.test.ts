import { describe, expect, test } from 'vitest'
import { abuseTerms } from '../../../src/agreement/abuse-terms.ts'
import type { MatterView } from '../../../src/core/matters/index.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { holdCommand, staffReader, subjectTwo, take } from '../../support/ledger-commands.ts'
import {
  act,
  createKey,
  grantOf,
  hold,
  probe,
  recordConsent,
  type SeededAccount,
  seedWorld,
  settle,
} from '../../support/ledger-world.ts'

const open = useTestLedgers()

const hourMs = 3_600_000

const flagsOf = (ledger: TestLedger, { accountId }: SeededAccount) =>
  take(
    ledger.read({ kind: 'matters', matter: 'usage_flag', open: false, before: null, limit: 9, reader: staffReader, accountId }),
    'read',
  ).value.items as MatterView<'usage_flag'>[]

const throttleOf = (ledger: TestLedger, { keyNumber }: SeededAccount) =>
  ledger.row<{ throttle: number | null }>('SELECT throttle FROM api_keys WHERE id = ?', keyNumber).throttle

describe('the ladder of a key that looks like probing', () => {
  test('goes from a warning to a throttle to a stop, and what it stops is not held, not charged and tells nothing', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const results = probe(ledger, world, 20)
    const words = results.map((result) => (result.kind === 'refused' ? result.code : result.kind))
    expect(words).toEqual([
      ...Array(11).fill('held'),
      'abnormal_usage',
      ...Array(5).fill('held'),
      'abnormal_usage',
      'key_suspended',
      'key_suspended',
    ])
    expect(grantOf(ledger, world)).toMatchObject({ held: 16 })
    const [flag] = flagsOf(ledger, world)
    expect(flag).toMatchObject({ state: 'stopped', data: { keyNumber: world.keyNumber } })
    expect(flag?.data.steps.map(({ rung, by, pattern }) => [rung, by, pattern])).toEqual(
      ['warned', 'throttled', 'stopped'].map((rung) => [rung, 'clock', 'many_names_of_one_number']),
    )
    expect(
      ledger.rows<{ kind: string }>("SELECT kind FROM entries WHERE actor = 'clock' ORDER BY seq").map(({ kind }) => kind),
    ).toEqual(['usage_warned', 'usage_throttled', 'suspend_key'])
  })

  test('slows the key down to its share of the rate, and says why beyond it', () => {
    const ledger = open()
    const world = seedWorld(ledger, { overrides: { rate: { limit: 50, windowSeconds: 60 } } })
    probe(ledger, world, 12)
    expect(ledger.core.rateOf(world.credentials)).toEqual({ limit: 5, windowSeconds: 60 })
    const rate = { limit: 5, windowSeconds: 60, remaining: 0, resetSeconds: 9, exceeded: true }
    expect(ledger.submit(holdCommand({ ...world.credentials, rate }, 'more'))).toEqual({
      kind: 'refused',
      code: 'abnormal_usage',
      rate,
    })
    expect(ledger.core.rateOf(createKey(ledger, world.accountId))).toEqual({ limit: 50, windowSeconds: 60 })
  })

  test('outlives a restart: what was found stands in the books', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    probe(ledger, world, 12)
    ledger.restart()
    expect(throttleOf(ledger, world)).toBe(600)
    expect(probe(ledger, world, 6, 100).at(-1)).toMatchObject({ code: 'abnormal_usage' })
    expect(flagsOf(ledger, world)).toMatchObject([{ state: 'stopped' }])
  })

  test('goes down by itself after quiet time, step by step', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    probe(ledger, world, 12)
    ledger.clock.advance(24 * hourMs - 1)
    ledger.runDue()
    expect(throttleOf(ledger, world)).toBe(600)
    ledger.clock.advance(1)
    ledger.runDue()
    expect([throttleOf(ledger, world), flagsOf(ledger, world)[0]?.state]).toEqual([null, 'warned'])
    ledger.clock.advance(24 * hourMs)
    ledger.runDue()
    expect(flagsOf(ledger, world)).toMatchObject([{ state: 'cleared', closedAt: ledger.clock.now }])
    expect(take(ledger.read({ kind: 'alarms', reader: staffReader, accountId: world.accountId }), 'read').value).toMatchObject([
      { kind: 'abnormal_usage', clearedAt: ledger.clock.now },
    ])
  })

  test('a stop does not go by itself; staff take it back whole, with their name and reason', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    probe(ledger, world, 18)
    ledger.clock.advance(1_000 * hourMs)
    ledger.runDue()
    expect(ledger.submit(holdCommand(world.credentials, 'one'))).toMatchObject({ code: 'key_suspended' })
    const flagId = flagsOf(ledger, world)[0]?.id ?? 0
    take(act(ledger, world.accountId, { kind: 'clear_usage_flag', flagId, note: 'a load test' }), 'matter')
    expect(throttleOf(ledger, world)).toBeNull()
    hold(ledger, world, 'one')
    expect(flagsOf(ledger, world)[0]?.data.steps.at(-1)).toMatchObject({ by: 'staff:staff-1', note: 'a load test' })
    expect(act(ledger, world.accountId, { kind: 'clear_usage_flag', flagId, note: '' })).toMatchObject({
      detail: 'usage_flag_closed',
    })
  })

  test('resuming the key takes the ladder back as well', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    probe(ledger, world, 18)
    take(act(ledger, world.accountId, { kind: 'resume_key', keyNumber: world.keyNumber, note: 'explained' }), 'key')
    expect([throttleOf(ledger, world), flagsOf(ledger, world)[0]?.state]).toEqual([null, 'cleared'])
    hold(ledger, world, 'one')
  })

  test('is not climbed where the agreement switches the pattern off, nor by a test key', () => {
    const ledger = open()
    const off = seedWorld(ledger, { overrides: { abuse: { namesPerNumber: null } } })
    expect(probe(ledger, off, 60).every(({ kind }) => kind === 'held')).toBe(true)
    const sandbox = seedWorld(ledger, { accountId: 'acc_0000000009', mode: 'test' })
    expect(probe(ledger, sandbox, 60).every(({ kind }) => kind === 'held')).toBe(true)
    expect([flagsOf(ledger, off), flagsOf(ledger, sandbox)]).toEqual([[], []])
  })

  test('stops at the throttle where the table knows no such ground', () => {
    const ledger = open()
    const world = seedWorld(ledger, { overrides: { suspension: { abnormal_usage: 'after_notice' } } })
    probe(ledger, world, 40)
    expect(flagsOf(ledger, world)).toMatchObject([{ state: 'throttled' }])
  })
})

describe('other patterns reach the ladder', () => {
  test('one consent for many persons, though every call of them is refused for it', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    recordConsent(ledger, world.credentials, 'other', {
      subject: { kind: 'person', digest: subjectTwo, numberMasked: '1', nameMasked: '李*' },
    })
    for (let at = 0; at < 6; at += 1) {
      const subject = { keyId: 'k1', digest: `${at}`.padStart(64, 'a') }
      ledger.submit(
        holdCommand(world.credentials, `reuse ${at}`, {
          subject: { ...subject, digest: subject.digest.split('').reverse().join('') },
        }),
      )
    }
    expect(flagsOf(ledger, world)).toMatchObject([
      { state: 'warned', data: { steps: [{ pattern: 'many_persons_of_one_consent' }] } },
    ])
  })

  test('mismatches of as many persons, by their answers', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const limit = abuseTerms.mismatches ?? 0
    for (let at = 0; at < limit; at += 1) {
      const digest = { keyId: 'k1', digest: `${at.toString(16).padStart(7, '0')}`.padEnd(64, '0') }
      recordConsent(ledger, world.credentials, `c ${at}`, {
        subject: { kind: 'person', digest, numberMasked: '1', nameMasked: '李*' },
      })
      const { verificationId } = hold(ledger, world, `m ${at}`, { subject: digest, consent: { reference: `c ${at}` } })
      settle(ledger, world, verificationId, 'mismatch')
    }
    expect(flagsOf(ledger, world)).toMatchObject([{ state: 'warned', data: { steps: [{ pattern: 'mismatches' }] } }])
  })
})
