import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { runPowerCut } from './power-cut.ts'
import { straceAbsence } from './strace.ts'

const help = `Power cuts: records what a real gateway writes, builds every disk that a power cut could leave, and opens each.

npm run torture:power-cut -- [options]

  --seed N      repeats the draws of a run (default: the time)
  --states N    most disks that are opened (default 1200; 1000000 opens all)
  --calls N     answers of each half of a run, one after the other and as many at once (default 10)
  --json FILE   the report as JSON
  --help        this text

Exit code 0: nothing lost, nothing damaged, and the control (which does not wait for the disk) has lost answers. Needs strace.`

const wholeNumber = (name: string, text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} takes a whole number from 1.`)
  return Number(text)
}

/** One line that is written over, for a person who waits. */
const progressOf = (): ((done: number, of: number) => void) => {
  const begun = performance.now()
  return (done, of) => {
    const perSecond = done / ((performance.now() - begun) / 1000)
    process.stderr.write(`\r\u001b[K${done} of ${of} disks, ${perSecond.toFixed(0)} a second, ${of - done} left`)
  }
}

const run = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      states: { type: 'string', default: '1200' },
      calls: { type: 'string', default: '10' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(help)
    return 0
  }
  const absent = straceAbsence()
  if (absent !== null) throw new Error(`ABSENT: ${absent}. Nothing was checked.`)
  const seed = values.seed === undefined ? Date.now() % 1_000_000 : wholeNumber('seed', values.seed)
  console.log(`power cuts: seed ${seed}`)
  const calls = wholeNumber('calls', values.calls)
  const report = await runPowerCut({
    seed,
    mostStates: wholeNumber('states', values.states),
    inTurn: calls,
    atOnce: calls,
    ...(process.stderr.isTTY ? { onProgress: progressOf() } : {}),
  })
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ seed, ...report }, null, 2)}\n`)
  const { states, answered, called, checkpoints, lost, corrupt, unsynced, controlLost, controlUnsynced, examples } = report
  console.log(`${states} disks after ${answered} answers, ${called} calls to the source and ${checkpoints} checkpoints
${lost} had lost what was answered, ${corrupt} were damaged, ${unsynced} answers or calls came before their sync
the control, which does not wait for the disk: ${controlLost} disks had lost answers, ${controlUnsynced} came before their sync`)
  for (const example of examples) console.log(`  ${example}`)
  if (report.void !== null) console.log(`VOID, this run proves nothing: ${report.void}`)
  return lost + corrupt + unsynced === 0 && report.void === null ? 0 : 1
}

run().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : 'The power cuts could not be run.')
    process.exitCode = 2
  },
)
