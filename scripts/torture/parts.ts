import { behaviours } from '../simulator/behaviour.ts'
import { CrashLoop } from './crash-loop.ts'
import { points } from './failpoint-table.ts'
import { Failpoints } from './failpoints.ts'
import { workerdHost } from './hosts.ts'
import { mutants } from './mutants.ts'
import { runMutants, unchanged } from './mutate.ts'
import { runPowerCut } from './power-cut.ts'
import { Processes } from './processes.ts'
import type { Part } from './report.ts'
import { straceAbsence } from './strace.ts'

/** Fewer answers than this for each kill prove nothing. */
const fewestAnswersPerKill = 25

/** Local workerd does not group commits over requests, so fewer callers keep it busy. */
const workersOnWorkerd = 8

const withProcesses = async <T>(work: (processes: Processes) => Promise<T>): Promise<T> => {
  const processes = new Processes()
  try {
    return await work(processes)
  } finally {
    await processes.close()
  }
}

const crash: Part = {
  name: 'crash',
  what: 'SIGKILL at random moments under load; three books compared',
  run: ({ kills, seed, fewestAnswers, workerd, progress }) =>
    withProcesses(async (processes) => {
      const least = fewestAnswers ?? kills * fewestAnswersPerKill
      const onKill = (done: number, answered: number): void => progress(`${done} of ${kills} kills, ${answered} answers`)
      const runtime = workerd ? { host: workerdHost(processes), workers: workersOnWorkerd } : {}
      const loop = new CrashLoop(processes, { kills, seed, fewestAnswers: least, onKill, ...runtime })
      try {
        await loop.run()
        const found = [...loop.deaths, ...loop.crashes.flatMap(({ violations }) => violations)]
        // Once a crash image is wrong, there is nothing left that a later repair could prove.
        const last = found.length === 0 ? await loop.finish() : []
        const violations = [...found, ...last, ...loop.client.surprises]
        const calls = loop.vendorReferences().length
        const isShort = loop.answeredChecked < least
        return {
          report: { kills: loop.crashes.length, answeredChecked: loop.answeredChecked, callsChecked: calls },
          violations,
          isVoid: isShort ? `only ${loop.answeredChecked} answers were checked, ${least} are needed` : null,
          line: `${loop.crashes.length} kills survived, ${loop.answeredChecked} answers and ${calls} calls checked at the crash, ${loop.staff.answered} acts of staff, ${violations.length} violations`,
        }
      } finally {
        await loop.close()
      }
    }),
}

const failpoints: Part = {
  name: 'failpoints',
  what: `SIGKILL at ${points.length} named points, for each behaviour of the vendor, against a table`,
  run: ({ progress }) =>
    withProcesses(async (processes) => {
      const report = await new Failpoints(processes).run((done) => progress(`${done} of ${points.length} points`))
      const combinations = report.cells.length
      return {
        report: { failpoints: { combinations, differing: report.violations.length } },
        violations: report.violations,
        isVoid: combinations < points.length * behaviours.length ? 'not every combination was reached' : null,
        line: `${combinations} combinations of failpoint and behaviour, ${report.violations.length} differ from the table`,
      }
    }),
}

const seededMistakes: Part = {
  name: 'mutants',
  what: 'seeded mistakes in a copy of the source, each of which a harness must catch',
  run: ({ seed, quick, progress }) =>
    withProcesses(async (processes) => {
      const list = mutants.filter(({ harness }) => !quick || harness === 'life')
      const all = [...new Set(list.map(({ harness }) => harness))].map(unchanged).concat(list)
      let done = 0
      const results = await runMutants(processes, all, seed, ({ name }) => {
        done += 1
        progress(`${done} of ${all.length}, last: ${name}`)
      })
      const controls = results.filter(({ name }) => name === 'unchanged')
      const survivors = results.filter(({ name, violations }) => name !== 'unchanged' && violations.length === 0)
      const falseAlarms = controls.flatMap(({ harness, violations }) =>
        violations.map((violation) => `unchanged, by ${harness}: ${violation}`),
      )
      const names = survivors.map(({ name }) => name)
      const caught = list.length - survivors.length
      return {
        report: { mutants: { seeded: list.length, caught, survivors: names } },
        violations: [...falseAlarms, ...names.map((name) => `a mutant survived: ${name}`)],
        isVoid: null,
        line: `${caught} of ${list.length} seeded mistakes caught`,
      }
    }),
}

/** Answers of each half of a recorded run: one after the other, and as many at once. */
const callsUnderTrace = 10

const powerCut: Part = {
  name: 'power-cut',
  what: 'every disk that a power cut could leave of a run, opened and checked; needs strace',
  run: async ({ seed, states, progress }) => {
    const absent = straceAbsence()
    if (absent !== null) return { report: {}, violations: [], isVoid: null, absent, line: `ABSENT: ${absent}` }
    const found = await runPowerCut({
      seed,
      mostStates: states,
      inTurn: callsUnderTrace,
      atOnce: callsUnderTrace,
      onProgress: (done, of) => progress(`${done} of ${of} disks`),
    })
    const { lost, corrupt, unsynced, controlLost } = found
    const violations = [
      ...(lost > 0 ? [`${lost} disks had lost what was answered`] : []),
      ...(corrupt > 0 ? [`${corrupt} disks were damaged`] : []),
      ...(unsynced > 0 ? [`${unsynced} answers or calls came before their sync`] : []),
    ]
    return {
      report: { powerCut: { states: found.states, lost, corrupt, unsynced, controlLost } },
      violations: violations.length === 0 ? [] : [...violations, ...found.examples],
      isVoid: found.void,
      line: `${found.states} disks after ${found.answered} answers and ${found.checkpoints} checkpoints, ${lost} lost, ${corrupt} damaged, ${unsynced} before their sync; of the control ${controlLost} lost`,
    }
  },
}

/** The parts in the order in which they run. */
export const parts: readonly Part[] = [crash, failpoints, seededMistakes, powerCut]
