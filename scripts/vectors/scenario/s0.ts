import { z } from 'zod'
import { parseRfc3339, startOfDayMs, toRfc3339 } from '../../../src/core/shanghai.ts'
import { deadlines, inWorld } from '../gateway.ts'
import { count, day, InputError, instant, type Output } from '../op.ts'
import { iso } from '../time.ts'
import { allowedOrDenied, ledgerOf, ScenarioAccount } from './account.ts'

const dayMs = 86_400_000

/** What is known of how a notice went. */
const sent = {
  channel: z.string().regex(/^[a-z_]{1,64}$/),
  postedAt: instant.optional(),
  sentAt: instant.optional(),
  shownSentAt: instant.optional(),
  arrivedAt: instant.optional(),
  handedAt: instant.optional(),
  postmarkOn: day.optional(),
  atAddressOn: day.optional(),
  signedOn: day.optional(),
  sameCity: z.boolean().optional(),
  refused: z.boolean().optional(),
  addressCorrect: z.boolean().optional(),
}

const event = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('stop_application'), at: instant.optional(), ...sent }),
  z.strictObject({ type: z.literal('inactivity_notice'), at: instant.optional(), ...sent }),
  z.strictObject({ type: z.literal('use'), at: instant }),
  z.strictObject({ type: z.literal('last_operation'), at: instant }),
  z.strictObject({ type: z.literal('withdraw_stop'), at: instant }),
])

export const s0Members = { events: z.array(event).min(1), calls: count.max(5_000).optional() }

type Input = z.infer<z.ZodObject<typeof s0Members>>
type Event = Input['events'][number]
type Sent = Extract<Event, { channel: string }>

const instants = ['postedAt', 'sentAt', 'shownSentAt', 'arrivedAt', 'handedAt'] as const
const days = ['postmarkOn', 'atAddressOn', 'signedOn'] as const

/** When everything that is known of a notice has happened. */
const knownAt = (notice: Sent): number =>
  Math.max(
    ...instants.map((name) => notice[name] ?? 0),
    ...days.map((name) => (notice[name] === undefined ? 0 : startOfDayMs(notice[name]))),
    notice.at ?? 0,
  )

const timeOf = (event: Event): number => ('channel' in event ? knownAt(event) : event.at)

const noticeBody = (notice: Sent): object => {
  const times = instants.flatMap((name) => (notice[name] === undefined ? [] : [[snake(name), toRfc3339(notice[name])]]))
  const dates = days.flatMap((name) => (notice[name] === undefined ? [] : [[snake(name), notice[name]]]))
  const flags = (['sameCity', 'refused', 'addressCorrect'] as const).flatMap((name) =>
    notice[name] === undefined ? [] : [[snake(name), notice[name]]],
  )
  return { channel: notice.channel, ...Object.fromEntries([...times, ...dates, ...flags]) }
}
const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const instantOf = (text: unknown): string | null => (typeof text === 'string' ? iso(parseRfc3339(text) ?? 0) : null)

/** Use of a platform that is free, until the customer stops or falls silent (S0 一.4, 六.2, 七). */
export const playS0 = ({ events, calls = 10 }: Input): Promise<Output> => {
  const [first] = events
  if (!first) throw new InputError('input.events: something has to happen')
  return inWorld(timeOf(first) - dayMs, deadlines.answering, async (world) => {
    const account = await ScenarioAccount.open(world)
    await account.putAgreement('S0', { checks: { id2: { consentTypes: ['click'] } } })
    await account.sign()
    await account.consent('click')
    const isSilent = first.type === 'last_operation'
    const free = isSilent ? [] : await account.askTimes(calls)
    let closingId: string | null = null
    for (const event of events) {
      await account.passTo(Math.max(world.now, timeOf(event)))
      if (event.type === 'use' || event.type === 'last_operation') free.push(await account.ask())
      else if (event.type === 'withdraw_stop') await account.customer('POST', `/v1/closings/${closingId}/withdrawal`, {})
      else {
        const path = event.type === 'stop_application' ? '/closings' : '/closings/inactivity'
        closingId = (await account.staff('ops', 'POST', path, { notice: noticeBody(event) })).word('id')
      }
    }
    const closing = closingId === null ? null : await account.read(`/closings/${closingId}`)
    const endsAt = closing?.member('ends_at')
    const ends = typeof endsAt === 'string' ? parseRfc3339(endsAt) : null
    let callsUntilThen: string | null = null
    let afterwards: string | null = null
    if (ends !== null) {
      await account.passTo(Math.max(world.now, ends - 1))
      // A company that is silent stays so: its call would end the closing.
      if (!isSilent) callsUntilThen = allowedOrDenied(await account.ask())
      await account.passTo(ends)
      afterwards = allowedOrDenied(await account.ask())
    }
    return {
      deemedAt: instantOf(closing?.member('deemed_at')),
      closeNotBefore: instantOf(endsAt),
      callsUntilThen,
      afterwards,
      calls: free.filter(({ status }) => status === 200).length,
      ledger: await ledgerOf(account),
    }
  })
}
