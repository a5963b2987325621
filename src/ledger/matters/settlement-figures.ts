import { clauseOf } from '../../agreement/clause.ts'
import { sumSettlement } from '../../agreement/settlement.ts'
import type { ActResult } from '../../core/commands.ts'
import type { FeeFigures, SettlementAct } from '../../core/matters/settlement-figures.ts'
import { refuse } from '../../core/refusal.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import { type ActContext, termsOf, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import { toFen } from './debt.ts'
import { changeMatter, defineMatter, findRepeated, matterDone, openMatter, openMattersOf } from './matter.ts'
import { boughtPacks, chosenDelayFen, delayNow, feeLines, figurePack, penaltiesOf } from './settlement-lines.ts'

const figure = (at: ActContext, act: SettlementAct): Decision<ActResult> => {
  const repeated = findRepeated(at, 'settlement_figures', act.reference, act)
  if (repeated) return unchanged(repeated)
  const terms = termsOf(at)
  if (terms === null) return unchanged(refuse('state_conflict', { detail: 'agreement_missing' }))
  // A call that is being asked or in doubt may still be charged: there is nothing to settle before it has its ending.
  if (at.book.openGrants().some(({ held, mode }) => held > 0 && mode === 'live'))
    return unchanged(refuse('state_conflict', { detail: 'calls_without_ending' }))
  const packs = boughtPacks(at).map((pack) => figurePack(at, terms, pack, act.cause))
  const lines = feeLines(at, terms, act, chosenDelayFen(delayNow(at), act.delay))
  const sum = sumSettlement(lines)
  const fees = lines.map(
    (line, index): FeeFigures => ({
      code: line.code,
      feeFen: toFen(line.feeFen),
      customerPenaltyFen: penaltiesOf(line, 'customer'),
      providerPenaltyFen: penaltiesOf(line, 'provider'),
      amountFen: toFen(sum.linesFen[index] ?? 0n),
    }),
  )
  const total = (member: 'usedFen' | 'refundFen' | 'keptFen') => packs.reduce((all, pack) => all + pack[member], 0)
  for (const prior of openMattersOf(at, 'settlement_figures')) changeMatter(at, prior, { state: 'replaced', close: true })
  const data = {
    cause: act.cause,
    asOf: shanghaiDay(at.draft.now),
    basis: terms.charging.settlementBasis,
    packs,
    fees,
    chargeFen: total('usedFen'),
    refundFen: total('refundFen'),
    keptFen: total('keptFen'),
    sumFen: toFen(sum.sumFen),
    creditNoteFen: sum.creditNoteFen === null ? null : toFen(sum.creditNoteFen),
  }
  const figures = openMatter(at, 'settlement_figures', { state: 'figured', data, reference: act.reference, act })
  writeAct(at, {
    settlement: figures.id,
    cause: act.cause,
    charge_fen: data.chargeFen,
    refund_fen: data.refundFen,
    kept_fen: data.keptFen,
    sum_fen: data.sumFen,
    clause: clauseOf(terms.preset, packs.length > 0 ? 'settle_packs' : 'settle_fees'),
  })
  return matterDone(at, figures)
}

/** What the books come to when a cooperation ends, or when somebody wants to know (S1 §4.6, S3 §2.5). The books outlive the account. */
export const settlementFiguresRules = defineMatter<'settlement_figures', SettlementAct>(
  'settlement_figures',
  { figure_settlement: figure },
  undefined,
  ['figure_settlement'],
)
