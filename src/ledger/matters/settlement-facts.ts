import { judgeClaim } from '../../agreement/claim-heads.ts'
import { clauseOf } from '../../agreement/clause.ts'
import { balanceSettlement, sumSettlement } from '../../agreement/settlement.ts'
import type { Terms } from '../../agreement/terms.ts'
import { canonicalJson } from '../../core/canonical-json.ts'
import type {
  SettlementDelay,
  SettlementFacts,
  SettlementFee,
  SettlementPack,
  SettlementPayment,
} from '../../core/matters/settlement.ts'
import type { PackFigures, SettlementChoice } from '../../core/matters/settlement-figures.ts'
import type { Refusal } from '../../core/refusal.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import { type ActContext, termsOf } from '../decide/act-context.ts'
import { toFen } from './debt.ts'
import { openMattersOf } from './matter.ts'
import { conflict } from './record.ts'
import { allSettlements, type Covered, coveredBy } from './settlement-cover.ts'
import { issuedNotes } from './settlement-credit-notes.ts'
import {
  boughtPacks,
  chosenDelayFen,
  debtsOf,
  delayNow,
  type FeeLine,
  feeLines,
  figurePack,
  penaltiesOf,
} from './settlement-lines.ts'

/** What a person wants to be settled. */
export type Wanted = SettlementChoice & { final: boolean }

const remainderClause = (preset: string, remainder: PackFigures['remainder']): string =>
  clauseOf(preset, ({ refund: 'settle_packs', hold: 'breach_remainder', lapse: 'lapse' } as const)[remainder])

const packsOf = (at: ActContext, terms: Terms, { cause }: Wanted, covered: Covered): SettlementPack[] =>
  boughtPacks(at)
    .filter(({ grant }) => !covered.grants.has(grant.id))
    .map((bought) => {
      const figures = figurePack(at, terms, bought, cause)
      const { id, check, held, available } = bought.grant
      return {
        ...figures,
        grantId: id,
        check,
        clause: remainderClause(terms.preset, figures.remainder),
        held,
        left: available,
        move: figures.remainder === 'refund' ? 'refund' : 'expire',
      }
    })

const feeOf = (terms: Terms, line: FeeLine, amountFen: bigint): SettlementFee => {
  const penalty = line.figures?.penalty ?? null
  return {
    code: line.code,
    matterId: line.debt?.id ?? null,
    feeFen: toFen(line.feeFen),
    dueOn: line.figures?.dueOn ?? null,
    daysLate: line.figures?.daysLate ?? 0,
    penalty: penalty && {
      accruedFen: penalty.accruedFen,
      thresholdFen: penalty.thresholdFen,
      cappedFen: penalty.cappedFen,
      chargedFen: line.penaltyFen,
    },
    interestFen: line.figures?.interestFen ?? 0,
    providerPenaltyFen: penaltiesOf(line, 'provider'),
    amountFen: toFen(amountFen),
    paidFen: line.figures?.paidFen ?? 0,
    clause: clauseOf(terms.preset, 'settle_fees'),
  }
}

const delayOf = (at: ActContext, terms: Terms, { delayChoice }: Wanted, covered: Covered): SettlementDelay | null => {
  const delay = covered.delay ? null : delayNow(at)
  return (
    delay && {
      daysLate: delay.daysLate,
      daysFen: delay.accruedFen,
      lumpFen: delay.lumpFen,
      chosen: delayChoice,
      countedFen: chosenDelayFen(delay, delayChoice),
      clause: clauseOf(terms.preset, 'late_build'),
    }
  )
}

/** Open claims, by what the agreement says of their heads today; amounts as they were stated (contracts.md §5 no. 18). */
const claimsOf = (at: ActContext, terms: Terms): Pick<SettlementFacts, 'claims' | 'excludedClaims'> => {
  const claims: SettlementFacts['claims'] = []
  const excludedClaims: SettlementFacts['excludedClaims'] = []
  for (const { id, data } of openMattersOf(at, 'claim')) {
    const { claimant, head, amountFen } = data
    const finding = judgeClaim(terms.claims, head)
    const clause = clauseOf(terms.preset, head === 'business_risk' ? 'business_risk' : 'claims')
    const line = { claimId: id, claimant, head, amountFen, clause }
    if (finding.allowed) claims.push(line)
    else excludedClaims.push({ ...line, reason: finding.reason })
  }
  return { claims, excludedClaims }
}

/** What was paid by both sides. */
export const paidBy = (payments: readonly SettlementPayment[]): { fromCustomerFen: number; toCustomerFen: number } => {
  const sumOf = (wanted: SettlementPayment['direction']) =>
    payments.reduce((sum, { direction, amountFen }) => (direction === wanted ? sum + amountFen : sum), 0)
  return { fromCustomerFen: sumOf('from_customer'), toCustomerFen: sumOf('to_customer') }
}

/** Why nothing can be settled now, or null. */
const judgeMoment = (at: ActContext, terms: Terms, wanted: Wanted): Refusal | null => {
  const isOpen = at.draft.account.closedAt === null
  // A call that is being asked or in doubt may still be charged (S1 §4.6: actual use).
  if (at.book.openVerifications().some(({ mode }) => mode === 'live') && (wanted.final || !isOpen))
    return conflict('open_verifications')
  if (!wanted.final) return null
  if (debtsOf(at, terms).some(({ debt }) => debt.state === 'running')) return conflict('period_runs')
  return null
}

const sumBy = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((sum, item) => sum + of(item), 0)

/**
 * What the books come to at this moment, for a settlement of everything that no final settlement holds yet: packs by actual use,
 * fees with the penalties of both sides, recorded claims, credit notes, and what is paid.
 */
export const findFacts = (at: ActContext, wanted: Wanted): SettlementFacts | Refusal => {
  const terms = termsOf(at)
  if (terms === null) return conflict('agreement_missing')
  const refusal = judgeMoment(at, terms, wanted)
  if (refusal) return refusal
  const settlements = allSettlements(at)
  const covered = coveredBy(settlements)
  const packs = packsOf(at, terms, wanted, covered)
  // A pack that can still be used has not lapsed: before the end of the term another cause is needed.
  const isUsable = ({ remainder, left, grantId }: SettlementPack): boolean => {
    const expiresAt = at.book.get('grants', grantId)?.expiresAt ?? null
    return remainder === 'lapse' && left > 0 && (expiresAt === null || expiresAt > at.draft.now)
  }
  if (wanted.final && packs.some(isUsable)) return conflict('term_not_over')
  const delay = delayOf(at, terms, wanted, covered)
  if (delay && wanted.delayChoice === 'lump' && delay.lumpFen === null) return conflict('lump_not_due')
  const lines = feeLines(at, terms, wanted, delay?.countedFen ?? 0, (id) => covered.debts.has(id))
  const sum = sumSettlement(lines)
  const fees = lines.map((line, index) => feeOf(terms, line, sum.linesFen[index] ?? 0n))
  const { claims, excludedClaims } = claimsOf(at, terms)
  const creditNotes = issuedNotes(at)
  const carried = settlements
    .filter(({ id, state, data }) => state === 'withdrawn' && data.payments.length > 0 && !covered.carried.has(id))
    .map(({ id, data }) => ({ settlementId: id, ...paidBy(data.payments) }))
  const totals = {
    chargeFen: sumBy(packs, ({ usedFen }) => usedFen),
    refundFen: sumBy(packs, ({ refundFen }) => refundFen),
    keptFen: sumBy(packs, ({ keptFen }) => keptFen),
    feesFen: toFen(sum.sumFen),
    feesPaidFen: sumBy(fees, ({ paidFen }) => paidFen),
  }
  const balance = balanceSettlement({
    feesFen: sum.sumFen,
    feesPaidFen: BigInt(totals.feesPaidFen),
    refundFen: BigInt(totals.refundFen),
    claims: claims.map(({ claimant, amountFen }) => ({ by: claimant, amountFen: BigInt(amountFen) })),
    creditNotesFen: BigInt(sumBy(creditNotes, ({ amountFen }) => amountFen)),
    fromCustomerFen: BigInt(sumBy(carried, ({ fromCustomerFen }) => fromCustomerFen)),
    toCustomerFen: BigInt(sumBy(carried, ({ toCustomerFen }) => toCustomerFen)),
  })
  const { cause, delayChoice, confirmUncapped, final } = wanted
  return {
    ...{ cause, delayChoice, confirmUncapped, final },
    asOf: shanghaiDay(at.draft.now),
    basis: terms.charging.settlementBasis,
    ...{ packs, fees, delay, claims, excludedClaims, creditNotes, carried },
    ...totals,
    uncapped: fees.some(({ penalty }) => penalty !== null && penalty.chargedFen > penalty.cappedFen),
    balanceFen: toFen(balance.balanceFen),
    inFavourOf: balance.inFavourOf,
    creditNoteFen: balance.creditNoteFen === null ? null : toFen(balance.creditNoteFen),
  }
}

/** The digest that two persons agree to: SHA-256 of the canonical JSON of exactly these facts. */
export const digestOf = ({ context }: Pick<ActContext, 'context'>, facts: SettlementFacts): string =>
  context.crypto.sha256(canonicalJson({ ...facts }))

/** Whether a bought pack or a debt of the account is in no final settlement that stands: then its closing is not done (S1 §4.6, S3 §2.5). */
export const lacksSettlement = (at: ActContext): boolean => {
  const terms = termsOf(at)
  if (terms === null) return false
  const covered = coveredBy(allSettlements(at))
  const hasPack = boughtPacks(at).some(({ grant, order }) => order.paidFen > 0 && !covered.grants.has(grant.id))
  return hasPack || debtsOf(at, terms).some(({ debt }) => debt.state !== 'nothing_due' && !covered.debts.has(debt.id))
}
