import { judgeAccountHolder } from '../../agreement/kyb.ts'
import type { ActResult } from '../../core/commands.ts'
import type { PartyAct } from '../../core/matters/party.ts'
import { refuse } from '../../core/refusal.ts'
import type { Book } from '../book.ts'
import { type ActContext, actorText, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import {
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

type Act<K extends PartyAct['kind']> = Extract<PartyAct, { kind: K }>

/** Who the customer is, as recorded last; null before that. */
export const findParty = (book: Book): Matter<'party'> | null => openMattersOf({ book }, 'party').at(-1) ?? null

const explained = (at: ActContext, text: string | null) =>
  text === null ? null : { text, by: actorText(at.by), at: at.draft.now }

/** A record beside which every older one is closed. The account that ordered is compared with the party (S1 一). */
const recordParty = (at: ActContext, act: Act<'record_party'>): Decision<ActResult> => {
  const repeated = findRepeated(at, 'party', act.reference, act)
  if (repeated) return unchanged(repeated)
  for (const older of openMattersOf(at, 'party')) changeMatter(at, older, { state: 'replaced', close: true })
  const { legalName, uscc, orderedBy, business, explanation } = act
  const flag = orderedBy === null ? null : judgeAccountHolder(orderedBy, legalName).flag
  const party = openMatter(at, 'party', {
    state: 'recorded',
    data: { legalName, uscc, orderedBy, business, differs: flag !== null, explanation: explained(at, explanation) },
    reference: act.reference,
    act,
  })
  writeAct(at, { party: party.id, flag }, { legal_name: legalName, uscc, ordered_by: orderedBy, business, explanation })
  return matterDone(at, party)
}

const explainHolder = (at: ActContext, act: Act<'explain_holder'>): Decision<ActResult> => {
  const party = findMatter(at, 'party', act.partyId)
  if (isRefusal(party)) return unchanged(party)
  if (!party.data.differs) return unchanged(refuse('state_conflict', { detail: 'holder_is_party' }))
  const changed = changeMatter(at, party, { data: { explanation: explained(at, act.explanation) } })
  writeAct(at, { party: party.id }, { explanation: act.explanation })
  return matterDone(at, changed)
}

/** Who the customer is: name, code, and the account that ordered (S1 一, S2 五(二)). */
export const partyRules = defineMatter<'party', PartyAct>('party', { record_party: recordParty, explain_holder: explainHolder })
