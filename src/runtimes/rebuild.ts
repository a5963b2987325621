import { createHash } from 'node:crypto'
import { compareSums, rebuildSums, type SumsState } from '../ledger/rebuild-sums.ts'
import { reconcile } from '../ledger/reconcile.ts'
import { openDatabase } from './database.ts'

export interface Rebuilt {
  before: SumsState[]
  /** Rows that differed, over all tables. */
  faults: number
  repaired: boolean
  /** Invariants that are broken still, each named once; null where nothing was repaired. */
  broken: string[] | null
}

/**
 * Compares the sums of a data folder with the rows that they count, and tells them again where they differ and `repair` is set.
 * The gateway must not run: the folder is taken as it takes it. Throws DatabaseError.
 */
export const rebuildFolder = (dataDir: string, repair: boolean): Rebuilt => {
  const database = openDatabase(dataDir)
  try {
    const before = compareSums(database.ledger)
    const faults = before.reduce((sum, { wrong, lacking }) => sum + wrong + lacking, 0)
    if (faults === 0 || !repair) return { before, faults, repaired: false, broken: null }
    rebuildSums(database.ledger, database.driver)
    // The directory has copies of the rollups under the same numbers, which it would not replace. It is told all of them at the next start.
    database.connection.exec('DELETE FROM directory_usage')
    const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')
    const { violations } = reconcile(database.ledger, { sha256 })
    return { before, faults, repaired: true, broken: [...new Set(violations.map(({ invariant }) => invariant))] }
  } finally {
    database.close()
  }
}
