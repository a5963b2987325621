import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Edit, Mutant } from './mutants.ts'
import { node24, type Processes, projectFolder } from './processes.ts'

/** What a harness said of a mutant. An empty list of violations means that it survived. */
export interface MutantResult {
  name: string
  harness: Mutant['harness']
  violations: string[]
}

/** A harness that checked too little, or a patch that does not fit any more. Such a run says nothing at all. */
export class VoidRun extends Error {}

/** Fewer looks of the witness than this prove nothing about the unchanged project. */
export const fewestLooks = 300

const copied = ['src', 'scripts', 'drizzle', 'package.json']

/** A copy of the project that starts as the original does. */
const copyProject = (folder: string): void => {
  for (const name of copied) cpSync(join(projectFolder, name), join(folder, name), { recursive: true })
  symlinkSync(join(projectFolder, 'node_modules'), join(folder, 'node_modules'))
}

/** Makes the mistake. Throws VoidRun when the place is not there, or there more than once. */
export const applyEdit = (folder: string, { file, find, replace }: Edit): void => {
  const path = join(folder, file)
  const parts = readFileSync(path, 'utf8').split(find)
  if (parts.length !== 2) throw new VoidRun(`the patch of ${file} applies ${parts.length - 1} times: ${find.trim().slice(0, 80)}`)
  writeFileSync(path, parts.join(replace))
}

const lifeOf = async (processes: Processes, folder: string, seed: number): Promise<string[]> => {
  const child = processes.start(node24, [join(folder, 'scripts/torture/life-process.ts'), String(seed)])
  const { code, stdout, stderr } = await child.ended
  if (stdout === '') return [`the gateway ended by itself with ${code}: ${stderr.trim().split('\n').slice(-6).join(' ')}`]
  const { looks, violations } = JSON.parse(stdout) as { looks: number; violations: string[] }
  return violations.length === 0 && looks < fewestLooks ? [`void: only ${looks} looks`] : violations
}

const crashLoopOf = async (processes: Processes, folder: string, seed: number): Promise<string[]> => {
  const report = join(folder, 'report.json')
  const args = ['--only', 'crash', '--kills', '8', '--fewest-answers', '160', '--seed', String(seed), '--json', report]
  const child = processes.start(node24, [join(folder, 'scripts/torture.ts'), ...args])
  const { code, stderr } = await child.ended
  if (code === 2) throw new VoidRun(`the crash loop checked too little: ${stderr.trim()}`)
  return (JSON.parse(readFileSync(report, 'utf8')) as { violationList: string[] }).violationList
}

/** Runs one mutant, or the unchanged project, against a harness. */
export const runMutant = async (
  processes: Processes,
  mutant: Pick<Mutant, 'name' | 'harness' | 'edits'>,
  seed: number,
): Promise<MutantResult> => {
  const folder = join(processes.folder(), 'project')
  mkdirSync(folder)
  copyProject(folder)
  for (const edit of mutant.edits) applyEdit(folder, edit)
  const run = mutant.harness === 'life' ? lifeOf : crashLoopOf
  return { name: mutant.name, harness: mutant.harness, violations: await run(processes, folder, seed) }
}

/** The project as it is: no harness may say anything about it, or what it says of the mutants means nothing. */
export const unchanged = (harness: Mutant['harness']): Mutant => ({ name: 'unchanged', harness, edits: [] })

/** Runs all, two at a time. */
export const runMutants = async (
  processes: Processes,
  list: readonly Mutant[],
  seed: number,
  onResult?: (result: MutantResult) => void,
): Promise<MutantResult[]> => {
  const results: MutantResult[] = []
  const waiting = [...list]
  const worker = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const result = await runMutant(processes, mutant, seed)
      results.push(result)
      onResult?.(result)
    }
  }
  await Promise.all([worker(), worker()])
  return results
}
