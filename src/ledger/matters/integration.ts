import type { ActResult } from '../../core/commands.ts'
import type { IntegrationAct } from '../../core/matters/integration.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { type ActContext, actorText, termsOf, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import { asRepeated, changeMatter, defineMatter, findMatter, findRepeated, isRefusal, matterDone, openMatter } from './matter.ts'

type Act<K extends IntegrationAct['kind']> = Extract<IntegrationAct, { kind: K }>

const openIntegration = (at: ActContext, act: Act<'open_integration'>): Decision<ActResult> => {
  const repeated = findRepeated(at, 'integration', act.reference, act)
  if (repeated) return unchanged(repeated)
  const integration = openMatter(at, 'integration', {
    state: 'testing',
    data: { delays: [], passed: null },
    reference: act.reference,
    act,
  })
  writeAct(at, { integration: integration.id })
  return matterDone(at, integration)
}

/** Who caused a delay. The customer bears its own, so nothing follows from that (S0 三(一)1). */
const delayIntegration = (at: ActContext, act: Act<'delay_integration'>): Decision<ActResult> => {
  const integration = findMatter(at, 'integration', act.integrationId)
  if (isRefusal(integration)) return unchanged(integration)
  const { cause, days } = act
  const penalty = cause === 'customer' ? 'none' : 'open'
  const delay = { cause, days, penalty, by: actorText(at.by), at: at.draft.now } as const
  const changed = changeMatter(at, integration, { data: { delays: [...integration.data.delays, delay] } })
  writeAct(at, { integration: integration.id, cause, days, penalty })
  return matterDone(at, changed)
}

/** Whether these are test calls of this account that had a result, each named once, and as many as the agreement asks for. */
const judgeCalls = (at: ActContext, ids: readonly number[]): Refusal | null => {
  const isPassed = (id: number): boolean => {
    const call = at.book.get('verifications', id)
    return (
      call?.accountId === at.book.accountId && call.mode === 'test' && at.book.get('outcomes', id)?.disposition === 'captured'
    )
  }
  if (!ids.every(isPassed)) return refuse('state_conflict', { detail: 'not_a_passed_test_call' })
  return new Set(ids).size < (termsOf(at)?.onboarding.testCalls ?? 1)
    ? refuse('state_conflict', { detail: 'too_few_test_calls' })
    : null
}

/** Passed by test calls that are in the books, or by a signed record that staff hold (S0 一.2). */
const passIntegration = (at: ActContext, act: Act<'pass_integration'>): Decision<ActResult> => {
  const integration = findMatter(at, 'integration', act.integrationId)
  if (isRefusal(integration)) return unchanged(integration)
  if (integration.state === 'passed') return unchanged(asRepeated(integration))
  const { verificationIds, recordSha256 } = act
  const refusal = recordSha256 === null ? judgeCalls(at, verificationIds) : null
  if (refusal) return unchanged(refusal)
  const changed = changeMatter(at, integration, {
    state: 'passed',
    data: { passed: { verificationIds, recordSha256, by: actorText(at.by), at: at.draft.now } },
  })
  writeAct(at, { integration: integration.id, calls: verificationIds.length, record: recordSha256 })
  return matterDone(at, changed)
}

/** The connection to the interface: begun, delayed by somebody, tested (S0 一.2, S4 §3.1). */
export const integrationRules = defineMatter<'integration', IntegrationAct>('integration', {
  open_integration: openIntegration,
  delay_integration: delayIntegration,
  pass_integration: passIntegration,
})
