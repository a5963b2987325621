import type { ActResult } from '../../core/commands.ts'
import type { SettlementFacts, SettlementPack } from '../../core/matters/settlement.ts'
import { type ActContext, actorText } from '../decide/act-context.ts'
import { asMatter, changeMatter, isRefusal, type Matter, type MatterChange, publicIdOf, viewOf } from './matter.ts'
import { notify } from './notice.ts'
import { conflict } from './record.ts'
import { takeNotes } from './settlement-credit-notes.ts'
import { digestOf, findFacts } from './settlement-facts.ts'

/** The exact change that the second person agrees to: these facts of this settlement. */
export interface ProposedFacts {
  settlement: number
  facts: string
}

/**
 * What nobody used of a pack leaves its grant, as an entry of its own with its clause: given back, or lapsed (S1 §4.6; contracts.md
 * §5 no. 21: never silently zero). From here on the grant pays for nothing.
 */
const emptyGrant = (at: ActContext, settlement: number, { grantId, move, clause }: SettlementPack): void => {
  const grant = at.book.get('grants', grantId)
  if (!grant || grant.available === 0) return
  const { available: credits } = grant
  const leaf = { grant: grantId, credits, settlement, clause }
  at.draft.entry({ kind: move, actor: actorText(at.by), grantId, credits, leaf })
  const bucket = move === 'refund' ? 'refunded' : 'expired'
  at.draft.put('grants', { ...grant, available: 0, [bucket]: grant[bucket] + credits })
}

/** Everything that a settlement holds is done with it: claims and debts end with its last payment. */
const endCovered = (at: ActContext, { claims, fees }: SettlementFacts): void => {
  for (const { claimId } of claims) {
    const row = at.book.get('matters', claimId)
    if (row?.closedAt === null)
      changeMatter(at, asMatter<'claim'>(row), { state: 'settled', data: { ending: 'settled' }, close: true })
  }
  for (const { matterId } of fees) {
    const row = matterId === null ? null : at.book.get('matters', matterId)
    if (row?.closedAt === null) changeMatter(at, asMatter<'bill'>(row), { state: 'settled', close: true })
  }
}

/** The settlement after a payment or a signature: settled once nothing of its balance is open. */
export const settleWhenPaid = (
  at: ActContext,
  settlement: Matter<'settlement'>,
  change: MatterChange<'settlement'>,
): Matter<'settlement'> => {
  const openFen = change.data?.openFen ?? settlement.data.openFen
  if (openFen !== 0 || settlement.closedAt !== null) return changeMatter(at, settlement, change)
  endCovered(at, settlement.data)
  return changeMatter(at, settlement, { ...change, state: 'settled', close: true })
}

/**
 * The second person agrees. The figures are computed again: what has moved since the proposal refuses it and changes nothing. A
 * final settlement empties the grants of its packs in the same commit; one in between moves nothing.
 */
export const settleAccount = (at: ActContext, { settlement: id, facts }: ProposedFacts): ActResult => {
  const row = at.book.get('matters', id)
  const settlement = row && asMatter<'settlement'>(row)
  if (settlement?.state !== 'proposed' || settlement.data.digest !== facts) return conflict('proposal_replaced')
  const now = findFacts(at, settlement.data)
  if (isRefusal(now)) return now
  // Nothing but the day may differ: what is late has grown by then, and a person has to see that.
  if (digestOf(at, { ...now, asOf: settlement.data.asOf }) !== facts) return conflict('figures_changed')
  const { final, packs, creditNotes } = settlement.data
  if (final) {
    for (const pack of packs) emptyGrant(at, id, pack)
    takeNotes(at, creditNotes)
  }
  const data = { approvedBy: at.by.name, approvedAt: at.draft.now }
  const approved = changeMatter(at, settlement, { state: 'approved', data, close: !final })
  notify(at, 'settlement_approved', { settlement: publicIdOf(approved) })
  return { kind: 'matter', matter: viewOf(approved), repeated: false }
}
