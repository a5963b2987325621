import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ops } from './ops.ts'
import { type Result, readVectors, runVectors, VectorsError } from './run.ts'

const help = `npm run vectors -- FILE [--json FILE]

Runs the conformance vectors of FILE, a JSON array of {id, clause, input: {op, …}, expected, note}: one line for each, and a
summary. An op that is not built is counted apart. --json FILE also writes {passed, failed, notBuilt, results}.
Exit code: 0 none failed, 1 one failed or FILE cannot be read, 2 the command line is not understood.`

/** Runs the command. Returns its exit code. */
export const runCommand = async (args: string[]): Promise<number> => {
  const wanted = readArguments(args)
  if (typeof wanted === 'string') return complain(wanted, 2)
  if (wanted === null) {
    console.log(help)
    return 0
  }
  try {
    const report = await runVectors(readVectors(readText(wanted.file)), ops, (result) => console.log(lineOf(result)))
    console.log(`${report.passed} passed, ${report.failed} failed, ${report.notBuilt} not built`)
    if (wanted.json !== undefined) writeText(wanted.json, `${JSON.stringify(report, null, 2)}\n`)
    return report.failed === 0 ? 0 : 1
  } catch (error) {
    if (error instanceof VectorsError) return complain(`${wanted.file} cannot be run: ${error.message}`, 1)
    if (error instanceof FileError) return complain(error.message, 1)
    throw error
  }
}

class FileError extends Error {}

const complain = (sentence: string, code: number): number => {
  console.error(`vectors: ${sentence}`)
  return code
}

/** What is asked for; null is the help; a text says what is wrong. */
const readArguments = (args: string[]): { file: string; json: string | undefined } | null | string => {
  try {
    const options = { json: { type: 'string' }, help: { type: 'boolean' } } as const
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options })
    if (values.help) return null
    const [file, ...more] = positionals
    if (file === undefined || more.length > 0) return 'name one file of vectors; see `npm run vectors -- --help`'
    return { file, json: values.json }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown')

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new FileError(`${path} cannot be read (${codeOf(error)})`)
  }
}

const writeText = (path: string, text: string): void => {
  try {
    writeFileSync(path, text)
  } catch (error) {
    throw new FileError(`${path} cannot be written (${codeOf(error)})`)
  }
}

const words: Record<Result['status'], string> = { passed: 'passed   ', failed: 'FAILED   ', notBuilt: 'not built' }

const lineOf = ({ id, op, status, expected, actual, fault }: Result): string => {
  const line = `${words[status]} ${id} ${op}`
  if (status !== 'failed') return line
  const came = fault === undefined ? `actual ${JSON.stringify(actual)}` : `fault ${fault}`
  return `${line}: expected ${JSON.stringify(expected)}, ${came}`
}
