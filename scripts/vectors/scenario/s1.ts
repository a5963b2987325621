import { z } from 'zod'
import { formatFen, parseYuan } from '../../../src/core/money.ts'
import { addDays, addMonths, parseRfc3339, shanghaiDay, toRfc3339 } from '../../../src/core/shanghai.ts'
import { persons } from '../customer.ts'
import { deadlines, inWorld } from '../gateway.ts'
import { count, day, InputError, instant, type Output } from '../op.ts'
import { iso } from '../time.ts'
import { behaviours, type Upstream } from '../vendor.ts'
import { ScenarioAccount } from './account.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

const yuan = z.string().transform((text, context) => {
  const fen = parseYuan(text)
  if (fen !== null) return fen
  context.addIssue({ code: 'custom', message: 'an amount is a text in yuan with at most two places' })
  return z.NEVER
})

const at = instant.optional()
const changes = ['format', 'content', 'price', 'part_withdrawn', 'all_withdrawn'] as const
const causes = ['mutual', 'provider_fault', 'customer_breach', 'expiry'] as const

const event = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('upstream_change_notice'), at, change: z.enum(changes).optional() }),
  z.strictObject({ type: z.literal('customer_rejects_change'), at }),
  z.strictObject({ type: z.literal('customer_accepts_change'), at }),
  z.strictObject({ type: z.literal('customer_silent'), at }),
  z.strictObject({ type: z.literal('suspended'), at }),
  z.strictObject({ type: z.literal('resumed'), at }),
  z.strictObject({ type: z.literal('ended'), at, cause: z.enum(causes) }),
])

/** What a call meets: how the vendor behaves, or what is wrong with the call. */
const callKinds = [
  'match',
  'mismatch',
  'no_record',
  'rejected',
  'unavailable',
  'consent_missing',
  'input_invalid',
  'upstream_timeout',
] as const
const calls = z.strictObject(Object.fromEntries(callKinds.map((kind) => [kind, count.max(50_000).optional()])))

export const s1Members = {
  term: z.strictObject({ start: day, end: day }).optional(),
  order: z.strictObject({ list: yuan, paid: yuan, calls: count.min(1), paidAt: instant }),
  calls,
  events: z.array(event),
}

type Input = z.infer<z.ZodObject<typeof s1Members>>
type Event = Input['events'][number]

/** The number of the specimen with another check digit. */
const badChecksum = { ...persons.checked, id_number: '110105194912310021' }

const open = async (
  account: ScenarioAccount,
  { list, paid, calls: credits, paidAt }: Input['order'],
  term: Input['term'],
): Promise<void> => {
  const start = shanghaiDay(paidAt)
  await account.putAgreement('S1', {
    term: term ?? { start, end: addDays(addMonths(start, 12), 1) },
    // The rate limit guards the gateway; here a year of calls comes in one minute.
    rate: { limit: 1_000_000, windowSeconds: 60 },
  })
  const order = { external_id: 'scenario', check: 'id2', credits, list_fen: list, paid_fen: paid }
  const orderId = (await account.staff('ops', 'POST', '/orders', order)).word('order', 'id')
  await account.passTo(paidAt)
  await account.staff('finance', 'POST', '/payments', { order_id: orderId, bank_reference: 'scenario' })
  await account.consent('click')
}

const makeCalls = async (account: ScenarioAccount, wanted: Input['calls']): Promise<void> => {
  const { vendor } = account.world
  for (const kind of callKinds) {
    const times = wanted[kind] ?? 0
    if (kind === 'consent_missing') await account.askTimes(times, { consent: null })
    else if (kind === 'input_invalid') await account.askTimes(times, { person: badChecksum })
    else {
      const upstream: Upstream = kind === 'upstream_timeout' ? 'timeout' : kind
      vendor.behave(behaviours[upstream])
      await account.askTimes(times)
    }
  }
  vendor.behave(behaviours.match)
}

interface Story {
  changeId: string | null
  changeNoticeDue: string | null
  /** Why the cooperation ends, as the gateway takes it; null while it goes on. */
  cause: string | null
}

const play = async (account: ScenarioAccount, event: Event, story: Story): Promise<void> => {
  const { world } = account
  await account.passTo(event.at ?? world.now + hourMs)
  if (event.type === 'upstream_change_notice') {
    const change = event.change ?? 'price'
    const told = await account.staff('ops', 'POST', '/source-changes', {
      source: 'aliyun_market_id2',
      change,
      arrived_at: toRfc3339(world.now),
      effective_on: addDays(shanghaiDay(world.now), 30),
      checks: ['id2'],
      ...(change === 'price' ? { new_price: '0.05' } : {}),
    })
    story.changeId = told.word('id')
    story.changeNoticeDue = iso(parseRfc3339(told.word('clocks', 0, 'due_at')) ?? 0)
  } else if (event.type === 'suspended') await account.staff('ops', 'PUT', '/suspension', { ground: 'fraud', note: 'scenario' })
  else if (event.type === 'resumed') await account.staff('ops', 'DELETE', '/suspension', {})
  else if (event.type === 'customer_silent') return
  else if (event.type === 'ended') story.cause = event.cause
  else {
    if (story.changeId === null) throw new InputError('input.events: a change is answered after its notice')
    const answer = event.type === 'customer_rejects_change' ? 'refuse' : 'accept'
    const answered = await account.customer('PUT', `/v1/source-changes/${story.changeId}/answer`, { answer })
    if (answered.word('standing') === 'close_by_agreement') story.cause = 'upstream_change_rejected'
  }
}

/** What the customer's own reports and the books say of the calls. */
const countCalls = async (account: ScenarioAccount, from: string): Promise<Output> => {
  const usage = await account.customer('GET', `/v1/usage?from=${from}&to=${shanghaiDay(account.world.now)}&group_by=outcome`)
  const rows = usage.member('rows') as { outcome: string; verifications: number }[]
  const delivered = rows.filter(({ outcome }) => ['match', 'mismatch', 'no_record'].includes(outcome))
  const { grants } = JSON.parse((await account.read('/grants')).text) as { grants: { granted: number; captured: number }[] }
  const charged = grants.reduce((sum, { captured }) => sum + captured, 0)
  const metrics = await account.world.asStaff('auditor', 'GET', '/metrics')
  const lines = metrics.text
    .split('\n')
    .filter((line) => /^verimeter_http_requests_total\{.*route="\/v1\/verifications"/.test(line))
  return {
    received: lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0),
    adapterCalled: account.world.vendor.asked(),
    delivered: delivered.reduce((sum, row) => sum + row.verifications, 0),
    charged,
    quotaLeft: grants.reduce((sum, { granted }) => sum + granted, 0) - charged,
  }
}

/** A prepaid pack from its order to its settlement (S1). */
export const playS1 = ({ order, calls: wanted, events, term }: Input): Promise<Output> => {
  const isSilent = (wanted.upstream_timeout ?? 0) > 0
  return inWorld(order.paidAt - hourMs, isSilent ? deadlines.silent * 2 : deadlines.answering, async (world) => {
    const account = await ScenarioAccount.open(world)
    await open(account, order, term)
    await account.passTo(order.paidAt + hourMs)
    await makeCalls(account, wanted)
    const from = shanghaiDay(world.now)
    const story: Story = { changeId: null, changeNoticeDue: null, cause: null }
    for (const event of events) await play(account, event, story)
    // What is in doubt is given back after three days without a result; nothing is settled before.
    await account.passTo(Math.max(world.now, order.paidAt + 5 * dayMs))
    const counted = await countCalls(account, from)
    const { cause, changeNoticeDue } = story
    if (cause === null) return { ...counted, changeNoticeDue, settlement: null }
    const settled = await account.settle(cause)
    const settlement = {
      charge: formatFen(Number(settled.member('charge_fen'))),
      refund: formatFen(Number(settled.member('refund_fen'))),
    }
    return { ...counted, changeNoticeDue, settlement, kept: formatFen(Number(settled.member('kept_fen'))) }
  })
}
