import { rmSync } from 'node:fs'
import { Life } from './life.ts'
import { playScenes } from './scenes.ts'

/*
 * Plays the scenes in a process of its own, so that it can be run over a changed copy of the project. Prints one line of JSON
 * and ends without waiting for what hangs on purpose.
 */
const end = (): never => {
  rmSync(life.dataDir, { recursive: true, force: true })
  process.exit(0)
}

const seed = Number(process.argv[2] ?? 1)
const life = await Life.open(seed)
try {
  await playScenes(life, seed)
} catch (error) {
  // A scene that cannot go on is a finding, too.
  life.violations.push(`the scenes broke off: ${error instanceof Error ? error.message : 'unknown'}`, ...life.witness.violations)
}
process.stdout.write(`${JSON.stringify({ looks: life.witness.looks, violations: life.violations })}\n`, end)
