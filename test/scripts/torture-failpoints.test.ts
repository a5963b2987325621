import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { behaviours } from '../../scripts/simulator/behaviour.ts'
import { expectedAt, kindOf, points, tableLines } from '../../scripts/torture/failpoint-table.ts'
import { compareCells, type FailpointReport, Failpoints } from '../../scripts/torture/failpoints.ts'
import { Processes } from '../support/process-gateway.ts'

/** A kill at each named point, for every behaviour of the vendor, against the documented table. */

const processes = new Processes()
let report: FailpointReport

beforeAll(async () => {
  report = await new Failpoints(processes).run()
}, 600_000)

describe(`a kill at each of ${points.length} points, for each of ${behaviours.length} behaviours of the vendor`, () => {
  test('leaves on the disk, and after everything is settled, what the table says', () => {
    expect(report.violations).toEqual([])
    expect(report.cells).toHaveLength(points.length * behaviours.length)
  })

  test('is told apart by what was there: no column of the table is the same everywhere', () => {
    for (const column of ['atCrash', 'executedAtCrash', 'atLast', 'executedAtLast'] as const)
      expect(new Set(report.cells.map(({ found }) => found[column])).size).toBeGreaterThan(1)
  })

  test('is compared: another table is not what was found', () => {
    const swapped: typeof expectedAt = (point, kind) => expectedAt(point === 'hold_queued' ? 'hold_committed' : point, kind)
    expect(compareCells(report.cells, swapped)).toHaveLength(
      report.cells.flatMap(({ point, behaviour }) => {
        if (point !== 'hold_queued') return []
        const [is, other] = [expectedAt(point, kindOf(behaviour)), expectedAt('hold_committed', kindOf(behaviour))]
        return Object.entries(is).filter(([name, value]) => value !== other[name as keyof typeof other])
      }).length,
    )
  })
})

test('nothing in the gateway but the parts that are handed in can arm a point', () => {
  const source = new URL('../../src/', import.meta.url)
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const naming = (word: RegExp): string[] => files.filter((name) => word.test(readFileSync(new URL(name, source), 'utf8')))
  expect(naming(/\baround\??[.:]|\baround = /)).toEqual(['runtimes/gateway.ts'])
  expect(naming(/failpoint|scripts\/torture|SIGKILL|process\.kill\(/i)).toEqual([])
})

test('the README prints the table', () => {
  const readme = readFileSync(new URL('../../scripts/torture/README.md', import.meta.url), 'utf8')
  expect(readme).toContain(tableLines().join('\n'))
})
