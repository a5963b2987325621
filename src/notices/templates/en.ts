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
  due: { title: 'A bill is to be paid', text: 'A bill falls due. It stands among your statements.' },
  overdue: { title: 'A bill is overdue', text: 'A bill was not paid by its last day. It stands among your statements.' },
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
  statement_ready: { title: 'A statement is ready', text: 'A new statement can be fetched at GET /v1/statements.' },
  deadline_ahead: { title: 'A deadline is near', text: 'Something is expected of you soon. See GET /v1/deadlines.' },
  notice_of_breach: {
    title: 'Notice of breach',
    text: 'The provider gives notice that the agreement was not kept. What it asks for, and by when, stands among your deadlines.',
  },
  evidence_requested: {
    title: 'An authorisation text is asked for',
    text: 'Please file the authorisation text of a consent. By when stands among your deadlines.',
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
  offer: { title: 'An offer', text: 'There is a new offer for you. You can withdraw your consent to such messages at any time.' },
}
