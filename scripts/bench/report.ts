import { cpus, totalmem } from 'node:os'
import { type ContenderName, contenderNames } from './contenders.ts'
import { median, type Plan, type Round } from './rounds.ts'

export interface Row {
  name: ContenderName
  /** Requests per second: the median of the rounds, and the extremes. */
  rps: number
  rpsMin: number
  rpsMax: number
  p50Ms: number
  p99Ms: number
  /** CPU time of the server's process for each request, microseconds; null where the platform does not tell. */
  cpuUs: number | null
  /** Requests per second over those of `unmetered`: the median of the ratios inside each round. */
  ratio: number
}

/** What `--json` writes. */
export interface Report {
  machine: { cpus: number; model: string; memoryGiB: number; node: string; platform: string }
  seconds: number
  warmUpSeconds: number
  rounds: number
  connections: number
  consents: number
  loadGenerator: string
  rows: Row[]
  /** Requests per second of `verimeter` over those of `naive`: the median of the ratios inside each round. */
  overNaive: number
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

export const makeReport = (plan: Plan, rounds: readonly Round[]): Report => ({
  machine: {
    cpus: cpus().length,
    model: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: round(totalmem() / 2 ** 30, 1),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  },
  seconds: plan.seconds,
  warmUpSeconds: plan.warmUpSeconds,
  rounds: plan.rounds,
  connections: plan.connections,
  consents: plan.consents,
  loadGenerator: plan.generator,
  rows: contenderNames.map((name) => {
    const samples = rounds.map((samplesOf) => samplesOf[name])
    const rates = samples.map(({ rps }) => rps)
    const cpuTimes = samples.flatMap(({ cpuUs }) => (cpuUs === null ? [] : [cpuUs]))
    return {
      name,
      rps: Math.round(median(rates)),
      rpsMin: Math.round(Math.min(...rates)),
      rpsMax: Math.round(Math.max(...rates)),
      p50Ms: round(median(samples.map(({ p50Ms }) => p50Ms)), 2),
      p99Ms: round(median(samples.map(({ p99Ms }) => p99Ms)), 2),
      cpuUs: cpuTimes.length === 0 ? null : Math.round(median(cpuTimes)),
      ratio: round(median(rounds.map((samplesOf) => samplesOf[name].rps / samplesOf.unmetered.rps)), 3),
    }
  }),
  overNaive: round(median(rounds.map(({ verimeter, naive }) => verimeter.rps / naive.rps)), 2),
})

/** The report as people read it. */
export const printReport = ({ machine, rows, overNaive, ...plan }: Report): string => {
  const head = ['', 'requests/s (min–max)', 'p50 ms', 'p99 ms', 'CPU µs/request', 'of unmetered']
  const lines = rows.map((row) => [
    row.name,
    `${row.rps} (${row.rpsMin}–${row.rpsMax})`,
    row.p50Ms.toFixed(2),
    row.p99Ms.toFixed(2),
    row.cpuUs === null ? '–' : String(row.cpuUs),
    row.ratio.toFixed(2),
  ])
  const widths = head.map((title, at) => Math.max(title.length, ...lines.map((line) => line[at]?.length ?? 0)))
  const align = (cells: string[]): string =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ')
  return [
    `${machine.model}, ${machine.cpus} processors, ${machine.memoryGiB} GiB, ${machine.platform}, Node ${machine.node}`,
    `${plan.rounds} rounds of ${plan.seconds} s for each, ${plan.connections} connections, ${plan.consents} consents, load by ${plan.loadGenerator}`,
    '',
    ...[head, ...lines].map(align),
    '',
    `verimeter answers ${overNaive.toFixed(1)} times what naive does.`,
    'Ratios are medians of those inside each round; compare ratios, not requests per second, between machines.',
  ].join('\n')
}
