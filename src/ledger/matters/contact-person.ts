import type { ActResult } from '../../core/commands.ts'
import type { ContactPersonAct } from '../../core/matters/contact-person.ts'
import { refuse } from '../../core/refusal.ts'
import { type ActContext, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import {
  asRepeated,
  changeMatter,
  defineMatter,
  findMatter,
  findRepeated,
  isRefusal,
  matterDone,
  openMatter,
  openMattersOf,
} from './matter.ts'

type Act<K extends ContactPersonAct['kind']> = Extract<ContactPersonAct, { kind: K }>

/** One at a time: a second one is refused, because a change is a change and is written down as one. */
const nameContact = (at: ActContext, act: Act<'name_contact'>): Decision<ActResult> => {
  const repeated = findRepeated(at, 'contact_person', act.reference, act)
  if (repeated) return unchanged(repeated)
  if (openMattersOf(at, 'contact_person').length > 0) return unchanged(refuse('state_conflict', { detail: 'contact_active' }))
  const named = openMatter(at, 'contact_person', {
    state: 'active',
    data: { contact: act.contact, letterSha256: null },
    reference: act.reference,
    act,
  })
  writeAct(at, { contact_person: named.id }, { contact: act.contact })
  return matterDone(at, named)
}

/** Another one, by a letter: the one before is closed. */
const replaceContact = (at: ActContext, act: Act<'replace_contact'>): Decision<ActResult> => {
  const [active] = openMattersOf(at, 'contact_person')
  const isDone = active?.id !== act.contactPersonId && active?.data.letterSha256 === act.letterSha256
  if (active && isDone && active.data.contact === act.contact) return unchanged(asRepeated(active))
  const old = findMatter(at, 'contact_person', act.contactPersonId)
  if (isRefusal(old)) return unchanged(old)
  changeMatter(at, old, { state: 'replaced', close: true })
  const next = openMatter(at, 'contact_person', {
    state: 'active',
    data: { contact: act.contact, letterSha256: act.letterSha256 },
    act,
  })
  writeAct(at, { contact_person: old.id, replaced_by: next.id, letter: act.letterSha256 }, { contact: act.contact })
  return matterDone(at, next)
}

/** The one named contact of the customer; a change is in writing (S3 §6.1.7). */
export const contactPersonRules = defineMatter<'contact_person', ContactPersonAct>('contact_person', {
  name_contact: nameContact,
  replace_contact: replaceContact,
})
