import type { QualityIssueAct, QualityIssueStaffAct } from '../../core/matters/quality-issue.ts'
import { isDelivered } from '../../core/outcome.ts'
import { refuse } from '../../core/refusal.ts'
import { type ActContext, actorText } from '../decide/act-context.ts'
import { defineMatter } from './matter.ts'
import { conflict, openOnce, stepOnce } from './record.ts'

/** A result is doubted once; the same doubt again is answered what it opened. The charge is not touched (S1 §2.3). */
const doubtResult = (at: ActContext, act: QualityIssueAct) =>
  openOnce(at, 'quality_issue', { ...act, reference: `verification-${act.verificationId}` }, () => {
    const { verificationId, text } = act
    const verification = at.book.get('verifications', verificationId)
    if (!verification || verification.accountId !== at.book.accountId) return refuse('not_found')
    const ending = at.book.get('outcomes', verificationId)
    if (!ending || !isDelivered(ending.outcome)) return conflict('no_result')
    return {
      state: 'doubted',
      data: {
        verificationId,
        check: verification.check,
        outcome: ending.outcome,
        source: ending.sourceId,
        text,
        steps: [{ step: 'doubted', at: at.draft.now, by: actorText(at.by), text: null }],
      },
      facts: { verification: verificationId, source: ending.sourceId },
      body: { text },
    }
  })

/** The source is told first, and then it is put right there or found to be right: the loop closes (S3 §6.2.11). */
const stepIssue = (at: ActContext, { issueId, step, text }: QualityIssueStaffAct) =>
  stepOnce(at, 'quality_issue', issueId, ({ state, data }) => {
    if ((step === 'told_source') !== (state === 'doubted'))
      return conflict(state === 'doubted' ? 'source_not_told' : 'source_already_told')
    return {
      state: step,
      data: { steps: [...data.steps, { step, at: at.draft.now, by: actorText(at.by), text }] },
      close: step !== 'told_source',
      facts: { step, source: data.source },
      body: { text },
    }
  })

/** Results that are doubted, from the mark to its end at the source. */
export const qualityIssueRules = defineMatter<'quality_issue', QualityIssueAct | QualityIssueStaffAct>('quality_issue', {
  doubt_result: doubtResult,
  step_quality_issue: stepIssue,
})
