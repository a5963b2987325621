import type { Command, ResultOf } from '../core/commands.ts'
import type { Settled } from '../ledger/index.ts'
import { Overloaded } from './overloaded.ts'

interface Waiting {
  command: Command
  resolve(result: ResultOf<Command>): void
  reject(error: unknown): void
}

export interface GroupCommitDeps {
  /** Commits a group in one transaction; durable when it returns. */
  commit(commands: readonly Command[]): Settled<Command>[]
  /**
   * Called when it is unknown whether a group is stored (an I/O error at COMMIT): nobody is answered, the process must end
   * and let recovery decide.
   */
  onInDoubt(error: unknown): void
}

export interface GroupCommit {
  submit<C extends Command>(command: C): Promise<ResultOf<C>>
  /** Resolves when nothing is waiting. */
  drain(): Promise<void>
}

/** More pieces than this wait for the next turn, so that one group does not hold everybody's answer for long. */
const largestGroup = 512

/** Longest queue. Beyond it new work is refused at once, because it would only wait longer than its caller does. */
const longestQueue = 20_000

/**
 * Acts of staff, and a customer's report that its key has leaked, have a queue of their own that is emptied first, so that a
 * suspension never stands behind the calls that it is to stop, however many wait (L10). It is bounded like the other one.
 */
const longestActQueue = 1_000

const goesFirst = (command: Command): boolean =>
  command.kind === 'act' || (command.kind === 'customer_act' && command.act.kind === 'report_leak')

/** Turns of the event loop that a group waits for at most while each brings more work that had already arrived. */
const mostTurns = 8

/** SQLite's code of an error, also of one that Drizzle wrapped. */
const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return ''
  return 'code' in error && typeof error.code === 'string' ? error.code : codeOf(error.cause)
}

/** What rolls the transaction back and may succeed the next time, in words for the log. */
const passing: [RegExp, string][] = [
  [/^SQLITE_FULL$/, 'the disk is full'],
  [/^SQLITE_BUSY/, 'another process holds the database'],
]

/** An error after which nothing is stored and the caller may come back becomes an overload; any other stays what it is. */
export const asOverload = (error: unknown): unknown => {
  const [, what] = passing.find(([code]) => code.test(codeOf(error))) ?? []
  return what === undefined ? error : new Overloaded(what)
}

/** An error of the disk: what the transaction did is unknown until the file is opened again. */
export const isInDoubt = (error: unknown): boolean => /^SQLITE_(IOERR|CORRUPT)/.test(codeOf(error))

/** The same where most of the work is reading: what cannot be read loses nothing, and must not end the process for everybody. */
export const isWriteInDoubt = (error: unknown): boolean => isInDoubt(error) && !/READ$|^SQLITE_CORRUPT/.test(codeOf(error))

/**
 * Everything that waits shares one transaction and one fsync. Promises resolve only after COMMIT. No timer collects work:
 * while one group is being written the next one forms by itself, and what has arrived by then is read from the sockets turn
 * by turn before it is written, because a turn costs microseconds and an fsync costs all of them milliseconds.
 */
export const openGroupCommit = (deps: GroupCommitDeps): GroupCommit => {
  let waiting: Waiting[] = []
  let acts: Waiting[] = []
  let scheduled = false
  let drained: (() => void)[] = []
  let counted = 0
  let turns = 0

  const collect = (): void => {
    const all = acts.length + waiting.length
    if (all > counted && all < largestGroup && turns < mostTurns) {
      counted = all
      turns += 1
      setImmediate(collect)
      return
    }
    counted = 0
    turns = 0
    run()
  }

  const run = (): void => {
    const first = acts.slice(0, largestGroup)
    const rest = waiting.slice(0, largestGroup - first.length)
    const group = [...first, ...rest]
    acts = acts.slice(first.length)
    waiting = waiting.slice(rest.length)
    scheduled = acts.length + waiting.length > 0
    if (scheduled) setImmediate(collect)
    let settled: Settled<Command>[]
    try {
      settled = deps.commit(group.map(({ command }) => command))
    } catch (error) {
      if (isInDoubt(error)) {
        deps.onInDoubt(error)
        return
      }
      for (const { reject } of group) reject(asOverload(error))
      wake()
      return
    }
    for (const [at, { resolve, reject }] of group.entries()) {
      const piece = settled[at]
      if (piece?.kind === 'result') resolve(piece.result)
      else reject(piece?.error ?? new Error('a piece of the group was not decided'))
    }
    wake()
  }

  const wake = (): void => {
    if (acts.length + waiting.length > 0) return
    const woken = drained
    drained = []
    for (const resume of woken) resume()
  }

  return {
    submit: (command) =>
      new Promise((resolve, reject) => {
        const isFirst = goesFirst(command)
        const queue = isFirst ? acts : waiting
        if (queue.length >= (isFirst ? longestActQueue : longestQueue)) {
          reject(new Overloaded('the queue is full'))
          return
        }
        queue.push({ command, resolve: resolve as Waiting['resolve'], reject })
        if (scheduled) return
        scheduled = true
        setImmediate(collect)
      }),
    drain: () => (acts.length + waiting.length === 0 ? Promise.resolve() : new Promise((resolve) => drained.push(resolve))),
  }
}
