import { expect } from 'vitest'
import { madeUpUscc } from '../../scripts/harness/onboarding.ts'
import type { Scope } from '../../src/core/commands.ts'
import type { Answer, Call, TestGateway } from './http-gateway.ts'
import {
  amendmentBody,
  bankAccountBody,
  everyKind,
  evidenceOf,
  filingBody,
  floodOf,
  type MatterIds,
  matterSeeds,
  paymentSplit,
  type SeededKind,
  seedMatters,
  solveTicket,
} from './http-matters.ts'
import { type Customer, consentBody, expectStatus, openCustomer, sha256, verificationBody } from './http-world.ts'

/** A customer with one consent, `c-1`, and one verification, under the key `k-1`. */
export interface Seeded {
  customer: Customer
  consentId: string
  verificationId: string
  /** The digest of its agreement. */
  digest: string
  /** One matter of each kind that a customer can name. */
  matters: MatterIds
  spareKeyId: string
  /** One matter of each kind that a customer can name. */
}

/** One good call of a route, and what the route asks of a key. */
export interface CustomerRoute {
  scope: Scope
  /** Whether a suspended key may still do this: fetch what was paid for, and end a consent. */
  whileSuspended: boolean
  /** 404 and 409: the good call is let in and finds nothing to do, because what it is for is only there after an end. */
  status: 200 | 201 | 404 | 409
  /** Goes on when the account is closed. */
  afterClosing?: true
  /** The good call opens what was seeded of this kind once more. */
  repeats?: SeededKind
  path: string
  call: Call
}

const readOf = (path: string): CustomerRoute => ({
  scope: 'account:read',
  whileSuspended: false,
  status: 200,
  path,
  call: {},
})

/** The account that an id of it belongs to; of nothing, any account. */
const accountIdOf = (id: string): string => `acc_${id.split('_')[1] ?? '0'.repeat(10)}`
/** The last one deletes the endpoint. */
const webhookRoutes = (id: string): Record<string, CustomerRoute> => {
  const act = { scope: 'account:write', whileSuspended: false, status: 200, call: {} } as const
  const read = { ...act, scope: 'account:read' } as const
  const path = `/v1/webhook-endpoints/${id}`
  return {
    'GET /v1/webhook-endpoints': { ...read, path: '/v1/webhook-endpoints' },
    'GET /v1/webhook-endpoints/{webhook_endpoint_id}': { ...read, path },
    'POST /v1/webhook-endpoints': {
      ...act,
      status: 201,
      path: '/v1/webhook-endpoints',
      call: { json: { url: 'https://hooks.example.com/another' } },
    },
    'POST /v1/webhook-endpoints/{webhook_endpoint_id}/tests': { ...act, path: `${path}/tests` },
    'POST /v1/webhook-endpoints/{webhook_endpoint_id}/secret': { ...act, path: `${path}/secret` },
    'PUT /v1/webhook-endpoints/{webhook_endpoint_id}/pause': { ...act, path: `${path}/pause` },
    'DELETE /v1/webhook-endpoints/{webhook_endpoint_id}/pause': { ...act, path: `${path}/pause` },
    'DELETE /v1/webhook-endpoints/{webhook_endpoint_id}': { ...act, path },
  }
}

/**
 * Every customer route by `METHOD /path`, with a good call on what was seeded. Written by hand: a new route fails the
 * tests over the app's own list until its line stands here.
 */
export const customerRoutes = ({
  consentId,
  verificationId,
  digest,
  spareKeyId,
  matters,
}: Omit<Seeded, 'customer'>): Record<string, CustomerRoute> => ({
  'POST /v1/verifications': {
    scope: 'verifications:write',
    whileSuspended: false,
    status: 200,
    path: '/v1/verifications',
    call: { json: verificationBody('c-1'), headers: { 'Idempotency-Key': 'k-2' } },
  },
  'GET /v1/verifications': {
    scope: 'verifications:read',
    whileSuspended: false,
    status: 200,
    path: '/v1/verifications?limit=5',
    call: {},
  },
  'GET /v1/verifications/{id}': {
    scope: 'verifications:read',
    whileSuspended: true,
    status: 200,
    path: `/v1/verifications/${verificationId}`,
    call: {},
  },
  'POST /v1/consents': {
    scope: 'consents:write',
    whileSuspended: false,
    status: 201,
    path: '/v1/consents',
    call: { json: consentBody('c-2') },
  },
  'POST /v1/consents/batch': {
    scope: 'consents:write',
    whileSuspended: false,
    status: 200,
    path: '/v1/consents/batch',
    call: { json: { consents: [consentBody('c-3')] } },
  },
  'GET /v1/consents': { scope: 'consents:read', whileSuspended: false, status: 200, path: '/v1/consents', call: {} },
  'GET /v1/consents/{id}': {
    scope: 'consents:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/consents/${consentId}`,
    call: {},
  },
  'POST /v1/consents/{id}/withdrawal': {
    scope: 'consents:write',
    whileSuspended: true,
    status: 200,
    path: `/v1/consents/${consentId}/withdrawal`,
    call: { json: { source: 'customer' } },
  },
  'GET /v1/checks': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/checks', call: {} },
  'GET /v1/account': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/account', call: {} },
  'GET /v1/agreement': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/agreement', call: {} },
  'GET /v1/differences': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/differences', call: {} },
  'GET /v1/differences/{difference_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/differences/${matters.difference}`,
    call: {},
  },
  'GET /v1/documents': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/documents', call: {} },
  'GET /v1/documents/{document_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/documents/${matters.document}`,
    call: {},
  },
  'GET /v1/documents/{document_id}/file': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/documents/${matters.document}/file`,
    call: {},
  },
  'GET /v1/balance': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/balance', call: {} },
  'GET /v1/usage': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: '/v1/usage?from=2024-08-01&to=2024-08-31',
    call: {},
  },
  'GET /v1/interface': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/interface', call: {} },
  'GET /v1/deadlines': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/deadlines', call: {} },
  'GET /v1/amendments': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/amendments', call: {} },
  'GET /v1/amendments/{amendment_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/amendments/${matters.amendment}`,
    call: {},
  },
  'POST /v1/amendments/{amendment_id}/signature': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/amendments/${matters.amendment}/signature`,
    call: { json: { document_sha256: amendmentBody.document_sha256 } },
  },
  'POST /v1/amendments/{amendment_id}/objection': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/amendments/${matters.amendment}/objection`,
    call: { json: {} },
  },
  'GET /v1/signings': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/signings', call: {} },
  'GET /v1/signings/{signing_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/signings/${matters.signing}`,
    call: {},
  },
  'POST /v1/signings': {
    repeats: 'signing',
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: '/v1/signings',
    call: { json: { version: 1, digest } },
  },
  'GET /v1/tickets': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/tickets', call: {} },
  'GET /v1/tickets/{ticket_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/tickets/${matters.ticket}`,
    call: {},
  },
  'POST /v1/tickets': {
    scope: 'account:write',
    whileSuspended: false,
    status: 201,
    path: '/v1/tickets',
    call: { json: { topic: 'question', text: 'which persons has the sandbox' } },
  },
  'POST /v1/tickets/{ticket_id}/confirmation': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/tickets/${matters.ticket}/confirmation`,
    call: { json: {} },
  },
  ...webhookRoutes(matters.webhook_endpoint),
  'GET /v1/contacts': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/contacts', call: {} },
  'GET /v1/contacts/{contact_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/contacts/${matters.contact}`,
    call: {},
  },
  'POST /v1/contacts': {
    scope: 'account:write',
    whileSuspended: false,
    status: 201,
    path: '/v1/contacts',
    call: { json: { channel: 'sms', address: '13900000000' } },
  },
  'PUT /v1/contacts/{contact_id}/marketing': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/contacts/${matters.contact}/marketing`,
    call: { json: { marketing: true } },
  },
  'POST /v1/contacts/{contact_id}/ending': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/contacts/${matters.contact}/ending`,
    call: { json: {} },
  },
  'GET /v1/maintenance-windows': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: '/v1/maintenance-windows',
    call: {},
  },
  'GET /v1/maintenance-windows/{maintenance_window_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/maintenance-windows/${matters.maintenance_window}`,
    call: {},
  },
  'GET /v1/notices': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/notices', call: {} },
  'GET /v1/notices/{notice_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/notices/${matters.notice}`,
    call: {},
  },
  'PUT /v1/notices/{notice_id}/reading': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    afterClosing: true,
    path: `/v1/notices/${matters.notice}/reading`,
    call: { json: {} },
  },
  'GET /v1/source-changes': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/source-changes', call: {} },
  'GET /v1/source-changes/{source_change_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/source-changes/${matters.source_change}`,
    call: {},
  },
  'PUT /v1/source-changes/{source_change_id}/answer': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/source-changes/${matters.source_change}/answer`,
    call: { json: { answer: 'accept' } },
  },
  'GET /v1/acceptances': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: '/v1/acceptances',
    call: {},
  },
  'GET /v1/acceptances/{acceptance_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/acceptances/${matters.acceptance}`,
    call: {},
  },
  'GET /v1/bills': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: '/v1/bills',
    call: {},
  },
  'GET /v1/bills/{bill_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/bills/${matters.bill}`,
    call: {},
  },
  'GET /v1/bills/{bill_id}/document': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/bills/${matters.bill}/document`,
    call: {},
  },
  'GET /v1/credit-notes/{credit_note_id}/document': readOf(`/v1/credit-notes/${matters.credit_note}/document`),
  'GET /v1/payment-orders/{payment_order_id}/document': readOf(`/v1/payment-orders/${matters.payment_order}/document`),
  'GET /v1/settlements/{settlement_id}/document': readOf(`/v1/settlements/${matters.settlement}/document`),
  'GET /v1/statements/{statement_id}/document': readOf(`/v1/statements/${matters.statement}/document`),
  'GET /v1/printed-copies': readOf('/v1/printed-copies'),
  'GET /v1/printed-copies/{printed_copy_id}': readOf(`/v1/printed-copies/${matters.printed_copy}`),
  'GET /v1/builds': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: '/v1/builds',
    call: {},
  },
  'GET /v1/builds/{build_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/builds/${matters.build}`,
    call: {},
  },
  'GET /v1/fee-notices': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: '/v1/fee-notices',
    call: {},
  },
  'GET /v1/fee-notices/{fee_notice_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/fee-notices/${matters.fee_notice}`,
    call: {},
  },
  'GET /v1/milestones': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: '/v1/milestones',
    call: {},
  },
  'GET /v1/milestones/{milestone_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/milestones/${matters.milestone}`,
    call: {},
  },
  'GET /v1/settlements': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: '/v1/settlements',
    call: {},
  },
  'GET /v1/settlements/{settlement_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/settlements/${matters.settlement}`,
    call: {},
  },
  'POST /v1/settlements/{settlement_id}/objection': {
    scope: 'account:write',
    whileSuspended: false,
    status: 409,
    afterClosing: true,
    path: `/v1/settlements/${matters.settlement}/objection`,
    call: { json: { text: 'counted twice' } },
  },
  'POST /v1/settlements/{settlement_id}/signature': {
    scope: 'account:write',
    whileSuspended: false,
    status: 409,
    afterClosing: true,
    path: `/v1/settlements/${matters.settlement}/signature`,
    call: { json: { digest: sha256('not what was shown') } },
  },
  'GET /v1/settlement-figures': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: '/v1/settlement-figures',
    call: {},
  },
  'GET /v1/settlement-figures/{settlement_figures_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/settlement-figures/${matters.settlement_figures}`,
    call: {},
  },
  'GET /v1/statements': readOf('/v1/statements'),
  'GET /v1/statements/{statement_id}': readOf(`/v1/statements/${matters.statement}`),
  'GET /v1/statements/{statement_id}/charges': readOf(`/v1/statements/${matters.statement}/charges`),
  // The month of the seeded account still runs.
  'POST /v1/statements/{statement_id}/acceptance': {
    scope: 'account:write',
    whileSuspended: false,
    status: 409,
    afterClosing: true,
    path: `/v1/statements/${matters.statement}/acceptance`,
    call: {},
  },
  'POST /v1/statements/{statement_id}/objection': {
    scope: 'account:write',
    whileSuspended: false,
    status: 409,
    afterClosing: true,
    path: `/v1/statements/${matters.statement}/objection`,
    call: { json: { text: 'that was not us', disputed_fen: 1 } },
  },
  'POST /v1/acceptances/{acceptance_id}/organisation': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/acceptances/${matters.acceptance}/organisation`,
    call: { json: {} },
  },
  'POST /v1/acceptances/{acceptance_id}/result': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/acceptances/${matters.acceptance}/result`,
    call: { json: { result: 'failed' } },
  },
  'POST /v1/fee-notices/{fee_notice_id}/objection': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/fee-notices/${matters.fee_notice}/objection`,
    call: { json: { text: 'that was not us' } },
  },
  'GET /v1/claims': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: '/v1/claims',
    call: {},
  },
  'GET /v1/claims/{claim_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/claims/${matters.claim}`,
    call: {},
  },
  'POST /v1/claims': {
    scope: 'account:write',
    whileSuspended: false,
    status: 201,
    path: '/v1/claims',
    call: { json: { head: 'travel', amount_fen: 1, text: 'a journey' } },
    // A claim outlives the account (S2 八(三)).
    afterClosing: true,
  },
  'GET /v1/charge-disputes': readOf('/v1/charge-disputes'),
  'GET /v1/charge-disputes/{charge_dispute_id}': readOf(`/v1/charge-disputes/${matters.charge_dispute}`),
  'GET /v1/charge-disputes/{charge_dispute_id}/evidence': readOf(`/v1/charge-disputes/${matters.charge_dispute}/evidence`),
  'POST /v1/charge-disputes': {
    repeats: 'charge_dispute',
    scope: 'account:write',
    whileSuspended: false,
    // The one that is open already.
    status: 200,
    path: '/v1/charge-disputes',
    call: { json: { verification_id: verificationId, ground: 'other', text: 'not by us' } },
    afterClosing: true,
  },
  'POST /v1/charge-disputes/{charge_dispute_id}/withdrawal': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/charge-disputes/${matters.charge_dispute}/withdrawal`,
    call: { json: {} },
    afterClosing: true,
  },
  'GET /v1/credit-notes': readOf('/v1/credit-notes'),
  'GET /v1/credit-notes/{credit_note_id}': readOf(`/v1/credit-notes/${matters.credit_note}`),
  'GET /v1/disputes': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: '/v1/disputes',
    call: {},
  },
  'GET /v1/disputes/{dispute_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/disputes/${matters.dispute}`,
    call: {},
  },
  'POST /v1/disputes': {
    scope: 'account:write',
    whileSuspended: false,
    status: 201,
    path: '/v1/disputes',
    call: { json: { topic: 'service', text: 'too slow' } },
  },
  'GET /v1/force-majeure-cases': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: '/v1/force-majeure-cases',
    call: {},
  },
  'GET /v1/force-majeure-cases/{force_majeure_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/force-majeure-cases/${matters.force_majeure}`,
    call: {},
  },
  'POST /v1/force-majeure-cases': {
    scope: 'account:write',
    whileSuspended: false,
    status: 201,
    path: '/v1/force-majeure-cases',
    call: { json: floodOf() },
  },
  'GET /v1/quality-issues': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: '/v1/quality-issues',
    call: {},
  },
  'GET /v1/quality-issues/{quality_issue_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/quality-issues/${matters.quality_issue}`,
    call: {},
  },
  'POST /v1/quality-issues': {
    repeats: 'quality_issue',
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: '/v1/quality-issues',
    call: { json: { verification_id: verificationId } },
  },
  'POST /v1/disputes/{dispute_id}/withdrawal': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/disputes/${matters.dispute}/withdrawal`,
    call: { json: {} },
    // What is open between the two sides outlives the account.
    afterClosing: true,
  },
  'POST /v1/force-majeure-cases/{force_majeure_id}/proofs': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/force-majeure-cases/${matters.force_majeure}/proofs`,
    call: { json: { paper: 'notarial_deed', sha256: sha256('deed') } },
  },
  'POST /v1/force-majeure-cases/{force_majeure_id}/mitigation': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/force-majeure-cases/${matters.force_majeure}/mitigation`,
    call: { json: { text: 'moved to higher ground' } },
  },
  'POST /v1/force-majeure-cases/{force_majeure_id}/talks': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/force-majeure-cases/${matters.force_majeure}/talks`,
    call: { json: {} },
  },
  'GET /v1/uptime': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: '/v1/uptime?month=2024-08',
    call: {},
  },
  'GET /v1/closings': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/closings', call: {} },
  'GET /v1/closings/{closing_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/closings/${matters.closing}`,
    call: {},
  },
  'GET /v1/closings/{closing_id}/files/{file_name}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 404,
    path: `/v1/closings/${matters.closing}/files/none`,
    call: {},
  },
  'POST /v1/closings': {
    scope: 'account:write',
    whileSuspended: false,
    status: 201,
    path: '/v1/closings',
    call: { json: { reference: 'stop-1', text: 'the project is over' } },
  },
  'POST /v1/closings/{closing_id}/withdrawal': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/closings/${matters.closing}/withdrawal`,
    call: { json: {} },
  },
  'POST /v1/closings/{closing_id}/hand-over-confirmation': {
    scope: 'account:write',
    whileSuspended: false,
    status: 409,
    afterClosing: true,
    path: `/v1/closings/${matters.closing}/hand-over-confirmation`,
    call: { json: { manifest_digest: 'ab'.repeat(32) } },
  },
  'PUT /v1/consents/{id}/evidence': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/consents/${consentId}/evidence`,
    call: evidenceOf('c-1'),
  },
  'GET /v1/evidence-requests': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: '/v1/evidence-requests',
    call: {},
  },
  'GET /v1/evidence-requests/{evidence_request_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/evidence-requests/${matters.evidence_request}`,
    call: {},
  },
  'PUT /v1/evidence-requests/{evidence_request_id}/files/{verification_id}': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/evidence-requests/${matters.evidence_request}/files/${verificationId}`,
    call: evidenceOf('c-1'),
  },
  'GET /v1/parties': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/parties', call: {} },
  'GET /v1/parties/{party_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/parties/${matters.party}`,
    call: {},
  },
  'GET /v1/papers': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/papers', call: {} },
  'GET /v1/papers/{paper_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/papers/${matters.paper}`,
    call: {},
  },
  'POST /v1/papers': {
    scope: 'account:write',
    whileSuspended: false,
    status: 201,
    path: '/v1/papers',
    call: { json: { kind: 'authorisation_letter', sha256: sha256('letter') } },
  },
  'GET /v1/integrations': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/integrations', call: {} },
  'GET /v1/integrations/{integration_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/integrations/${matters.integration}`,
    call: {},
  },
  'POST /v1/integrations': {
    scope: 'account:write',
    whileSuspended: false,
    status: 201,
    path: '/v1/integrations',
    call: { json: {} },
  },
  'POST /v1/integrations/{integration_id}/pass': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/integrations/${matters.integration}/pass`,
    call: { json: { verification_ids: [verificationId] } },
  },
  'GET /v1/customer-changes': readOf('/v1/customer-changes'),
  'GET /v1/customer-changes/{customer_change_id}': readOf(`/v1/customer-changes/${matters.customer_change}`),
  'POST /v1/customer-changes': {
    scope: 'account:write',
    whileSuspended: false,
    status: 201,
    path: '/v1/customer-changes',
    call: { json: { what: 'business', changed_on: '2024-08-02', text: 'another trade' } },
  },
  'GET /v1/contact-persons': readOf('/v1/contact-persons'),
  'GET /v1/contact-persons/{contact_person_id}': readOf(`/v1/contact-persons/${matters.contact_person}`),
  'POST /v1/contact-persons': {
    repeats: 'contact_person',
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: '/v1/contact-persons',
    call: { json: { reference: 'contact-1', contact: 'staff-7' } },
  },
  'POST /v1/contact-persons/{contact_person_id}/replacement': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/contact-persons/${matters.contact_person}/replacement`,
    call: { json: { contact: 'staff-8', letter_sha256: sha256('letter') } },
  },
  'GET /v1/filings': readOf('/v1/filings'),
  'GET /v1/filings/{filing_id}': readOf(`/v1/filings/${matters.filing}`),
  'POST /v1/filings': {
    scope: 'account:write',
    whileSuspended: false,
    status: 201,
    path: '/v1/filings',
    call: { json: filingBody },
  },
  'PUT /v1/filings/{filing_id}': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/filings/${matters.filing}`,
    call: { json: filingBody },
  },
  'POST /v1/filings/{filing_id}/changes': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/filings/${matters.filing}/changes`,
    call: { json: { changed_on: '2024-08-02' } },
  },
  'GET /v1/bank-account-changes': readOf('/v1/bank-account-changes'),
  'GET /v1/bank-account-changes/{bank_account_change_id}': readOf(`/v1/bank-account-changes/${matters.bank_account_change}`),
  'POST /v1/bank-account-changes': {
    scope: 'account:write',
    whileSuspended: false,
    status: 201,
    path: '/v1/bank-account-changes',
    call: { json: { ...bankAccountBody, name: 'Example Ltd', tax_id: madeUpUscc(accountIdOf(consentId)) } },
  },
  'PUT /v1/bank-account-changes/{bank_account_change_id}/answer': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/bank-account-changes/${matters.bank_account_change}/answer`,
    call: { json: { consents: true } },
  },
  'GET /v1/inspections': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/inspections', call: {} },
  'GET /v1/inspections/{inspection_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/inspections/${matters.inspection}`,
    call: {},
  },
  'POST /v1/inspections/{inspection_id}/correction': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/inspections/${matters.inspection}/correction`,
    call: { json: { text: 'the resale has ended' } },
  },
  'GET /v1/suspensions': { scope: 'account:read', whileSuspended: false, status: 200, path: '/v1/suspensions', call: {} },
  'GET /v1/suspensions/{suspension_id}': {
    scope: 'account:read',
    whileSuspended: false,
    status: 200,
    path: `/v1/suspensions/${matters.suspension}`,
    call: {},
  },
  'POST /v1/api-keys/{key_id}/leak-report': {
    scope: 'account:write',
    whileSuspended: false,
    status: 201,
    path: `/v1/api-keys/${spareKeyId}/leak-report`,
    call: { json: {} },
  },
  'GET /v1/payment-orders': readOf('/v1/payment-orders'),
  'GET /v1/payment-orders/{payment_order_id}': readOf(`/v1/payment-orders/${matters.payment_order}`),
  'POST /v1/payment-orders/{payment_order_id}/verification': {
    scope: 'account:write',
    whileSuspended: false,
    status: 200,
    path: `/v1/payment-orders/${matters.payment_order}/verification`,
    call: { json: paymentSplit },
    // What is owed at the end of an agreement is still paid.
    afterClosing: true,
  },
  'GET /v1/receipts': readOf('/v1/receipts'),
  'GET /v1/receipts/{receipt_id}': readOf(`/v1/receipts/${matters.receipt}`),
  'GET /v1/clearing': readOf('/v1/clearing?from=2024-08-01&to=2024-08-31'),
  'GET /v1/tax-invoices': readOf('/v1/tax-invoices'),
  'GET /v1/tax-invoices/{tax_invoice_id}': readOf(`/v1/tax-invoices/${matters.tax_invoice}`),
})

/** For the names of the routes alone. */
export const nothingSeeded: Omit<Seeded, 'customer'> = {
  consentId: '',
  verificationId: '',
  digest: '',
  matters: Object.fromEntries(Object.keys(matterSeeds).map((kind) => [kind, ''])) as MatterIds,
  spareKeyId: '',
}

/** Fails when the app has a customer route without a line above, or the other way round. */
export const expectAllRoutesListed = (gateway: TestGateway): void => {
  const served = gateway.app.routes
    .filter(({ caller }) => caller === 'key')
    .map(({ method, path }) => `${method.toUpperCase()} ${path}`)
  expect(Object.keys(customerRoutes(nothingSeeded)).sort()).toEqual(served.sort())
}

/** Numbers of the stand-ins below: long enough to be in no path or body by chance. */
const standInOf = (index: number): string => String(7_000_000_000 + index)

/** Ids by which a route shows what it names: each holds a number of its own, also in the account that is read from it. */
const standIns: Omit<Seeded, 'customer'> = {
  ...nothingSeeded,
  matters: Object.fromEntries(Object.keys(matterSeeds).map((kind, index) => [kind, `x_${standInOf(index)}_x`])) as MatterIds,
}

/** The kinds of matter that the good call of a route names. */
const kindsNamedBy = (name: string): SeededKind[] => {
  const route = customerRoutes(standIns)[name]
  const text = JSON.stringify(route ?? {})
  const isNamed = (kind: SeededKind, index: number) => text.includes(standInOf(index)) || kind === route?.repeats
  return (Object.keys(matterSeeds) as SeededKind[]).filter(isNamed)
}

/** A customer with everything that a route can name; with `only`, with what this one names, which is much sooner done. */
export const seedCustomer = async (
  gateway: TestGateway,
  { only, ...wishes }: Parameters<typeof openCustomer>[1] & { only?: string } = {},
): Promise<Seeded> => {
  // Talks about a long event are in no agreement of S1.
  const forceMajeure = { long: { durationDays: 30, talks: { n: 10, unit: 'day' } } }
  const customer = await openCustomer(gateway, { ...wishes, overrides: { ...everyKind, forceMajeure, ...wishes.overrides } })
  const consent = await expectStatus(201, customer.record('c-1'))
  const verification = await expectStatus(200, customer.verify('k-1', 'c-1'))
  const digest = (await expectStatus(200, customer.call('GET', '/v1/account'))).word('agreement', 'digest')
  const kinds = only === undefined ? undefined : kindsNamedBy(only)
  const matters = { ...nothingSeeded.matters, ...(await seedMatters(customer, kinds)) }
  if (matters.ticket !== '') await solveTicket(customer, matters.ticket)
  const { keyId: spareKeyId } = await customer.withKey()
  return { customer, digest, matters, spareKeyId, consentId: consent.word('id'), verificationId: verification.word('id') }
}

export const callRoute = (caller: Customer, name: string, { path, call }: CustomerRoute, more: Call = {}): Promise<Answer> =>
  caller.call(name.slice(0, name.indexOf(' ')), path, { ...call, ...more })
