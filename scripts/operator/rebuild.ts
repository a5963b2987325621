import { readConfig } from '../../src/runtimes/config.ts'
import { rebuildFolder } from '../../src/runtimes/rebuild.ts'
import type { Options } from './options.ts'
import { table } from './table.ts'
import { OperatorError } from './transport.ts'

/** Compares the sums of the stopped data folder with its rows; with `--repair` they are told again. */
export const rebuild = (options: Options): string => {
  const { before, faults, repaired, broken } = rebuildFolder(readConfig(process.env).dataDir, options.repair !== undefined)
  const shown = table(
    before.map((state) => ({ ...state })),
    ['table', 'rows', 'wrong', 'lacking'],
  )
  if (faults === 0) return `${shown}\nevery sum is what its rows say`
  if (!repaired)
    throw new OperatorError(`${faults} sums are not what their rows say; run it with --repair to tell them again\n${shown}`)
  if (broken !== null && broken.length > 0)
    throw new OperatorError(`the sums were told again, but the books have other faults: ${broken.join('; ')}\n${shown}`)
  return `${shown}\nthe sums were told again, and every invariant holds; the directory is told all of them at the next start`
}
