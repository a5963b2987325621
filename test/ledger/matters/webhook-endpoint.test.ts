import { describe, expect, test } from 'vitest'
import type { WebhookEndpoint } from '../../../src/core/matters/webhook-endpoint.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { staffReader, take } from '../../support/ledger-commands.ts'
import { endpointAct, failAllTries, openEndpoint, report, tellOf } from '../../support/ledger-webhooks.ts'
import { act, type SeededAccount, seedWorld } from '../../support/ledger-world.ts'

const open = useTestLedgers()
const hourMs = 3_600_000

const endpointOf = (ledger: TestLedger, { accountId }: SeededAccount, id: number) => {
  const read = { kind: 'matter', reader: staffReader, accountId, matter: 'webhook_endpoint', id } as const
  const { value } = take(ledger.read(read), 'read')
  return { state: value.state, ...(value.data as WebhookEndpoint) }
}

const seed = () => {
  const ledger = open()
  const world = seedWorld(ledger)
  return { ledger, world, id: openEndpoint(ledger, world).id }
}

const sent = { kind: 'sent', reference: null } as const
const gone = { kind: 'refused', reason: 'gone' } as const

const scenesOf = (ledger: TestLedger, { accountId }: SeededAccount, channel: string): string[] =>
  ledger
    .rows<{ data: string }>(`SELECT data FROM matters WHERE kind = 'notice' AND account_id = '${accountId}'`)
    .map(({ data }) => JSON.parse(data) as { scene: string; channel: string })
    .filter((notice) => notice.channel === channel)
    .map(({ scene }) => scene)

/** Runs what the clock makes due. */
const runDue = (ledger: TestLedger): void => {
  for (const command of ledger.core.due()) ledger.submit(command)
}

describe('an endpoint for webhooks', () => {
  test('is told what it wants to be told', () => {
    const { ledger, world } = seed()
    openEndpoint(ledger, world, { scenes: ['quota_low'] })
    tellOf(ledger, world)
    expect(ledger.core.outgoing().map(({ channel, scene }) => [channel, scene])).toEqual([['webhook', 'ticket_answered']])
  })

  test('of the same reference is the same endpoint, whatever secret was drawn; another one under it is refused', () => {
    const { ledger, world } = seed()
    const first = openEndpoint(ledger, world, { reference: 'r-1', sealedSecret: 'Zmlyc3Q=' })
    const again = openEndpoint(ledger, world, { reference: 'r-1', sealedSecret: 'c2Vjb25k' })
    expect(again.id).toBe(first.id)
    expect(endpointOf(ledger, world, first.id).secrets).toEqual([{ sealed: 'Zmlyc3Q=', until: null }])
    expect(() => openEndpoint(ledger, world, { reference: 'r-1', url: 'https://other.example.com/' })).toThrow()
  })

  test('signs with the older secret for a day, and then the books hold it no more', () => {
    const { ledger, world, id } = seed()
    const rotatedAt = ledger.clock.now
    for (const sealedSecret of ['bmV3', 'bmV3ZXI='])
      take(endpointAct(ledger, world, { kind: 'rotate_webhook_secret', endpointId: id, sealedSecret }), 'acted')
    const until = rotatedAt + 24 * hourMs
    expect(endpointOf(ledger, world, id).secrets).toEqual([
      { sealed: 'bmV3ZXI=', until: null },
      { sealed: 'bmV3', until },
    ])
    ledger.clock.now = until - 1
    runDue(ledger)
    expect(endpointOf(ledger, world, id).secrets).toHaveLength(2)
    ledger.clock.now = until
    ledger.restart()
    runDue(ledger)
    expect(endpointOf(ledger, world, id).secrets).toEqual([{ sealed: 'bmV3ZXI=', until: null }])
  })

  test('that says 410 is disabled at once, and the customer reads of it', () => {
    const { ledger, world, id } = seed()
    tellOf(ledger, world)
    tellOf(ledger, world)
    const [first] = ledger.core.outgoing()
    ledger.submit({ kind: 'record_sending', accountId: world.accountId, noticeId: first?.noticeId ?? 0, sending: gone })
    expect(endpointOf(ledger, world, id)).toMatchObject({ state: 'disabled', disabledBecause: 'gone' })
    expect(scenesOf(ledger, world, 'site_message')).toContain('webhook_disabled')
    // Neither what was waiting nor the notice of the end itself goes there.
    expect(scenesOf(ledger, world, 'webhook')).not.toContain('webhook_disabled')
    expect(ledger.core.outgoing()).toEqual([])
    expect(ledger.rows("SELECT 1 FROM alarms WHERE kind = 'webhook_disabled'")).toEqual([])
    expect(ledger.rows("SELECT 1 FROM entries WHERE kind = 'webhook_disabled'")).toHaveLength(1)
  })

  test('is disabled with an alarm when a whole schedule of tries brought nothing', () => {
    const { ledger, world, id } = seed()
    tellOf(ledger, world)
    failAllTries(ledger, world)
    expect(endpointOf(ledger, world, id)).toMatchObject({ state: 'disabled', disabledBecause: 'failed' })
    expect(ledger.rows("SELECT 1 FROM alarms WHERE kind = 'webhook_disabled'")).toHaveLength(1)
    take(endpointAct(ledger, world, { kind: 'set_webhook_endpoint', endpointId: id, state: 'active' }), 'acted')
    expect(endpointOf(ledger, world, id)).toMatchObject({ state: 'active', disabledBecause: null })
  })

  test('that works is not disabled for one notice that it does not take', () => {
    const { ledger, world, id } = seed()
    tellOf(ledger, world)
    report(ledger, world, { kind: 'failed', reason: 'receiver_refused', retryAfterMs: null })
    tellOf(ledger, world)
    report(ledger, world, sent)
    expect(endpointOf(ledger, world, id).lastSentAt).toBe(ledger.clock.now)
    for (let rounds = 0; rounds < 12; rounds += 1) {
      ledger.clock.advance(24 * hourMs)
      report(ledger, world, { kind: 'failed', reason: 'receiver_refused', retryAfterMs: null })
    }
    expect(ledger.rows("SELECT 1 FROM entries WHERE kind = 'notice_failed'")).toHaveLength(1)
    expect(endpointOf(ledger, world, id).state).toBe('active')
  })

  test('that is paused is sent nothing, neither now nor later', () => {
    const { ledger, world, id } = seed()
    tellOf(ledger, world)
    const set = (state: 'active' | 'paused') =>
      take(endpointAct(ledger, world, { kind: 'set_webhook_endpoint', endpointId: id, state }), 'acted')
    set('paused')
    tellOf(ledger, world)
    expect(ledger.core.outgoing()).toEqual([])
    set('active')
    expect(ledger.core.outgoing()).toEqual([])
    tellOf(ledger, world)
    expect(ledger.core.outgoing()).toHaveLength(1)
  })

  test('that staff disabled is enabled by staff', () => {
    const { ledger, world, id } = seed()
    const { accountId } = world
    take(act(ledger, accountId, { kind: 'set_webhook_endpoint', endpointId: id, state: 'disabled' }), 'matter')
    const resumed = endpointAct(ledger, world, { kind: 'set_webhook_endpoint', endpointId: id, state: 'active' })
    expect(resumed).toMatchObject({ kind: 'refused', detail: 'disabled_by_staff' })
    take(act(ledger, accountId, { kind: 'set_webhook_endpoint', endpointId: id, state: 'active' }), 'matter')
    expect(endpointOf(ledger, world, id).state).toBe('active')
  })

  test('is tried alone, and its secrets go with it', () => {
    const { ledger, world, id } = seed()
    openEndpoint(ledger, world)
    take(endpointAct(ledger, world, { kind: 'test_webhook_endpoint', endpointId: id }), 'acted')
    expect(ledger.core.outgoing().map(({ scene }) => scene)).toEqual(['webhook_test'])
    for (let times = 0; times < 2; times += 1)
      take(endpointAct(ledger, world, { kind: 'delete_webhook_endpoint', endpointId: id }), 'acted')
    expect(endpointOf(ledger, world, id)).toMatchObject({ state: 'deleted', secrets: [] })
    expect(ledger.core.outgoing()).toEqual([])
    expect(endpointAct(ledger, world, { kind: 'test_webhook_endpoint', endpointId: id })).toMatchObject({ kind: 'refused' })
  })

  test('is one of ten at most', () => {
    const { ledger, world } = seed()
    for (let count = 1; count < 10; count += 1) openEndpoint(ledger, world)
    expect(() => openEndpoint(ledger, world)).toThrow()
  })

  test('leaves its address in no entry and no leaf', () => {
    const { ledger, world } = seed()
    tellOf(ledger, world)
    report(ledger, world, gone)
    const written = ledger.rows<{ leaf: string; body: string }>('SELECT leaf, body FROM entries')
    expect(JSON.stringify(written)).not.toContain('hooks.example.com')
  })
})
