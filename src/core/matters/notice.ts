/** Occasions on which somebody is told something. Each has its template in every language (`src/notices/templates`). */
export const scenes = {
  agreement_change_shown: 'a change of the agreement is shown; using the service accepts it',
  ticket_answered: 'the provider has answered a ticket',
  quota_low: 'few credits of a pack are left',
  expiry_ahead: 'a pack with credits in it is about to end',
  suspended: 'service is suspended',
  resumed: 'service is open again',
  change: 'a source changes its service',
  change_answered: 'the answer to a change of a source is recorded',
  due: 'a bill is to be paid',
  overdue: 'a bill was not paid in time',
  closing: 'the account is being closed',
  maintenance: 'work is planned during which service pauses',
  maintenance_cancelled: 'planned work does not take place',
  statement_ready: 'a statement can be fetched',
  deadline_ahead: 'a deadline is near',
  notice_of_breach: 'the agreement was not kept',
  evidence_requested: 'an authorisation text is asked for',
  verification_settled: 'a verification in doubt has its ending',
  contact_changed: 'an address for notices was recorded, changed or ended',
  written: 'the provider has written on a subject of the agreement',
  webhook_disabled: 'an endpoint for webhooks is sent nothing any more',
  webhook_test: 'the customer tries an endpoint for webhooks',
  offer: 'something is on offer; only to addresses that agreed to hear of it',
  closing_announced: 'the end of the agreement has its day',
  closing_cancelled: 'the announced end does not come',
  account_closed: 'the account is closed',
  settlement_approved: 'the settlement of the account is there to be read, signed or objected to',
  evidence_breached: 'an authorisation text is overdue or differs from the recorded one',
  inactivity_reached: 'so long nothing was done that the agreement may end',
  authority_request: 'an authority has asked for something of the customer, or was told',
  dispute_opened: 'the provider asks for talks about a dispute',
  force_majeure: 'an event keeps the provider from an obligation',
  paper_expired: 'the last day of a paper on file is over',
  correction_ordered: 'an inspection found something to correct',
  usage_warned: 'the use of a key looks like probing',
  usage_throttled: 'a key is slowed down because its use looks like probing',
} as const
export type Scene = keyof typeof scenes
export const sceneNames = Object.keys(scenes) as [Scene, ...Scene[]]

/** Scenes that need the recipient's consent: service notices always go, marketing only where it is wanted (S2 五(五)1). */
export const marketingScenes: readonly Scene[] = ['offer']

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

/** What a notice can be about, where the agreement cares (S3 §10.1). */
export const noticeSubjects = [
  'termination',
  'rescission',
  'validity',
  'amendment',
  'renewal',
  'dispute',
  'dispute_settlement',
  'talks',
  'arbitration',
  'litigation',
  'suspension',
  'breach',
  'payment',
  'inspection',
  'inactivity',
  'general',
  'offer',
] as const
export type NoticeSubject = (typeof noticeSubjects)[number]

/** What a template may print: ids, codes, numbers, days and instants. Never a name, a number of a person or free text. */
export type NoticeVariables = Record<string, string | number>

/** Facts of a dispatch that have an instant, and those that are recorded by the day. */
export const instantFacts = ['postedAt', 'sentAt', 'shownSentAt', 'arrivedAt', 'handedAt'] as const
export const dayFacts = ['postmarkOn', 'atAddressOn', 'signedOn'] as const

/** What is known of a notice on its way. Instants in milliseconds, days Asia/Shanghai; a member is left out until it is known. */
export type NoticeFacts = Partial<
  Record<(typeof instantFacts)[number], number> &
    Record<(typeof dayFacts)[number], string> & { refused: boolean; sameCity: boolean; readAt: number }
>

/** One notice on one channel. `queued`, `sent`, `refused` and `failed` are states of what a machine or a person sends. */
export interface Notice {
  scene: Scene
  channel: NoticeChannel
  variables: NoticeVariables
  subject: NoticeSubject | null
  /** What staff wrote, shown in the list alone: no machine sends free text. Null when nobody wrote it. */
  text: string | null
  /** The number of the contact or webhook endpoint that it goes to; null where the channel needs no address. */
  targetId: number | null
  facts: NoticeFacts
  /**
   * When it counts as delivered under the agreement; null while it does not. The first instant of the day where the agreement
   * counts by the day. It may lie ahead: a letter that was posted today is deemed delivered on a day that is certain already.
   */
  deemedAt: number | null
  /** The day from which a period after the delivery is counted. */
  deemedOn: string | null
  /** Why it does not count as delivered (yet). */
  notDelivered: string | null
  /** Tries of a machine so far, and what the last one said. */
  attempts: number
  lastReason: string | null
  /** The carrier's own number of it. */
  carrierReference: string | null
}

/** Facts that people record, each by an act of its own. */
export type NoticeFact =
  | { fact: 'posted'; at: number }
  | { fact: 'postmarked'; on: string; sameCity: boolean }
  | { fact: 'handed'; at: number }
  | { fact: 'signed'; on: string }
  | { fact: 'refused'; on: string }
  | { fact: 'shown_sent'; at: number }
  | { fact: 'arrived'; at: number }

export type NoticeAct =
  | { kind: 'read_notice'; noticeId: number }
  | {
      kind: 'write_notice'
      reference: string | null
      channel: Exclude<NoticeChannel, 'webhook'>
      subject: NoticeSubject
      /** The address it goes to; null takes the one in force today. */
      contactId: number | null
      /** What it says, in the words of staff; it names no data subject. */
      text: string | null
    }
  | { kind: 'record_notice_fact'; noticeId: number; fact: NoticeFact }
