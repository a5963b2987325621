/** One place of the source and what the mistake makes of it. `find` must stand there exactly once. */
export interface Edit {
  file: string
  find: string
  replace: string
}

/** One seeded mistake, and the harness that must catch it: the scenes of one life, or the crash loop with few kills. */
export interface Mutant {
  name: string
  harness: 'life' | 'crash'
  edits: Edit[]
}

/** Commits up to `delayMs` after it has told the result; whatever comes meanwhile joins the open transaction. */
const lateCommits = (kind: 'hold' | 'settle', delayMs: number): Edit[] => [
  { file: 'src/ledger/db.ts', find: "import type * as schema from './schema.ts'\n", replace: lateCommit(delayMs) },
  {
    file: 'src/ledger/index.ts',
    find: "import { type Db, type Driver, transact } from './db.ts'",
    replace: "import { type Db, type Driver, late, transact } from './db.ts'",
  },
  {
    file: 'src/ledger/index.ts',
    find: 'const settled = transact(driver, () => {',
    replace: `const settled = (commands.some((command) => command.kind === '${kind}') ? late : transact)(driver, () => {`,
  },
]

const lateCommit = (delayMs: number): string => `import type * as schema from './schema.ts'

let isOpen = false
export const late = <T>(driver: Driver, work: () => T): T => {
  if (!isOpen) {
    isOpen = true
    driver.prepareWrite('BEGIN IMMEDIATE')([])
    setTimeout(() => {
      isOpen = false
      driver.prepareWrite('COMMIT')([])
    }, ${delayMs})
  }
  return work()
}
`

/** An answer in doubt becomes this outcome. */
const doubtBecomes = (outcome: string): Edit => ({
  file: 'src/ledger/decide/settle.ts',
  find: "  const draft = new Draft(context, account)\n  if (command.answer.outcome === 'unknown') {",
  replace: `  if (command.answer.outcome === 'unknown')
    command = { ...command, answer: { ...command.answer, outcome: '${outcome}' } }
  const draft = new Draft(context, account)
  if (command.answer.outcome === 'unknown') {`,
})

const life = (name: string, ...edits: Edit[]): Mutant => ({ name, harness: 'life', edits })
const crash = (name: string, ...edits: Edit[]): Mutant => ({ name, harness: 'crash', edits })
const tail = (find: string, replace: string): Edit => ({ file: 'src/ledger/tail.ts', find, replace })
const hold = (find: string, replace: string): Edit => ({ file: 'src/ledger/decide/hold.ts', find, replace })
const aliyun = (find: string, replace: string): Edit => ({ file: 'src/sources/aliyun-market-id2.ts', find, replace })

/** Every mistake is one that somebody could make, and that costs credits, answers or proof. */
export const mutants: readonly Mutant[] = [
  life('answered before the commit', ...lateCommits('settle', 15)),
  life('the source is asked before the hold is committed', ...lateCommits('hold', 15)),
  life('a second ending is taken', {
    file: 'src/ledger/decide/settle.ts',
    find: '  if (prior) {',
    replace: '  if (prior && Date.now() < 0) {',
  }),
  life('in doubt is free', doubtBecomes('unavailable')),
  life('in doubt is charged', doubtBecomes('match')),
  life('2 % of the audit leaves are skipped', {
    file: 'src/ledger/draft.ts',
    find: 'const leaf = facts.leaf\n',
    replace: 'const leaf = facts.leaf && seq % 50 !== 0\n',
  }),
  life(
    'the Idempotency-Key is not scoped to the account',
    {
      file: 'src/verify.ts',
      find: '`key $' + '{credentials.accountId} $' + '{request.idempotencyKey}`',
      replace: 'request.idempotencyKey',
    },
    tail('this.idByKey.get(`$' + '{accountId} $' + '{idempotency}`)', 'this.idByKey.get(idempotency)'),
    tail(
      'this.idByKey.set(`$' + '{row.accountId} $' + '{row.idempotency}`, row.id)',
      'this.idByKey.set(row.idempotency, row.id)',
    ),
    tail('this.idByKey.delete(`$' + '{row.accountId} $' + '{row.idempotency}`)', 'this.idByKey.delete(row.idempotency)'),
  ),
  life(
    'every 5xx of the source is a definite no',
    aliyun(
      '  const refusal = readGateway(response)\n  if (refusal !== null) return { ...refusal, rawDigest }',
      "  if (response.status >= 500) return { ...withoutAnswer('unavailable', 'source_down'), rawDigest }\n  const refusal = readGateway(response)\n  if (refusal !== null) return { ...refusal, rawDigest }",
    ),
  ),
  life(
    'a code that nobody knows is a match',
    aliyun(
      "  if (verdict === undefined) return inDoubt('unknown_code')",
      "  if (verdict === undefined) return { outcome: 'match', reason: 'answered', billed: true }",
    ),
  ),
  life(
    'a replay spends again',
    hold(
      '  if (prior) return unchanged(replay(book, command, prior))',
      `  if (prior) {
    const again = new Draft(context, caller.account)
    const paying = prior.grantId === null ? null : book.get('grants', prior.grantId)
    if (paying) again.put('grants', { ...paying, available: paying.available - 1, captured: paying.captured + 1 })
    return again.done(replay(book, command, prior))
  }`,
    ),
  ),
  life(
    'a used key is looked up among the calls without an ending alone',
    hold(
      '  const prior = book.verificationByIdempotency(command.idempotency.digest)',
      `  const used = book.verificationByIdempotency(command.idempotency.digest)
  const prior = used && book.get('outcomes', used.id) ? null : used`,
    ),
  ),
  life(
    'the uses of a consent are not counted',
    hold(
      "  draft.put('consents', { ...consent, uses: consent.uses + 1 })\n",
      "  draft.put('consents', { ...consent, uses: Math.max(1, consent.uses) })\n",
    ),
  ),
  life('a leaf is written after the commit of its ending', {
    file: 'src/ledger/index.ts',
    find: '          for (const change of changed) write(change)',
    replace: `          for (const change of changed) {
            if (change.table !== 'entries' || change.row.leaf === null) write(change)
            else setTimeout(() => write(change), 15)
          }`,
  }),
  life(
    'a suspension is read from a cache',
    hold(
      "  if (key.suspendedAt !== null) return refuse('key_suspended')",
      "  if (isSuspended(book, key, now)) return refuse('key_suspended')",
    ),
    hold(
      '/** The standing checks, first fault first.',
      `const standings = new Map<string, { at: number; suspended: boolean }>()
const isSuspended = (book: Book, key: Rows['apiKeys'], now: number): boolean => {
  const name = book.accountId + ' ' + key.id
  const known = standings.get(name)
  if (known && now - known.at < 60_000) return known.suspended
  standings.set(name, { at: now, suspended: key.suspendedAt !== null })
  return key.suspendedAt !== null
}

/** The standing checks, first fault first.`,
    ),
  ),
  life('the newest pack is used first', {
    file: 'src/ledger/decide/grant-order.ts',
    find: '      a.id - b.id,',
    replace: '      b.id - a.id,',
  }),
  life('a timer gives back what is in doubt', {
    file: 'src/ledger/decide/due.ts',
    find: "  writeDoubt(draft, verification, { sourceId: null, sourceReference: null, reason: 'deadline' })",
    replace: `  writeEnding(draft, book, verification, {
    outcome: 'unavailable', sourceId: null, sourceReference: null, sourceBilled: null,
    reason: 'deadline', rawDigest: null, by: 'time', actor: 'clock',
  })`,
  }),
  life('the balance is looked at and not kept to', {
    file: 'src/ledger/decide/grant-order.ts',
    find: '      grant.available >= wanted.credits &&\n',
    replace: '',
  }),
  crash('answered before the commit, under kills', ...lateCommits('settle', 15)),
  crash('the source is asked before the hold is committed, under kills', ...lateCommits('hold', 100)),
  crash(
    'used keys are forgotten by a restart',
    tail('    for (const row of scans.after.all({ id: this.indexed })) this.add(row)\n', ''),
  ),
  crash(
    'doubts are forgotten by a restart',
    tail('const all = [...holds, ...doubts.map((row) => ({ ...row, deadlineAt: null }))]', 'const all = [...holds]'),
  ),
]
