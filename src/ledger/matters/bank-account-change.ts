import { clauseOf } from '../../agreement/clause.ts'
import { countAhead } from '../../agreement/deadline.ts'
import type { ActResult } from '../../core/commands.ts'
import type { BankAccountChangeAct, BankSide } from '../../core/matters/bank-account-change.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { shanghaiDay, startOfDayMs } from '../../core/shanghai.ts'
import { type ActContext, actorText, calendarOf, termsOf, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import {
  asRepeated,
  changeMatter,
  defineMatter,
  findMatter,
  findRepeated,
  isRefusal,
  type Matter,
  matterDone,
  openMatter,
  openMattersOf,
} from './matter.ts'
import { findParty } from './party.ts'

type Act<K extends BankAccountChangeAct['kind']> = Extract<BankAccountChangeAct, { kind: K }>

const sideOf = ({ by }: Pick<ActContext, 'by'>): BankSide => (by.kind === 'key' ? 'customer' : 'provider')

/** The account of a side that is in force; null before the first. */
const accountOf = (at: ActContext, side: BankSide): Matter<'bank_account_change'> | null =>
  openMattersOf(at, 'bank_account_change').find(({ state, data }) => state === 'in_force' && data.side === side) ?? null

/** Name and tax id of its owner do not change with an account (S3 §2.4): those on record, or of the account before. */
const judgeOwner = (at: ActContext, { name, taxId }: Act<'notify_bank_account'>): Refusal | null => {
  const side = sideOf(at)
  const before = accountOf(at, side)?.data
  const party = side === 'customer' ? findParty(at.book)?.data : undefined
  const known = before ?? (party && { name: party.legalName, taxId: party.uscc })
  const isSame = !known || (known.name === name && known.taxId === taxId)
  return isSame ? null : refuse('state_conflict', { detail: 'account_owner_fixed' })
}

/** The notice: full days ahead, never rolled (R8). */
const notifyBankAccount = (at: ActContext, act: Act<'notify_bank_account'>): Decision<ActResult> => {
  const repeated = findRepeated(at, 'bank_account_change', act.reference, act)
  if (repeated) return unchanged(repeated)
  const terms = termsOf(at)
  if (!terms) return unchanged(refuse('state_conflict', { detail: 'agreement_missing' }))
  const refusal = judgeOwner(at, act)
  if (refusal) return unchanged(refusal)
  const period = countAhead(calendarOf(at), shanghaiDay(at.draft.now), terms.onboarding.bankAccountNotice)
  if (period.kind !== 'period') return unchanged(refuse('state_conflict', { detail: period.kind }))
  const earliestOn = shanghaiDay(period.endMs)
  const { name, taxId, bank, numberMasked, number, effectiveOn } = act
  if (effectiveOn < earliestOn) return unchanged(refuse('state_conflict', { detail: 'notice_too_short' }))
  const side = sideOf(at)
  const change = openMatter(at, 'bank_account_change', {
    state: 'notified',
    data: { side, name, taxId, bank, numberMasked, number, earliestOn, effectiveOn, consent: null },
    reference: act.reference,
    act,
    wakeAt: startOfDayMs(effectiveOn),
  })
  const clause = clauseOf(terms.preset, 'bank_account_change')
  writeAct(at, { bank_account_change: change.id, side, effective_on: effectiveOn, clause }, { name, tax_id: taxId, bank })
  return matterDone(at, change)
}

/** The other side says yes or no; without a yes it never takes effect. */
const answerBankAccount = (at: ActContext, act: Act<'answer_bank_account'>): Decision<ActResult> => {
  const change = findMatter(at, 'bank_account_change', act.changeId)
  if (isRefusal(change)) return unchanged(change)
  if (sideOf(at) === change.data.side) return unchanged(refuse('state_conflict', { detail: 'consent_of_the_other_side' }))
  if (act.consents && change.state === 'consented') return unchanged(asRepeated(change))
  if (change.state !== 'notified') return unchanged(refuse('state_conflict', { detail: 'change_answered' }))
  const answered = changeMatter(at, change, {
    state: act.consents ? 'consented' : 'refused',
    data: act.consents ? { consent: { by: actorText(at.by), at: at.draft.now } } : {},
    wakeAt: startOfDayMs(change.data.effectiveOn),
    close: !act.consents,
  })
  writeAct(at, { bank_account_change: change.id, consents: String(act.consents) })
  return matterDone(at, answered)
}

/** Its day has come: with consent it is in force beside no other of its side, without it lapses. */
const dueBankAccount = (at: ActContext, change: Matter<'bank_account_change'>): void => {
  const state = change.state === 'consented' ? 'in_force' : 'lapsed'
  const before = state === 'in_force' ? accountOf(at, change.data.side) : null
  if (before) changeMatter(at, before, { state: 'replaced', close: true })
  changeMatter(at, change, { state, close: state === 'lapsed' })
  const clause = clauseOf(termsOf(at)?.preset ?? '', 'bank_account_change')
  writeAct({ ...at, kind: `bank_account_${state}` }, { bank_account_change: change.id, replaces: before?.id ?? null, clause })
}

/** Another bank account: told ahead, agreed to by the other side, of the same owner (S3 §2.4). */
export const bankAccountChangeRules = defineMatter<'bank_account_change', BankAccountChangeAct>(
  'bank_account_change',
  { notify_bank_account: notifyBankAccount, answer_bank_account: answerBankAccount },
  dueBankAccount,
)
