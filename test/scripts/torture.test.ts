import { describe, expect, test } from 'vitest'
import { Processes } from '../support/process-gateway.ts'

/** The command around the harnesses: what it understands, and that a run which checked too little is not green. */

const processes = new Processes()
const torture = (...args: string[]) => processes.run('scripts/torture.ts', args).ended

describe('npm run torture', () => {
  test('--help names the parts and the exit codes', async () => {
    const { code, stdout } = await torture('--help')
    expect(code).toBe(0)
    for (const word of ['crash', 'failpoints', 'mutants', 'power-cut', '--kills', '--seed', '--json', 'Exit code'])
      expect(stdout).toContain(word)
  })

  test.each([
    [['--kills', '0'], '--kills takes a whole number from 1 on'],
    [['--only', 'luck'], '--only takes one of crash, failpoints, mutants, power-cut'],
    [['--unknown'], "Unknown option '--unknown'"],
  ])('%j ends with 2 and one sentence', async (args, sentence) => {
    const { code, stderr } = await torture(...args)
    expect(code).toBe(2)
    expect(stderr).toContain(sentence)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})
