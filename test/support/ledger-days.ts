import type { StaffAct } from '../../src/core/commands.ts'
import type { MatterKind, MatterView } from '../../src/core/matters/index.ts'
import { startOfDayMs } from '../../src/core/shanghai.ts'
import type { TestLedger } from './ledger.ts'
import { accountA, staffReader, take } from './ledger-commands.ts'
import { act } from './ledger-world.ts'

/** Ten in the morning of a day, having done on the way what becomes due, each at its own time. */
export const passTo = (ledger: TestLedger, day: string): void => {
  const target = startOfDayMs(day) + 10 * 3_600_000
  for (let at = ledger.core.nextDueAt(); at !== null && at <= target; at = ledger.core.nextDueAt()) {
    ledger.clock.now = Math.max(at, ledger.clock.now)
    for (const command of ledger.core.due()) ledger.submit(command)
  }
  ledger.clock.now = target
}

/** An act of staff on a matter that has to succeed. */
export const done = (ledger: TestLedger, staffAct: StaffAct): MatterView => take(act(ledger, accountA, staffAct), 'matter').matter

/** Every matter of a kind, oldest first. */
export const listMatters = <T>(ledger: TestLedger, matter: MatterKind): (Omit<MatterView, 'data'> & { data: T })[] => {
  const read = {
    kind: 'matters',
    matter,
    open: false,
    before: null,
    limit: 50,
    reader: staffReader,
    accountId: accountA,
  } as const
  return take(ledger.read(read), 'read').value.items.toReversed() as never
}

/** What the leaves of a kind of entry say, oldest first. */
export const leavesOf = (ledger: TestLedger, kind: string): Record<string, unknown>[] =>
  ledger
    .rows<{ leaf: string }>(`SELECT leaf FROM entries WHERE kind = '${kind}' ORDER BY seq`)
    .map(({ leaf }) => JSON.parse(leaf))

/** An agreement that both sides sign and seal on the morning of a day. */
export const signedOn = (ledger: TestLedger, day: string, preset: string, overrides: Record<string, unknown>): void => {
  ledger.clock.now = startOfDayMs(day) + 10 * 3_600_000
  take(act(ledger, accountA, { kind: 'create_account', name: 'customer' }), 'account')
  take(act(ledger, accountA, { kind: 'put_agreement', preset, overrides }), 'agreement')
  const signature = { kind: 'sign_agreement', documentSha256: 'ab'.repeat(32), sealed: true, signedAt: ledger.clock.now } as const
  for (const party of ['customer', 'provider'] as const) done(ledger, { ...signature, party })
}
