import { z } from 'zod'
import { formatFen } from '../../../src/core/money.ts'
import { addDays, addMonths, parseRfc3339, startOfDayMs } from '../../../src/core/shanghai.ts'
import { deadlines, inWorld } from '../gateway.ts'
import { day, InputError, type Output } from '../op.ts'
import { ScenarioAccount, wordOf } from './account.ts'

const amount = z.string().regex(/^(0|[1-9]\d*)(\.\d{1,2})?$/, 'an amount is a text in yuan with at most two places')
const dated = { on: day }

const event = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('acceptance_application_delivered'), ...dated }),
  z.strictObject({ type: z.literal('reminder_delivered'), ...dated }),
  z.strictObject({ type: z.enum(['acceptance_organised', 'organised']), ...dated }),
  z.strictObject({ type: z.enum(['accepted', 'acceptance_passed']), ...dated }),
  z.strictObject({ type: z.enum(['rejected', 'acceptance_failed']), ...dated }),
  z.strictObject({ type: z.enum(['online', 'go_live']), ...dated }),
  z.strictObject({ type: z.enum(['build_finished', 'delivered']), ...dated }),
  z.strictObject({ type: z.enum(['payment1', 'payment2', 'payment3', 'payment4']), ...dated, amount }),
])

export const s3Members = {
  events: z.array(event).min(1),
  params: z
    .strictObject({
      contractAmount: amount,
      total: amount,
      penaltyCap: z.boolean(),
      signedOn: day,
      moduleCalls: z.int().min(0).max(5_000),
    })
    .partial()
    .optional(),
}

type Input = z.infer<z.ZodObject<typeof s3Members>>
type Event = Input['events'][number]

const fenOf = (text: string): number =>
  Number(text.replace(/^(\d+)(?:\.(\d{1,2}))?$/, (_all, yuan, places = '') => `${yuan}${places.padEnd(2, '0')}`))

interface Figures {
  due_on: string | null
  days_late: number
  penalty: { billed_fen: number; accrued_fen: number; termination_right: boolean } | null
}

/** Digest of a paper of the hand-over. */
const paper = 'ab'.repeat(32)

/** Days between the signatures and the first event, within the 40 that the provider has to build (S3 第三条). */
const daysBefore = 20

const milestoneOf = (account: ScenarioAccount, number: number) => account.find('/milestones', (item) => item.number === number)

const play = async (account: ScenarioAccount, event: Event, index: number): Promise<void> => {
  await account.passToDay(event.on)
  const { type, on } = event
  const acceptance = async () => wordOf(await account.find('/acceptances', (item) => item.closed_at === null), 'id')
  const finishBuild = async (): Promise<void> => {
    const build = await account.find('/builds', (item) => item.closed_at === null)
    if (build) await account.staff('ops', 'PUT', `/builds/${wordOf(build, 'id')}/completion`, { on })
  }
  if (type === 'build_finished' || type === 'delivered') return finishBuild()
  if (type === 'acceptance_application_delivered') {
    // Who applies has finished.
    await finishBuild()
    await account.staff('ops', 'POST', '/acceptances', { on })
  } else if (type === 'reminder_delivered')
    await account.staff('ops', 'POST', `/acceptances/${await acceptance()}/reminders`, { on })
  else if (type === 'acceptance_organised' || type === 'organised')
    await account.staff('ops', 'POST', `/acceptances/${await acceptance()}/organisation`, { on })
  else if (type === 'accepted' || type === 'acceptance_passed')
    await account.staff('ops', 'POST', `/acceptances/${await acceptance()}/result`, { result: 'passed', on })
  else if (type === 'rejected' || type === 'acceptance_failed')
    await account.staff('ops', 'POST', `/acceptances/${await acceptance()}/result`, { result: 'failed', on })
  else if (type === 'online' || type === 'go_live') {
    const milestone = await account.find('/milestones', (item) => item.from === 'online')
    await account.staff('finance', 'PUT', `/milestones/${wordOf(milestone, 'id')}/online`, { on })
  } else if ('amount' in event) {
    const milestone = await milestoneOf(account, Number(type.slice('payment'.length)))
    if (!milestone) throw new InputError(`input.events.${index}: nothing is owed before the acceptance`)
    const payment = { on, amount_fen: fenOf(event.amount), bank_reference: `scenario-${index}` }
    await account.staff('finance', 'POST', `/milestones/${wordOf(milestone, 'id')}/payments`, payment)
  }
}

const checkDays = (events: readonly Event[]): void => {
  const late = events.findIndex(({ on }, index) => index > 0 && on < (events[index - 1]?.on ?? ''))
  if (late >= 0) throw new InputError(`input.events.${late}.on: events stand in the order in which they happened`)
}

/** What the parts of the price came to, in the vectors' words. */
const readMilestones = async (account: ScenarioAccount): Promise<Output> => {
  const output: Output = {}
  for (let number = 1; ; number += 1) {
    const milestone = await milestoneOf(account, number)
    if (!milestone) return output
    const { due_on, days_late, penalty } = milestone.figures as Figures
    output[`payment${number}Due`] = due_on
    output[`payment${number}DaysLate`] = days_late
    output[`payment${number}Penalty`] = formatFen(penalty?.billed_fen ?? 0)
    output[`payment${number}PenaltyUncapped`] = formatFen(penalty?.accrued_fen ?? 0)
    output[`payment${number}Amount`] = formatFen(Number(milestone.owed_fen))
    output[`payment${number}TerminationRight`] = penalty?.termination_right ?? false
    if (milestone.from === 'online') output.onlineFullOn = milestone.full_on
  }
}

/** Ends the agreement and tries to delete: whether what was collected has to be handed over first (S3 §6.2.10). */
const tryDeletion = async (account: ScenarioAccount): Promise<string | null> => {
  const { world } = account
  const closing = await account.world.send('POST', '/v1/closings', { bearer: account.key, body: {} })
  // An agreement that cannot be ended now has nothing to be deleted.
  if (closing.status !== 201) return null
  const path = `/closings/${closing.word('id')}`
  await account.passTo(parseRfc3339(closing.word('ends_at')) ?? world.now)
  await account.tryStaff('ops', 'POST', `${path}/steps`, { step: 'open_calls_ended' })
  await account.settle('mutual')
  await account.tryStaff('ops', 'POST', `${path}/steps`, { step: 'statement' })
  await account.passRetention(path)
  const early = await account.tryStaff('admin', 'POST', `${path}/erasure`)
  if (early.status < 300) return 'not_required'
  const made = await account.staff('ops', 'POST', `${path}/hand-over`, {
    papers: ['manual', 'ops_plan', 'package_or_source'].map((part) => ({ part, sha256: paper })),
  })
  const digest = made.word('hand_over', 'digest')
  await account.customer('POST', `/v1${path}/hand-over-confirmation`, { manifest_digest: digest })
  const later = await account.tryStaff('admin', 'POST', `${path}/erasure`)
  if (later.status >= 300) throw new Error(`what was handed over is not deleted: ${later.text}`)
  return 'required_before_deletion'
}

/** A platform that is built, accepted and paid in parts (S3). */
export const playS3 = async ({ events, params = {} }: Input): Promise<Output> => {
  checkDays(events)
  const firstOn = events[0]?.on ?? ''
  const signedOn = params.signedOn ?? addDays(firstOn, -daysBefore)
  return inWorld(startOfDayMs(signedOn), deadlines.answering, async (world) => {
    const account = await ScenarioAccount.open(world)
    const contractAmount = params.contractAmount ?? params.total
    await account.putAgreement('S3', {
      term: { start: signedOn, end: addMonths(firstOn, 36) },
      ...(contractAmount === undefined ? {} : { contractAmount }),
      ...(params.penaltyCap === undefined ? {} : { latePayment: { capped: params.penaltyCap } }),
    })
    await account.sign()
    await account.consent('e_signature')
    const called = await account.askTimes(params.moduleCalls ?? 24)
    for (const [index, event] of events.entries()) await play(account, event, index)
    // Whoever stays silent at the end is heard out: until nothing of the acceptance runs any more.
    if (!(await milestoneOf(account, 1))) await account.passTo(await account.lastStop())

    const acceptance = await account.find('/acceptances', () => true)
    const milestones = await readMilestones(account)
    const settlement = await account.staff('finance', 'POST', '/settlement-figures', {
      cause: 'mutual',
      confirm_uncapped: params.penaltyCap === false,
    })
    const fees = settlement.member('fees') as { code: string; fee_fen: number }[]
    const callFees = fees.filter(({ code }) => !code.startsWith('milestone_')).reduce((sum, { fee_fen }) => sum + fee_fen, 0)
    const credits = called.reduce((sum, answer) => sum + Number(answer.member('credits')), 0)
    return {
      acceptedOn: acceptance?.accepted_on ?? null,
      ...milestones,
      settlement: formatFen(Number(settlement.member('sum_fen'))),
      moduleCallsPrice: credits === 0 ? formatFen(callFees) : null,
      handOver: await tryDeletion(account),
    }
  })
}
