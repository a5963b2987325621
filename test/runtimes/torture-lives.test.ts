import { afterAll, expect, test } from 'vitest'
import { runDrain } from '../../scripts/torture/drain.ts'
import { runPause } from '../../scripts/torture/pause.ts'
import { Processes } from '../../scripts/torture/processes.ts'
import { runProxy } from '../../scripts/torture/proxy.ts'

/* Drain, pause and fault proxy in small; `npm run torture:drain`, `torture:pause` and `torture:proxy` for more. */

const seed = Number(process.env.TORTURE_SEED ?? Date.now() % 1_000_000)
const processes = new Processes()
const timeout = 240_000

afterAll(() => processes.close())
process.stdout.write(`torture: seed ${seed} (TORTURE_SEED repeats its draws)\n`)

test('SIGTERM under load leaves no request without an answer and no hold without an ending', { timeout }, async () => {
  expect(await runDrain(processes, { seed, times: 2, signal: 'SIGTERM' })).toMatchObject({ violations: [], isVoid: null })
})

test('control: SIGKILL in its place is found', { timeout }, async () => {
  const { violations } = await runDrain(processes, { seed, times: 1, signal: 'SIGKILL' })
  expect(violations).toContain('drain 1: exit null')
  expect(violations.join()).toContain('taken and not answered')
})

test('SIGSTOP and SIGCONT under load settle nothing twice and leave no answer out', { timeout }, async () => {
  expect(await runPause(processes, { seed, times: 1, stopMs: 5_000 })).toMatchObject({ violations: [], isVoid: null })
})

test('whatever happens between gateway and source, the three books agree', { timeout }, async () => {
  expect(await runProxy(processes, { seed, calls: 20 })).toMatchObject({ violations: [], isVoid: null })
})
