import type { ActResult } from '../../core/commands.ts'
import type { BreachCase, BreachCaseAct, BreachStep } from '../../core/matters/breach-case.ts'
import { refuse } from '../../core/refusal.ts'
import { type ActContext, actorText, termsOf, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import { changeMatter, defineMatter, findMatter, findRepeated, isRefusal, matterDone, openMatter } from './matter.ts'

const stepOf = (at: ActContext, step: BreachCase['steps'][number]['step'], text: string | null) => ({
  step,
  at: at.draft.now,
  by: actorText(at.by),
  text,
})

/** A breach that was found. Its ground is one of the agreement's, so that it can carry a suspension later. */
const open = (at: ActContext, act: Extract<BreachCaseAct, { kind: 'open_breach_case' }>): Decision<ActResult> => {
  const repeated = findRepeated(at, 'breach_case', act.reference, act)
  if (repeated) return unchanged(repeated)
  if (!Object.hasOwn(termsOf(at)?.suspension ?? {}, act.ground))
    return unchanged(refuse('state_conflict', { detail: 'ground_unknown' }))
  if (act.happenedAt > at.draft.now) return unchanged(refuse('state_conflict', { detail: 'not_happened_yet' }))
  const { reference, ground, clause, happenedAt, text } = act
  const opened = openMatter(at, 'breach_case', {
    state: 'open',
    data: { ground, clause, happenedAt, text, steps: [stepOf(at, 'opened', null)] },
    reference,
    act,
  })
  writeAct(at, { breach_case: opened.id, ground, clause, happened_at: happenedAt }, { text })
  return matterDone(at, opened)
}

/** From which states each step can be taken. */
const from: Record<BreachStep, readonly string[]> = {
  closed: ['open', 'reopened'],
  reopened: ['closed', 'acted_upon'],
  acted_upon: ['open', 'reopened'],
}

/**
 * What becomes of it. A case is never closed for good: a right that was not used is not given up (S1 §6.2), so the matter stays
 * open whatever its state.
 */
const step = (at: ActContext, act: Extract<BreachCaseAct, { kind: 'step_breach_case' }>): Decision<ActResult> => {
  const found = findMatter(at, 'breach_case', act.caseId)
  if (isRefusal(found)) return unchanged(found)
  if (!from[act.step].includes(found.state)) return unchanged(refuse('state_conflict', { detail: `breach_case_${found.state}` }))
  const steps = [...found.data.steps, stepOf(at, act.step, act.text)]
  const changed = changeMatter(at, found, { state: act.step, data: { steps } })
  writeAct(at, { breach_case: found.id, step: act.step }, { text: act.text })
  return matterDone(at, changed)
}

/** Breaches by the customer, and what was done about them (S1 §6.2). */
export const breachCaseRules = defineMatter<'breach_case', BreachCaseAct>('breach_case', {
  open_breach_case: open,
  step_breach_case: step,
})
