import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { checkBooks } from './bench/books.ts'
import { contenderNames, startContenders } from './bench/contenders.ts'
import { readPlan, UsageError } from './bench/plan.ts'
import { projectFolder } from './bench/processes.ts'
import { makeReport, printReport } from './bench/report.ts'
import { type Round, runRounds, VoidRun } from './bench/rounds.ts'

const help = `What metering costs: the gateway against a proxy that meters nothing and against plain metering, in one run.

npm run bench -- [options]

  --rounds N        rounds that count, after one that warms up (default 5)
  --warm-up S       length of a turn of the round that warms up (default 5)
  --seconds S       length of one turn; there are three in a round (default 2)
  --connections C   connections of the load generator (default 64)
  --consents N      recorded consents that the verifications take in turn (default 100)
  --generator NAME  wrk or autocannon (default: wrk where it is installed)
  --json FILE       also write the figures there
  --folder DIR      where the databases are kept for the run; a disk, not memory (default: beside the installed packages)
  --profile DIR     leave a CPU profile of the gateway there; it slows the gateway down
  --help            this text`

const sum = (rounds: readonly Round[]): number => rounds.reduce((total, { verimeter }) => total + verimeter.answers, 0)

const bench = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '2' },
      'warm-up': { type: 'string', default: '5' },
      connections: { type: 'string', default: '64' },
      consents: { type: 'string', default: '100' },
      generator: { type: 'string' },
      json: { type: 'string' },
      folder: { type: 'string', default: join(projectFolder, 'node_modules/.cache') },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(help)
  const { generator, ...numbers } = values
  const plan = readPlan({ ...numbers, ...(generator === undefined ? {} : { generator }) })
  mkdirSync(values.folder, { recursive: true })
  const folder = mkdtempSync(join(resolve(values.folder), 'bench-'))
  // Also when it is broken off: nothing is left behind, and the processes end with this one.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  const contenders = await startContenders(folder, plan.consents, values.profile === undefined ? null : resolve(values.profile))
  const turns = contenderNames.length * (plan.rounds + 1)
  const rounds = await runRounds(contenders, plan, (done) => {
    if (process.stderr.isTTY)
      process.stderr.write(
        `\r${done} of ${turns} turns, ${Math.ceil((turns - Math.max(done, contenderNames.length)) * plan.seconds)} s left `,
      )
  })
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  const calls = (await contenders.stop()).verimeter ?? 0
  const { recorded, faults } = checkBooks(contenders.dataDir, {
    answers: sum(rounds),
    calls,
    cutAtMost: rounds.length * plan.connections,
  })
  if (faults.length > 0) throw new VoidRun(`the books do not fit: ${faults.join('; ')}`)
  const report = makeReport(plan, rounds.slice(1))
  console.log(printReport(report))
  console.log(
    `The books fit: ${sum(rounds)} answers counted outside, ${recorded} verifications in the ledger, the journal is intact.`,
  )
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`)
}

bench().then(
  () => process.exit(0),
  (error: unknown) => {
    const told = error instanceof VoidRun || error instanceof UsageError || (error instanceof TypeError && 'code' in error)
    console.error(told ? `bench: ${error.message}` : error)
    process.exit(error instanceof VoidRun || !told ? 1 : 2)
  },
)
