import { describe, expect, test } from 'vitest'
import { isIncluded, RunningInclusion, RunningRoot } from '../../src/core/merkle.ts'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'
import { accountB, holdCommand, staffReader, take } from '../support/ledger-commands.ts'
import { hold, type SeededAccount, seedWorld, settle, verifyOnce } from '../support/ledger-world.ts'

const open = useTestLedgers()

/** Every leaf hash of the first `size`, by pages of `limit`. */
const hashesOf = (ledger: TestLedger, { accountId }: SeededAccount, size: number, limit: number): string[][] => {
  const pages: string[][] = []
  for (let after: number | null = 0; after !== null; ) {
    const { value } = take(
      ledger.read({ kind: 'leaf_hashes', reader: staffReader, accountId, size, after: after as number, limit }),
      'read',
    ) as {
      value: { hashes: string[]; next: number | null }
    }
    pages.push(value.hashes)
    after = value.next
  }
  return pages
}

const storedHashes = (ledger: TestLedger, { accountId }: SeededAccount): string[] =>
  ledger
    .rows<{ hash: string }>(
      'SELECT leaf_hash AS hash FROM entries WHERE account_id = ? AND leaf_hash IS NOT NULL ORDER BY leaf_index',
      accountId,
    )
    .map(({ hash }) => hash)

const evidenceOf = (ledger: TestLedger, { accountId }: SeededAccount, verificationId: number) =>
  ledger.read({ kind: 'call_evidence', reader: staffReader, accountId, verificationId })

describe('the leaves of a log', () => {
  test('come page by page, in their order, none twice and none of another account', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const other = seedWorld(ledger, { accountId: accountB })
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      verifyOnce(ledger, world, name, 'match')
      verifyOnce(ledger, other, name, 'match')
    }
    const stored = storedHashes(ledger, world)
    for (const limit of [1, 3, stored.length, 1_000]) {
      const pages = hashesOf(ledger, world, stored.length, limit)
      expect(pages.flat()).toEqual(stored)
      expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(limit)
    }
    // What came after the size was read is not part of the log of that size.
    expect(hashesOf(ledger, world, 4, 3).flat()).toEqual(stored.slice(0, 4))
  })

  test('prove each call against the root of all of them, by the numbers that its ending names', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const calls = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => verifyOnce(ledger, world, name, 'match'))
    const root = new RunningRoot(ledger.crypto)
    for (const hash of storedHashes(ledger, world)) root.add(hash)
    for (const { id, audit } of calls) {
      const { value } = take(evidenceOf(ledger, world, id), 'read')
      const running = new RunningInclusion(ledger.crypto, { index: audit?.index ?? -1, size: value.size })
      for (const page of hashesOf(ledger, world, value.size, 4)) running.add(page)
      const proof = running.proof()
      expect([proof.leafHash, proof.root, isIncluded(ledger.crypto, proof)]).toEqual([audit?.leafHash, root.root(), true])
    }
  })
})

describe('the evidence of a call', () => {
  test('has its lines of the journal in their order, and no other', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'one')
    verifyOnce(ledger, world, 'another', 'match')
    settle(ledger, world, verificationId, 'unknown')
    verifyOnce(ledger, world, 'a third', 'match')
    expect(evidenceOf(ledger, world, verificationId)).toMatchObject({ kind: 'refused', code: 'not_found' })
    settle(ledger, world, verificationId, 'match', { by: 'query' })
    const { value } = take(evidenceOf(ledger, world, verificationId), 'read')
    expect(value.entries.map(({ kind, leaf }) => [kind, leaf !== null])).toEqual([
      ['hold', false],
      ['doubt', false],
      ['capture', true],
    ])
    const journal = ledger.rows<{ seq: number }>('SELECT seq FROM entries WHERE verification_id = ? ORDER BY seq', verificationId)
    expect(value.entries.map(({ seq }) => seq)).toEqual(journal.map(({ seq }) => seq))
    expect(ledger.crypto.sha256(value.agreement.terms)).toBe(value.agreement.digest)
    expect(value).toMatchObject({ evidence: null, consent: { reference: 'consent-1' }, verification: { id: verificationId } })
  })

  test('of a call that is held, unknown or of another account, there is none', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const other = seedWorld(ledger, { accountId: accountB })
    const foreign = verifyOnce(ledger, other, 'one', 'match').id
    const held = ledger.submit(holdCommand(world.credentials, 'two'))
    const heldId = held.kind === 'held' ? held.verificationId : 0
    for (const id of [1, foreign, heldId])
      expect(evidenceOf(ledger, world, id)).toMatchObject({ kind: 'refused', code: 'not_found' })
  })
})
