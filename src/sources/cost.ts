import { isDelivered } from '../core/outcome.ts'
import type { SourceAnswer } from '../core/ports.ts'
import type { Source, SourceIo } from './source.ts'

/** No check costs 1,000 yuan; a number above it is a fault of the source or of its reader. */
const mostMicroYuan = 1_000_000_000

const isCost = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= mostMicroYuan

/** Where the source does not say what it billed, a result counts as billed: nearly every contract bills a match and a mismatch (sources.md §1.4). */
const isBilled = ({ outcome, sourceBilled }: SourceAnswer): boolean => sourceBilled ?? isDelivered(outcome)

/**
 * What the call costs the reseller: what the source said itself, otherwise its price by contract for a call that it billed. Nothing
 * that cannot be money is kept; a line in the log says so. Never the sale price, which is the agreement's.
 */
export const costOf = (source: Source, answer: SourceAnswer, said: unknown, io: SourceIo): { costMicroYuan?: number } => {
  if (isCost(said)) return { costMicroYuan: said }
  if (said !== undefined) io.log('source_cost_refused', { source: source.id })
  const fixed = source.costMicroYuan
  return fixed !== undefined && isBilled(answer) ? { costMicroYuan: fixed } : {}
}
