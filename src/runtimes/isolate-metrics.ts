import { counters, histograms, type Metrics } from '../core/metrics.ts'
import { bucketsOf } from './metric-buckets.ts'

type Labels = readonly string[]

interface Line {
  labels: Labels
  /** One number for each bucket, then all of them; for a counter that alone. */
  counts: number[]
  sum: number
}

/** `{a="b",c="d"}`, or nothing. Values of ours need no escape but for the quote and the backslash. */
const spell = (names: Labels, values: Labels): string =>
  names.length === 0
    ? ''
    : `{${names.map((name, at) => `${name}="${(values[at] ?? '').replaceAll(/[\\"\n]/g, (unit) => (unit === '\n' ? '\\n' : `\\${unit}`))}"`).join(',')}}`

/**
 * The counters and durations of `core/metrics.ts` for a runtime that prom-client does not load in. They are those of one
 * isolate since it began: the platform starts and ends isolates as it likes, so a sum over them is nobody's whole.
 */
export const openIsolateMetrics = (): { metrics: Metrics; text(): Promise<string> } => {
  const series = new Map<string, Map<string, Line>>()
  const lineOf = (name: string, labels: Labels, size: number): Line => {
    const lines = series.get(name) ?? new Map<string, Line>()
    series.set(name, lines)
    const key = labels.join('\u001f')
    const line = lines.get(key) ?? { labels, counts: Array.from({ length: size }, () => 0), sum: 0 }
    lines.set(key, line)
    return line
  }
  const textOf = (name: string, kind: 'counter' | 'histogram', { help, labels }: { help: string; labels: Labels }): string[] => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${kind}`,
    ...[...(series.get(name)?.values() ?? [])].flatMap((line) => {
      const total = line.counts.at(-1)
      if (kind === 'counter') return [`${name}${spell(labels, line.labels)} ${total}`]
      const bounds = [...bucketsOf(name).map(String), '+Inf']
      return [
        ...bounds.map((le, at) => `${name}_bucket${spell(['le', ...labels], [le, ...line.labels])} ${line.counts[at]}`),
        `${name}_sum${spell(labels, line.labels)} ${line.sum}`,
        `${name}_count${spell(labels, line.labels)} ${total}`,
      ]
    }),
  ]
  return {
    metrics: {
      count(name, ...labels) {
        const { counts } = lineOf(name, labels, 1)
        counts[0] = (counts[0] ?? 0) + 1
      },
      observe(name, value, ...labels) {
        const buckets = bucketsOf(name)
        const line = lineOf(name, labels, buckets.length + 1)
        line.counts = line.counts.map((count, at) => (value <= (buckets[at] ?? Number.POSITIVE_INFINITY) ? count + 1 : count))
        line.sum += value
      },
    },
    text: async () =>
      `${[
        ...Object.entries(counters).flatMap(([name, told]) => textOf(name, 'counter', told)),
        ...Object.entries(histograms).flatMap(([name, told]) => textOf(name, 'histogram', told)),
      ].join('\n')}\n`,
  }
}
