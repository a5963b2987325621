import { createHash } from 'node:crypto'
import { z } from 'zod'
import { parseRfc3339 } from '../../../src/core/shanghai.ts'
import { deadlines, inWorld } from '../gateway.ts'
import { count, InputError, instant, type Output } from '../op.ts'
import { iso } from '../time.ts'
import { behaviours } from '../vendor.ts'
import { ledgerOf, ScenarioAccount, wordOf } from './account.ts'

const hourMs = 3_600_000
const version = z.string().min(1).max(40)

const event = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('accept'), at: instant, version }),
  z.strictObject({ type: z.literal('display_change'), at: instant, version }),
  z.strictObject({ type: z.literal('use'), at: instant }),
  z.strictObject({ type: z.literal('objection'), at: instant }),
  z.strictObject({ type: z.literal('cancel'), at: instant, openCalls: count.max(100).optional() }),
])

export const s2Members = { events: z.array(event).min(1) }

type Input = z.infer<z.ZodObject<typeof s2Members>>
type Event = Input['events'][number]

interface Story {
  /** The names of the versions, by the numbers under which the gateway keeps them. */
  names: string[]
  hasConsent: boolean
  serviceEndsAt: string | null
  openCalls: string | null
  personalData: string | null
}

const shown = (name: string): string => createHash('sha256').update(`the text ${name}`).digest('hex')

const accept = async (account: ScenarioAccount, name: string, story: Story): Promise<void> => {
  const agreement = await account.read('/agreement')
  const number = Number(agreement.member('version'))
  story.names[number - 1] = name
  await account.customer('POST', '/v1/signings', { version: number, digest: agreement.word('digest') })
  if (!story.hasConsent) await account.consent('click')
  story.hasConsent = true
}

/** Cancels while calls are under way, lets them finish, and has what is personal erased (S2 三(五), 八). */
const cancel = async (account: ScenarioAccount, openCalls: number, story: Story): Promise<void> => {
  const { vendor } = account.world
  vendor.behave(behaviours.match)
  const { isAsked, release } = vendor.hold()
  const open = Array.from({ length: openCalls }, () => account.ask())
  if (openCalls > 0) await Promise.race([isAsked, ...open])
  const closing = await account.customer('POST', '/v1/closings', {})
  const path = `/closings/${closing.word('id')}`
  release()
  const finished = await Promise.all(open)
  story.openCalls = finished.every(({ status }) => status === 200) ? 'finished' : 'refused'
  await account.passTo(account.world.now + hourMs)
  story.serviceEndsAt = iso(parseRfc3339((await account.read(path)).word('ends_at')) ?? 0)
  for (const step of ['open_calls_ended', 'statement']) await account.tryStaff('ops', 'POST', `${path}/steps`, { step })
  await account.passRetention(path)
  const erased = await account.tryStaff('admin', 'POST', `${path}/erasure`)
  if (erased.status >= 300) throw new Error(`what is personal is not erased: ${erased.text}`)
  story.personalData = erased.member('certificate') ? 'deleted_or_anonymised' : 'kept'
}

const play = async (account: ScenarioAccount, event: Event, story: Story): Promise<void> => {
  await account.passTo(Math.max(account.world.now, event.at))
  if (event.type === 'accept') return accept(account, event.version, story)
  if (event.type === 'display_change') {
    story.names.push(event.version)
    // Another text is another digest; what it changes is a term that no call feels.
    const overrides = { settleWithinDays: 3 + story.names.length }
    await account.staff('ops', 'POST', '/amendments', { preset: 'S2', overrides, document_sha256: shown(event.version) })
  } else if (event.type === 'use') {
    const used = await account.ask()
    if (used.status !== 200) throw new Error(`a call was refused: ${used.text}`)
  } else if (event.type === 'objection') {
    const amendment = await account.find('/amendments', (item) => item.closed_at === null)
    await account.customer('POST', `/v1/amendments/${wordOf(amendment, 'id')}/objection`, {})
  } else await cancel(account, event.openCalls ?? 0, story)
}

/** Every acceptance that the gateway has, oldest first: ticks, and changes that were shown and used. */
const readAcceptances = async (account: ScenarioAccount, names: readonly string[]): Promise<string[]> => {
  const itemsOf = async (path: string) =>
    (JSON.parse((await account.read(`${path}?limit=100`)).text) as { items: Record<string, unknown>[] }).items
  const ticks = (await itemsOf('/signings')).map((item) => ({
    version: Number(item.version),
    at: (item.signatures as { signed_at: string }[])[0]?.signed_at ?? '',
  }))
  const uses = (await itemsOf('/amendments'))
    .filter(({ accepted_at }) => accepted_at !== null)
    .map((item) => ({ version: Number(item.version), at: String(item.accepted_at) }))
  return [...ticks, ...uses]
    .toSorted((one, other) => one.version - other.version)
    .map(({ version, at }) => `${names[version - 1] ?? version}@${iso(parseRfc3339(at) ?? 0)}`)
}

/** A user agreement that is ticked, changed by showing and using, and cancelled (S2). */
export const playS2 = ({ events }: Input): Promise<Output> => {
  const [first] = events
  if (first?.type !== 'accept') throw new InputError('input.events.0: an account begins with its acceptance')
  return inWorld(first.at - hourMs, deadlines.answering, async (world) => {
    const account = await ScenarioAccount.open(world)
    await account.putAgreement('S2', {})
    const story: Story = { names: [], hasConsent: false, serviceEndsAt: null, openCalls: null, personalData: null }
    for (const event of events) await play(account, event, story)
    const { serviceEndsAt, openCalls, personalData } = story
    return {
      acceptedVersions: await readAcceptances(account, story.names),
      serviceEndsAt,
      openCalls,
      personalData,
      ledger: await ledgerOf(account),
    }
  })
}
