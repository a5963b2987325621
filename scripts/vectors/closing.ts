import { z } from 'zod'
import { workingCalendar } from '../../src/agreement/calendar.ts'
import {
  type EndingTerms,
  judgeSilenceClosing,
  judgeStopDay,
  listClosingSteps,
  nextClosingStep,
  planEnd,
} from '../../src/agreement/closing.ts'
import { shanghaiDay } from '../../src/core/shanghai.ts'
import { count, day, InputError, type OpTable, type Output, op } from './op.ts'
import { presetName, presetOf } from './preset.ts'
import { iso, moment, notCovered } from './time.ts'

const step = z.enum(['export_complete', 'export_confirmed', 'delete', 'delete_or_anonymise'])

const input = {
  preset: presetName,
  ground: z.string().optional(),
  requestedAt: moment.optional(),
  applicationDeemedOn: moment.optional(),
  requestedStopOn: day.optional(),
  openCalls: count.optional(),
  noticeDeemedAt: moment.optional(),
  operationAt: moment.nullish(),
  reopen: z.boolean().optional(),
  done: z.array(step).optional(),
}

type Closing = z.infer<z.ZodObject<typeof input>>

const personalData = { delete: 'deleted', delete_or_anonymise: 'deleted_or_anonymised' } as const

/** What becomes of calls and data, whenever the end is. */
const writeConsequences = (ending: EndingTerms, { openCalls, done }: Closing): Output => ({
  newCalls: 'denied',
  ...(openCalls !== undefined && { openCalls: openCalls > 0 ? 'finished_and_charged' : 'none' }),
  personalData: personalData[ending.personalData],
  ledgerRows: 'kept_without_personal_data',
  steps: listClosingSteps(ending),
  ...(ending.handOver.length > 0 && { exportContains: ending.handOver }),
  ...(done && { nextStep: nextClosingStep(ending, done) }),
})

const closeSilent = ({ preset, noticeDeemedAt, operationAt }: Closing): Output => {
  const rule = presetOf(preset).inactivity
  if (!rule) throw new InputError(`input.ground: ${preset} knows no closing for silence`)
  if (!noticeDeemedAt) throw new InputError('input.noticeDeemedAt: a closing for silence begins with a notice')
  const found = judgeSilenceClosing(workingCalendar, rule, noticeDeemedAt.ms, operationAt?.ms ?? null)
  switch (found.kind) {
    case 'closing_cancelled':
      return { status: found.kind, reason: found.reason }
    case 'closing':
      return { status: 'closing', lastDayOfPeriod: found.lastDay, closeNotBefore: iso(found.closeFromMs) }
    case 'right_not_yet_arisen':
      return { status: 'notice_invalid', reason: found.kind, rightFrom: iso(found.rightFromMs) }
    case 'calendar_not_covered':
      return notCovered(found)
  }
}

const closeOnRequest = (closing: Closing): Output => {
  const { preset, ground = null, requestedStopOn } = closing
  const { ending } = presetOf(preset)
  const asked = closing.applicationDeemedOn ?? closing.noticeDeemedAt ?? closing.requestedAt
  if (!asked) throw new InputError('input.requestedAt: an end is asked for at some time')
  const plan = planEnd(workingCalendar, ending, ground, asked.ms)
  if (plan.kind === 'calendar_not_covered') return notCovered(plan)
  if (plan.kind !== 'end') return { accepted: false, reason: plan.kind, ...writeConsequences(ending, closing) }
  const earliestStop = iso(plan.earliestMs)
  if (requestedStopOn === undefined)
    return { accepted: true, earliestStop, serviceEndsAt: earliestStop, ...writeConsequences(ending, closing) }
  // An end at once may be asked for the very day of the request.
  const isSameDay = ending.customerNotice === 'at_once' && requestedStopOn === shanghaiDay(plan.earliestMs)
  const stop = judgeStopDay(isSameDay ? Number.NEGATIVE_INFINITY : plan.earliestMs, requestedStopOn)
  return stop.accepted
    ? {
        accepted: true,
        earliestStop,
        serviceEndsAt: iso(Math.max(stop.stopMs, plan.earliestMs)),
        ...writeConsequences(ending, closing),
      }
    : { accepted: false, reason: stop.reason, earliestStop }
}

/** The end of an agreement (contracts.md §5 no. 11 and 13). */
export const closingOps: OpTable = {
  close: op(input, (closing) => {
    // Closed is closed: coming back is a new agreement with new keys (S0 一.4).
    if (closing.reopen) return { allowed: 'new_contract_only' }
    return closing.ground === 'inactive_360' ? closeSilent(closing) : closeOnRequest(closing)
  }),
}
