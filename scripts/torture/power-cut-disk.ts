import { dirname } from 'node:path'
import type { Operation } from './strace.ts'

/*
 * What a disk may hold after a power cut. A write is kept for certain once its file was synced, a name once its folder was;
 * of everything else the disk may have kept any part (POSIX fsync promises no more).
 */

/** What the disk kept of everything that was not synced. */
export const variants = ['none', 'all', 'prefix', 'subset', 'torn'] as const
export type Variant = (typeof variants)[number]

/** Smallest piece that a disk writes whole, bytes. */
const sectorBytes = 512

interface File {
  bytes: Buffer
}

type Change =
  | { kind: 'name'; path: string; file: File | 'folder' | null }
  | { kind: 'write'; file: File; at: number | null; bytes: Buffer }
  | { kind: 'truncate'; file: File; size: number }

type Names = Map<string, File | 'folder'>

const resized = (bytes: Buffer, size: number): Buffer => {
  const grown = Buffer.alloc(size)
  bytes.copy(grown, 0, 0, Math.min(bytes.length, size))
  return grown
}

const changed = (bytes: Buffer, change: Exclude<Change, { kind: 'name' }>): Buffer => {
  if (change.kind === 'truncate') return resized(bytes, change.size)
  const at = change.at ?? bytes.length
  const grown = resized(bytes, Math.max(bytes.length, at + change.bytes.length))
  change.bytes.copy(grown, at)
  return grown
}

/** A folder and everything below it, while a process works on it. */
export class Disk {
  /** As the process sees it. */
  private readonly seen: Names = new Map()
  /** What would be there for certain. */
  private readonly kept: Names = new Map()
  private pending: Change[] = []
  private readonly root: string

  constructor(root: string) {
    this.root = root
  }

  /** How many changes a power cut could lose now. */
  get atRisk(): number {
    return this.pending.length
  }

  apply(operation: Operation): void {
    if (operation.kind === 'sent' || operation.kind === 'received' || !this.isMine(operation.path)) return
    const { path } = operation
    switch (operation.kind) {
      case 'create':
        if (!this.seen.has(path)) this.name(path, { bytes: Buffer.alloc(0) })
        return
      case 'folder':
        this.name(path, 'folder')
        return
      case 'unlink':
        this.name(path, null)
        return
      case 'rename': {
        const file = this.seen.get(path)
        if (file === undefined) return
        this.name(path, null)
        this.name(operation.to, file)
        return
      }
      case 'sync':
        this.sync(path)
        return
      default: {
        const file = this.seen.get(path)
        if (file === undefined || file === 'folder') throw new Error(`a write to a file that was never made: ${path}`)
        if (operation.kind === 'truncate') this.pending.push({ kind: 'truncate', file, size: operation.size })
        else {
          const at = operation.kind === 'write' ? operation.at : null
          this.pending.push({ kind: 'write', file, at, bytes: operation.bytes })
        }
      }
    }
  }

  /** The files that may be there after a power cut now, by their paths; a file whose folder is lost is lost with it. */
  afterPowerCut(variant: Variant, random: () => number): Map<string, Buffer> {
    const names: Names = new Map(this.kept)
    const contents = new Map<File, Buffer>()
    const apply = (change: Change): void => {
      if (change.kind !== 'name') contents.set(change.file, changed(contents.get(change.file) ?? change.file.bytes, change))
      else if (change.file === null) names.delete(change.path)
      else names.set(change.path, change.file)
    }
    for (const change of this.survivors(variant, random)) apply(change)
    const isReachable = (path: string): boolean => {
      const folder = dirname(path)
      return folder === this.root || (names.get(folder) === 'folder' && isReachable(folder))
    }
    const files = new Map<string, Buffer>()
    for (const [path, file] of names)
      if (file !== 'folder' && isReachable(path)) files.set(path, contents.get(file) ?? file.bytes)
    return files
  }

  private survivors(variant: Variant, random: () => number): Change[] {
    const { pending } = this
    switch (variant) {
      case 'none':
        return []
      case 'all':
        return pending
      case 'prefix':
        return pending.slice(0, Math.floor(random() * (pending.length + 1)))
      case 'subset':
        return pending.filter(() => random() < 0.5)
      case 'torn': {
        const last = pending.at(-1)
        if (last?.kind !== 'write') return pending
        const sectors = Math.ceil(last.bytes.length / sectorBytes)
        const length = Math.floor(random() * sectors) * sectorBytes
        return [...pending.slice(0, -1), { ...last, bytes: last.bytes.subarray(0, length) }]
      }
    }
  }

  private isMine(path: string): boolean {
    // The index of the WAL is made anew by recovery, and the lock holds nothing.
    return path.startsWith(`${this.root}/`) ? !/-shm$|\/gateway\.(?:lock|pid)/.test(path) : path === this.root
  }

  private name(path: string, file: File | 'folder' | null): void {
    if (file === null) this.seen.delete(path)
    else this.seen.set(path, file)
    this.pending.push({ kind: 'name', path, file })
  }

  private sync(path: string): void {
    const file = path === this.root ? 'folder' : this.seen.get(path)
    const isSynced = (change: Change): boolean =>
      file === 'folder' ? change.kind === 'name' && dirname(change.path) === path : change.kind !== 'name' && change.file === file
    const left: Change[] = []
    for (const change of this.pending) {
      if (!isSynced(change)) left.push(change)
      else if (change.kind !== 'name') change.file.bytes = changed(change.file.bytes, change)
      else if (change.file === null) this.kept.delete(change.path)
      else this.kept.set(change.path, change.file)
    }
    this.pending = left
  }
}
