import { makeId } from '../core/ids.ts'
import type { NoticeVariables, Scene } from '../core/matters/notice.ts'
import type { OutgoingNotice, Sending, SendNotice } from '../core/ports.ts'
import { refused } from './endings.ts'

/** A plain-text e-mail to one address. */
export interface EmailMessage {
  /** The same for every try of the same notice; what comes twice can be told by it. */
  id: string
  to: string
  subject: string
  text: string
}

/** Hands one e-mail over. Never throws, and writes neither address nor text anywhere else. */
export type SendEmail = (message: EmailMessage) => Promise<Sending>

/** A notice in words. */
export type RenderNotice = (notice: { scene: Scene; language: OutgoingNotice['language']; variables: NoticeVariables }) => {
  subject: string
  text: string
}

/** One mailbox and nothing more: no second recipient, no display name, no line of a header. */
const oneAddress = /^[^\s@,;:<>()[\]\\"]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/

/** A notice as an e-mail. */
export const openEmail =
  (send: SendEmail, render: RenderNotice): SendNotice =>
  async (notice) => {
    if (!oneAddress.test(notice.to)) return refused('address_invalid')
    const { subject, text } = render(notice)
    return send({ id: makeId('not', notice.accountId, notice.noticeId), to: notice.to, subject, text })
  }
