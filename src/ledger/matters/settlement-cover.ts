import type { Settlement } from '../../core/matters/settlement.ts'
import type { ActContext } from '../decide/act-context.ts'
import { asMatter, type Matter } from './matter.ts'

/** States in which two persons have agreed to a settlement and nobody took it back. */
const standing = ['approved', 'objected', 'settled']

/** Every settlement of the account, by its number, oldest first. */
export const allSettlements = ({ book }: Pick<ActContext, 'book'>): Matter<'settlement'>[] => {
  const all: Matter<'settlement'>[] = []
  for (let number = 1; ; number += 1) {
    const row = book.matterByReference('settlement', String(number))
    if (!row) return all
    all.push(asMatter<'settlement'>(row))
  }
}

const isStanding = ({ state, data }: Matter<'settlement'>): boolean => data.final && standing.includes(state)

/** What final settlements that stand hold already: nothing is settled twice. */
export interface Covered {
  grants: ReadonlySet<number>
  debts: ReadonlySet<number>
  delay: boolean
  /** Settlements whose payments were carried into another one. */
  carried: ReadonlySet<number>
}

export const coveredBy = (settlements: readonly Matter<'settlement'>[]): Covered => {
  const facts: Settlement[] = settlements.filter(isStanding).map(({ data }) => data)
  return {
    grants: new Set(facts.flatMap(({ packs }) => packs.map(({ grantId }) => grantId))),
    debts: new Set(facts.flatMap(({ fees }) => fees.flatMap(({ matterId }) => (matterId === null ? [] : [matterId])))),
    delay: facts.some(({ delay }) => delay !== null),
    carried: new Set(facts.flatMap(({ carried }) => carried.map(({ settlementId }) => settlementId))),
  }
}

/** Whether this bill or milestone stands in a final settlement that is still to be paid: then it is paid by that one alone. */
export const isInSettlement = ({ book }: Pick<ActContext, 'book'>, id: number): boolean =>
  book
    .openMatters('settlement')
    .map((row) => asMatter<'settlement'>(row))
    .some((settlement) => isStanding(settlement) && settlement.data.fees.some(({ matterId }) => matterId === id))
