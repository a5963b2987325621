import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkBooks } from '../../scripts/bench/books.ts'
import { readPlan } from '../../scripts/bench/plan.ts'
import { median } from '../../scripts/bench/rounds.ts'
import { openDatabase } from '../../src/runtimes/database.ts'
import { Processes } from '../support/process-gateway.ts'

const processes = new Processes()
const bench = (...args: string[]) => processes.run('scripts/bench.ts', args).ended

test('a short run measures all three, checks the books against each other, and writes its figures', async () => {
  const folder = processes.folder()
  const file = join(folder, 'bench.json')
  const { code, stdout, stderr } = await bench(
    ...['--rounds', '1', '--seconds', '0.3', '--warm-up', '0.3', '--connections', '4', '--consents', '2'],
    ...['--generator', 'autocannon', '--folder', folder, '--json', file],
  )
  expect(stderr).not.toContain('bench:')
  expect(code).toBe(0)
  expect(stdout).toContain('The books fit')
  expect(stdout).toContain('load by autocannon')
  const figure = expect.any(Number)
  const rowOf = (name: string) =>
    expect.objectContaining({
      name,
      rps: figure,
      p50Ms: figure,
      p99Ms: figure,
      cpuUs: expect.toSatisfy(isFigureOrNull),
      ratio: figure,
    })
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    machine: {
      cpus: figure,
      model: expect.any(String),
      memoryGiB: figure,
      node: process.versions.node,
      platform: expect.any(String),
    },
    seconds: 0.3,
    warmUpSeconds: 0.3,
    rounds: 1,
    connections: 4,
    consents: 2,
    loadGenerator: 'autocannon',
    rows: ['unmetered', 'verimeter', 'naive'].map(rowOf),
    overNaive: figure,
  })
})

const isFigureOrNull = (value: unknown): boolean => value === null || typeof value === 'number'

const plain = { rounds: '5', seconds: '2', 'warm-up': '5', connections: '64', consents: '100' }

test.each([
  [{ rounds: '0' }, '--rounds takes a whole number'],
  [{ connections: '1.5' }, '--connections takes a whole number'],
  [{ seconds: 'soon' }, '--seconds takes a number'],
  [{ 'warm-up': '0' }, '--warm-up takes a number'],
  [{ generator: 'ab' }, '--generator takes wrk or autocannon'],
])('%j is refused with what to change', (given, message) => {
  expect(() => readPlan({ ...plain, ...given })).toThrow(message)
})

test('wrk counts whole seconds only, so shorter turns are autocannon’s', () => {
  expect(readPlan({ ...plain, seconds: '0.3' }).generator).toBe('autocannon')
})

test('answers that the ledger does not know, and calls without a verification, void the run', () => {
  const folder = processes.folder()
  openDatabase(folder).close()
  expect(checkBooks(folder, { answers: 0, calls: 0, cutAtMost: 0 })).toEqual({ recorded: 0, faults: [] })
  expect(checkBooks(folder, { answers: 1, calls: 2, cutAtMost: 64 }).faults).toEqual([
    '1 answers, and only 0 of them in the ledger',
    '2 calls of the upstream for 0 verifications',
  ])
})

test('the median is the middle one, or lies between the two in the middle', () => {
  expect(median([9, 1, 4])).toBe(4)
  expect(median([9, 1, 4, 6])).toBe(5)
})
