import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { VoidRun } from './mutate.ts'
import { parts } from './parts.ts'
import type { Part, PartOptions, TortureReport } from './report.ts'

const help = `npm run torture -- [--kills N] [--seed S] [--only PART] [--quick] [--workerd] [--states N] [--json FILE]

Kills the real gateway and compares what it left with the client's and the vendor's own books.

${parts.map(({ name, what }) => `  ${name.padEnd(11)} ${what}`).join('\n')}

  --kills N            of the crash loop (default 20)
  --seed S             repeats the draws of a run (default: by the clock; it is printed)
  --only PART          one part alone
  --quick              only the mistakes that need no crash loop
  --workerd            the crash loop on local workerd instead of Node
  --states N           most disks of the power cuts that are opened (default 1200)
  --fewest-answers N   fewer answers checked at the crashes make the run void (default 25 for each kill)
  --json FILE          also writes {kills, answeredChecked, violations, mutants, failpoints, powerCut, seed, …}

Exit code: 0 nothing found, 1 a violation or a mistake that nobody caught, 2 the run proves nothing (it checked too little,
a patch does not apply, or the command line is not understood).`

interface Wanted {
  chosen: readonly Part[]
  options: Omit<PartOptions, 'progress'>
  json: string | undefined
}

const options = {
  kills: { type: 'string', default: '20' },
  seed: { type: 'string' },
  only: { type: 'string' },
  quick: { type: 'boolean', default: false },
  workerd: { type: 'boolean', default: false },
  states: { type: 'string', default: '1200' },
  'fewest-answers': { type: 'string' },
  json: { type: 'string' },
  help: { type: 'boolean' },
} as const

const wholeNumber = (name: string, text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} takes a whole number from 1 on`)
  return Number(text)
}

/** What is asked for; null is the help. Throws an Error whose message is for the caller. */
const readArguments = (args: string[]): Wanted | null => {
  const { values } = parseArgs({ args, options })
  if (values.help) return null
  const chosen = parts.filter(({ name }) => values.only === undefined || values.only === name)
  if (chosen.length === 0) throw new Error(`--only takes one of ${parts.map(({ name }) => name).join(', ')}`)
  const fewest = values['fewest-answers']
  return {
    chosen,
    options: {
      kills: wholeNumber('kills', values.kills),
      seed: values.seed === undefined ? 1 + (Date.now() % 1_000_000) : wholeNumber('seed', values.seed),
      fewestAnswers: fewest === undefined ? null : wholeNumber('fewest-answers', fewest),
      quick: values.quick,
      workerd: values.workerd,
      states: wholeNumber('states', values.states),
    },
    json: values.json,
  }
}

/** A line that replaces itself on a terminal, and nothing in a pipe. */
const showProgress = (part: string): ((text: string) => void) => {
  const startedAt = Date.now()
  return (text) => {
    if (!process.stderr.isTTY) return
    const seconds = Math.round((Date.now() - startedAt) / 1000)
    process.stderr.write(`\r\u001b[K${part}: ${text}, ${seconds} s`)
  }
}

const endProgress = (): void => {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
}

const complain = (sentence: string): void => console.error(`torture: ${sentence}`)

/** Runs the command. Returns its exit code. */
export const runTorture = async (args: string[]): Promise<number> => {
  let wanted: Wanted | null
  try {
    wanted = readArguments(args)
  } catch (error) {
    complain(`${error instanceof Error ? error.message : 'not understood'}; see \`npm run torture -- --help\``)
    return 2
  }
  if (wanted === null) {
    console.log(help)
    return 0
  }
  const { seed } = wanted.options
  console.log(`seed ${seed}`)
  const report: TortureReport = {
    seed,
    kills: null,
    answeredChecked: null,
    callsChecked: null,
    violations: 0,
    violationList: [],
    mutants: null,
    failpoints: null,
    powerCut: null,
  }
  let isVoid = false
  for (const part of wanted.chosen) {
    try {
      const result = await part.run({ ...wanted.options, progress: showProgress(part.name) })
      endProgress()
      console.log(`${part.name}: ${result.line}`)
      for (const violation of result.violations) console.log(`  ${violation}`)
      Object.assign(report, result.report)
      report.violationList.push(...result.violations)
      // A part that this machine cannot run takes nothing from the others, but alone it proves nothing.
      if (result.absent !== undefined && wanted.chosen.length === 1) isVoid = true
      if (result.isVoid === null) continue
      complain(`${part.name} proves nothing: ${result.isVoid}`)
    } catch (error) {
      endProgress()
      if (!(error instanceof VoidRun)) throw error
      complain(`${part.name} proves nothing: ${error.message}`)
    }
    isVoid = true
  }
  report.violations = report.violationList.length
  if (wanted.json !== undefined) writeFileSync(wanted.json, `${JSON.stringify(report, null, 2)}\n`)
  return report.violations > 0 ? 1 : isVoid ? 2 : 0
}
