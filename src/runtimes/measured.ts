import type { Command, ResultOf } from '../core/commands.ts'
import type { Metrics } from '../core/metrics.ts'
import type { Ledger, Sources } from '../core/ports.ts'
import type { VerificationView } from '../core/views.ts'

const countEnding = (metrics: Metrics, { check, outcome, state }: VerificationView): void =>
  metrics.count('verimeter_verifications_total', check, outcome ?? 'unknown', String(state === 'captured'))

/** The ending that this commit wrote, or null: an answer that came too late changed nothing. */
const endingIn = <C extends Command>({ kind }: C, result: ResultOf<C>): VerificationView | null => {
  const ended = result as ResultOf<Command>
  if (kind === 'settle' && ended.kind === 'settled' && !ended.late) return ended.verification
  return kind === 'act' && ended.kind === 'settlement' ? ended.verification : null
}

/** The same ledger; every ending of a verification that goes through it is counted after its commit. */
export const measureLedger = (ledger: Ledger, metrics: Metrics): Ledger => ({
  async submit(command) {
    const result = await ledger.submit(command)
    const ending = endingIn(command, result)
    if (ending) countEnding(metrics, ending)
    return result
  },
  read: (read) => ledger.read(read),
})

/** The same sources; every question is timed by its outcome. */
export const measureSources = (sources: Sources, metrics: Metrics, ticks: () => number): Sources => ({
  ...sources,
  async ask(sourceId, query, call) {
    const askedAt = ticks()
    const answer = await sources.ask(sourceId, query, call)
    metrics.observe('verimeter_source_seconds', (ticks() - askedAt) / 1000, sourceId, answer.outcome)
    return answer
  },
})
