import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { checkEvidence } from '../src/documents/verify-evidence.ts'

/*
 * Checks an evidence file of a disputed charge offline, with nothing but the file: `npm run verify:evidence -- FILE`. It says what was
 * checked and ends with 0 when the file is sound, 1 when it is not, 2 when there is no file to read.
 */

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

const readText = (path: string): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path))
  } catch {
    return null
  }
}

const run = (path: string | undefined): number => {
  const text = path === undefined ? null : readText(path)
  if (text === null) {
    console.error('verify:evidence: name one evidence file that can be read, UTF-8: npm run verify:evidence -- FILE')
    return 2
  }
  const checks = checkEvidence({ sha256 }, text)
  for (const { name, holds } of checks) console.log(`${holds ? 'holds' : 'FAILS'}  ${name}`)
  const isSound = checks.every(({ holds }) => holds)
  console.log(isSound ? 'sound' : 'UNSOUND')
  return isSound ? 0 : 1
}

process.exitCode = run(process.argv[2])
