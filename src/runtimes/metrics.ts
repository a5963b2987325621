import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import {
  type CounterName,
  counters,
  type GaugeName,
  gauges,
  type HistogramName,
  histograms,
  type Metrics,
} from '../core/metrics.ts'
import { bucketsOf } from './metric-buckets.ts'

/** What a gauge shows now: one value, or one for each label value. */
export type Reading = number | Map<string, number>

export interface MetricsRegistry {
  metrics: Metrics
  /** Everything in the text format of Prometheus. Gauges are read now; one that cannot be read is left out. */
  text(): Promise<string>
  registry: Registry
}

/**
 * The series of `core/metrics.ts` over prom-client. What is counted on the way of a request is a number in a map, and is
 * handed to the registry when somebody reads; the registry's own increment costs many times as much.
 */
export const openMetrics = (readings: Partial<Record<GaugeName, () => Reading>>): MetricsRegistry => {
  const registry = new Registry()
  const counts = openCounts(registry)
  const durations = openDurations(registry)
  for (const [name, read] of Object.entries(readings)) openGauge(registry, name as GaugeName, read)
  return {
    registry,
    metrics: {
      count: (name, ...labels) => counts(name, labels),
      observe: (name, value, ...labels) => durations(name, value, labels),
    },
    text: () => registry.metrics(),
  }
}

/** Labels of one line as the key of a map: no value of ours holds this character. */
const separator = '\u001f'

const openCounts = (registry: Registry): ((name: CounterName, labels: readonly string[]) => void) => {
  const sums = new Map<CounterName, Map<string, number>>()
  for (const [name, { help, labels }] of Object.entries(counters)) {
    const sum = new Map<string, number>()
    sums.set(name as CounterName, sum)
    const counter: Counter = new Counter({
      name,
      help,
      labelNames: labels,
      registers: [registry],
      collect() {
        counter.reset()
        for (const [key, value] of sum) counter.labels(...key.split(separator)).inc(value)
      },
    })
  }
  return (name, labels) => {
    const sum = sums.get(name)
    const key = labels.length === 1 ? (labels[0] ?? '') : labels.join(separator)
    sum?.set(key, (sum.get(key) ?? 0) + 1)
  }
}

const openDurations = (registry: Registry): ((name: HistogramName, value: number, labels: readonly string[]) => void) => {
  const made = new Map(
    Object.entries(histograms).map(([name, { help, labels }]) => {
      return [name, new Histogram({ name, help, labelNames: labels, buckets: bucketsOf(name), registers: [registry] })]
    }),
  )
  return (name, value, labels) =>
    made
      .get(name)
      ?.labels(...labels)
      .observe(value)
}

const openGauge = (registry: Registry, name: GaugeName, read: () => Reading): void => {
  const { help, labels } = gauges[name]
  const gauge: Gauge = new Gauge({
    name,
    help,
    labelNames: labels,
    registers: [registry],
    collect() {
      gauge.reset()
      try {
        const reading = read()
        if (typeof reading === 'number') gauge.set(reading)
        else for (const [label, value] of reading) gauge.labels(label).set(value)
      } catch {
        // A gauge that cannot be read, because the books are closed or broken, must not hide the others.
        gauge.remove()
      }
    },
  })
}
