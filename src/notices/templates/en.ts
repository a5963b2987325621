import type { Templates } from './template.ts'

/** What a notice says in English, by scene. Holes are filled with ids, codes, numbers, days and instants alone. */
export const en: Templates = {
  ticket_answered: { title: 'Your ticket was answered', text: 'The provider has answered your ticket {ticket}.' },
  quota_low: {
    title: 'Few credits are left',
    text: 'Pack {grant} ({check}) is down to {percent} % or less: {available} credits are available.',
  },
  expiry_ahead: {
    title: 'A pack ends soon',
    text: 'Pack {grant} ({check}) can be used up to and including {last_day}. {available} credits are available; what is unused then lapses.',
  },
  suspended: {
    title: 'Service is suspended',
    text: 'Calls are refused from now on. The ground stands in your account at GET /v1/account.',
  },
  resumed: { title: 'Service is open again', text: 'The suspension was lifted. Calls are answered again.' },
  change: {
    title: 'A data source changes its service',
    text: 'Source {source} has announced a change ({change}) from {effective_on} on. Accept or refuse it: {source_change}. Without an answer your terms and your price stay.',
  },
  change_answered: {
    title: 'Your answer to a change is recorded',
    text: 'Your answer to the change {source_change} is recorded: {answer}. What follows: {standing}.',
  },
  due: { title: 'A payment is due', text: 'A payment is due by {due_on}. What it is for stands in your account.' },
  overdue: {
    title: 'A payment is overdue',
    text: 'A payment was due by {due_on} and has not come in. What it is for stands in your account.',
  },
  closing: {
    title: 'The account is being closed',
    text: 'The closing of the account has begun. Its steps and days stand among your deadlines.',
  },
  maintenance: {
    title: 'Planned work',
    text: 'Service can pause from {from_at} to {to_at} ({cause}). Number of the window: {maintenance_window}.',
  },
  maintenance_cancelled: {
    title: 'Planned work does not take place',
    text: 'The window {maintenance_window} that was to begin at {from_at} is cancelled.',
  },
  statement_ready: {
    title: 'A statement is ready',
    text: 'The statement of {period} can be fetched: GET /v1/statements/{statement}. Until when you can object stands in it; silence accepts it.',
  },
  deadline_ahead: { title: 'A deadline is near', text: 'Something is expected of you soon. See GET /v1/deadlines.' },
  notice_of_breach: {
    title: 'Notice of breach',
    text: 'The provider gives notice that the agreement was not kept. What it asks for, and by when, stands among your deadlines.',
  },
  evidence_requested: {
    title: 'Authorisation texts are asked for',
    text: 'Please file the authorisation texts of {calls} calls: {evidence_request}. By when stands among your deadlines.',
  },
  verification_settled: {
    title: 'A verification in doubt has ended',
    text: 'Verification {verification} was in doubt and has ended: {outcome}. Credits charged: {credits}.',
  },
  contact_changed: {
    title: 'An address for notices has changed',
    text: 'The address {contact} ({channel}) was recorded, changed or ended, as from {from}. If that was not you, tell us at once.',
  },
  written: {
    title: 'A notice on the agreement',
    text: 'The provider has written to you on this subject: {subject}.',
  },
  agreement_change_shown: {
    title: 'The agreement is to change',
    text: 'A change of the agreement is shown to you: {amendment}. It would be version {version}.',
  },
  paper_expired: {
    title: 'A paper is no longer valid',
    text: 'The last day of the paper {paper} ({kind}) is over. Please file a new one.',
  },
  webhook_disabled: {
    title: 'A webhook endpoint is switched off',
    text: 'The endpoint {webhook_endpoint} is sent nothing any more ({because}). Mend it and switch it on again.',
  },
  webhook_test: { title: 'A test', text: 'This is a test of your webhook endpoint. Nothing has happened.' },
  closing_announced: {
    title: 'The end of the agreement is announced',
    text: 'The end of the agreement is announced: {closing}, by {clause}. Its day and its steps stand among your deadlines.',
  },
  closing_cancelled: {
    title: 'The announced end does not come',
    text: 'The announced end {closing} is cancelled. The agreement goes on.',
  },
  account_closed: {
    title: 'The account is closed',
    text: 'The account is closed: {closing}, by {clause}. Calls are refused; your records can still be read.',
  },
  settlement_approved: {
    title: 'The settlement of your account is ready',
    text: 'Two persons have approved the settlement {settlement}. Please read it, and sign it or object to it.',
  },
  evidence_breached: {
    title: 'An authorisation text is missing',
    text: 'The authorisation texts of the request {evidence_request} did not come in time, or differ from what was recorded ({clause}).',
  },
  inactivity_reached: {
    title: 'The account has been silent for long',
    text: 'Nothing was done until {last_day}, so long that the agreement may end ({clause}). One call is enough to go on.',
  },
  correction_ordered: {
    title: 'Something is to be corrected',
    text: 'An inspection found something to correct ({ground}). By when stands among your deadlines.',
  },
  usage_warned: {
    title: 'The use of a key looks unusual',
    text: 'The use of one of your keys looks like probing. Please look at who uses it.',
  },
  usage_throttled: {
    title: 'A key is slowed down',
    text: 'One of your keys is slowed down, because its use looks like probing.',
  },
  authority_request: {
    title: 'An authority has asked',
    text: 'An authority has asked for something that concerns your account, or was told of something.',
  },
  dispute_opened: {
    title: 'The provider asks for talks',
    text: 'The provider asks for talks about a dispute: {dispute}. By when stands among your deadlines.',
  },
  force_majeure: {
    title: 'An event keeps the provider from its work',
    text: 'An event of {event_on} keeps the provider from an obligation. Its proof follows.',
  },
  offer: { title: 'An offer', text: 'There is a new offer for you. You can withdraw your consent to such messages at any time.' },
}
