import type { ActResult } from '../../core/commands.ts'
import type { NoticeAct, NoticeVariables, Scene } from '../../core/matters/notice.ts'
import { type ActContext, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import { changeMatter, defineMatter, findMatter, isRefusal, matterDone, openMatter } from './matter.ts'

/**
 * Tells the customer something, in the same commit as what it tells of. Variables are ids, codes, numbers, days and instants;
 * never personal data.
 */
export const notify = (at: ActContext, scene: Scene, variables: NoticeVariables): void => {
  openMatter(at, 'notice', { state: 'shown', data: { scene, channel: 'site_message', variables, deemedAt: null } })
}

const readNotice = (at: ActContext, act: NoticeAct): Decision<ActResult> => {
  const notice = findMatter(at, 'notice', act.noticeId)
  if (isRefusal(notice)) return unchanged(notice)
  const read = changeMatter(at, notice, { state: 'read', close: true })
  writeAct(at, { notice: notice.id })
  return matterDone(at, read)
}

/** What the customer is told, on each channel. */
export const noticeRules = defineMatter<'notice', NoticeAct>('notice', { read_notice: readNotice })
