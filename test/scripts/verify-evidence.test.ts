import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('../../scripts/verify-evidence.ts', import.meta.url))

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('the command says what fails and ends with 1, and with 2 where there is no file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-'))
  try {
    const path = join(folder, 'evidence.json')
    writeFileSync(path, '{"format":"verimeter-charge-evidence/1"}')
    const unsound = run(path)
    expect(unsound.status).toBe(1)
    expect(unsound.stdout).toContain('FAILS  the leaf is in the log')
    expect(unsound.stdout.trimEnd().endsWith('UNSOUND')).toBe(true)
    expect(run().status).toBe(2)
    expect(run(join(folder, 'none.json')).stderr).toContain('name one evidence file')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
