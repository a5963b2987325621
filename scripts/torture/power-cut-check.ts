import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseId } from '../../src/core/ids.ts'
import { reconcile } from '../../src/ledger/reconcile.ts'
import { DatabaseError, openDatabase } from '../../src/runtimes/database.ts'
import { keyFileNames } from '../../src/runtimes/keyring.ts'
import type { Operation } from './strace.ts'

/** What somebody outside has been told, so that no power cut may take it back. */
export interface Promised {
  /** Verifications answered with 200, with the leaf hash that the answer names. */
  answered: Map<string, string>
  /** Verifications that the source was asked about. */
  called: Set<string>
}

/** Adds what this operation tells somebody outside. */
export const notePromise = (promised: Promised, operation: Operation): void => {
  if (operation.kind !== 'sent') return
  const { text } = operation
  const called = /^(?:POST|GET) .*?\r\nx-request-reference: (ver_\w+)\r\n/is.exec(text)?.[1]
  if (called !== undefined) promised.called.add(called)
  const [, id, leafHash] = /^HTTP\/1\.1 200 .*"id":"(ver_\w+)".*"leaf_hash":"(\w+)"/s.exec(text) ?? []
  if (id !== undefined && leafHash !== undefined) promised.answered.set(id, leafHash)
}

/** Promises that a state does not keep, and damage in it. Two empty lists are the only good answer. */
export interface Finding {
  lost: string[]
  corrupt: string[]
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** Puts the files there, opens them as a start of the gateway does, and holds them against what was promised. */
export const checkState = (
  files: ReadonlyMap<string, Buffer>,
  { root, dataDir, keyFiles }: { root: string; dataDir: string; keyFiles: ReadonlyMap<string, string> },
  promised: Promised,
): Finding => {
  rmSync(root, { recursive: true, force: true })
  mkdirSync(root, { recursive: true })
  for (const [path, bytes] of files) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  }
  const finding: Finding = { lost: [], corrupt: [] }
  if (promised.called.size > 0)
    for (const name of keyFileNames)
      if (files.get(join(dataDir, 'keys', name))?.toString() !== keyFiles.get(name)) finding.lost.push(`key file ${name}`)
  try {
    checkBooks(dataDir, promised, finding)
  } catch (error) {
    finding.corrupt.push(error instanceof DatabaseError ? error.message : String(error))
  }
  return finding
}

const checkBooks = (dataDir: string, { answered, called }: Promised, { lost, corrupt }: Finding): void => {
  const { connection, ledger, close } = openDatabase(dataDir)
  try {
    const leafOf = connection.prepare('SELECT leaf_hash FROM outcomes WHERE account_id = ? AND verification_id = ?').pluck()
    for (const [reference, leafHash] of answered) {
      const id = parseId(reference, 'ver')
      if (leafOf.get(id?.accountId, id?.n) !== leafHash) lost.push(`answered, not recorded: ${reference}`)
    }
    const holdOf = connection.prepare('SELECT id FROM verifications WHERE account_id = ? AND id = ?').pluck()
    for (const reference of called) {
      const id = parseId(reference, 'ver')
      if (holdOf.get(id?.accountId, id?.n) === undefined) lost.push(`called, not held: ${reference}`)
    }
    const intact = connection.pragma('integrity_check', { simple: true })
    if (intact !== 'ok') corrupt.push(String(intact))
    for (const { invariant, where } of reconcile(ledger, { sha256 }).violations) corrupt.push(`${invariant}: ${where}`)
  } finally {
    close()
  }
}
