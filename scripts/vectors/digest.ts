import { join } from 'node:path'
import Database from 'better-sqlite3'
import { parseId } from '../../src/core/ids.ts'
import { hashLeaf, saltedDigest } from '../../src/ledger/leaf.ts'
import { openCrypto } from '../../src/runtimes/crypto.ts'
import { readKeyring } from '../../src/runtimes/key-files.ts'
import type { Answer } from './gateway.ts'

/**
 * True when the audit leaf that this verification's answer names holds the salted digest of exactly this text: what the
 * source sent (S1 §4.2). Made again here from the keys and the salt, out of the gateway's own files.
 */
export const rawDigestLogged = (folder: string, verification: Answer, raw: string): boolean => {
  const id = parseId(verification.word('id'), 'ver')
  const crypto = openCrypto(readKeyring(join(folder, 'keys')).digestKeys)
  const books = new Database(join(folder, 'data', 'verimeter.db'), { readonly: true })
  try {
    const found = books
      .prepare<[number], { leaf: string; salt: string }>(
        `SELECT e.leaf, s.salt FROM entries e
           JOIN verifications v ON v.id = e.verification_id
           JOIN consents c ON c.id = v.consent_id
           JOIN data_subjects s ON s.id = c.subject_id
          WHERE e.verification_id = ? AND e.leaf IS NOT NULL`,
      )
      .get(id?.n ?? 0)
    if (found === undefined) return false
    const { answer } = JSON.parse(found.leaf) as { answer: unknown }
    const isOwnLeaf = hashLeaf(crypto, found.leaf) === verification.member('audit', 'leaf_hash')
    return isOwnLeaf && answer === saltedDigest(crypto, found.salt, crypto.digest('answer', raw).digest)
  } finally {
    books.close()
  }
}
