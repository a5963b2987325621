import { type Finding, Rig } from './pause-rig.ts'
import { type Processes, pause } from './processes.ts'

/** SIGSTOP for `stopMs`, SIGCONT, under load, so many times; then the three books must agree. */
export const runPause = async (
  processes: Processes,
  { seed, times, stopMs }: { seed: number; times: number; stopMs: number },
): Promise<Finding> => {
  const rig = await Rig.open(processes, { seed, mix: true })
  const violations: string[] = []
  const voids: string[] = []
  let isOver = false
  const load = rig.load(12, () => isOver)
  for (let time = 0; time < times; time += 1) {
    const answered = rig.book.delivered.length
    await rig.gateway.child.waitUntil(() => rig.book.delivered.length >= answered + 10)
    await pause(rig.random() * 300)
    rig.gateway.child.signal('SIGSTOP')
    await pause(stopMs)
    violations.push(...rig.image())
    const before = rig.book.delivered.length
    rig.gateway.child.signal('SIGCONT')
    await rig.gateway.child.waitUntil(() => rig.book.delivered.length > before)
  }
  isOver = true
  await load
  if (rig.failures.length > 0) violations.push(`no answer: ${rig.failures.join(', ')}`)
  // The stop is no leap: the tick went on as the clock did.
  if (rig.gateway.child.stderr.includes('"event":"clock_leaped"')) violations.push('a pause was taken for a leap of the clock')
  violations.push(...(await rig.settle(30_000)))
  const { violations: differences, isBlind } = await rig.compare()
  if (isBlind) voids.push('a forged book was not noticed')
  const answered = rig.book.delivered.length
  if (answered < times * 10) voids.push(`only ${answered} answers`)
  await rig.close()
  return { violations: [...violations, ...differences], answered, isVoid: voids.length === 0 ? null : voids.join('; ') }
}
