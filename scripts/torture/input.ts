import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { inputMutants, withMutant } from './input-controls.ts'
import { openInputGateway } from './input-gateway.ts'
import { type InputReport, runInput } from './input-run.ts'

const help = `npm run torture:input -- [--requests N] [--seed S] [--json FILE]

Makes N requests (default 50000) from the OpenAPI document of a gateway in this process, good ones and bad ones, and judges
every answer: no fault, nothing undocumented, nothing repeated, no credits moved by a refusal; afterwards the books. First it
breaks the gateway on purpose in several ways, each of which has to be found. --seed repeats a run.
Exit code: 0 nothing found and every control caught, 1 otherwise, 2 the command line is not understood.`

/** So many requests are enough for every control. */
const controlRequests = 1_500

interface Wanted {
  requests: number
  seed: number
  json: string | undefined
}

export interface TortureInputReport extends InputReport {
  controls: { seeded: number; caught: number; missed: string[] }
}

/** What is asked for; null is the help; a text says what is wrong. */
const readArguments = (args: string[]): Wanted | null | string => {
  try {
    const options = {
      requests: { type: 'string', default: '50000' },
      seed: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean' },
    } as const
    const { values } = parseArgs({ args, options })
    if (values.help) return null
    const seed = Number(values.seed ?? Date.now() % 1_000_000)
    const requests = Number(values.requests)
    if (!Number.isSafeInteger(requests) || requests < 1) return '--requests takes a whole number of at least 1'
    if (!Number.isSafeInteger(seed) || seed < 0) return '--seed takes a whole number'
    return { requests, seed, json: values.json }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Which of the mutants a run with this seed does not find. */
export const missedMutants = async (seed: number, requests = controlRequests): Promise<string[]> => {
  const missed: string[] = []
  for (const mutant of inputMutants) {
    const gateway = openInputGateway()
    const { findings } = await runInput(withMutant(gateway, mutant), { seed, requests })
    if (!findings.some(({ what }) => mutant.foundAs.test(what))) missed.push(mutant.name)
    await gateway.close()
  }
  return missed
}

const run = async ({ requests, seed }: Wanted): Promise<TortureInputReport> => {
  console.log(`seed ${seed}`)
  const missed = await missedMutants(seed)
  console.log(`${inputMutants.length - missed.length} of ${inputMutants.length} controls caught`)
  const gateway = openInputGateway()
  const startedAt = Date.now()
  const onProgress = (done: number): void => {
    const rate = done / ((Date.now() - startedAt) / 1000)
    if (process.stdout.isTTY)
      process.stdout.write(`\r${done} of ${requests}, ${Math.round(rate)}/s, ${Math.round((requests - done) / rate)} s left  `)
  }
  try {
    const report = await runInput(gateway, { seed, requests, onProgress })
    if (process.stdout.isTTY) process.stdout.write('\n')
    return { ...report, controls: { seeded: inputMutants.length, caught: inputMutants.length - missed.length, missed } }
  } finally {
    await gateway.close()
  }
}

/** Runs the command. Returns its exit code. */
export const runCommand = async (args: string[]): Promise<number> => {
  const wanted = readArguments(args)
  if (wanted === null) {
    console.log(help)
    return 0
  }
  if (typeof wanted === 'string') {
    console.error(`torture: ${wanted}; see \`npm run torture:input -- --help\``)
    return 2
  }
  const report = await run(wanted)
  for (const { at, what, request } of report.findings) console.log(`FOUND request ${at}: ${what}\n  ${request}`)
  for (const name of report.controls.missed) console.log(`MISSED the control: ${name}`)
  for (const reason of report.void) console.log(`VOID: ${reason}`)
  console.log(
    `${report.requests} requests (${report.changed} bad ones) to ${report.routes} routes, ${report.routesDone} of which succeeded at least once; ` +
      `${report.findings.length} findings`,
  )
  if (wanted.json !== undefined) writeFileSync(wanted.json, `${JSON.stringify(report, null, 2)}\n`)
  return report.findings.length + report.controls.missed.length + report.void.length === 0 ? 0 : 1
}
