import { days } from '../../agreement/time-terms.ts'
import type { DisputeAct } from '../../core/matters/dispute.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import { type ActContext, termsOf } from '../decide/act-context.ts'
import { changeMatter, clockFrom, defineMatter } from './matter.ts'
import { notify } from './notice.ts'
import { clauseFor, conflict, endOnce, openOnce } from './record.ts'

type Act<N extends DisputeAct['kind']> = Extract<DisputeAct, { kind: N }>

/** Talks where the agreement names no days (contracts.md §5 no. 25). */
const silentTalksDays = 30

/** Talks begin when the request for them counts as delivered (S3 §11.2): by its notice, by the day that staff name, or now. */
const requestDay = (at: ActContext, { noticeId, requestedOn }: Act<'open_dispute'>): string | Refusal => {
  if (noticeId === null) return at.by.kind === 'staff' && requestedOn !== null ? requestedOn : shanghaiDay(at.draft.now)
  const notice = at.book.get('matters', noticeId)
  if (notice?.accountId !== at.book.accountId || notice.kind !== 'notice') return refuse('not_found')
  const { deemedAt } = notice.data as { deemedAt: number | null }
  return deemedAt === null ? conflict('notice_not_delivered') : shanghaiDay(deemedAt)
}

const openDispute = (at: ActContext, act: Act<'open_dispute'>) =>
  openOnce(
    at,
    'dispute',
    act,
    () => {
      const { topic, text, disputedFen } = act
      const requestedOn = requestDay(at, act)
      if (typeof requestedOn !== 'string') return requestedOn
      const { talksDays, venue } = termsOf(at)?.disputes ?? { talksDays: null, venue: null }
      const length = days(talksDays ?? silentTalksDays)
      return {
        state: 'talks',
        data: { topic, text, disputedFen, requestedOn, venue, ending: null },
        clocks: [
          clockFrom(at, {
            name: 'talks',
            clause: clauseFor(at, 'dispute_talks'),
            rule: { kind: 'within', eventOn: requestedOn, length, roll: true },
          }),
        ],
        facts: { topic, disputed_fen: disputedFen, requested_on: requestedOn, venue },
        body: { text },
      }
    },
    ({ id, data }) => {
      if (at.by.kind === 'staff') notify(at, 'dispute_opened', { dispute: id, venue: data.venue ?? 'not_agreed' })
    },
  )

/** The customer takes back what it asked; that both agree, or that a court has judged, staff record. */
const closeDispute = (at: ActContext, { disputeId, ending, text }: Act<'close_dispute'>) =>
  endOnce(at, 'dispute', disputeId, ending, ({ data, openedBy }) => {
    const isOwn = openedBy.startsWith('key:')
    if (at.by.kind === 'key' && (ending !== 'withdrawn' || !isOwn)) return conflict('step_of_the_other_side')
    return { state: ending, data: { ending }, close: true, facts: { ending, disputed_fen: data.disputedFen }, body: { text } }
  })

/**
 * Disputes (S0 五, S3 §11). They stop neither keys nor the rest of the agreement: only the disputed amount is frozen while one is
 * open. When the talks are over, it may go to the court of its venue.
 */
export const disputeRules = defineMatter<'dispute', DisputeAct>(
  'dispute',
  { open_dispute: openDispute, close_dispute: closeDispute },
  (at, dispute, missed) => {
    if (missed.length > 0) changeMatter(at, dispute, { state: 'court_open' })
  },
  // What is open between the two sides outlives the account (S2 八(三), 十三(一)).
  ['close_dispute'],
)
