import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { decide } from '../../src/ledger/decide.ts'
import { life } from '../../test/ledger/model-life.ts'
import type { Decide } from '../../test/ledger/model-machine.ts'
import { mutants } from '../../test/ledger/model-mutants.ts'

const help = `npm run torture:model -- [--runs N] [--seed S] [--path P]

Random lives of one account, decided by the ledger's own rules and by a simple book beside them; every commit is compared,
and in the end everything has to settle. First the ledger is broken on purpose in ${mutants.length} ways: each must be noticed.

  --runs N   lives (default 100000)
  --seed S   repeats the draws (default: by the clock; it is printed)
  --path P   with --seed: the one life that a failure has named

Exit code: 0 nothing found, 1 the ledger and the model differ, 2 the run proves nothing.`

const livesPerChunk = 2_000
const mutantRuns = 400

/** The ways to break the ledger that nobody noticed. */
const unnoticed = (seed: number): string[] =>
  mutants.flatMap(([what, mutant]) =>
    fc.check(life(mutant as Decide), { numRuns: mutantRuns, seed, endOnFailure: true }).failed ? [] : [what],
  )

interface Tally {
  captured: number
  released: number
}

/** Runs the lives of one seed. Returns what to print when one did not agree. */
const runLives = (tally: Tally, numRuns: number, seed: number, path: string | undefined): string | null => {
  const found = fc.check(
    life(decide, ({ model }) => {
      for (const { state } of model.calls.values()) if (state === 'captured' || state === 'released') tally[state] += 1
    }),
    { numRuns, seed, ...(path === undefined ? {} : { path, endOnFailure: true }) },
  )
  if (!found.failed) return null
  const again = `npm run torture:model -- --runs 1 --seed ${found.seed} --path ${found.counterexamplePath ?? ''}`
  return `${String(found.errorInstance)}\n${JSON.stringify(found.counterexample)}\nagain: ${again}`
}

const wholeNumber = (name: string, text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number`)
  return Number(text)
}

const run = (): number => {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '100000' },
      seed: { type: 'string' },
      path: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    console.log(help)
    return 0
  }
  const runs = wholeNumber('runs', values.runs)
  const seed = values.seed === undefined ? Date.now() % 1_000_000 : wholeNumber('seed', values.seed)
  console.log(`seed ${seed}`)
  const blind = unnoticed(seed)
  console.log(`controls: ${mutants.length - blind.length} of ${mutants.length} broken ledgers noticed`)
  const tally: Tally = { captured: 0, released: 0 }
  const startedAt = performance.now()
  const secondsSoFar = (): number => Math.round((performance.now() - startedAt) / 1000)
  for (let done = 0; done < runs; done += livesPerChunk) {
    const difference = runLives(tally, Math.min(livesPerChunk, runs - done), seed + done / livesPerChunk, values.path)
    if (difference !== null) {
      console.error(difference)
      return 1
    }
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${done} of ${runs} lives, ${secondsSoFar()} s\r`)
  }
  console.log(`${runs} lives agree, with ${tally.captured} charged and ${tally.released} given back, in ${secondsSoFar()} s`)
  if (blind.length > 0) console.error(`proves nothing: nobody noticed that ${blind.join('; ')}`)
  const isThin = values.path === undefined && Math.min(tally.captured, tally.released) < runs / 4
  if (isThin) console.error('proves nothing: too few calls had an ending')
  return blind.length > 0 || isThin ? 2 : 0
}

try {
  process.exitCode = run()
} catch (error) {
  console.error(`torture:model: ${error instanceof Error ? error.message : 'not understood'}; see --help`)
  process.exitCode = 2
}
