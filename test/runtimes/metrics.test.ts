import { describe, expect, it, test } from 'vitest'
import { counters, gauges, histograms } from '../../src/core/metrics.ts'
import { openIsolateMetrics } from '../../src/runtimes/isolate-metrics.ts'
import { bucketsOf } from '../../src/runtimes/metric-buckets.ts'
import { openMetrics } from '../../src/runtimes/metrics.ts'

const opened = { process: () => openMetrics({}), isolate: openIsolateMetrics }

/** Value of each line by its name and labels, without the order of the labels. */
const valuesOf = (text: string): Map<string, number> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
        return [[name, ...labels.split(/,(?=\w+=")/).sort()].join(' ').trim(), Number(value)]
      }),
  )

describe.each(Object.entries(opened))('the counters of one %s', (_name, open) => {
  it('add up by their labels', async () => {
    const { metrics, text } = open()
    for (const status of ['200', '200', '404']) metrics.count('verimeter_http_requests_total', '/v1/account', status)
    metrics.count('verimeter_verifications_total', 'id2', 'match', 'true')
    expect(valuesOf(await text())).toEqual(valuesOf(await text()))
    const values = valuesOf(await text())
    expect(values.get('verimeter_http_requests_total route="/v1/account" status="200"')).toBe(2)
    expect(values.get('verimeter_http_requests_total route="/v1/account" status="404"')).toBe(1)
    expect(values.get('verimeter_verifications_total charged="true" check="id2" outcome="match"')).toBe(1)
  })

  it('sort durations into buckets, each with all that are shorter, and keep their sum', async () => {
    const { metrics, text } = open()
    for (const seconds of [0.0001, 0.003, 0.003, 100]) metrics.observe('verimeter_source_seconds', seconds, 'sandbox', 'match')
    metrics.observe('verimeter_commit_pieces', 3)
    const values = valuesOf(await text())
    const bucket = (le: string) => values.get(`verimeter_source_seconds_bucket le="${le}" outcome="match" source="sandbox"`)
    expect(['0.0001', '0.0025', '0.005', '25', '+Inf'].map(bucket)).toEqual([1, 1, 3, 3, 4])
    expect(values.get('verimeter_source_seconds_count outcome="match" source="sandbox"')).toBe(4)
    expect(values.get('verimeter_source_seconds_sum outcome="match" source="sandbox"')).toBeCloseTo(100.0061)
    expect([values.get('verimeter_commit_pieces_bucket le="2"'), values.get('verimeter_commit_pieces_bucket le="4"')]).toEqual([
      0, 1,
    ])
  })

  it('tell of every series what it means and what kind it is', async () => {
    const text = await open().text()
    for (const [kind, table] of [
      ['counter', counters],
      ['histogram', histograms],
    ] as const)
      for (const [name, { help }] of Object.entries(table)) {
        expect(text).toContain(`# HELP ${name} ${help}\n`)
        expect(text).toContain(`# TYPE ${name} ${kind}\n`)
      }
  })
})

it('both kinds of runtime print the same lines for the same work', async () => {
  const [one, other] = Object.values(opened).map((open) => open())
  for (const { metrics } of [one, other].filter((each) => each !== undefined)) {
    metrics.count('verimeter_refusals_total', 'not_found')
    metrics.observe('verimeter_http_request_seconds', 0.25, '/health')
  }
  const told = valuesOf((await one?.text()) ?? '')
  const filled = new Map([...told].filter(([line]) => /refusals|request_seconds/.test(line)))
  const others = valuesOf((await other?.text()) ?? '')
  expect(filled.size).toBe(1 + bucketsOf('verimeter_http_request_seconds').length + 3)
  for (const [line, value] of filled) expect([line, others.get(line)]).toEqual([line, value])
})

describe('a gauge', () => {
  it('is read when somebody asks, and forgets what is over', async () => {
    let standing = new Map([['a', 1]])
    const { text } = openMetrics({ verimeter_in_doubt: () => 7, verimeter_alarms_standing: () => standing })
    expect(valuesOf(await text()).get('verimeter_alarms_standing kind="a"')).toBe(1)
    standing = new Map([['b', 2]])
    const values = valuesOf(await text())
    expect([values.get('verimeter_in_doubt'), values.has('verimeter_alarms_standing kind="a"')]).toEqual([7, false])
    expect(values.get('verimeter_alarms_standing kind="b"')).toBe(2)
  })

  it('that cannot be read hides no other', async () => {
    const broken = (): number => {
      throw new Error('the books are closed')
    }
    const { text } = openMetrics({ verimeter_in_doubt: broken, verimeter_draining: () => 1 })
    const values = valuesOf(await text())
    expect([values.has('verimeter_in_doubt'), values.get('verimeter_draining')]).toEqual([false, 1])
  })
})

test('no label is named after somebody or something that has an id', () => {
  const labels = [counters, histograms, gauges].flatMap((table) => Object.values(table).flatMap((each) => [...each.labels]))
  expect([...new Set(labels)].sort()).toEqual(['charged', 'check', 'code', 'kind', 'outcome', 'route', 'source', 'status'])
})
