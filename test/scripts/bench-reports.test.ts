import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Processes } from '../support/process-gateway.ts'

const processes = new Processes()
const folder = mkdtempSync(join(tmpdir(), 'verimeter-bench-reports-'))
afterAll(() => rmSync(folder, { recursive: true }))
const bench = (...args: string[]) => processes.run('scripts/bench-reports.ts', args).ended

test('measures each report over two sizes, says what was built, and leaves nothing behind', async () => {
  const file = join(folder, 'figures.json')
  const { code, stdout, stderr } = await bench(
    '--sizes',
    '300,3000',
    '--repeats',
    '1',
    '--folder',
    join(folder, 'books'),
    '--json',
    file,
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { built, rows } = JSON.parse(readFileSync(file, 'utf8')) as {
    built: { verifications: number; entries: number; rollups: number }[]
    rows: { name: string; ms: number[]; ratio: number }[]
  }
  expect(built).toMatchObject([
    { verifications: 300, entries: 600 },
    { verifications: 3_000, entries: 6_000 },
  ])
  expect(built.every(({ rollups }) => rollups > 50)).toBe(true)
  for (const { name, ms, ratio } of rows) {
    expect(stdout).toContain(name)
    expect(ms).toHaveLength(2)
    expect(ratio).toBeGreaterThan(0)
  }
  expect(rows.length).toBeGreaterThan(3)
  expect(readdirSync(join(folder, 'books'))).toEqual([])
})

test('says in one sentence what it does not take', async () => {
  expect(await bench('--sizes', 'many')).toMatchObject({ code: 2, stderr: 'bench: --sizes takes whole numbers from 1\n' })
})
