import type { OutgoingNotice } from '../../src/core/ports.ts'

/** A notice of which only what a test is about need be said. */
export const outgoing = (more: Partial<OutgoingNotice> = {}): OutgoingNotice => ({
  accountId: 'acc_0123456789',
  noticeId: 77,
  channel: 'webhook',
  to: '13800138000',
  language: 'zh',
  scene: 'ticket_answered',
  variables: { ticket: 'tic_0123456789_00000000001' },
  openedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
  attempts: 0,
  ...more,
})
