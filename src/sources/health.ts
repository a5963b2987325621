import { isDelivered, type Outcome } from '../core/outcome.ts'
import type { Clock, SourceHealth } from '../core/ports.ts'
import type { Source } from './source.ts'

/** How far back "now" reaches. */
const windowMinutes = 15
/** A source is degraded when at least this share of the questions of the window got no answer. */
const degradedShare = 0.1

interface Minute {
  outcomes: Partial<Record<Outcome, number>>
  totalMs: number
  longestMs: number
}

interface Seen {
  minutes: Map<number, Minute>
  lastSuccessAt: number | null
  lastFailureAt: number | null
}

/** What this process sees of its own questions, for as long as it lives. It decides nothing and is never asked on the way of a verification. */
export class Health {
  private readonly since: number
  private readonly seen = new Map<string, Seen>()

  private readonly sources: readonly Source[]
  private readonly clock: Clock

  constructor(sources: readonly Source[], clock: Clock) {
    this.sources = sources
    this.clock = clock
    this.since = clock()
  }

  /** One question that has ended, and how long it took. */
  note(sourceId: string, outcome: Outcome, tookMs: number): void {
    const now = this.clock()
    const minute = Math.floor(now / 60_000)
    const seen = this.seen.get(sourceId) ?? { minutes: new Map(), lastSuccessAt: null, lastFailureAt: null }
    this.seen.set(sourceId, seen)
    for (const old of seen.minutes.keys()) if (old <= minute - windowMinutes) seen.minutes.delete(old)
    const counted = seen.minutes.get(minute) ?? { outcomes: {}, totalMs: 0, longestMs: 0 }
    seen.minutes.set(minute, counted)
    counted.outcomes[outcome] = (counted.outcomes[outcome] ?? 0) + 1
    counted.totalMs += tookMs
    counted.longestMs = Math.max(counted.longestMs, tookMs)
    if (isAnswer(outcome)) seen.lastSuccessAt = now
    else seen.lastFailureAt = now
  }

  read(): SourceHealth[] {
    return this.sources.map(({ id, mode, checks }) => ({ id, mode, checks, ...this.windowOf(id) }))
  }

  private windowOf(id: string): Omit<SourceHealth, 'id' | 'mode' | 'checks'> {
    const oldest = Math.floor(this.clock() / 60_000) - windowMinutes
    const seen = this.seen.get(id)
    const outcomes: SourceHealth['outcomes'] = {}
    let [asked, failed, totalMs, longestMs] = [0, 0, 0, 0]
    for (const [minute, counted] of seen?.minutes ?? []) {
      if (minute <= oldest) continue
      for (const [outcome, count] of Object.entries(counted.outcomes) as [Outcome, number][]) {
        outcomes[outcome] = (outcomes[outcome] ?? 0) + count
        asked += count
        if (!isAnswer(outcome)) failed += count
      }
      totalMs += counted.totalMs
      longestMs = Math.max(longestMs, counted.longestMs)
    }
    return {
      state: failed > 0 && failed >= asked * degradedShare ? 'degraded' : 'ok',
      since: Math.max(this.since, this.clock() - windowMinutes * 60_000),
      asked,
      outcomes,
      averageMs: asked === 0 ? null : Math.round(totalMs / asked),
      longestMs: asked === 0 ? null : longestMs,
      lastSuccessAt: seen?.lastSuccessAt ?? null,
      lastFailureAt: seen?.lastFailureAt ?? null,
    }
  }
}

/** A refusal of the input is an answer, too: the source is there. */
const isAnswer = (outcome: Outcome): boolean => isDelivered(outcome) || outcome === 'rejected'
