import { createHmac } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'

/** One piece of work that the vendor did. It names no person. */
export interface BookEntry {
  /** Milliseconds since the Unix epoch. */
  at: number
  /** The caller's reference, null when it sent none. */
  reference: string | null
  /** Keyed digest of number and name. */
  subject: string
  executed: true
  billed: boolean
  /** `data.result` as it stands in the answer. */
  result: string
  order_no: string
}

export interface Book {
  /** Appends one entry; it survives the end of this process, however that comes. */
  add(entry: BookEntry): void
  /** All entries, oldest first. A reference that stands twice was executed, and billed, twice. */
  entries(): BookEntry[]
  /** How many entries there are. */
  size(): number
  /** The first entry of this reference. */
  find(reference: string): BookEntry | undefined
}

/** Digest that lets two entries on the same person be seen, and nothing else. The key is never in the book. */
export const digestSubject = (secret: string, name: string, idNumber: string): string =>
  createHmac('sha256', secret).update(`${idNumber}\n${name}`).digest('hex')

const readEntries = (path: string): BookEntry[] => {
  if (!existsSync(path)) return []
  const text = readFileSync(path, 'utf8')
  // A last line without its newline was being written when the process was killed; nobody was answered from it. It goes,
  // or the next entry would be glued to it.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole))
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as BookEntry)
}

/** The vendor's own book: JSON lines in an append-only file, or in memory when `path` is null. */
export const openBook = (path: string | null): Book => {
  const entries = path === null ? [] : readEntries(path)
  const byReference = new Map<string, BookEntry>()
  const index = (entry: BookEntry): void => {
    if (entry.reference !== null && !byReference.has(entry.reference)) byReference.set(entry.reference, entry)
  }
  entries.forEach(index)
  return {
    add: (entry) => {
      if (path !== null) appendFileSync(path, `${JSON.stringify(entry)}\n`)
      entries.push(entry)
      index(entry)
    },
    entries: () => [...entries],
    size: () => entries.length,
    find: (reference) => byReference.get(reference),
  }
}
