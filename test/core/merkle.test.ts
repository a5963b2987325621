import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Inclusion, isIncluded, RunningInclusion, RunningRoot } from '../../src/core/merkle.ts'

const crypto = { sha256: (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex') }
const hex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex')

/** The definition of RFC 9162 §2.1.1, word for word, over the hashes of leaves. */
const rootByDefinition = (leaves: readonly string[]): string => {
  if (leaves.length === 0) return crypto.sha256('')
  if (leaves.length === 1) return leaves[0] ?? ''
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  const parts = [leaves.slice(0, k), leaves.slice(k)].map((part) => Buffer.from(rootByDefinition(part), 'hex'))
  return crypto.sha256(Buffer.concat([Buffer.from([1]), ...parts]))
}

const leavesOf = (count: number): string[] => Array.from({ length: count }, (_, at) => crypto.sha256(`\0leaf ${at}`))

const rootOf = (leaves: readonly string[]): string => {
  const root = new RunningRoot(crypto)
  for (const leaf of leaves) root.add(leaf)
  return root.root()
}

const prove = (leaves: readonly string[], index: number, page = 7): Inclusion => {
  const running = new RunningInclusion(crypto, { index, size: leaves.length })
  for (let at = 0; at < leaves.length; at += page) running.add(leaves.slice(at, at + page))
  return running.proof()
}

interface Vector {
  kind: string
  name: string
  leafIdx: number
  treeSize: number
  root: string
  leafHash: string
  proof: string[] | null
  wantErr: boolean
}

const file = new URL('../../../shared/vectors/rfc9162/vectors.json', import.meta.url)

describe('the published inclusion vectors', () => {
  const isThere = existsSync(file)
  test(isThere ? 'are 98, and each is answered as it says' : 'ABSENT: the published vectors, so none was tried', () => {
    if (!isThere) return
    const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vector[]
    const inclusion = vectors.filter(({ kind }) => kind === 'inclusion')
    expect(inclusion).toHaveLength(98)
    for (const { name, leafIdx, treeSize, leafHash, proof, root, wantErr } of inclusion) {
      const path = (proof ?? []).map(hex)
      const given = { index: leafIdx, size: treeSize, leafHash: hex(leafHash), path, root: hex(root) }
      expect([name, isIncluded(crypto, given)]).toEqual([name, !wantErr])
    }
  })
})

describe('a root', () => {
  test('is that of the definition, for every number of leaves up to 70', () => {
    for (let count = 0; count <= 70; count += 1) expect(rootOf(leavesOf(count))).toBe(rootByDefinition(leavesOf(count)))
  })

  test('of no leaves is the hash of nothing, and of one leaf that leaf', () => {
    expect(rootOf([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(rootOf(leavesOf(1))).toBe(leavesOf(1)[0])
  })
})

describe('a proof', () => {
  test('of every leaf of every log up to 40 leaves holds, whatever the pages', () => {
    for (let count = 1; count <= 40; count += 1) {
      const leaves = leavesOf(count)
      for (let index = 0; index < count; index += 1) {
        const proof = prove(leaves, index, 1 + ((index * 3) % 9))
        expect([proof.root, proof.leafHash, isIncluded(crypto, proof)]).toEqual([rootByDefinition(leaves), leaves[index], true])
      }
    }
  })

  test('holds for nothing else: no other leaf, place, size, root or way', () => {
    const flip = (hash: string): string => (hash.startsWith('0') ? `1${hash.slice(1)}` : `0${hash.slice(1)}`)
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), fc.nat(), fc.nat(), (count, seed, place) => {
        const index = seed % count
        const proof = prove(leavesOf(count), index)
        expect(isIncluded(crypto, proof)).toBe(true)
        const at = place % proof.path.length
        const others: Inclusion[] = [
          { ...proof, leafHash: flip(proof.leafHash) },
          { ...proof, root: flip(proof.root) },
          { ...proof, index: (index + 1) % count },
          { ...proof, path: proof.path.slice(1) },
          { ...proof, path: [...proof.path, proof.root] },
          { ...proof, path: proof.path.map((hash, each) => (each === at ? flip(hash) : hash)) },
          { ...proof, leafHash: proof.leafHash.toUpperCase().padEnd(65, '0') },
        ]
        for (const other of others) expect(isIncluded(crypto, other)).toBe(false)
      }),
    )
  })

  test('needs every leaf, takes none beyond its size, and is of a leaf that is there', () => {
    const leaves = leavesOf(5)
    const short = new RunningInclusion(crypto, { index: 1, size: 5 })
    short.add(leaves.slice(0, 4))
    expect(short.missing).toBe(1)
    expect(() => short.proof()).toThrow('every leaf')
    const early = new RunningInclusion(crypto, { index: 1, size: 3 })
    early.add(leaves)
    expect(early.proof().root).toBe(rootByDefinition(leaves.slice(0, 3)))
    for (const index of [-1, 5, 0.5]) expect(() => new RunningInclusion(crypto, { index, size: 5 })).toThrow(RangeError)
    expect(isIncluded(crypto, { ...prove(leaves, 1), index: 2 ** 64 })).toBe(false)
  })
})
