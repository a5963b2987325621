import { describe, expect, test } from 'vitest'
import { clauseOf } from '../../../src/agreement/clause.ts'
import { closingTermsOf } from '../../../src/agreement/closing-terms.ts'
import { rulesOf } from '../../../src/agreement/preset-rules.ts'
import { makeId } from '../../../src/core/ids.ts'
import type { CustomerMatterAct, MatterView } from '../../../src/core/matters/index.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { accountB, holdCommand, staffReader, take } from '../../support/ledger-commands.ts'
import { settleAccount } from '../../support/ledger-matters.ts'
import { act, hold, type SeededAccount, seedAccount, seedWorld, settle } from '../../support/ledger-world.ts'

const open = useTestLedgers()
const term = { start: '2024-07-28', end: '2026-07-29' }

/** An account that pays as in S1 and ends as in another preset. */
const seed = (preset: 'S0' | 'S1' | 'S2' | 'S3', now: string): { ledger: TestLedger; world: SeededAccount } => {
  const ledger = open()
  ledger.clock.set(now)
  const { ending, delivery, inactivity } = rulesOf[preset]
  const overrides = { term, ending, delivery, inactivity, closing: closingTermsOf[preset] }
  return { ledger, world: seedWorld(ledger, { overrides }) }
}

const ems = { channel: 'ems', postedAt: Date.parse('2024-09-19T10:00:00+08:00') }

const apply = (ledger: TestLedger, { accountId }: SeededAccount, more: { stopOn?: string; sent?: typeof ems } = {}) =>
  act(ledger, accountId, { kind: 'apply_closing', reference: null, stopOn: null, text: null, sent: ems, ...more })

const byCustomer = (ledger: TestLedger, { accountId, credentials }: SeededAccount, wanted: CustomerMatterAct) =>
  ledger.submit({ kind: 'customer_act', accountId, credentials, act: wanted })

const ownWish = { kind: 'apply_closing', reference: null, stopOn: null, text: null, sent: null } as const

const terminate = (
  ledger: TestLedger,
  { accountId }: SeededAccount,
  ground: string,
  more: { documentSha256?: string; sent?: object } = {},
) =>
  act(ledger, accountId, {
    kind: 'announce_termination',
    reference: null,
    ground,
    text: null,
    documentSha256: more.documentSha256 ?? null,
    sent: more.sent ? { channel: 'ems', ...more.sent } : null,
  })

const closingOf = (result: { matter: unknown }) => result.matter as MatterView<'closing'>

const instant = (text: string): number => Date.parse(text)

describe('the application of a customer to stop', () => {
  test('by EMS lets calls go on for 14 working days after its delivery, and then the clock closes the account by its clause', () => {
    const { ledger, world } = seed('S0', '2024-09-20T09:00:00+08:00')
    const closing = closingOf(take(apply(ledger, world), 'matter'))
    expect(closing.data).toMatchObject({
      deemedAt: instant('2024-09-21T12:00:00+08:00'),
      endsAt: instant('2024-10-16T00:00:00+08:00'),
    })
    expect(ledger.row('SELECT due_at AS dueAt FROM matters WHERE id = ?', closing.id)).toEqual({ dueAt: closing.data.endsAt })
    ledger.clock.set('2024-10-15T23:59:59.999+08:00')
    ledger.runDue()
    const held = hold(ledger, world, 'the last one')
    ledger.clock.set('2024-10-16T00:00:00+08:00')
    ledger.restart()
    ledger.runDue()
    expect(ledger.submit(holdCommand(world.credentials, 'too late'))).toMatchObject({ code: 'account_closed' })
    expect(settle(ledger, world, held.verificationId, 'match').verification).toMatchObject({ state: 'captured', credits: 1 })
    const entries = ledger.rows<{ actor: string; leaf: string }>("SELECT actor, leaf FROM entries WHERE kind = 'close_account'")
    expect(entries.map(({ actor, leaf }) => [actor, JSON.parse(leaf).cause, JSON.parse(leaf).closing])).toEqual([
      ['clock', 'customer_stop', closing.id],
    ])
    // An end that comes as announced is no missed deadline.
    expect(ledger.rows("SELECT 1 FROM alarms WHERE kind = 'deadline_missed'")).toEqual([])
    ledger.restart()
    expect(ledger.runDue()).toEqual([])
  })

  test('to stop earlier than the agreement allows is refused', () => {
    const { ledger, world } = seed('S0', '2024-09-20T09:00:00+08:00')
    expect(apply(ledger, world, { stopOn: '2024-10-10' })).toMatchObject({ detail: 'notice_too_short' })
    const later = closingOf(take(apply(ledger, world, { stopOn: '2024-10-20' }), 'matter'))
    expect(later.data.endsAt).toBe(instant('2024-10-20T00:00:00+08:00'))
    expect(apply(ledger, world)).toMatchObject({ detail: 'closing_open' })
  })

  test('that never counts as delivered starts no clock', () => {
    const { ledger, world } = seed('S0', '2024-09-20T09:00:00+08:00')
    const handed = { channel: 'personal', postedAt: 0, handedAt: instant('2024-09-20T09:00:00+08:00') }
    expect(apply(ledger, world, { sent: handed })).toMatchObject({ detail: 'no_signed_receipt' })
    expect(apply(ledger, world, { sent: { ...ems, channel: 'pigeon' } })).toMatchObject({ detail: 'channel_not_in_contract' })
  })

  test('is taken back before it takes effect, by the side that made it', () => {
    const { ledger, world } = seed('S0', '2024-09-20T09:00:00+08:00')
    const { result } = take(byCustomer(ledger, world, ownWish), 'acted')
    if (result.kind !== 'matter') throw new Error(result.kind)
    const closingId = result.matter.id
    expect(act(ledger, world.accountId, { kind: 'withdraw_closing', closingId })).toMatchObject({
      detail: 'step_of_the_other_side',
    })
    const back = { kind: 'withdraw_closing', closingId } as const
    expect(take(byCustomer(ledger, world, back), 'acted').result).toMatchObject({ matter: { state: 'withdrawn' } })
    expect(take(byCustomer(ledger, world, back), 'acted').result).toMatchObject({ repeated: true })
    ledger.clock.set('2024-12-01T00:00:00+08:00')
    ledger.runDue()
    hold(ledger, world, 'still a customer')
  })

  test('ends service at once where the agreement asks for no notice; what is under way finishes and is charged', () => {
    const { ledger, world } = seed('S2', '2025-03-03T10:00:00+08:00')
    const held = hold(ledger, world, 'under way')
    expect(take(byCustomer(ledger, world, ownWish), 'acted').result).toMatchObject({
      matter: { state: 'ended', data: { endsAt: ledger.clock.now } },
    })
    expect(ledger.submit(holdCommand(world.credentials, 'new'))).toMatchObject({ code: 'account_closed' })
    expect(settle(ledger, world, held.verificationId, 'mismatch').verification).toMatchObject({ state: 'captured' })
  })

  test('is a proposal where both sides have to agree, and ends by the paper that both signed', () => {
    const { ledger, world } = seed('S1', '2025-03-03T10:00:00+08:00')
    const { result } = take(byCustomer(ledger, world, ownWish), 'acted')
    if (result.kind !== 'matter') throw new Error(result.kind)
    expect(result.matter).toMatchObject({ state: 'proposed', data: { endsAt: null } })
    ledger.clock.set('2025-06-03T10:00:00+08:00')
    hold(ledger, world, 'nobody agreed')
    const agree = { kind: 'agree_closing', closingId: result.matter.id, documentSha256: 'ab'.repeat(32), stopOn: null } as const
    expect(closingOf(take(act(ledger, world.accountId, agree), 'matter'))).toMatchObject({
      state: 'ended',
      data: { cause: 'by_agreement', clause: 'S1 §4.6' },
    })
    expect(ledger.submit(holdCommand(world.credentials, 'two'))).toMatchObject({ code: 'account_closed' })
  })

  test('30 days ahead ends on the day after 30 full days', () => {
    const { ledger, world } = seed('S3', '2025-03-03T10:00:00+08:00')
    const { result } = take(byCustomer(ledger, world, ownWish), 'acted')
    if (result.kind !== 'matter') throw new Error(result.kind)
    expect(closingOf(result).data.endsAt).toBe(instant('2025-04-03T00:00:00+08:00'))
  })
})

describe('an end that the provider announces', () => {
  test('on a ground of insolvency needs its document, a notice and five working days', () => {
    const { ledger, world } = seed('S0', '2025-03-03T10:00:00+08:00')
    const sent = { postedAt: instant('2025-03-03T10:00:00+08:00') }
    expect(terminate(ledger, world, 'bankruptcy', { sent })).toMatchObject({ detail: 'document_missing' })
    const documentSha256 = 'cd'.repeat(32)
    expect(terminate(ledger, world, 'bankruptcy', { documentSha256 })).toMatchObject({ detail: 'notice_required' })
    const closing = closingOf(take(terminate(ledger, world, 'bankruptcy', { documentSha256, sent }), 'matter'))
    // Deemed delivered on Wednesday the 5th at noon; five working days are Thursday to Wednesday.
    expect(closing.data).toMatchObject({ clause: 'S1 §4.4', endsAt: instant('2025-03-13T00:00:00+08:00') })
    expect(terminate(ledger, world, 'mood', { sent })).toMatchObject({ detail: 'closing_open' })
  })

  test.each(['false_papers', 'unlawful_use', 'improper_use', 'authority_order'])(
    'on the ground %s of S3 §8.4 it ends at once, and without a ground of the table never',
    (ground) => {
      const { ledger, world } = seed('S3', '2025-03-03T10:00:00+08:00')
      expect(terminate(ledger, world, 'mood')).toMatchObject({ detail: 'ground_unknown' })
      expect(closingOf(take(terminate(ledger, world, ground), 'matter')).state).toBe('ended')
      expect(ledger.submit(holdCommand(world.credentials, 'one'))).toMatchObject({ code: 'account_closed' })
    },
  )

  test('closing at once takes no ground that asks for a notice', () => {
    const { ledger, world } = seed('S0', '2025-03-03T10:00:00+08:00')
    const close = (ground: string) => act(ledger, world.accountId, { kind: 'close_account', note: '', ground })
    expect(close('bankruptcy')).toMatchObject({ detail: 'notice_required' })
    expect(close('mood')).toMatchObject({ detail: 'ground_unknown' })
    take(act(ledger, world.accountId, { kind: 'close_account', note: '' }), 'account')
  })
})

describe('after the end', () => {
  test('what was closed stays closed, and who comes back gets a new account and agreement', () => {
    const { ledger, world } = seed('S2', '2025-03-03T10:00:00+08:00')
    take(byCustomer(ledger, world, ownWish), 'acted')
    expect(act(ledger, world.accountId, { kind: 'resume_account', note: '' })).toMatchObject({ code: 'account_closed' })
    expect(act(ledger, world.accountId, { kind: 'put_agreement', preset: 'S1', overrides: { term } })).toMatchObject({
      code: 'account_closed',
    })
    const again = seedAccount(ledger, { accountId: accountB, overrides: { term } })
    expect(again.credentials.accountId).not.toBe(world.accountId)
  })

  test('the steps go in their order, calls under way first and keys last; the books can be read until then', () => {
    const { ledger, world } = seed('S2', '2025-03-03T10:00:00+08:00')
    const held = hold(ledger, world, 'under way')
    const { result } = take(byCustomer(ledger, world, ownWish), 'acted')
    if (result.kind !== 'matter') throw new Error(result.kind)
    const closingId = result.matter.id
    const step = (name: 'open_calls_ended' | 'statement' | 'keys_ended') =>
      act(ledger, world.accountId, { kind: 'step_closing', closingId, step: name })
    expect(step('statement')).toMatchObject({ detail: 'step_out_of_turn' })
    expect(step('open_calls_ended')).toMatchObject({ detail: 'calls_open' })
    settle(ledger, world, held.verificationId, 'match')
    take(step('open_calls_ended'), 'matter')
    expect(step('statement')).toMatchObject({ detail: 'settlement_missing' })
    settleAccount(ledger, world)
    take(step('statement'), 'matter')
    expect(step('keys_ended')).toMatchObject({ detail: 'step_out_of_turn' })
    expect(act(ledger, world.accountId, { kind: 'begin_erasure', closingId })).toMatchObject({ detail: 'retention_running' })
    expect(act(ledger, world.accountId, { kind: 'erase_account', closingId })).toMatchObject({ detail: 'erasure_not_begun' })
    // Records of the network stay six months.
    ledger.clock.set('2025-09-02T23:59:59+08:00')
    expect(ledger.runDue()).not.toContainEqual(expect.objectContaining({ matterId: closingId }))
    ledger.clock.set('2025-09-03T00:00:00+08:00')
    ledger.runDue()
    const alarms = ledger.rows<{ subject: string }>(
      "SELECT subject FROM alarms WHERE kind = 'erasure_due' AND cleared_at IS NULL",
    )
    expect(alarms).toEqual([{ subject: makeId('clo', world.accountId, closingId) }])
    take(act(ledger, world.accountId, { kind: 'begin_erasure', closingId }), 'matter')
    const erased = closingOf(take(act(ledger, world.accountId, { kind: 'erase_account', closingId }), 'matter'))
    expect(erased.data.certificate).toMatchObject({ dataSubjects: 1, keptFrozen: 0, method: 'overwritten' })
    const balance = ledger.read({ kind: 'balance', reader: staffReader, accountId: world.accountId })
    expect(balance).toMatchObject({ kind: 'read' })
    expect(closingOf(take(step('keys_ended'), 'matter'))).toMatchObject({ state: 'completed' })
    expect(ledger.submit(holdCommand(world.credentials, 'no key'))).toMatchObject({ code: 'key_revoked' })
    expect(ledger.rows("SELECT 1 FROM alarms WHERE kind = 'erasure_due' AND cleared_at IS NULL")).toEqual([])
  })
})

test('every end names the clause of its preset', () => {
  const names = (['S0', 'S1', 'S2', 'S3', 'S4'] as const).map((preset) =>
    (['customer_stop', 'termination', 'inactivity', 'erasure'] as const).map((name) => clauseOf(preset, name)),
  )
  expect(names).toEqual([
    ['S0 一.4', 'S0 六.1', 'S0 六.2', 'S0 六.2'],
    ['S1 §4.6', 'S1 §4.4', 'choice', 'choice'],
    ['S2 八(二)', 'S2 五(四)', 'choice', 'S2 八(二)'],
    ['S3 §12.4', 'S3 §8.4', 'choice', 'S3 §6.2.10'],
    ['choice', 'choice', 'choice', 'choice'],
  ])
})
