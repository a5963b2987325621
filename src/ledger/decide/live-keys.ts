import type { Terms } from '../../agreement/terms.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { openMattersOf } from '../matters/matter.ts'
import { findValidPaper } from '../matters/paper.ts'
import { findParty } from '../matters/party.ts'
import { type ActContext, termsOf } from './act-context.ts'

type Onboarding = Terms['onboarding']

/** What a live key rests on: the numbers of the papers that were approved for it. */
export type LiveKeyFinding = { kind: 'allowed'; papers: number[] } | Refusal

const no = (detail: string): Refusal => refuse('state_conflict', { detail })

/** Any of them says who somebody is (S2 七(一)). */
const identityPapers = ['business_licence', 'agent_id'] as const

/** The papers asked for, and a pre-approval where the party's business needs one (S1 §3.3). */
const requiredPapers = (at: ActContext, { papers, preApprovalFor }: Onboarding): Onboarding['papers'] => {
  const business = findParty(at.book)?.data.business ?? null
  const needsApproval = business !== null && preApprovalFor.includes(business)
  return needsApproval ? [...papers, { paper: 'pre_approval', sealed: true }] : papers
}

/**
 * Whether a live key may be made for this customer now, by what its agreement asks for; the first thing that is missing is
 * named. Test keys ask for nothing, and before there is an agreement nothing is known to be asked for.
 */
export const judgeLiveKey = (at: ActContext, { mode, holder }: { mode: string; holder: string | null }): LiveKeyFinding => {
  const onboarding = termsOf(at)?.onboarding
  if (mode !== 'live' || !onboarding) return { kind: 'allowed', papers: [] }
  // S3 附件3 第四条: the customer keeps a list of its users.
  if (onboarding.namedUser && holder === null) return no('user_missing')
  const { now } = at.draft
  const party = findParty(at.book)
  if (onboarding.holder && (party === null || party.data.orderedBy === null)) return no('kyb_incomplete')
  const found = requiredPapers(at, onboarding).map((wanted) => findValidPaper(at.book, wanted, now))
  if (found.includes(null)) return no('kyb_incomplete')
  // S1 一: the account that ordered is not the party, and nobody has said why (contracts.md §5 no. 35).
  if (onboarding.holder && party?.data.differs && party.data.explanation === null) return no('holder_unexplained')
  const identity = identityPapers.map((paper) => findValidPaper(at.book, { paper, sealed: false }, now))
  if (onboarding.identity && (party === null || identity.every((paper) => paper === null))) return no('identity_not_verified')
  const isTested = openMattersOf(at, 'integration').some(({ state }) => state === 'passed')
  if (onboarding.testCalls !== null && !isTested) return no('integration_not_passed')
  return { kind: 'allowed', papers: found.flatMap((paper) => (paper ? [paper.id] : [])) }
}
