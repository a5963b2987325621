/** How a doubt about a result goes on (S1 §2.3; S3 §6.2.11): told to the source, then put right there or found to be right. */
export const qualitySteps = ['told_source', 'fixed', 'result_stands'] as const
export type QualityStep = (typeof qualitySteps)[number]

/** A result that the customer doubts. The charge stays what it was: the fee is for passing on a result (S1 §1). */
export interface QualityIssue {
  verificationId: number
  check: string
  outcome: string
  /** The source that gave the result. */
  source: string | null
  text: string | null
  steps: { step: 'doubted' | QualityStep; at: number; by: string; text: string | null }[]
}

export type QualityIssueAct = { kind: 'doubt_result'; verificationId: number; text: string | null }
export type QualityIssueStaffAct = { kind: 'step_quality_issue'; issueId: number; step: QualityStep; text: string | null }
