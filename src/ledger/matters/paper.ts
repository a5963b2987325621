import type { ActResult } from '../../core/commands.ts'
import type { Paper, PaperAct } from '../../core/matters/paper.ts'
import { refuse } from '../../core/refusal.ts'
import { addDays, shanghaiDay, startOfDayMs } from '../../core/shanghai.ts'
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
import { notify } from './notice.ts'

type Act<K extends PaperAct['kind']> = Extract<PaperAct, { kind: K }>

/** The first instant at which a paper is no longer valid; null for one without an end. */
const endOf = ({ validTo }: Pick<Paper, 'validTo'>): number | null =>
  validTo === null ? null : startOfDayMs(addDays(validTo, 1))

const isOver = (paper: Pick<Paper, 'validTo'>, now: number): boolean => (endOf(paper) ?? Number.POSITIVE_INFINITY) <= now

/** A paper that is approved and valid on the day of `now`, oldest first; with its seal where one is asked for. */
export const findValidPaper = (
  book: Book,
  wanted: { paper: Paper['paper']; sealed: boolean },
  now: number,
): Matter<'paper'> | null =>
  openMattersOf({ book }, 'paper').find(
    ({ state, data }) =>
      state === 'approved' &&
      data.paper === wanted.paper &&
      (data.sealed || !wanted.sealed) &&
      (data.validFrom === null || data.validFrom <= shanghaiDay(now)) &&
      !isOver(data, now),
  ) ?? null

const filePaper = (at: ActContext, act: Act<'file_paper'>): Decision<ActResult> => {
  const repeated = findRepeated(at, 'paper', act.reference, act)
  if (repeated) return unchanged(repeated)
  const { paper, sha256, sealed, validFrom, validTo } = act
  if (isOver(act, at.draft.now)) return unchanged(refuse('state_conflict', { detail: 'paper_expired' }))
  const filed = openMatter(at, 'paper', {
    state: 'filed',
    data: { paper, sha256, sealed, validFrom, validTo, review: null },
    reference: act.reference,
    act,
    wakeAt: endOf(act),
  })
  writeAct(at, { paper: filed.id, what: paper, sha256, sealed: String(sealed), valid_to: validTo })
  return matterDone(at, filed)
}

/** Staff look at it; never the person who filed it. */
const reviewPaper = (at: ActContext, act: Act<'review_paper'>): Decision<ActResult> => {
  const paper = findMatter(at, 'paper', act.paperId)
  if (isRefusal(paper)) return unchanged(paper)
  if (paper.state !== 'filed') return unchanged(refuse('state_conflict', { detail: 'paper_reviewed' }))
  const by = actorText(at.by)
  if (by === paper.openedBy) return unchanged(refuse('state_conflict', { detail: 'own_paper' }))
  const { now } = at.draft
  if (isOver(paper.data, now)) return unchanged(refuse('state_conflict', { detail: 'paper_expired' }))
  const { decision, text } = act
  const reviewed = changeMatter(at, paper, {
    state: decision,
    data: { review: { decision, by, at: now, reason: text } },
    wakeAt: endOf(paper.data),
    close: decision === 'rejected',
  })
  writeAct(at, { paper: paper.id, decision }, { text })
  return matterDone(at, reviewed)
}

/** Its last day is over: it counts no more, and the customer is told (S1 §3.3). */
const expirePaper = (at: ActContext, paper: Matter<'paper'>): void => {
  if (!isOver(paper.data, at.draft.now)) return
  changeMatter(at, paper, { state: 'expired', close: true })
  writeAct({ ...at, kind: 'paper_expired' }, { paper: paper.id, what: paper.data.paper, clause: 'S1 §3.3' })
  notify(at, 'paper_expired', { paper: paper.id, kind: paper.data.paper })
}

/** The papers of the customer: filed by one, looked at by another, over by the clock (S1 §3.3, S3 §6.1.3). */
export const paperRules = defineMatter<'paper', PaperAct>(
  'paper',
  { file_paper: filePaper, review_paper: reviewPaper },
  expirePaper,
)
