import type { WebhookEndpointAct } from '../../src/core/matters/webhook-endpoint.ts'
import type { Sending } from '../../src/core/ports.ts'
import { retryWaitsMs } from '../../src/ledger/matters/sending.ts'
import type { TestLedger } from './ledger.ts'
import { take } from './ledger-commands.ts'
import { act, type SeededAccount } from './ledger-world.ts'

/** One act of the customer on its endpoints. */
export const endpointAct = (ledger: TestLedger, { accountId, credentials }: SeededAccount, wanted: WebhookEndpointAct) =>
  ledger.submit({ kind: 'customer_act', accountId, credentials, act: wanted })

type Opening = Extract<WebhookEndpointAct, { kind: 'open_webhook_endpoint' }>

export const openEndpoint = (ledger: TestLedger, world: SeededAccount, more: Partial<Opening> = {}) => {
  const wanted: Opening = {
    kind: 'open_webhook_endpoint',
    reference: null,
    url: 'https://hooks.example.com/in',
    description: null,
    scenes: [],
    sealedSecret: 'c2VhbGVk',
    ...more,
  }
  const { result } = take(endpointAct(ledger, world, wanted), 'acted')
  if (result.kind !== 'matter') throw new Error(`an endpoint was answered ${result.kind}`)
  return result.matter
}

/** Something that the customer is told of: a ticket that staff has answered. */
export const tellOf = (ledger: TestLedger, { accountId }: SeededAccount): void => {
  const ticket = { kind: 'open_ticket', reference: null, topic: 'fault', urgent: false, text: 'no answer' } as const
  const { matter } = take(act(ledger, accountId, ticket), 'matter')
  take(act(ledger, accountId, { kind: 'step_ticket', ticketId: matter.id, step: 'replied', text: null }), 'matter')
}

/** What a machine reports on everything that is to be sent now. */
export const report = (ledger: TestLedger, { accountId }: SeededAccount, sending: Sending): number => {
  const due = ledger.core.outgoing().filter(({ channel }) => channel === 'webhook')
  for (const { noticeId } of due) ledger.submit({ kind: 'record_sending', accountId, noticeId, sending })
  return due.length
}

/** Every try of what is waiting fails, to the end of the schedule. */
export const failAllTries = (ledger: TestLedger, world: SeededAccount): void => {
  const failed: Sending = { kind: 'failed', reason: 'receiver_error', retryAfterMs: null }
  for (const waitMs of [...retryWaitsMs, 0]) {
    report(ledger, world, failed)
    ledger.clock.advance(waitMs)
  }
}
