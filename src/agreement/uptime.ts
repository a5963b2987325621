/** A time in which the service was not there, in milliseconds; `to` of null lasts until now. */
export interface ServiceBreak {
  from: number
  to: number | null
  planned: boolean
  /** Its cause is outside the provider and proved, or is nobody's breach. */
  excused: boolean
}

/** A span of service, in milliseconds. Planned breaks are taken out of what counts (S3 §8.3). */
export interface Uptime {
  spanMs: number
  plannedMs: number
  /** Down without a plan, whatever the cause. */
  downMs: number
  /** The part of `downMs` that is not the provider's. */
  excusedMs: number
  /** Share of what counts, six places, rounded down: nothing that was down shows as all of it. Null where nothing counts. */
  share: string | null
}

const places = 1_000_000

/**
 * How much of a span the service was there (S0 三(二)1,2). Breaks may overlap: an instant counts once, as planned when any plan covers
 * it, and as excused only when every break over it is.
 */
export const countUptime = (breaks: readonly ServiceBreak[], fromMs: number, toMs: number): Uptime => {
  const cut = breaks
    .map(({ from, to, ...rest }) => ({ ...rest, from: Math.max(from, fromMs), to: Math.min(to ?? toMs, toMs) }))
    .filter(({ from, to }) => from < to)
  const edges = [...new Set(cut.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b)
  let plannedMs = 0
  let downMs = 0
  let excusedMs = 0
  for (const [at, start] of edges.entries()) {
    const end = edges[at + 1] ?? start
    const over = cut.filter(({ from, to }) => from <= start && to >= end)
    if (over.length === 0) continue
    if (over.some(({ planned }) => planned)) plannedMs += end - start
    else {
      downMs += end - start
      if (over.every(({ excused }) => excused)) excusedMs += end - start
    }
  }
  const spanMs = Math.max(0, toMs - fromMs)
  const counted = spanMs - plannedMs
  const up = counted === 0 ? null : Math.floor(((counted - downMs) * places) / counted)
  return { spanMs, plannedMs, downMs, excusedMs, share: up === null ? null : (up / places).toFixed(6) }
}
