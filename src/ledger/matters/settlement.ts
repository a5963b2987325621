import type { ActResult } from '../../core/commands.ts'
import type { Settlement, SettlementCustomerAct, SettlementFacts, SettlementStaffAct } from '../../core/matters/settlement.ts'
import { refuse } from '../../core/refusal.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import type { Rows } from '../book.ts'
import { type ActContext, actorText, writeAct } from '../decide/act-context.ts'
import { putProposal } from '../decide/propose.ts'
import { type Decision, unchanged } from '../draft.ts'
import {
  changeMatter,
  defineMatter,
  findMatter,
  isRefusal,
  type Matter,
  type MatterRules,
  matterAsItStands,
  matterDone,
  openMatter,
  openMattersOf,
} from './matter.ts'
import { clauseFor, conflict, endOnce, stepOnce } from './record.ts'
import { type ProposedFacts, settleWhenPaid } from './settlement-approval.ts'
import { allSettlements } from './settlement-cover.ts'
import { giveNotesBack } from './settlement-credit-notes.ts'
import { digestOf, findFacts, paidBy } from './settlement-facts.ts'

type Act<K extends (SettlementStaffAct | SettlementCustomerAct)['kind']> = Extract<
  SettlementStaffAct | SettlementCustomerAct,
  { kind: K }
>

/** A new approval for these facts of this settlement; an earlier one counts no more. */
const askSecondPerson = (
  at: ActContext,
  settlement: number,
  facts: SettlementFacts,
): { approval: Rows['approvals']; digest: string } => {
  const digest = digestOf(at, facts)
  const proposed: ProposedFacts = { settlement, facts: digest }
  return { approval: putProposal(at, 'settle_account', proposed), digest }
}

const writeProposal = (at: ActContext, { id, data }: Matter<'settlement'>, approval: Rows['approvals']): void =>
  writeAct(at, {
    settlement: id,
    approval: approval.id,
    change: approval.digest,
    facts: data.digest,
    cause: data.cause,
    final: data.final ? 1 : 0,
    refund_fen: data.refundFen,
    kept_fen: data.keptFen,
    balance_fen: data.balanceFen,
    clause: clauseFor(at, data.packs.length > 0 ? 'settle_packs' : 'settle_fees'),
  })

/** First of two persons: everything is computed from the books at this moment, and nothing moves (S1 §4.6, S3 §2.5). */
const propose = (at: ActContext, act: Act<'propose_settlement_document'>): Decision<ActResult> => {
  if (openMattersOf(at, 'settlement').length > 0) return unchanged(conflict('settlement_open'))
  const { kind: _kind, ...wanted } = act
  const facts = findFacts(at, wanted)
  if (isRefusal(facts)) return unchanged(facts)
  const id = at.context.nextId()
  const { approval, digest } = askSecondPerson(at, id, facts)
  const settlement = openMatter(at, 'settlement', {
    id,
    state: 'proposed',
    // Numbered, so that every settlement of an account can be found.
    reference: String(allSettlements(at).length + 1),
    data: {
      ...facts,
      digest,
      approvalId: approval.id,
      proposedBy: at.by.name,
      approvedBy: null,
      approvedAt: null,
      signature: null,
      objections: [],
      payments: [],
      openFen: facts.balanceFen,
    },
    wakeAt: approval.expiresAt,
  })
  writeProposal(at, settlement, approval)
  return matterDone(at, settlement)
}

/** The figures of now, for a proposal that lapsed or whose figures have moved. Whoever proposes it is the first person. */
const proposeAgain = (at: ActContext, act: Act<'propose_settlement_again'>): Decision<ActResult> => {
  const settlement = findMatter(at, 'settlement', act.settlementId)
  if (isRefusal(settlement)) return unchanged(settlement)
  if (settlement.state !== 'draft' && settlement.state !== 'proposed') return unchanged(conflict('settlement_approved'))
  const facts = findFacts(at, { ...settlement.data, confirmUncapped: act.confirmUncapped })
  if (isRefusal(facts)) return unchanged(facts)
  const { approval, digest } = askSecondPerson(at, settlement.id, facts)
  const changed = changeMatter(at, settlement, {
    state: 'proposed',
    data: { ...facts, digest, approvalId: approval.id, proposedBy: at.by.name, openFen: facts.balanceFen },
    wakeAt: approval.expiresAt,
  })
  writeProposal(at, changed, approval)
  return matterDone(at, changed)
}

/** Nobody agreed in time: it is a draft, until it is proposed again or withdrawn. */
const lapse = (at: ActContext, settlement: Matter<'settlement'>): void => {
  if (settlement.state !== 'proposed') return
  changeMatter(at, settlement, { state: 'draft', data: { approvalId: null } })
  writeAct({ ...at, kind: 'lapse_settlement_proposal' }, { settlement: settlement.id, clause: 'choice' })
}

/** Before it is approved, or after an objection. Credits that have left their grants stay where they went; payments count in the next one. */
const withdraw = (at: ActContext, { settlementId, text }: Act<'withdraw_settlement'>): Decision<ActResult> =>
  endOnce(at, 'settlement', settlementId, 'withdrawn', ({ state, data }) => {
    if (state === 'approved') return conflict('settlement_approved')
    if (state === 'objected') giveNotesBack(at, data.creditNotes)
    return { state: 'withdrawn', data: { approvalId: null }, close: true, body: { text } }
  })

const keep = (at: ActContext, { settlementId, text }: Act<'keep_settlement'>): Decision<ActResult> =>
  stepOnce(at, 'settlement', settlementId, ({ state }) =>
    state === 'objected' ? { state: 'approved', body: { text } } : conflict('not_objected'),
  )

/** The settlement, also a settled one, when two persons have agreed to it as the final one and nobody took it back. */
const findStanding = (at: ActContext, id: number): Matter<'settlement'> | ReturnType<typeof refuse> => {
  const found = allSettlements(at).find((settlement) => settlement.id === id)
  if (!found || (at.by.kind === 'key' && found.data.approvedAt === null)) return refuse('not_found')
  if (!found.data.final) return conflict('settlement_in_between')
  return ['approved', 'objected', 'settled'].includes(found.state) ? found : conflict('settlement_not_approved')
}

/** The customer's own signature: a click on what it was shown, or a paper. It overtakes an objection, and settles what has nothing to pay. */
const sign = (at: ActContext, act: Act<'sign_settlement'>): Decision<ActResult> => {
  const settlement = findStanding(at, act.settlementId)
  if (isRefusal(settlement)) return unchanged(settlement)
  if (settlement.data.signature) return matterAsItStands(settlement)
  if (at.by.kind === 'staff' && act.documentSha256 === null) return unchanged(conflict('document_missing'))
  if (act.digest !== null && act.digest !== settlement.data.digest) return unchanged(conflict('digest_differs'))
  const signature = { at: at.draft.now, by: actorText(at.by), documentSha256: act.documentSha256 }
  const state = settlement.state === 'objected' ? 'approved' : settlement.state
  const signed = settleWhenPaid(at, settlement, { state, data: { signature } })
  writeAct(at, { settlement: settlement.id, facts: settlement.data.digest, document: act.documentSha256 })
  return matterDone(at, signed)
}

/** Recorded, and nothing follows by itself: staff withdraw the settlement or keep it. */
const object = (at: ActContext, { settlementId, text }: Act<'object_settlement'>): Decision<ActResult> => {
  const settlement = findStanding(at, settlementId)
  if (isRefusal(settlement)) return unchanged(settlement)
  if (settlement.data.signature) return unchanged(conflict('settlement_signed'))
  if (settlement.state === 'settled') return unchanged(conflict('settlement_closed'))
  const objection = { at: at.draft.now, by: actorText(at.by), text }
  const data = { objections: [...settlement.data.objections, objection] }
  const objected = changeMatter(at, settlement, { state: 'objected', data })
  writeAct(at, { settlement: settlement.id }, { text })
  return matterDone(at, objected)
}

/** A payment that the bank has shown; nothing is ever executed here. The one that leaves nothing open settles it. */
const pay = (at: ActContext, act: Act<'pay_settlement'>): Decision<ActResult> => {
  const { on, amountFen, bankReference, direction } = act
  const settlement = findStanding(at, act.settlementId)
  if (isRefusal(settlement)) return unchanged(settlement)
  const { payments: before, balanceFen } = settlement.data
  const prior = before.find((payment) => payment.bankReference === bankReference)
  if (prior) {
    const isSame = prior.on === on && prior.amountFen === amountFen && prior.direction === direction
    return isSame ? matterAsItStands(settlement) : unchanged(conflict('bank_reference_reused'))
  }
  if (settlement.closedAt !== null) return unchanged(conflict('settlement_closed'))
  if (on > shanghaiDay(at.draft.now)) return unchanged(conflict('day_not_come'))
  const payments = [...before, { on, amountFen, bankReference, direction }]
  const { fromCustomerFen, toCustomerFen } = paidBy(payments)
  const openFen = balanceFen - fromCustomerFen + toCustomerFen
  const paid = settleWhenPaid(at, settlement, { data: { payments, openFen } })
  writeAct(
    at,
    { settlement: settlement.id, on, amount_fen: amountFen, direction, open_fen: openFen },
    { bank_reference: bankReference },
  )
  return matterDone(at, paid)
}

/** The acts of a settlement, all of which go on after the closing, because the books outlive the account. */
const rules = defineMatter<'settlement', SettlementStaffAct | SettlementCustomerAct>(
  'settlement',
  {
    propose_settlement_document: propose,
    propose_settlement_again: proposeAgain,
    withdraw_settlement: withdraw,
    keep_settlement: keep,
    sign_settlement: sign,
    object_settlement: object,
    pay_settlement: pay,
  },
  lapse,
  [
    'propose_settlement_document',
    'propose_settlement_again',
    'withdraw_settlement',
    'keep_settlement',
    'sign_settlement',
    'object_settlement',
    'pay_settlement',
  ],
)

/** The settlement of an account as a document, by two persons (S1 §4.6, S3 §2.5, §8.1). The customer sees what both have agreed to. */
export const settlementRules: MatterRules = {
  ...rules,
  isShownToCustomer: (row) => (row.data as Settlement).approvedAt !== null,
}
