import type { AuthorityRequestAct } from '../../core/matters/authority-request.ts'
import { refuse } from '../../core/refusal.ts'
import type { Rows } from '../book.ts'
import type { ActContext } from '../decide/act-context.ts'
import { defineMatter, openMattersOf } from './matter.ts'
import { notify } from './notice.ts'
import { conflict, endOnce, openOnce, stepOnce } from './record.ts'

type Act<N extends AuthorityRequestAct['kind']> = Extract<AuthorityRequestAct, { kind: N }>

/** The data subjects of these consents, each once; null when one is not of this account. */
const subjectsOf = ({ book }: ActContext, consentIds: readonly number[]): Rows['dataSubjects'][] | null => {
  const found = new Map<number, Rows['dataSubjects']>()
  for (const id of consentIds) {
    const consent = book.get('consents', id)
    const subject = consent?.accountId === book.accountId ? book.get('dataSubjects', consent.subjectId) : null
    if (!subject) return null
    found.set(subject.id, subject)
  }
  return [...found.values()]
}

/** What was asked for is kept from here on: the data subjects of the named consents are frozen, and nothing of them is erased (S2 十三(一)). */
const openRequest = (at: ActContext, act: Act<'open_authority_request'>) =>
  openOnce(
    at,
    'authority_request',
    act,
    () => {
      const { direction, authority, basis, paperSha256, consentIds, tell } = act
      const subjects = subjectsOf(at, consentIds)
      if (subjects === null) return refuse('not_found')
      if (subjects.some(({ erasedAt }) => erasedAt !== null)) return conflict('subject_erased')
      for (const subject of subjects)
        if (subject.frozenAt === null) at.draft.put('dataSubjects', { ...subject, frozenAt: at.draft.now })
      const toldAt = tell ? at.draft.now : null
      return {
        state: 'open',
        data: { direction, authority, basis, paperSha256, consentIds, toldAt },
        facts: { direction, paper: paperSha256, frozen: subjects.length, told: tell ? 1 : 0 },
        body: { authority, basis },
      }
    },
    ({ id, data }) => {
      if (data.toldAt !== null) notify(at, 'authority_request', { request: id })
    },
  )

/** The customer is told at once, and before anything is disclosed where the law leaves the time (S3 §7.5). */
const tellOfRequest = (at: ActContext, { requestId }: Act<'tell_of_authority'>) =>
  stepOnce(
    at,
    'authority_request',
    requestId,
    ({ data }) => (data.toldAt === null ? { data: { toldAt: at.draft.now } } : conflict('already_told')),
    ({ id }) => notify(at, 'authority_request', { request: id }),
  )

/** The records are let go, but for those that another open request still keeps. */
const closeRequest = (at: ActContext, { requestId, text }: Act<'close_authority_request'>) =>
  endOnce(at, 'authority_request', requestId, 'closed', ({ id, data }) => {
    const others = openMattersOf(at, 'authority_request').filter((other) => other.id !== id)
    const kept = new Set(others.flatMap((other) => subjectsOf(at, other.data.consentIds) ?? []).map((subject) => subject.id))
    const freed = (subjectsOf(at, data.consentIds) ?? []).filter((subject) => !kept.has(subject.id))
    for (const subject of freed) at.draft.put('dataSubjects', { ...subject, frozenAt: null })
    return { state: 'closed', close: true, facts: { freed: freed.length }, body: { text } }
  })

/** Requests of authorities and reports to them, with what is frozen for them. */
export const authorityRequestRules = defineMatter<'authority_request', AuthorityRequestAct>(
  'authority_request',
  { open_authority_request: openRequest, tell_of_authority: tellOfRequest, close_authority_request: closeRequest },
  undefined,
  // What is open between the two sides outlives the account (S2 八(三), 十三(一)).
  ['open_authority_request', 'tell_of_authority', 'close_authority_request'],
)
