/*
 * Everything that an operator can watch, once: what is counted, under which labels, and what it means. A label has few values,
 * all of them words of ours: never an id, never an address, never anything that was sent.
 */

interface Series {
  help: string
  labels: readonly string[]
}

const series = <const T extends Record<string, Series>>(table: T): T => table

/** Numbers that only grow. */
export const counters = series({
  verimeter_http_requests_total: {
    help: 'Answers by route pattern and status; `none` is an address that no route has.',
    labels: ['route', 'status'],
  },
  verimeter_refusals_total: { help: 'Problems by their code.', labels: ['code'] },
  verimeter_verifications_total: {
    help: 'Endings of verifications that this process wrote; one in doubt counts once as unknown and once more when it is settled.',
    labels: ['check', 'outcome', 'charged'],
  },
})

/** Durations in seconds and sizes, in buckets. */
export const histograms = series({
  verimeter_http_request_seconds: {
    help: 'From the first line of a request to its answer, by route pattern.',
    labels: ['route'],
  },
  verimeter_source_seconds: { help: 'One question to a source, by its outcome.', labels: ['source', 'outcome'] },
  verimeter_commit_seconds: { help: 'One transaction of the ledger, with its fsync.', labels: [] },
  verimeter_commit_pieces: { help: 'Decisions that shared one transaction.', labels: [] },
})

/** Numbers that are read when somebody asks. */
export const gauges = series({
  verimeter_commit_waiting: { help: 'Decisions that wait for their transaction.', labels: [] },
  verimeter_in_doubt: { help: 'Verifications in doubt.', labels: [] },
  verimeter_alarms_standing: { help: 'Alarms that stand, by kind.', labels: ['kind'] },
  verimeter_directory_push_age_seconds: {
    help: 'Since the directory last had everything that the ledgers had to tell it.',
    labels: [],
  },
  verimeter_draining: { help: '1 from SIGTERM on.', labels: [] },
})

export type CounterName = keyof typeof counters
export type HistogramName = keyof typeof histograms
export type GaugeName = keyof typeof gauges

/** One value for each label of the series, in the order of the table. */
export type LabelsOf<L extends readonly string[]> = { [I in keyof L]: string }

/** Where the code reports what happened. A report costs well under a microsecond, never throws and never waits. */
export interface Metrics {
  /** One more. */
  count<N extends CounterName>(name: N, ...labels: LabelsOf<(typeof counters)[N]['labels']>): void
  /** One measurement: seconds, or a size. */
  observe<N extends HistogramName>(name: N, value: number, ...labels: LabelsOf<(typeof histograms)[N]['labels']>): void
}
