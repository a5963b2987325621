import { readMoneyTerms } from '../../agreement/money-terms.ts'
import { splitGross } from '../../agreement/vat.ts'
import type { ActResult } from '../../core/commands.ts'
import type { CreditedThing, CreditNote, CreditNoteAct } from '../../core/matters/credit-note.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { type ActContext, termsOf, writeAct } from '../decide/act-context.ts'
import { propose, proposed } from '../decide/propose.ts'
import { type Decision, unchanged } from '../draft.ts'
import { type Charge, findCharge } from './charge-value.ts'
import { toFen } from './debt.ts'
import { asMatter, changeMatter, defineMatter, isRefusal, type Matter, openMatter, openMattersOf } from './matter.ts'
import { conflict } from './record.ts'

/** What a credit note gives back, and for what. */
export interface WantedCredit extends Pick<CreditNote, 'amountFen' | 'cause' | 'about' | 'text'> {
  /** What the thing was charged, where the caller knows it better than its matter says. */
  chargedFen?: number
}

const notesOf = (at: ActContext): CreditNote[] =>
  at.book.allMatters('credit_note').map((row) => asMatter<'credit_note'>(row).data)

const sumOf = (notes: readonly CreditNote[]): number => notes.reduce((sum, { amountFen }) => sum + amountFen, 0)

/** The order that paid for a verification, when one did. */
const orderOf = (at: ActContext, verificationId: number): number | null => {
  const charge = findCharge(at, verificationId)
  return isRefusal(charge) ? null : (charge.order?.id ?? null)
}

const isFor =
  ({ verification }: Charge) =>
  ({ about }: CreditNote): boolean =>
    about.verificationId === verification.id

/** Whether something was given back of a charge before, in money or in credits: then nothing more is given by a dispute. */
export const isGivenBack = (at: ActContext, charge: Charge): boolean =>
  notesOf(at).some(isFor(charge)) ||
  at.book
    .allMatters('charge_dispute')
    .some(({ data }) => data.verificationId === charge.verification.id && data.remedy === 'credits')

/**
 * What can still be given back of one charge: no more than its value, and of all charges of one pack together no more than its
 * price, so that rounding up many small lines gives back nothing that was never paid.
 */
export const creditRoom = (at: ActContext, charge: Charge): number => {
  const notes = notesOf(at)
  const { order, valueFen } = charge
  // Credits were given back for all of it.
  if (isGivenBack(at, charge) && !notes.some(isFor(charge))) return 0
  const ofCharge = toFen(valueFen) - sumOf(notes.filter(isFor(charge)))
  if (order === null) return ofCharge
  const ofPack = notes.filter(({ about }) => about.verificationId !== null && orderOf(at, about.verificationId) === order.id)
  return Math.min(ofCharge, order.paidFen - sumOf(ofPack))
}

/** What a bill or statement asked for. A month that still runs asks for nothing yet, and limits nothing. */
const chargedBy = (at: ActContext, kind: 'bill' | 'statement', id: number): number | null | Refusal => {
  const row = at.book.get('matters', id)
  if (row?.accountId !== at.book.accountId || row.kind !== kind) return refuse('not_found')
  const { owedFen, figures } = row.data as { owedFen?: number; figures?: { chargedFen?: number } | null }
  if (kind === 'bill') return row.state === 'running' ? null : (owedFen ?? 0)
  return figures?.chargedFen ?? null
}

/** What can still be given back of the things that a note is about: the least of them counts. */
const roomFor = (
  at: ActContext,
  { verificationId, billId, statementId }: CreditedThing,
  chargedFen?: number,
): number | Refusal => {
  const notes = notesOf(at)
  const rooms: number[] = []
  if (verificationId !== null) {
    const charge = findCharge(at, verificationId)
    if (isRefusal(charge)) return charge
    rooms.push(creditRoom(at, charge))
  }
  if (billId !== null) {
    const owed = chargedBy(at, 'bill', billId)
    if (owed !== null && typeof owed !== 'number') return owed
    // One that is not made up yet limits a note about one of its calls by that call alone.
    if (owed === null && verificationId === null) return conflict('nothing_charged_yet')
    if (owed !== null) rooms.push(owed - sumOf(notes.filter(({ about }) => about.billId === billId)))
  }
  if (statementId !== null) {
    const charged = chargedFen ?? chargedBy(at, 'statement', statementId)
    if (charged !== null && typeof charged !== 'number') return charged
    if (charged === null && verificationId === null) return conflict('nothing_charged_yet')
    // The lines of a statement are rounded together, so one call of it may be worth a fen more than its share.
    if (charged !== null && verificationId === null)
      rooms.push(charged - sumOf(notes.filter(({ about }) => about.statementId === statementId)))
  }
  if (rooms.length === 0) return chargedFen ?? conflict('credit_about_nothing')
  return Math.min(...rooms)
}

const judge = (at: ActContext, { amountFen, about, chargedFen }: WantedCredit): Refusal | null => {
  const room = roomFor(at, about, chargedFen)
  if (typeof room !== 'number') return room
  if (amountFen <= 0) return conflict('nothing_to_give_back')
  return amountFen > room ? conflict('more_than_charged') : null
}

const taxIn = (at: ActContext, amountFen: number): CreditNote['tax'] => {
  const terms = termsOf(at)
  const rate = terms && readMoneyTerms(terms).vatRate
  if (!terms?.vatRate || !rate) return null
  const { netFen, taxFen } = splitGross(BigInt(amountFen), rate)
  return { rate: terms.vatRate, netFen: toFen(netFen), taxFen: toFen(taxFen) }
}

/**
 * Issues a credit note in the commit of the act that it follows from: a correction by adding, never above what the thing was
 * charged less what was given back of it before. Refused otherwise, and then nothing is written. One act issues one note: a second
 * one of the same act would not count the first.
 */
export const issueCreditNote = (at: ActContext, wanted: WantedCredit): Matter<'credit_note'> | Refusal => {
  const refusal = judge(at, wanted)
  if (refusal) return refusal
  const { amountFen, cause, about, text } = wanted
  const tax = taxIn(at, amountFen)
  const note = openMatter(at, 'credit_note', {
    state: 'issued',
    data: { amountFen, tax, cause, about, text, appliedTo: null },
  })
  writeAct(
    { ...at, kind: 'issue_credit_note' },
    {
      credit_note: note.id,
      amount_fen: amountFen,
      cause,
      verification: about.verificationId,
      bill: about.billId,
      statement: about.statementId,
    },
    { text },
  )
  return note
}

/** Every note from before `endMs` that nothing has taken yet, in the commit of the statement that takes them. */
export const applyCreditNotes = (at: ActContext, statementId: number, endMs: number): Matter<'credit_note'>[] => {
  const notes = openMattersOf(at, 'credit_note').filter(({ openedAt }) => openedAt < endMs)
  return notes.map((note) => {
    const applied = changeMatter(at, note, { state: 'applied', data: { appliedTo: statementId }, close: true })
    writeAct(
      { ...at, kind: 'apply_credit_note' },
      { credit_note: note.id, statement: statementId, amount_fen: note.data.amountFen },
    )
    return applied
  })
}

type ProposedNote = Pick<CreditNoteAct, 'amountFen' | 'about' | 'text'>

/** A correction by staff is proposed by one person and approved by another. */
const proposeNote = (at: ActContext, { amountFen, about, text }: CreditNoteAct): Decision<ActResult> => {
  const refusal = judge(at, { amountFen, about, text, cause: 'correction' })
  if (refusal) return unchanged(refusal)
  const change: ProposedNote = { amountFen, about, text }
  return proposed(at, propose(at, 'credit_note', change))
}

/** The second person has agreed: the note is issued as it was proposed. */
export const issueProposedNote = (at: ActContext, change: ProposedNote): ActResult => {
  const note = issueCreditNote(at, { ...change, cause: 'correction' })
  return isRefusal(note) ? note : { kind: 'done' }
}

/** Credit notes: issued by what gives money back, applied by the next statement. */
export const creditNoteRules = defineMatter<'credit_note', CreditNoteAct>(
  'credit_note',
  { propose_credit_note: proposeNote },
  undefined,
  // What was charged wrongly is owed when the account is closed, too (S2 八(三)).
  ['propose_credit_note'],
)
