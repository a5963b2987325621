import type { MatterView } from '../core/matters/index.ts'
import type { QualityStep } from '../core/matters/quality-issue.ts'

/** What became of the doubted results of one source and check: how many stand at each step. */
export type QualityFeedbackLine = { source: string | null; check: string } & Record<'doubted' | QualityStep, number>

/** The feedback of a customer on what it was given, by source and check (S1 §2.3, S3 §6.2.11). Lines in the order of their first doubt. */
export const qualityFeedback = (issues: readonly MatterView<'quality_issue'>[]): QualityFeedbackLine[] => {
  const lines = new Map<string, QualityFeedbackLine>()
  for (const { state, data } of issues.toReversed()) {
    const { source, check } = data
    const key = JSON.stringify([source, check])
    const line = lines.get(key) ?? { source, check, doubted: 0, told_source: 0, fixed: 0, result_stands: 0 }
    line[state as 'doubted' | QualityStep] += 1
    lines.set(key, line)
  }
  return [...lines.values()]
}
