import { checks } from '../core/checks.ts'
import type { Outcome } from '../core/outcome.ts'
import type { SourceAnswer, SourceFinding } from '../core/ports.ts'
import type { Query } from '../core/query.ts'
import type { Source, SourceIo } from './source.ts'

/** What a later query by reference tells of a person whose first answer is `unknown`. */
type Settles = 'match' | 'not_executed' | 'never'

/**
 * One published row of the sandbox. Every number is a specimen that a standard or a library prints, or is computed in
 * their style (sources.md §7); none belongs to a person.
 */
export interface SandboxPerson {
  checks: string[]
  /** The input, by the names that the checks use; a check reads those of its own. */
  fields: Readonly<Record<string, string>>
  outcome: Outcome
  afterMs: number
  /** Null unless `outcome` is `unknown`. */
  settles: Settles | null
}

const person = (
  idNumber: string,
  outcome: Outcome,
  more: { name?: string; afterMs?: number; settles?: Settles } = {},
): SandboxPerson => ({
  checks: ['id2', 'mobile3'],
  fields: { name: more.name ?? '张三', id_number: idNumber, mobile: '13800138000' },
  outcome,
  afterMs: more.afterMs ?? 0,
  settles: more.settles ?? null,
})

/** `unknown` comes at once instead of after a deadline, so that trying it out is pleasant. */
const inDoubtAfterMs = 50
const slowAfterMs = 3_000

/** Everything that the sandbox knows, in the order in which a reader meets it. Any other number has no record. */
export const sandboxPersons: readonly SandboxPerson[] = [
  person('11010519491231002X', 'match'),
  person('11010519491231002X', 'mismatch', { name: '李四' }),
  person('440524188001010014', 'no_record'),
  person('810000199408230021', 'rejected'),
  person('820000199009230018', 'unavailable'),
  person('830000199201300022', 'unknown', { afterMs: inDoubtAfterMs, settles: 'match' }),
  person('932682198501010017', 'unknown', { afterMs: inDoubtAfterMs, settles: 'not_executed' }),
  person('913140198912010018', 'unknown', { afterMs: inDoubtAfterMs, settles: 'never' }),
  person('810000199001019013', 'match', { afterMs: slowAfterMs }),
  {
    checks: ['enterprise2'],
    fields: { name: '示例科技有限公司', uscc: '91350100M000100Y43' },
    outcome: 'match',
    afterMs: 0,
    settles: null,
  },
]

const settlesNotes: Readonly<Record<Settles, string>> = {
  match: 'In doubt at first; the query by reference finds a match.',
  not_executed: 'In doubt at first; the query by reference finds that nothing was done.',
  never: 'In doubt until the agreement’s time for settling is over, or two persons of staff settle it.',
}

/** The published rows as GET /v1/checks shows them: for each check its own inputs, ready to be sent. */
export const sandboxPersonViews = sandboxPersons.flatMap(({ checks: codes, fields, outcome, afterMs, settles }) =>
  codes.map((check) => ({
    check,
    data_subject: Object.fromEntries(
      (checks.get(check)?.fields ?? []).flatMap(({ name }) => (fields[name] === undefined ? [] : [[name, fields[name]]])),
    ),
    outcome,
    note: settles === null ? (afterMs > 0 ? `Answers after ${afterMs} ms.` : '') : settlesNotes[settles],
  })),
)

/** What each check compares: the number that picks the row, and what has to agree with it. */
const comparisons: ReadonlyMap<string, { number: string; others: string[] }> = new Map([
  ['id2', { number: 'id_number', others: ['name'] }],
  ['mobile3', { number: 'id_number', others: ['name', 'mobile'] }],
  ['enterprise2', { number: 'uscc', others: ['name'] }],
])

const reasons: Readonly<Record<Outcome, string>> = {
  match: 'answered',
  mismatch: 'answered',
  no_record: 'answered',
  rejected: 'input_refused',
  unavailable: 'source_down',
  unknown: 'deadline',
}

const ending = (outcome: Outcome, settles: Settles | null, io: SourceIo): SourceAnswer => ({
  outcome,
  // What becomes of a doubt stands in the order number itself, so that the sandbox need remember nobody.
  sourceReference: outcome === 'unavailable' ? null : `sandbox-${settles === null ? '' : `${settles}-`}${io.randomHex(8)}`,
  sourceBilled: outcome === 'unknown' ? null : false,
  reason: reasons[outcome],
  rawDigest: null,
})

const behaviourFor = (query: Query): { outcome: Outcome; afterMs: number; settles: Settles | null } => {
  const comparison = comparisons.get(query.check)
  if (comparison === undefined) return { outcome: 'rejected', afterMs: 0, settles: null }
  const row = sandboxPersons.find(
    ({ checks, fields }) => checks.includes(query.check) && fields[comparison.number] === query.fields[comparison.number],
  )
  if (row === undefined) return { outcome: 'no_record', afterMs: 0, settles: null }
  const agrees = comparison.others.every((field) => row.fields[field] === query.fields[field])
  return row.outcome === 'match' && !agrees ? { ...row, outcome: 'mismatch' } : row
}

/** References that the sandbox remembers; older ones are known by their order number alone. */
const referencesKept = 10_000

/** The finding for an answer that was given here. */
const findingFor = (answer: SourceAnswer, io: SourceIo): SourceFinding => {
  if (answer.outcome === 'unavailable') return { kind: 'not_executed' }
  return answer.outcome === 'unknown' ? findingOf(answer.sourceReference, io) : { kind: 'executed', answer }
}

/** The ending that an order number announces; a call that was cut off before it had one stays unclear. */
const findingOf = (sourceReference: string | null, io: SourceIo): SourceFinding => {
  const settles = /^sandbox-([a-z_]+)-/.exec(sourceReference ?? '')?.[1]
  if (settles === 'match') return { kind: 'executed', answer: ending('match', null, io) }
  return settles === 'not_executed' ? { kind: 'not_executed' } : { kind: 'unclear', reason: 'not_settled' }
}

/**
 * The source of test keys: fixed answers for the published specimens, nothing sent anywhere, nobody billed. It remembers the
 * newest references in memory; after a restart, or on another machine, the order number of a doubt still tells its ending.
 */
export const sandbox = (): Source => {
  const findings = new Map<string, SourceFinding>()
  return {
    id: 'sandbox',
    mode: 'test',
    checks: [...comparisons.keys()],
    deadlineMs: 10_000,
    finalAfterMs: 0,
    lookup: async (query, call, io) => {
      const { outcome, afterMs, settles } = behaviourFor(query)
      const answer = ending(outcome, settles, io)
      findings.set(call.reference, findingFor(answer, io))
      for (const oldest of findings.keys()) {
        if (findings.size <= referencesKept) break
        findings.delete(oldest)
      }
      if (afterMs > 0) await io.sleep(afterMs)
      return answer
    },
    find: async (call, io) => findings.get(call.reference) ?? findingOf(call.sourceReference ?? null, io),
  }
}
