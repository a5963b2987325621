import type { Crypto } from './ports.ts'

/*
 * Merkle trees of RFC 9162 §2.1 over leaf hashes, all as lower-case hex: the root of a log, and the proof that a leaf is in it.
 * A leaf hash is SHA-256(0x00 ‖ leaf), a node SHA-256(0x01 ‖ left ‖ right).
 */

type Sha256 = Pick<Crypto, 'sha256'>

const isHash = (text: string): boolean => /^[0-9a-f]{64}$/.test(text)

const node = ({ sha256 }: Sha256, left: string, right: string): string => {
  const bytes = new Uint8Array(65)
  bytes[0] = 1
  const hex = left + right
  for (let at = 0; at < 64; at += 1) bytes[at + 1] = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16)
  return sha256(bytes)
}

/** The largest power of two below n; n is above 1. No bit operations, because a log can outgrow 32 bits. */
const splitOf = (n: number): number => {
  let split = 1
  while (split * 2 < n) split *= 2
  return split
}

/** Leaves from `from` to `to`, the latter not included. */
interface Range {
  from: number
  to: number
}

/** The subtrees beside the way from a leaf to the root, the nearest to the leaf first (RFC 9162 §2.1.3.1). */
const siblingsOf = (index: number, size: number): Range[] => {
  const siblings: Range[] = []
  for (let [from, to] = [0, size]; to - from > 1; ) {
    const middle = from + splitOf(to - from)
    if (index < middle) {
      siblings.unshift({ from: middle, to })
      to = middle
    } else {
      siblings.unshift({ from, to: middle })
      from = middle
    }
  }
  return siblings
}

/** The root of leaves that come one after the other. It keeps one hash for each set bit of their number, whatever their number. */
export class RunningRoot {
  private readonly peaks: { hash: string; leaves: number }[] = []
  private readonly crypto: Sha256

  constructor(crypto: Sha256) {
    this.crypto = crypto
  }

  add(leafHash: string): void {
    let peak = { hash: leafHash, leaves: 1 }
    for (let last = this.peaks.at(-1); last?.leaves === peak.leaves; last = this.peaks.at(-1)) {
      this.peaks.pop()
      peak = { hash: node(this.crypto, last.hash, peak.hash), leaves: last.leaves * 2 }
    }
    this.peaks.push(peak)
  }

  /** The root of what was added; that of no leaves is the hash of nothing. */
  root(): string {
    const hashes = this.peaks.map(({ hash }) => hash)
    return hashes.length === 0 ? this.crypto.sha256('') : hashes.reduceRight((right, left) => node(this.crypto, left, right))
  }
}

/** A root, and the proof that one leaf is under it. */
export interface Inclusion {
  index: number
  size: number
  leafHash: string
  /** Hashes of the subtrees beside the way to the root, the nearest first. */
  path: string[]
  root: string
}

/** The proof for one leaf, from leaves that come in order and are not kept: a log of any size takes a page at a time. */
export class RunningInclusion {
  private readonly index: number
  private readonly size: number
  private readonly siblings: { range: Range; root: RunningRoot }[]
  private next = 0
  private leafHash: string | null = null
  private readonly whole: RunningRoot

  /** Throws RangeError for a leaf that is not in a log of this size. */
  constructor(crypto: Sha256, { index, size }: { index: number; size: number }) {
    if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size)
      throw new RangeError('a leaf of the log is proved')
    this.index = index
    this.size = size
    this.siblings = siblingsOf(index, size).map((range) => ({ range, root: new RunningRoot(crypto) }))
    this.whole = new RunningRoot(crypto)
  }

  /** Leaves that are wanted still. */
  get missing(): number {
    return this.size - this.next
  }

  /** Takes the next leaves; those beyond the size are left. */
  add(leafHashes: readonly string[]): void {
    for (const hash of leafHashes) {
      if (this.next >= this.size) return
      if (this.next === this.index) this.leafHash = hash
      const at = this.next
      this.siblings.find(({ range }) => range.from <= at && at < range.to)?.root.add(hash)
      this.whole.add(hash)
      this.next += 1
    }
  }

  /** Throws unless every leaf has come. */
  proof(): Inclusion {
    if (this.leafHash === null || this.missing > 0) throw new Error('a proof needs every leaf of the log')
    const path = this.siblings.map(({ root }) => root.root())
    return { index: this.index, size: this.size, leafHash: this.leafHash, path, root: this.whole.root() }
  }
}

/** The root that a proof leads to from its leaf (RFC 9162 §2.1.3.2); null for a proof that cannot be one. */
const rootOf = (crypto: Sha256, { index, size, leafHash, path }: Omit<Inclusion, 'root'>): string | null => {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return null
  if (![leafHash, ...path].every(isHash)) return null
  const siblings = siblingsOf(index, size)
  if (siblings.length !== path.length) return null
  return siblings.reduce((hash, { from }, at) => {
    const sibling = path[at] ?? ''
    return from > index ? node(crypto, hash, sibling) : node(crypto, sibling, hash)
  }, leafHash)
}

/** Whether the leaf is in the log of this size and root. */
export const isIncluded = (crypto: Sha256, proof: Inclusion): boolean => rootOf(crypto, proof) === proof.root
