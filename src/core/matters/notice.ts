/** Occasions on which somebody is told something. Each has its template in every language (`src/notices/templates`). */
export const scenes = {
  agreement_change_shown: 'a change of the agreement is shown; using the service accepts it',
  ticket_answered: 'the provider has answered a ticket',
} as const
export type Scene = keyof typeof scenes

/** How a notice goes. Those by paper are sent by people, who record what happened. */
export const noticeChannels = [
  'site_message',
  'email',
  'sms',
  'webhook',
  'personal',
  'ems',
  'letter',
  'fax',
  'im',
  'announcement',
] as const
export type NoticeChannel = (typeof noticeChannels)[number]

/** What a template may print: ids, codes, numbers, days and instants. Never a name, a number of a person or free text. */
export type NoticeVariables = Record<string, string | number>

/** One notice on one channel. */
export interface Notice {
  scene: Scene
  channel: NoticeChannel
  variables: NoticeVariables
  /** When it counts as delivered under the agreement; null until it does. */
  deemedAt: number | null
}

export type NoticeAct = { kind: 'read_notice'; noticeId: number }
