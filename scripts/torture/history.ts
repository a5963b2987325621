/** One line of an account's journal. */
export interface Line {
  seq: number
  kind: string
  credits: number
  verificationId: number | null
}

export interface Balance {
  available: number
  held: number
  captured: number
}

/** What a client asked and what it was told. `info` is an ending that the client does not know. */
export type Told =
  | { op: 'balance'; told: Balance }
  | { op: 'verify'; result: 'ok'; verificationId: number; charged: boolean; available: number }
  | { op: 'verify'; result: 'info'; verificationId: number }
  | { op: 'verify'; result: 'fail'; code: string }
  /** Every top-up has a size of its own. */
  | { op: 'top_up'; credits: number }
  | { op: 'suspend' | 'resume' }

/** One operation of the client's log. The two instants are numbers of one counter, so that no two are the same. */
export type Operation = Told & { invokedAt: number; returnedAt: number }

interface Prefix extends Balance {
  suspended: boolean
}

const signs: Readonly<Record<string, Partial<Balance>>> = {
  grant: { available: 1 },
  hold: { available: -1, held: 1 },
  capture: { held: -1, captured: 1 },
  release: { available: 1, held: -1 },
  expire: { available: -1 },
  refund: { available: -1 },
}

/** The account after each line; the first is the account before any. */
const prefixesOf = (journal: readonly Line[]): Prefix[] => {
  const prefixes: Prefix[] = [{ available: 0, held: 0, captured: 0, suspended: false }]
  for (const { kind, credits } of journal) {
    const last = prefixes.at(-1)
    if (!last) break
    const sign = signs[kind]
    prefixes.push({
      available: last.available + credits * (sign?.available ?? 0),
      held: last.held + credits * (sign?.held ?? 0),
      captured: last.captured + credits * (sign?.captured ?? 0),
      suspended: kind === 'suspend_account' || (last.suspended && kind !== 'resume_account'),
    })
  }
  return prefixes
}

/** The journal's lines that one operation has written, or what is wrong with them. */
const linesOf = (operation: Operation, journal: readonly Line[], nth: number): number[] | string => {
  const seqs = (wanted: (line: Line) => boolean): number[] => journal.filter(wanted).map(({ seq }) => seq)
  const one = (kind: string, wanted: (line: Line) => boolean): number[] | string => {
    const found = seqs((line) => line.kind === kind && wanted(line))
    return found.length === 1 ? found : `${found.length} lines of ${kind}`
  }
  switch (operation.op) {
    case 'balance':
      return []
    case 'top_up':
      return one('grant', ({ credits }) => credits === operation.credits)
    case 'suspend':
    case 'resume': {
      const at = seqs(({ kind }) => kind === `${operation.op}_account`)[nth]
      return at === undefined ? `no line of ${operation.op}_account` : [at]
    }
    case 'verify': {
      if (operation.result === 'fail') return []
      const { verificationId } = operation
      const own = (line: Line) => line.verificationId === verificationId
      const held = one('hold', own)
      if (typeof held === 'string' || operation.result === 'info') return held
      const endings = seqs((line) => own(line) && (line.kind === 'capture' || line.kind === 'release'))
      const ended = one(operation.charged ? 'capture' : 'release', own)
      if (typeof ended === 'string') return ended
      return endings.length === 1 ? [...held, ...ended] : `${endings.length} endings`
    }
  }
}

/** Whether the account could tell this when it stood so. */
const explains = (prefix: Prefix, operation: Operation): boolean => {
  if (operation.op === 'balance') {
    const { available, held, captured } = operation.told
    return prefix.available === available && prefix.held === held && prefix.captured === captured
  }
  if (operation.op !== 'verify' || operation.result !== 'fail') return false
  return operation.code === 'account_suspended' ? prefix.suspended : !prefix.suspended && prefix.available === 0
}

const isObservation = (operation: Operation): boolean =>
  operation.op === 'balance' || (operation.op === 'verify' && operation.result === 'fail')

/**
 * Whether the journal's order explains everything that the client was told: each act stands in it once and between the
 * client's question and its answer; each answer that only looked (a balance, a refusal) is true of some moment in between; and
 * nobody sees an older account than somebody before has seen. An empty list is the only good answer.
 */
export const checkHistory = (journal: readonly Line[], log: readonly Operation[]): string[] => {
  const faults: string[] = []
  const prefixes = prefixesOf(journal)
  const known = new Set(log.flatMap((operation) => ('verificationId' in operation ? [operation.verificationId] : [])))
  for (const { kind, verificationId } of journal)
    if (verificationId !== null && !known.has(verificationId))
      faults.push(`${kind} of a call that nobody made: ${verificationId}`)

  const acts: { operation: Operation; from: number; to: number }[] = []
  const counts = { suspend: 0, resume: 0 }
  for (const operation of log.toSorted((a, b) => a.invokedAt - b.invokedAt)) {
    const nth = operation.op === 'suspend' || operation.op === 'resume' ? counts[operation.op]++ : 0
    const seqs = linesOf(operation, journal, nth)
    if (typeof seqs === 'string') faults.push(`${seqs} for ${JSON.stringify(operation)}`)
    else if (seqs.length > 0) acts.push({ operation, from: Math.min(...seqs), to: Math.max(...seqs) })
    if (typeof seqs !== 'string' && operation.op === 'verify' && operation.result === 'ok') {
      const seen = prefixes[Math.max(...seqs)]?.available
      if (seen !== operation.available) faults.push(`${seen} available after its ending, and not ${operation.available}`)
    }
  }
  for (const earlier of acts)
    for (const later of acts)
      if (earlier.operation.returnedAt < later.operation.invokedAt && earlier.to >= later.from)
        faults.push(`answered before the other was asked, and written later: ${earlier.to} and ${later.from}`)

  // The earliest moment that fits leaves the most room to all that were asked later.
  const seen: { returnedAt: number; at: number }[] = acts.map(({ operation, to }) => ({
    returnedAt: operation.returnedAt,
    at: to,
  }))
  const observations = log.filter(isObservation).toSorted((a, b) => a.returnedAt - b.returnedAt)
  for (const operation of observations) {
    const from = Math.max(0, ...seen.filter(({ returnedAt }) => returnedAt < operation.invokedAt).map(({ at }) => at))
    const after = acts.filter((act) => act.operation.invokedAt > operation.returnedAt).map((act) => act.from - 1)
    const to = Math.min(journal.length, ...after)
    let at = from
    while (at <= to && !explains(prefixes[at] ?? { available: -1, held: -1, captured: -1, suspended: false }, operation)) at += 1
    if (at > to) faults.push(`no moment between ${from} and ${to} explains ${JSON.stringify(operation)}`)
    else seen.push({ returnedAt: operation.returnedAt, at })
  }
  return faults
}
