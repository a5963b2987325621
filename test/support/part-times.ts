import type { Reporter, TestModule } from 'vitest/node'

/** The part of the suite that a file belongs to: its room, and the runtime when that is not Node. */
const partOf = ({ relativeModuleId, project }: TestModule): string => {
  const [, room = '', file] = relativeModuleId.split('/')
  const part = file === undefined ? 'house' : relativeModuleId.includes('torture') ? 'torture' : room
  return project.name === 'workers' ? `${part} (workers)` : part
}

/** Prints how long each part of the suite took: the sum over its files, of which two run at once. */
export default class PartTimes implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const msByPart = new Map<string, number>()
    for (const module of modules) {
      const { duration, collectDuration, setupDuration } = module.diagnostic()
      const part = partOf(module)
      msByPart.set(part, (msByPart.get(part) ?? 0) + duration + collectDuration + setupDuration)
    }
    const lines = [...msByPart].sort(([, one], [, other]) => other - one)
    const width = Math.max(...lines.map(([part]) => part.length))
    process.stdout.write('\nTime per part, both workers together:\n')
    for (const [part, ms] of lines) process.stdout.write(`  ${part.padEnd(width)} ${(ms / 1000).toFixed(1).padStart(7)} s\n`)
  }
}
