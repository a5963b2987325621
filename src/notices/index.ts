import type { OutgoingNotice, SendNotice } from '../core/ports.ts'
import { misconfigured } from './endings.ts'

/** One sender for each channel that a machine can use; null where nobody has set one up. */
export type Senders = Record<OutgoingNotice['channel'], SendNotice | null>

/** Sends each notice on its channel. A channel that is not set up is tried again: the setting may come. */
export const openSender =
  (senders: Senders): SendNotice =>
  async (notice) => {
    const send = senders[notice.channel]
    if (send === null) return misconfigured('channel_not_set_up')
    try {
      return await send(notice)
    } catch {
      // A mistake of ours. What it was thrown with may hold the address, so nothing of it is passed on.
      return misconfigured('fault')
    }
  }
