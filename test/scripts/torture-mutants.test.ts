import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mutants } from '../../scripts/torture/mutants.ts'
import { applyEdit, runMutants, unchanged, VoidRun } from '../../scripts/torture/mutate.ts'
import { Processes, projectFolder } from '../support/process-gateway.ts'

/*
 * The seeded mistakes that one life of the gateway must catch. Those that need a crash loop run with `npm run torture`; here
 * their patches are only held against the source.
 */

const processes = new Processes()
const quick = mutants.filter(({ harness }) => harness === 'life')
const seed = 20_240_802

describe('the seeded mistakes', () => {
  test('are many, and each has a name of its own', () => {
    expect(quick.length).toBeGreaterThanOrEqual(12)
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
  })

  test('are caught, every one, by scenes that find nothing in the project as it is', { timeout: 600_000 }, async () => {
    const results = await runMutants(processes, [unchanged('life'), ...quick], seed)
    expect(results.filter(({ name }) => name === 'unchanged').map(({ violations }) => violations)).toEqual([[]])
    expect(results.filter(({ violations }) => violations.length === 0).map(({ name }) => name)).toEqual(['unchanged'])
    expect(results).toHaveLength(quick.length + 1)
  })

  test('that need a crash loop still apply to the source', () => {
    for (const { harness, edits } of mutants) {
      if (harness !== 'crash') continue
      const folder = processes.folder()
      copyFiles(folder, [...new Set(edits.map(({ file }) => file))])
      for (const edit of edits) applyEdit(folder, edit)
    }
  })
})

describe('a patch', () => {
  const edit = { file: 'a.ts', find: 'one', replace: 'two' }
  test.each([
    ['has no place', 'three'],
    ['has two places', 'one one'],
  ])('that %s voids the run', (_what, text) => {
    const folder = processes.folder()
    writeFileSync(join(folder, 'a.ts'), text)
    expect(() => applyEdit(folder, edit)).toThrow(VoidRun)
  })
})

const copyFiles = (folder: string, files: string[]): void => {
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true })
    copyFileSync(join(projectFolder, file), join(folder, file))
  }
}
