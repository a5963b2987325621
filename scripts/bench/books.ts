import { createHash } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { reconcile } from '../../src/ledger/reconcile.ts'
import * as schema from '../../src/ledger/schema.ts'

/** What the three sides counted of the same verifications. */
export interface Counted {
  /** 200 answers at the load generator. */
  answers: number
  /** Calls at the upstream. */
  calls: number
  /** Requests that can have been under way when their turn ended: known to the gateway, their answers counted by nobody. */
  cutAtMost: number
}

/** Reads the stopped gateway's ledger and says what does not fit; an empty list is the only good answer. */
export const checkBooks = (dataDir: string, { answers, calls, cutAtMost }: Counted): { recorded: number; faults: string[] } => {
  const connection = new Database(join(dataDir, 'verimeter.db'), { readonly: true })
  try {
    const count = (query: string): number => Number(connection.prepare(query).pluck().get())
    const recorded = count("SELECT count(*) FROM outcomes WHERE disposition = 'captured' AND outcome = 'match'")
    const captured = count('SELECT coalesce(sum(captured), 0) FROM grants')
    const faults: string[] = []
    if (recorded < answers) faults.push(`${answers} answers, and only ${recorded} of them in the ledger`)
    if (recorded > answers + cutAtMost) faults.push(`${recorded} verifications in the ledger for ${answers} answers`)
    if (calls !== recorded) faults.push(`${calls} calls of the upstream for ${recorded} verifications`)
    if (captured !== recorded) faults.push(`${captured} credits captured for ${recorded} verifications`)
    const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')
    const { violations } = reconcile(drizzle(connection, { schema }), { sha256 })
    return { recorded, faults: [...faults, ...violations.map(({ invariant, where }) => `${invariant}: ${where}`)] }
  } finally {
    connection.close()
  }
}
