import { clauseOf } from '../../agreement/clause.ts'
import type { ActResult } from '../../core/commands.ts'
import { toHalfWidth } from '../../core/half-width.ts'
import type { FilingAct } from '../../core/matters/filing.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { addDays, shanghaiDay, startOfDayMs } from '../../core/shanghai.ts'
import type { Book } from '../book.ts'
import { type ActContext, termsOf, writeAct } from '../decide/act-context.ts'
import { suspendOnGround } from '../decide/standing.ts'
import { type Decision, unchanged } from '../draft.ts'
import {
  asRepeated,
  changeMatter,
  clockFrom,
  defineMatter,
  endClock,
  findMatter,
  findRepeated,
  isRefusal,
  type Matter,
  matterDone,
  openMatter,
  openMattersOf,
} from './matter.ts'

type Act<K extends FilingAct['kind']> = Extract<FilingAct, { kind: K }>

const endOf = (validTo: string | null): number | null => (validTo === null ? null : startOfDayMs(addDays(validTo, 1)))

/** Whether a filing of this customer is expired, or changed and not brought up to date in time: the ground `filing` (S3 §8.2). */
export const filingOutdated = (book: Book): boolean =>
  openMattersOf({ book }, 'filing').some(({ state }) => state === 'expired' || state === 'outdated')

const clauseHere = (at: ActContext): string => clauseOf(termsOf(at)?.preset ?? '', 'filing')

/** A filing that bears the provider's name is no filing of the customer (S3 附件3 第八条). */
const judgeNames = (
  at: ActContext,
  { holder, endpoint, number }: Pick<Act<'record_filing'>, 'holder' | 'endpoint' | 'number'>,
): Refusal | null => {
  const comparable = (text: string): string => toHalfWidth(text).replace(/\s+/g, '').toLowerCase()
  const filed = [holder, endpoint, number].map(comparable)
  const names = (termsOf(at)?.onboarding.providerNames ?? []).map(comparable)
  const isNamed = names.some((name) => filed.some((text) => text.includes(name)))
  return isNamed ? refuse('state_conflict', { detail: 'filing_names_provider' }) : null
}

const recordFiling = (at: ActContext, act: Act<'record_filing'>): Decision<ActResult> => {
  const repeated = findRepeated(at, 'filing', act.reference, act)
  if (repeated) return unchanged(repeated)
  const refusal = judgeNames(at, act)
  if (refusal) return unchanged(refusal)
  const { number, filing, endpoint, holder, validTo } = act
  const recorded = openMatter(at, 'filing', {
    state: 'recorded',
    data: { number, filing, endpoint, holder, validTo, checkedOn: null, changedOn: null },
    reference: act.reference,
    act,
    wakeAt: endOf(validTo),
  })
  writeAct(at, { filing: recorded.id, what: filing, valid_to: validTo }, { number, endpoint, holder })
  return matterDone(at, recorded)
}

/** Brought up to date: whatever it was, it is in order again, until somebody looks at it anew. */
const updateFiling = (at: ActContext, act: Act<'update_filing'>): Decision<ActResult> => {
  const old = findMatter(at, 'filing', act.filingId)
  if (isRefusal(old)) return unchanged(old)
  const refusal = judgeNames(at, act)
  if (refusal) return unchanged(refusal)
  const { number, filing, endpoint, holder, validTo } = act
  const updated = changeMatter(at, old, {
    state: 'recorded',
    data: { number, filing, endpoint, holder, validTo, checkedOn: null, changedOn: null },
    clocks: endClock(old.clocks, 'update', at.draft.now),
    wakeAt: endOf(validTo),
  })
  writeAct(at, { filing: old.id, what: filing, valid_to: validTo }, { number, endpoint, holder })
  return matterDone(at, updated)
}

/** What is there is no longer what is filed: from that day on the period to update it runs. */
const outdateFiling = (at: ActContext, act: Act<'outdate_filing'>): Decision<ActResult> => {
  const filing = findMatter(at, 'filing', act.filingId)
  if (isRefusal(filing)) return unchanged(filing)
  if (filing.data.changedOn === act.changedOn) return unchanged(asRepeated(filing))
  if (filing.data.changedOn !== null) return unchanged(refuse('state_conflict', { detail: 'filing_changed' }))
  if (act.changedOn > shanghaiDay(at.draft.now)) return unchanged(refuse('state_conflict', { detail: 'change_in_the_future' }))
  const length = termsOf(at)?.onboarding.filing.updateWithin
  const rule = length && ({ kind: 'within', eventOn: act.changedOn, length, roll: true } as const)
  const clock = rule ? clockFrom(at, { name: 'update', clause: clauseHere(at), rule }) : null
  const changed = changeMatter(at, filing, {
    // One that has expired stays so until it is brought up to date.
    state: filing.state === 'recorded' ? 'changed' : filing.state,
    data: { changedOn: act.changedOn },
    clocks: [...filing.clocks, clock],
    wakeAt: endOf(filing.data.validTo),
  })
  writeAct(at, { filing: filing.id, changed_on: act.changedOn })
  return matterDone(at, changed)
}

const checkFiling = (at: ActContext, act: Act<'check_filing'>): Decision<ActResult> => {
  const filing = findMatter(at, 'filing', act.filingId)
  if (isRefusal(filing)) return unchanged(filing)
  const checked = changeMatter(at, filing, { data: { checkedOn: act.checkedOn }, wakeAt: wakeOf(at, filing) })
  writeAct(at, { filing: filing.id, checked_on: act.checkedOn })
  return matterDone(at, checked)
}

/** When the clock looks at it again: at its end, unless that is over. */
const wakeOf = (at: ActContext, { data }: Matter<'filing'>): number | null => {
  const end = endOf(data.validTo)
  return end !== null && end > at.draft.now ? end : null
}

/** It expired, or nobody updated it in time. Where the agreement says so the account stops by itself; otherwise staff may stop it. */
const dueFiling = (at: ActContext, filing: Matter<'filing'>, missed: readonly object[]): void => {
  const isExpired = (endOf(filing.data.validTo) ?? Number.POSITIVE_INFINITY) <= at.draft.now
  const state = isExpired ? 'expired' : missed.length > 0 ? 'outdated' : filing.state
  changeMatter(at, filing, { state, wakeAt: wakeOf(at, filing) })
  if (state === filing.state) return
  writeAct({ ...at, kind: `filing_${state}` }, { filing: filing.id, clause: clauseHere(at) })
  if (termsOf(at)?.onboarding.filing.suspends)
    suspendOnGround(at, 'filing', { noticeDeemedAt: null, dueLastDay: null }, clauseHere(at))
}

/** Filings of the customer's domains and addresses, kept up to date (S3 §8.2, 附件3 第八条). */
export const filingRules = defineMatter<'filing', FilingAct>(
  'filing',
  { record_filing: recordFiling, update_filing: updateFiling, outdate_filing: outdateFiling, check_filing: checkFiling },
  dueFiling,
)
