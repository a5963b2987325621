import type { Doubt } from './core/commands.ts'
import { makeId } from './core/ids.ts'
import { isDelivered } from './core/outcome.ts'
import type { Clock, DueList, LedgerOf, Log, SourceAnswer, Sources } from './core/ports.ts'

export interface SweepDeps {
  due: DueList
  ledgerOf: LedgerOf
  sources: Sources
  clock: Clock
  log: Log
}

/** When each verification in doubt is asked about next. In memory only: after a restart everything is asked about at once. */
export type AskSchedule = Map<string, { askAt: number; waitMs: number }>

/** When the next question about a doubt is due; null when none is in doubt. */
export const nextAskAt = (schedule: AskSchedule): number | null =>
  schedule.size === 0 ? null : Math.min(...[...schedule.values()].map(({ askAt }) => askAt))

const firstWaitMs = 5_000
const longestWaitMs = 600_000
const findDeadlineMs = 10_000
const agedAfterMs = 600_000
const parallelFinds = 8

/**
 * What time makes happen: holds past their deadline fall in doubt, doubts are asked about at their source, settled or
 * given back when their time is over, grants lapse. Safe to run at any moment and any number of times; the ledger judges
 * each act again.
 */
export const sweep = async (deps: SweepDeps, schedule: AskSchedule): Promise<void> => {
  await Promise.all((await deps.due.due()).map((command) => deps.ledgerOf(command.accountId).submit(command)))

  const now = deps.clock()
  const doubts = await deps.due.doubts()
  const standing = new Set(doubts.map(idOf))
  for (const id of schedule.keys()) if (!standing.has(id)) schedule.delete(id)
  const asking = doubts.filter((doubt) => (schedule.get(idOf(doubt))?.askAt ?? 0) <= now)
  for (let from = 0; from < asking.length; from += parallelFinds)
    await Promise.all(asking.slice(from, from + parallelFinds).map((doubt) => settleDoubt(deps, schedule, doubt)))
}

const idOf = (doubt: Doubt): string => makeId('ver', doubt.accountId, doubt.verificationId)

/** Asks the source what became of one verification, and settles it if the answer is certain. */
const settleDoubt = async (deps: SweepDeps, schedule: AskSchedule, doubt: Doubt): Promise<void> => {
  const id = idOf(doubt)
  const found = await findEnding(deps, doubt, id)
  const ledger = deps.ledgerOf(doubt.accountId)
  if (found) {
    await ledger.submit({
      kind: 'settle',
      accountId: doubt.accountId,
      verificationId: doubt.verificationId,
      ...found,
      by: 'query',
    })
    schedule.delete(id)
    deps.log('doubt_settled', { verification: id, outcome: found.answer.outcome })
    return
  }
  const waitMs = Math.min((schedule.get(id)?.waitMs ?? firstWaitMs / 2) * 2, longestWaitMs)
  schedule.set(id, { askAt: deps.clock() + waitMs, waitMs })
  if (deps.clock() - doubt.doubtAt >= agedAfterMs)
    await ledger.submit({
      kind: 'alarm',
      accountId: doubt.accountId,
      alarm: 'in_doubt_aged',
      subject: String(doubt.verificationId),
      raised: true,
    })
}

/**
 * The ending that some source proves, or null. "Not executed" counts only when every source that may have been asked says
 * so, and late enough for it to be final: an early "not found" can still become "done".
 */
const findEnding = async (
  deps: SweepDeps,
  doubt: Doubt,
  id: string,
): Promise<{ sourceId: string; answer: SourceAnswer } | null> => {
  let notExecuted: string | null = null
  for (const sourceId of doubt.sources) {
    const finding = await deps.sources.find(sourceId, {
      reference: id,
      sourceReference: doubt.sourceReference,
      check: doubt.check,
      consent: null,
      deadlineAt: deps.clock() + findDeadlineMs,
    })
    if (finding.kind === 'executed')
      return isDelivered(finding.answer.outcome) || finding.answer.outcome === 'rejected'
        ? { sourceId, answer: finding.answer }
        : null
    const finalAfterMs = deps.sources.finalAfterMs(sourceId)
    if (finding.kind === 'unclear' || finalAfterMs === null || deps.clock() < doubt.heldAt + finalAfterMs) return null
    notExecuted = sourceId
  }
  if (notExecuted === null) return null
  const answer: SourceAnswer = {
    outcome: 'unavailable',
    sourceReference: null,
    sourceBilled: false,
    reason: 'not_executed',
    rawDigest: null,
  }
  return { sourceId: notExecuted, answer }
}
