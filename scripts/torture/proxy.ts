import { type Finding, Rig } from './pause-rig.ts'
import type { Processes } from './processes.ts'
import { type FaultProxy, startFaultProxy, type Toxic, toxics } from './proxy-tcp.ts'
import { seededRandom } from './random.ts'

export interface ProxyFinding extends Finding {
  /** Connections that each toxic touched. */
  touched: Partial<Record<Toxic, number>>
}

/** Every toxic in turn between gateway and vendor, under load; then none, and the three books must agree. */
export const runProxy = async (processes: Processes, { seed, calls }: { seed: number; calls: number }): Promise<ProxyFinding> => {
  let proxy: FaultProxy | null = null
  const rig = await Rig.open(processes, {
    seed,
    mix: false,
    through: async (url) => {
      proxy = await startFaultProxy(url, seededRandom(seed + 1))
      return proxy.url
    },
  })
  const standing = proxy as FaultProxy | null
  if (standing === null) throw new Error('the proxy did not start')
  const touched: ProxyFinding['touched'] = {}
  const violations: string[] = []
  const voids: string[] = []
  for (const toxic of toxics) {
    standing.set(toxic)
    const before = { delivered: rig.book.delivered.length, log: rig.gateway.child.stderr.length }
    let asked = 0
    await rig.load(6, () => {
      asked += 1
      return asked > calls
    })
    touched[toxic] = standing.touched()
    if (standing.touched() === 0) voids.push(`${toxic} touched nothing`)
    violations.push(...rig.image())
    if (toxic !== 'forge') continue
    // A control: the gateway must have seen every one of these answers for what it is.
    if (rig.book.delivered.length > before.delivered) violations.push('an answer about somebody else was passed on')
    if (!rig.gateway.child.stderr.slice(before.log).includes('"reason":"wrong_echo"'))
      voids.push('no forged answer was seen as such')
  }
  standing.set('none')
  violations.push(...(await rig.settle(30_000)))
  const { violations: differences, isBlind } = await rig.compare()
  violations.push(...differences)
  if (isBlind) voids.push('a forged book was not noticed')
  const answered = rig.book.delivered.length
  if (answered < calls) voids.push(`only ${answered} answers`)
  await standing.close()
  await rig.close()
  return { violations, answered, touched, isVoid: voids.length === 0 ? null : voids.join('; ') }
}
