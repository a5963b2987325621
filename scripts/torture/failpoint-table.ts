import type { Behaviour } from '../simulator/behaviour.ts'

/** Where the gateway is killed, in the order in which one verification passes them. */
export const points = [
  /** The first commit waits in the queue; nothing is decided. */
  'hold_queued',
  /** The first commit is durable; nobody knows yet. */
  'hold_committed',
  /** The source is about to be asked. */
  'before_ask',
  /** The source has been heard, or its deadline is over. */
  'after_ask',
  /** The second commit waits in the queue. */
  'ending_queued',
  /** The second commit is durable; the caller knows nothing. */
  'ending_committed',
  /** The answer is made; no byte of it is sent. */
  'before_first_byte',
  /** Half of the answer is sent. */
  'mid_response',
] as const
export type Point = (typeof points)[number]

/** What a behaviour of the vendor comes to: whether it did the work, and what the gateway could see of it. */
const kinds: Readonly<Record<'delivered' | 'refused' | 'lost' | 'done_unheard' | 'done_unread', Behaviour[]>> = {
  delivered: ['normal', 'late'],
  refused: ['refuse', 'quota_exhausted', 'throttled'],
  lost: ['reset_before'],
  done_unheard: ['reset_after', 'hang', 'drip', 'short', 'garbage', 'wrong_echo', 'error_after'],
  done_unread: ['unknown_code'],
}
export type Kind = keyof typeof kinds
export const kindNames = Object.keys(kinds) as Kind[]

export const kindOf = (behaviour: Behaviour): Kind => {
  const kind = kindNames.find((name) => kinds[name].includes(behaviour))
  if (!kind) throw new Error(`the table does not say what ${behaviour} comes to`)
  return kind
}

/** Where a verification stands in the ledger; `none` is no row. */
export type State = 'none' | 'held' | 'unknown' | 'captured' | 'released'

export interface Expected {
  /** On the disk at the instant of the crash. */
  atCrash: State
  /** Whether the vendor's book has it at that instant. */
  executedAtCrash: boolean
  /** After a restart, the retry with the same Idempotency-Key, and the sweep's questions to the vendor. */
  atLast: State
  /** Whether the vendor has done the work in the end, which it must have done once at most. */
  executedAtLast: boolean
}

const doesTheWork = (kind: Kind): boolean => kind !== 'refused' && kind !== 'lost'

/** The ending of a call that nothing cuts short. */
const endings: Readonly<Record<Kind, State>> = {
  delivered: 'captured',
  refused: 'released',
  lost: 'released',
  done_unheard: 'captured',
  done_unread: 'unknown',
}

/** What the second commit writes. */
const secondCommits: Readonly<Record<Kind, State>> = {
  delivered: 'captured',
  refused: 'released',
  lost: 'unknown',
  done_unheard: 'unknown',
  done_unread: 'unknown',
}

/** The table: what must stand after a kill at this point, for a vendor that behaves like this. */
export const expectedAt = (point: Point, kind: Kind): Expected => {
  switch (point) {
    case 'hold_queued':
      // As if it had never been sent: the retry is the first call.
      return { atCrash: 'none', executedAtCrash: false, atLast: endings[kind], executedAtLast: doesTheWork(kind) }
    case 'hold_committed':
    case 'before_ask':
      // The vendor was never asked and never will be: given back, once its "not found" is final.
      return { atCrash: 'held', executedAtCrash: false, atLast: 'released', executedAtLast: false }
    case 'after_ask':
    case 'ending_queued':
      // What was heard is lost with the process; the vendor is asked again by our reference.
      return {
        atCrash: 'held',
        executedAtCrash: doesTheWork(kind),
        atLast: endings[kind],
        executedAtLast: doesTheWork(kind),
      }
    case 'ending_committed':
    case 'before_first_byte':
    case 'mid_response':
      return {
        atCrash: secondCommits[kind],
        executedAtCrash: doesTheWork(kind),
        atLast: endings[kind],
        executedAtLast: doesTheWork(kind),
      }
  }
}

/** The table as Markdown: for each point and kind `on the disk → in the end`, a star where the vendor has done the work. */
export const tableLines = (): string[] => {
  const cell = (point: Point, kind: Kind): string => {
    const { atCrash, executedAtCrash, atLast, executedAtLast } = expectedAt(point, kind)
    return `${atCrash}${executedAtCrash ? '*' : ''} → ${atLast}${executedAtLast ? '*' : ''}`
  }
  return [
    `| killed at | ${kindNames.join(' | ')} |`,
    `| --- | ${kindNames.map(() => '---').join(' | ')} |`,
    ...points.map((point) => `| ${point} | ${kindNames.map((kind) => cell(point, kind)).join(' | ')} |`),
  ]
}

/** Which behaviours of the vendor each kind stands for, as Markdown. */
export const kindLines = (): string[] => kindNames.map((name) => `- \`${name}\`: ${kinds[name].join(', ')}`)
