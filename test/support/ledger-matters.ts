import type { StaffAct } from '../../src/core/commands.ts'
import type { CustomerMatterAct, MatterKind, MatterView } from '../../src/core/matters/index.ts'
import type { TestLedger } from './ledger.ts'
import { staffReader, take } from './ledger-commands.ts'
import { act, changeAgreement, type SeededAccount, s1Term, seedWorld } from './ledger-world.ts'

/** An account whose agreement has these rules, and what tests of matters ask of it. */
export const seedMatterWorld = (ledger: TestLedger, overrides: Record<string, unknown> = {}): SeededAccount => {
  const world = seedWorld(ledger)
  changeAgreement(ledger, world.accountId, { term: s1Term, ...overrides })
  return world
}

/** An act of staff on a matter, as the matter stands after it. */
export const staffDoes = <K extends MatterKind>(
  ledger: TestLedger,
  { accountId }: SeededAccount,
  wanted: StaffAct,
): MatterView<K> => take(act(ledger, accountId, wanted), 'matter').matter as MatterView<K>

/** An act of the customer, with whatever it is answered. */
export const customerTries = (ledger: TestLedger, { accountId, credentials }: SeededAccount, wanted: CustomerMatterAct) =>
  ledger.submit({ kind: 'customer_act', accountId, credentials, act: wanted })

export const customerDoes = <K extends MatterKind>(
  ledger: TestLedger,
  world: SeededAccount,
  wanted: CustomerMatterAct,
): MatterView<K> => {
  const { result } = take(customerTries(ledger, world, wanted), 'acted')
  if (result.kind !== 'matter') throw new Error(`an act on a matter answered ${result.kind}`)
  return result.matter as MatterView<K>
}

/** Why the state does not allow an act of staff. */
export const conflictOf = (ledger: TestLedger, { accountId }: SeededAccount, wanted: StaffAct): string | undefined => {
  const answer = act(ledger, accountId, wanted)
  return answer.kind === 'refused' ? (answer.detail ?? answer.code) : undefined
}

export const mattersOf = <K extends MatterKind>(ledger: TestLedger, { accountId }: SeededAccount, kind: K): MatterView<K>[] =>
  take(
    ledger.read({ kind: 'matters', reader: staffReader, accountId, matter: kind, open: false, before: null, limit: 100 }),
    'read',
  ).value.items as MatterView<K>[]

const isStatement = (ledger: TestLedger, id: number): boolean =>
  ledger.row<{ kind: string }>('SELECT kind FROM matters WHERE id = ?', id).kind === 'statement'

/** Runs what is due of matters; how much it was, beside the statements that every account has. */
export const runMattersDue = (ledger: TestLedger): number => {
  const due = ledger.core.due().filter((command) => command.kind === 'matter_due' || command.kind === 'recount_matter')
  for (const command of due) ledger.submit(command)
  return due.filter(({ matterId }) => !isStatement(ledger, matterId)).length
}

export const leavesOf = (ledger: TestLedger, kind: string): Record<string, unknown>[] =>
  ledger
    .rows<{ leaf: string }>(`SELECT leaf FROM entries WHERE kind = '${kind}' ORDER BY seq`)
    .map(({ leaf }) => JSON.parse(leaf))

type SettlementWishes = Partial<Omit<Extract<StaffAct, { kind: 'propose_settlement_document' }>, 'kind'>>

/** The act that proposes a final settlement by agreement. */
export const settlementAct = (wishes: SettlementWishes = {}): StaffAct => ({
  kind: 'propose_settlement_document',
  cause: 'mutual',
  delayChoice: 'days',
  confirmUncapped: false,
  final: true,
  ...wishes,
})

/** A settlement that one person has proposed. */
export const proposeSettlement = (
  ledger: TestLedger,
  { accountId }: Pick<SeededAccount, 'accountId'>,
  wishes: SettlementWishes = {},
): MatterView<'settlement'> => take(act(ledger, accountId, settlementAct(wishes)), 'matter').matter as MatterView<'settlement'>

/** What another person makes of the proposal, with whatever it is answered. */
export const approveSettlement = (
  ledger: TestLedger,
  { accountId }: Pick<SeededAccount, 'accountId'>,
  { data }: MatterView<'settlement'>,
  actor = 'staff-2',
) => act(ledger, accountId, { kind: 'approve', approvalId: data.approvalId ?? 0 }, actor)

/** A settlement that two persons have agreed to. */
export const settleAccount = (
  ledger: TestLedger,
  world: Pick<SeededAccount, 'accountId'>,
  wishes: SettlementWishes = {},
): MatterView<'settlement'> =>
  take(approveSettlement(ledger, world, proposeSettlement(ledger, world, wishes)), 'matter').matter as MatterView<'settlement'>
