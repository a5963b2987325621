import { join } from 'node:path'
import Database from 'better-sqlite3'
import { parseId } from '../../src/core/ids.ts'
import { answersIn, type Delivered } from './books.ts'

/**
 * Looks at the ledger's file through a connection of its own, which sees what is committed and nothing else: at the moment
 * when an answer is given or a question reaches the vendor, it says what a crash at that very moment would leave.
 */
export class Witness {
  readonly violations: string[] = []
  /** How often it looked. */
  looks = 0
  private readonly database: Database.Database
  private readonly answerOf: (verificationId: string) => string | null
  private readonly held: Database.Statement
  private readonly leaf: Database.Statement

  constructor(dataDir: string) {
    this.database = new Database(join(dataDir, 'verimeter.db'), { readonly: true })
    this.answerOf = answersIn(this.database)
    this.held = this.database.prepare('SELECT 1 FROM verifications WHERE account_id = ? AND id = ?')
    this.leaf = this.database.prepare(
      `SELECT 1 FROM outcomes o JOIN entries e ON e.verification_id = o.verification_id AND e.leaf_hash = o.leaf_hash AND e.leaf IS NOT NULL
       WHERE o.account_id = ? AND o.verification_id = ?`,
    )
  }

  /** A question has reached the vendor: its hold must be committed. */
  asked(reference: string): void {
    this.looks += 1
    const id = parseId(reference, 'ver')
    if (this.held.get(id?.accountId, id?.n) === undefined) this.violations.push(`called, not held: ${reference}`)
  }

  /** An answer was given: its ending must be committed, with these bytes and with its leaf. */
  answered({ verificationId, text }: Pick<Delivered, 'verificationId' | 'text'>): void {
    this.looks += 1
    const id = parseId(verificationId, 'ver')
    const recorded = this.answerOf(verificationId)
    if (recorded === null) this.violations.push(`answered, not recorded: ${verificationId}`)
    else if (recorded !== text) this.violations.push(`answered and recorded differ: ${verificationId}`)
    else if (this.leaf.get(id?.accountId, id?.n) === undefined) this.violations.push(`answered without a leaf: ${verificationId}`)
  }

  close(): void {
    this.database.close()
  }
}
