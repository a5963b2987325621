import { parseArgs } from 'node:util'
import { runDrain } from './drain.ts'
import { runOverload } from './overload.ts'
import { runPause } from './pause.ts'
import type { Finding } from './pause-rig.ts'
import { Processes } from './processes.ts'
import { runProxy } from './proxy.ts'

const help = `npm run torture:drain -- [--times N] [--seed S]   SIGTERM under load, N times (default 50)
npm run torture:pause -- [--times N] [--seed S]   SIGSTOP for 5 s and SIGCONT under load, N times (default 10)
npm run torture:proxy -- [--times N] [--seed S]   N calls (default 100) through each fault between gateway and source
npm run torture:overload -- [--times N] [--seed S]   suspends at four times the load it can take, N times (default 5)

A real gateway, a customer and a simulated vendor, each with a book of its own; in the end the three must agree.
The seed is printed; --seed repeats the draws of a run, not the scheduling of the machine.

Exit code: 0 nothing found, 1 a violation, 2 the run proves nothing (it checked too little, or was not understood).`

type Harness = (processes: Processes, options: { seed: number; times: number }) => Promise<Finding>

const harnesses: Readonly<Record<string, { times: string; run: Harness }>> = {
  drain: { times: '50', run: (processes, options) => runDrain(processes, { ...options, signal: 'SIGTERM' }) },
  overload: { times: '5', run: (processes, options) => runOverload(processes, options) },
  pause: { times: '10', run: (processes, options) => runPause(processes, { ...options, stopMs: 5_000 }) },
  proxy: { times: '100', run: (processes, { seed, times }) => runProxy(processes, { seed, calls: times }) },
}

const wholeNumber = (name: string, text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} takes a whole number from 1 on`)
  return Number(text)
}

const run = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { times: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } },
  })
  if (values.help) {
    console.log(help)
    return 0
  }
  const harness = harnesses[positionals[0] ?? '']
  if (!harness) throw new Error(`name one of ${Object.keys(harnesses).join(', ')}`)
  const seed = values.seed === undefined ? 1 + (Date.now() % 1_000_000) : wholeNumber('seed', values.seed)
  const times = wholeNumber('times', values.times ?? harness.times)
  console.log(`seed ${seed}`)
  const processes = new Processes()
  try {
    const found = await harness.run(processes, { seed, times })
    for (const violation of found.violations) console.log(`  ${violation}`)
    console.log(`${positionals[0]}: ${times} times, ${found.answered} answers checked, ${found.violations.length} violations`)
    if (found.note !== undefined) console.log(`  ${found.note}`)
    if (found.violations.length > 0) return 1
    if (found.isVoid === null) return 0
    console.error(`proves nothing: ${found.isVoid}`)
    return 2
  } finally {
    await processes.close()
  }
}

try {
  process.exitCode = await run()
} catch (error) {
  console.error(`torture: ${error instanceof Error ? error.message : 'not understood'}; see --help`)
  process.exitCode = 2
}
