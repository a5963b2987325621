import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/*
 * A file is safe from a power cut once it was synced, and its name once its folder was: POSIX promises neither without.
 */

/** Makes a file's content, or the names in a folder, durable. */
export const sync = (path: string): void => {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Makes a folder for its owner alone, with those above it, durable when it returns. One that is there is left as it is. */
export const makeFolder = (path: string): void => {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = resolve(path); ; made = dirname(made)) {
    sync(dirname(made))
    if (made === resolve(first)) return
  }
}

/** Writes a new file for its owner alone, durable when it returns but for its name: sync the folder after the last one. */
export const writeNewFile = (path: string, text: string): void => {
  writeFileSync(path, text, { mode: 0o600, flag: 'wx', flush: true })
}

const chunkBytes = 1 << 20

/** SHA-256 of a file, hex. */
export const digestFile = (path: string): string => {
  const hash = createHash('sha256')
  const chunk = Buffer.alloc(chunkBytes)
  const file = openSync(path, 'r')
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) hash.update(chunk.subarray(0, read))
    return hash.digest('hex')
  } finally {
    closeSync(file)
  }
}
