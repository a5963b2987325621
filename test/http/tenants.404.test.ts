import { beforeAll, describe, expect, it, test } from 'vitest'
import { callRoute, customerRoutes, expectAllRoutesListed, type Seeded, seedCustomer } from '../support/http-customer-routes.ts'
import { type Answer, type Call, useGateway } from '../support/http-gateway.ts'
import { amendmentBody, evidenceOf, filingBody, paymentSplit } from '../support/http-matters.ts'
import { expectStatus, verificationBody } from '../support/http-world.ts'

/* Two accounts: whatever one of them names of the other is answered as if it had never been. */

const gateway = useGateway()

let own: Seeded
let foreign: Seeded

beforeAll(async () => {
  own = await seedCustomer(gateway())
  foreign = await seedCustomer(gateway())
  await expectStatus(201, foreign.customer.record('only-theirs'))
})

/** Ids that never were, of the own account and of the foreign one. */
const missing = ({ customer }: Seeded, prefix: string): string => `${prefix}_${customer.accountId.slice(4)}_00000000001`

interface Naming {
  /** Where the id stands. */
  where: string
  path: (id: string) => string
  call?: (id: string) => Call
  theirs: () => string
  missing: () => string[]
  answer: [status: number, code: string] | 'as if it were new'
}

const idsOf =
  (prefix: string): (() => string[]) =>
  () => [missing(own, prefix), missing(foreign, prefix)]
const notFound: Naming['answer'] = [404, 'not_found']
const asBody =
  (member: string) =>
  (id: string): Call => ({
    json: { ...verificationBody(''), consent_reference: undefined, [member]: id },
    headers: { 'Idempotency-Key': 'k-3' },
  })

/** A cursor of a list. */
const cursorOf = (path: string, theirs: () => string, prefix: string): Naming => ({
  where: 'cursor',
  path: (id) => `${path}?cursor=${id}`,
  theirs,
  missing: () => [missing(foreign, prefix)],
  answer: [400, 'query_invalid'],
})

/** An id in the path. */
const idIn = (path: (id: string) => string, theirs: () => string, prefix: string, call?: (id: string) => Call): Naming => ({
  where: 'path',
  path,
  ...(call ? { call } : {}),
  theirs,
  missing: idsOf(prefix),
  answer: notFound,
})

/** An id in a body that names something of the account. */
const idInBody = (path: string, theirs: () => string, prefix: string, body: (id: string) => object): Naming => ({
  ...idIn(
    () => path,
    theirs,
    prefix,
    (id) => ({ json: body(id) }),
  ),
  where: 'body',
})
const endpointIn = (after: string): Naming =>
  idIn(
    (id) => `/v1/webhook-endpoints/${id}${after}`,
    () => foreign.matters.webhook_endpoint,
    'whe',
  )

/** Every place of every customer route where an id can stand; an empty list for a route that takes none. */
const namings: Record<string, Naming[]> = {
  'POST /v1/verifications': [
    {
      where: 'consent_id',
      path: () => '/v1/verifications',
      call: asBody('consent_id'),
      theirs: () => foreign.consentId,
      missing: idsOf('con'),
      answer: [403, 'consent_missing'],
    },
    {
      where: 'consent_reference',
      path: () => '/v1/verifications',
      call: asBody('consent_reference'),
      theirs: () => 'only-theirs',
      missing: () => ['nobodys'],
      answer: [403, 'consent_missing'],
    },
  ],
  'GET /v1/verifications': [
    {
      where: 'cursor',
      path: (id) => `/v1/verifications?cursor=${id}`,
      theirs: () => foreign.verificationId,
      missing: () => [missing(foreign, 'ver')],
      answer: [400, 'query_invalid'],
    },
  ],
  'GET /v1/verifications/{id}': [
    {
      where: 'path',
      path: (id) => `/v1/verifications/${id}`,
      theirs: () => foreign.verificationId,
      missing: idsOf('ver'),
      answer: notFound,
    },
  ],
  'POST /v1/consents': [],
  'POST /v1/consents/batch': [],
  'GET /v1/consents': [
    {
      where: 'cursor',
      path: (id) => `/v1/consents?cursor=${id}`,
      theirs: () => foreign.consentId,
      missing: () => [missing(foreign, 'con')],
      answer: [400, 'query_invalid'],
    },
  ],
  'GET /v1/consents/{id}': [
    {
      where: 'path, by id',
      path: (id) => `/v1/consents/${id}`,
      theirs: () => foreign.consentId,
      missing: idsOf('con'),
      answer: notFound,
    },
    {
      where: 'path, by reference',
      path: (id) => `/v1/consents/${id}`,
      theirs: () => 'only-theirs',
      missing: () => ['nobodys'],
      answer: notFound,
    },
  ],
  'POST /v1/consents/{id}/withdrawal': [
    {
      where: 'path, by id',
      path: (id) => `/v1/consents/${id}/withdrawal`,
      call: () => ({ json: { source: 'customer' } }),
      theirs: () => foreign.consentId,
      missing: idsOf('con'),
      answer: notFound,
    },
    {
      where: 'path, by reference',
      path: (id) => `/v1/consents/${id}/withdrawal`,
      call: () => ({ json: { source: 'customer' } }),
      theirs: () => 'only-theirs',
      missing: () => ['nobodys'],
      answer: notFound,
    },
  ],
  'GET /v1/interface': [],
  'GET /v1/deadlines': [],
  'GET /v1/amendments': [cursorOf('/v1/amendments', () => foreign.matters.amendment, 'ame')],
  'GET /v1/amendments/{amendment_id}': [
    idIn(
      (id) => `/v1/amendments/${id}`,
      () => foreign.matters.amendment,
      'ame',
    ),
  ],
  'POST /v1/amendments/{amendment_id}/signature': [
    idIn(
      (id) => `/v1/amendments/${id}/signature`,
      () => foreign.matters.amendment,
      'ame',
      () => ({ json: { document_sha256: amendmentBody.document_sha256 } }),
    ),
  ],
  'POST /v1/amendments/{amendment_id}/objection': [
    idIn(
      (id) => `/v1/amendments/${id}/objection`,
      () => foreign.matters.amendment,
      'ame',
      () => ({ json: {} }),
    ),
  ],
  'POST /v1/signings': [],
  'GET /v1/signings': [cursorOf('/v1/signings', () => foreign.matters.signing, 'sig')],
  'GET /v1/signings/{signing_id}': [
    idIn(
      (id) => `/v1/signings/${id}`,
      () => foreign.matters.signing,
      'sig',
    ),
  ],
  'POST /v1/tickets': [],
  'GET /v1/tickets': [cursorOf('/v1/tickets', () => foreign.matters.ticket, 'tic')],
  'GET /v1/tickets/{ticket_id}': [
    idIn(
      (id) => `/v1/tickets/${id}`,
      () => foreign.matters.ticket,
      'tic',
    ),
  ],
  'POST /v1/tickets/{ticket_id}/confirmation': [
    idIn(
      (id) => `/v1/tickets/${id}/confirmation`,
      () => foreign.matters.ticket,
      'tic',
      () => ({ json: {} }),
    ),
  ],
  'GET /v1/checks': [],
  'GET /v1/account': [],
  'GET /v1/balance': [],
  'GET /v1/usage': [],
  'POST /v1/contacts': [],
  'GET /v1/contacts': [cursorOf('/v1/contacts', () => foreign.matters.contact, 'cot')],
  'GET /v1/contacts/{contact_id}': [
    idIn(
      (id) => `/v1/contacts/${id}`,
      () => foreign.matters.contact,
      'cot',
    ),
  ],
  'PUT /v1/contacts/{contact_id}/marketing': [
    idIn(
      (id) => `/v1/contacts/${id}/marketing`,
      () => foreign.matters.contact,
      'cot',
      () => ({ json: { marketing: true } }),
    ),
  ],
  'POST /v1/contacts/{contact_id}/ending': [
    idIn(
      (id) => `/v1/contacts/${id}/ending`,
      () => foreign.matters.contact,
      'cot',
      () => ({ json: {} }),
    ),
  ],
  'GET /v1/maintenance-windows': [cursorOf('/v1/maintenance-windows', () => foreign.matters.maintenance_window, 'mai')],
  'GET /v1/maintenance-windows/{maintenance_window_id}': [
    idIn(
      (id) => `/v1/maintenance-windows/${id}`,
      () => foreign.matters.maintenance_window,
      'mai',
    ),
  ],
  'GET /v1/notices': [cursorOf('/v1/notices', () => foreign.matters.notice, 'not')],
  'GET /v1/notices/{notice_id}': [
    idIn(
      (id) => `/v1/notices/${id}`,
      () => foreign.matters.notice,
      'not',
    ),
  ],
  'PUT /v1/notices/{notice_id}/reading': [
    idIn(
      (id) => `/v1/notices/${id}/reading`,
      () => foreign.matters.notice,
      'not',
      () => ({ json: {} }),
    ),
  ],
  'GET /v1/source-changes': [cursorOf('/v1/source-changes', () => foreign.matters.source_change, 'chg')],
  'GET /v1/source-changes/{source_change_id}': [
    idIn(
      (id) => `/v1/source-changes/${id}`,
      () => foreign.matters.source_change,
      'chg',
    ),
  ],
  'PUT /v1/source-changes/{source_change_id}/answer': [
    idIn(
      (id) => `/v1/source-changes/${id}/answer`,
      () => foreign.matters.source_change,
      'chg',
      () => ({ json: { answer: 'accept' } }),
    ),
  ],
  'GET /v1/acceptances': [cursorOf('/v1/acceptances', () => foreign.matters.acceptance, 'apt')],
  'GET /v1/acceptances/{acceptance_id}': [
    idIn(
      (id) => `/v1/acceptances/${id}`,
      () => foreign.matters.acceptance,
      'apt',
    ),
  ],
  'GET /v1/bills': [cursorOf('/v1/bills', () => foreign.matters.bill, 'bil')],
  'GET /v1/bills/{bill_id}': [
    idIn(
      (id) => `/v1/bills/${id}`,
      () => foreign.matters.bill,
      'bil',
    ),
  ],
  'GET /v1/bills/{bill_id}/document': [
    idIn(
      (id) => `/v1/bills/${id}/document`,
      () => foreign.matters.bill,
      'bil',
    ),
  ],
  'GET /v1/credit-notes/{credit_note_id}/document': [
    idIn(
      (id) => `/v1/credit-notes/${id}/document`,
      () => foreign.matters.credit_note,
      'crn',
    ),
  ],
  'GET /v1/payment-orders/{payment_order_id}/document': [
    idIn(
      (id) => `/v1/payment-orders/${id}/document`,
      () => foreign.matters.payment_order,
      'pay',
    ),
  ],
  'GET /v1/settlements/{settlement_id}/document': [
    idIn(
      (id) => `/v1/settlements/${id}/document`,
      () => foreign.matters.settlement,
      'set',
    ),
  ],
  'GET /v1/statements/{statement_id}/document': [
    idIn(
      (id) => `/v1/statements/${id}/document`,
      () => foreign.matters.statement,
      'sta',
    ),
  ],
  'GET /v1/printed-copies': [cursorOf('/v1/printed-copies', () => foreign.matters.printed_copy, 'prc')],
  'GET /v1/printed-copies/{printed_copy_id}': [
    idIn(
      (id) => `/v1/printed-copies/${id}`,
      () => foreign.matters.printed_copy,
      'prc',
    ),
  ],
  'GET /v1/builds': [cursorOf('/v1/builds', () => foreign.matters.build, 'bui')],
  'GET /v1/builds/{build_id}': [
    idIn(
      (id) => `/v1/builds/${id}`,
      () => foreign.matters.build,
      'bui',
    ),
  ],
  'GET /v1/fee-notices': [cursorOf('/v1/fee-notices', () => foreign.matters.fee_notice, 'fee')],
  'GET /v1/fee-notices/{fee_notice_id}': [
    idIn(
      (id) => `/v1/fee-notices/${id}`,
      () => foreign.matters.fee_notice,
      'fee',
    ),
  ],
  'GET /v1/statements': [cursorOf('/v1/statements', () => foreign.matters.statement, 'sta')],
  'GET /v1/statements/{statement_id}': [
    idIn(
      (id) => `/v1/statements/${id}`,
      () => foreign.matters.statement,
      'sta',
    ),
  ],
  'GET /v1/statements/{statement_id}/charges': [
    idIn(
      (id) => `/v1/statements/${id}/charges`,
      () => foreign.matters.statement,
      'sta',
    ),
    cursorOf('/v1/statements/sta_none/charges', () => foreign.verificationId, 'ver'),
  ],
  'POST /v1/statements/{statement_id}/acceptance': [
    idIn(
      (id) => `/v1/statements/${id}/acceptance`,
      () => foreign.matters.statement,
      'sta',
    ),
  ],
  'POST /v1/statements/{statement_id}/objection': [
    idIn(
      (id) => `/v1/statements/${id}/objection`,
      () => foreign.matters.statement,
      'sta',
      () => ({ json: { text: 'no', disputed_fen: 0 } }),
    ),
  ],
  'GET /v1/milestones': [cursorOf('/v1/milestones', () => foreign.matters.milestone, 'mil')],
  'GET /v1/milestones/{milestone_id}': [
    idIn(
      (id) => `/v1/milestones/${id}`,
      () => foreign.matters.milestone,
      'mil',
    ),
  ],
  'GET /v1/settlements': [cursorOf('/v1/settlements', () => foreign.matters.settlement, 'set')],
  'GET /v1/settlements/{settlement_id}': [
    idIn(
      (id) => `/v1/settlements/${id}`,
      () => foreign.matters.settlement,
      'set',
    ),
  ],
  'POST /v1/settlements/{settlement_id}/objection': [
    idIn(
      (id) => `/v1/settlements/${id}/objection`,
      () => foreign.matters.settlement,
      'set',
      () => ({ json: { text: 'not ours' } }),
    ),
  ],
  'POST /v1/settlements/{settlement_id}/signature': [
    idIn(
      (id) => `/v1/settlements/${id}/signature`,
      () => foreign.matters.settlement,
      'set',
      () => ({ json: { digest: 'ab'.repeat(32) } }),
    ),
  ],
  'GET /v1/settlement-figures': [cursorOf('/v1/settlement-figures', () => foreign.matters.settlement_figures, 'fig')],
  'GET /v1/settlement-figures/{settlement_figures_id}': [
    idIn(
      (id) => `/v1/settlement-figures/${id}`,
      () => foreign.matters.settlement_figures,
      'fig',
    ),
  ],
  'POST /v1/acceptances/{acceptance_id}/organisation': [
    idIn(
      (id) => `/v1/acceptances/${id}/organisation`,
      () => foreign.matters.acceptance,
      'apt',
      () => ({ json: {} }),
    ),
  ],
  'POST /v1/acceptances/{acceptance_id}/result': [
    idIn(
      (id) => `/v1/acceptances/${id}/result`,
      () => foreign.matters.acceptance,
      'apt',
      () => ({ json: { result: 'failed' } }),
    ),
  ],
  'POST /v1/fee-notices/{fee_notice_id}/objection': [
    idIn(
      (id) => `/v1/fee-notices/${id}/objection`,
      () => foreign.matters.fee_notice,
      'fee',
      () => ({ json: { text: 'no' } }),
    ),
  ],
  'GET /v1/claims': [cursorOf('/v1/claims', () => foreign.matters.claim, 'cla')],
  'GET /v1/claims/{claim_id}': [
    idIn(
      (id) => `/v1/claims/${id}`,
      () => foreign.matters.claim,
      'cla',
    ),
  ],
  'GET /v1/charge-disputes': [cursorOf('/v1/charge-disputes', () => foreign.matters.charge_dispute, 'cdi')],
  'GET /v1/charge-disputes/{charge_dispute_id}': [
    idIn(
      (id) => `/v1/charge-disputes/${id}`,
      () => foreign.matters.charge_dispute,
      'cdi',
    ),
  ],
  'GET /v1/charge-disputes/{charge_dispute_id}/evidence': [
    idIn(
      (id) => `/v1/charge-disputes/${id}/evidence`,
      () => foreign.matters.charge_dispute,
      'cdi',
    ),
  ],
  'POST /v1/charge-disputes/{charge_dispute_id}/withdrawal': [
    idIn(
      (id) => `/v1/charge-disputes/${id}/withdrawal`,
      () => foreign.matters.charge_dispute,
      'cdi',
      () => ({ json: {} }),
    ),
  ],
  'POST /v1/charge-disputes': [
    idInBody(
      '/v1/charge-disputes',
      () => foreign.verificationId,
      'ver',
      (id) => ({ verification_id: id, ground: 'other', text: 'not by us' }),
    ),
  ],
  'GET /v1/credit-notes': [cursorOf('/v1/credit-notes', () => foreign.matters.credit_note, 'crn')],
  'GET /v1/credit-notes/{credit_note_id}': [
    idIn(
      (id) => `/v1/credit-notes/${id}`,
      () => foreign.matters.credit_note,
      'crn',
    ),
  ],
  'GET /v1/disputes': [cursorOf('/v1/disputes', () => foreign.matters.dispute, 'dis')],
  'GET /v1/disputes/{dispute_id}': [
    idIn(
      (id) => `/v1/disputes/${id}`,
      () => foreign.matters.dispute,
      'dis',
    ),
  ],
  'GET /v1/force-majeure-cases': [cursorOf('/v1/force-majeure-cases', () => foreign.matters.force_majeure, 'fmj')],
  'GET /v1/force-majeure-cases/{force_majeure_id}': [
    idIn(
      (id) => `/v1/force-majeure-cases/${id}`,
      () => foreign.matters.force_majeure,
      'fmj',
    ),
  ],
  'GET /v1/payment-orders': [cursorOf('/v1/payment-orders', () => foreign.matters.payment_order, 'pay')],
  'GET /v1/payment-orders/{payment_order_id}': [
    idIn(
      (id) => `/v1/payment-orders/${id}`,
      () => foreign.matters.payment_order,
      'pay',
    ),
  ],
  'POST /v1/payment-orders/{payment_order_id}/verification': [
    idIn(
      (id) => `/v1/payment-orders/${id}/verification`,
      () => foreign.matters.payment_order,
      'pay',
      () => ({ json: paymentSplit }),
    ),
  ],
  'GET /v1/receipts': [cursorOf('/v1/receipts', () => foreign.matters.receipt, 'rct')],
  'GET /v1/receipts/{receipt_id}': [
    idIn(
      (id) => `/v1/receipts/${id}`,
      () => foreign.matters.receipt,
      'rct',
    ),
  ],
  'GET /v1/clearing': [],
  'GET /v1/tax-invoices': [cursorOf('/v1/tax-invoices', () => foreign.matters.tax_invoice, 'inv')],
  'GET /v1/tax-invoices/{tax_invoice_id}': [
    idIn(
      (id) => `/v1/tax-invoices/${id}`,
      () => foreign.matters.tax_invoice,
      'inv',
    ),
  ],
  'GET /v1/quality-issues': [cursorOf('/v1/quality-issues', () => foreign.matters.quality_issue, 'qis')],
  'GET /v1/quality-issues/{quality_issue_id}': [
    idIn(
      (id) => `/v1/quality-issues/${id}`,
      () => foreign.matters.quality_issue,
      'qis',
    ),
  ],
  'POST /v1/disputes/{dispute_id}/withdrawal': [
    idIn(
      (id) => `/v1/disputes/${id}/withdrawal`,
      () => foreign.matters.dispute,
      'dis',
      () => ({ json: {} }),
    ),
  ],
  'POST /v1/force-majeure-cases/{force_majeure_id}/proofs': [
    idIn(
      (id) => `/v1/force-majeure-cases/${id}/proofs`,
      () => foreign.matters.force_majeure,
      'fmj',
      () => ({ json: { paper: 'other', sha256: '0'.repeat(64) } }),
    ),
  ],
  'POST /v1/force-majeure-cases/{force_majeure_id}/mitigation': [
    idIn(
      (id) => `/v1/force-majeure-cases/${id}/mitigation`,
      () => foreign.matters.force_majeure,
      'fmj',
      () => ({ json: { text: 'done' } }),
    ),
  ],
  'POST /v1/force-majeure-cases/{force_majeure_id}/talks': [
    idIn(
      (id) => `/v1/force-majeure-cases/${id}/talks`,
      () => foreign.matters.force_majeure,
      'fmj',
      () => ({ json: {} }),
    ),
  ],
  'POST /v1/disputes': [],
  'POST /v1/claims': [
    idInBody(
      '/v1/claims',
      () => foreign.verificationId,
      'ver',
      (id) => ({
        head: 'travel',
        amount_fen: 1,
        text: 'a journey',
        verification_ids: [id],
      }),
    ),
  ],
  'POST /v1/force-majeure-cases': [
    idInBody(
      '/v1/force-majeure-cases',
      () => foreign.matters.ticket,
      'tic',
      (id) => ({
        event_on: '2024-08-01',
        text: 'flood',
        obligation: { text: 'an answer', matter_id: id, clock: 'reply' },
      }),
    ),
  ],
  'POST /v1/quality-issues': [
    idInBody(
      '/v1/quality-issues',
      () => foreign.verificationId,
      'ver',
      (id) => ({ verification_id: id }),
    ),
  ],
  'GET /v1/uptime': [],
  'POST /v1/closings': [],
  'GET /v1/closings': [cursorOf('/v1/closings', () => foreign.matters.closing, 'clo')],
  'GET /v1/closings/{closing_id}': [
    idIn(
      (id) => `/v1/closings/${id}`,
      () => foreign.matters.closing,
      'clo',
    ),
  ],
  'GET /v1/closings/{closing_id}/files/{file_name}': [
    idIn(
      (id) => `/v1/closings/${id}/files/none`,
      () => foreign.matters.closing,
      'clo',
    ),
  ],
  'POST /v1/closings/{closing_id}/withdrawal': [
    idIn(
      (id) => `/v1/closings/${id}/withdrawal`,
      () => foreign.matters.closing,
      'clo',
      () => ({ json: {} }),
    ),
  ],
  'POST /v1/closings/{closing_id}/hand-over-confirmation': [
    idIn(
      (id) => `/v1/closings/${id}/hand-over-confirmation`,
      () => foreign.matters.closing,
      'clo',
      () => ({ json: { manifest_digest: 'ab'.repeat(32) } }),
    ),
  ],
  'PUT /v1/consents/{id}/evidence': [
    idIn(
      (id) => `/v1/consents/${id}/evidence`,
      () => foreign.consentId,
      'con',
      () => evidenceOf('c-1'),
    ),
  ],
  'GET /v1/evidence-requests': [cursorOf('/v1/evidence-requests', () => foreign.matters.evidence_request, 'evr')],
  'GET /v1/evidence-requests/{evidence_request_id}': [
    idIn(
      (id) => `/v1/evidence-requests/${id}`,
      () => foreign.matters.evidence_request,
      'evr',
    ),
  ],
  'PUT /v1/evidence-requests/{evidence_request_id}/files/{verification_id}': [
    idIn(
      (id) => `/v1/evidence-requests/${id}/files/${foreign.verificationId}`,
      () => foreign.matters.evidence_request,
      'evr',
      () => evidenceOf('c-1'),
    ),
    idIn(
      (id) => `/v1/evidence-requests/${own.matters.evidence_request}/files/${id}`,
      () => foreign.verificationId,
      'ver',
      () => evidenceOf('c-1'),
    ),
  ],
  'GET /v1/agreement': [],
  'GET /v1/documents': [cursorOf('/v1/documents', () => foreign.matters.document, 'doc')],
  'GET /v1/documents/{document_id}': [
    idIn(
      (id) => `/v1/documents/${id}`,
      () => foreign.matters.document,
      'doc',
    ),
  ],
  'GET /v1/documents/{document_id}/file': [
    idIn(
      (id) => `/v1/documents/${id}/file`,
      () => foreign.matters.document,
      'doc',
    ),
  ],
  'GET /v1/differences': [cursorOf('/v1/differences', () => foreign.matters.difference, 'dif')],
  'GET /v1/differences/{difference_id}': [
    idIn(
      (id) => `/v1/differences/${id}`,
      () => foreign.matters.difference,
      'dif',
    ),
  ],
  'GET /v1/parties': [cursorOf('/v1/parties', () => foreign.matters.party, 'par')],
  'GET /v1/parties/{party_id}': [
    idIn(
      (id) => `/v1/parties/${id}`,
      () => foreign.matters.party,
      'par',
    ),
  ],
  'POST /v1/papers': [],
  'GET /v1/papers': [cursorOf('/v1/papers', () => foreign.matters.paper, 'pap')],
  'GET /v1/papers/{paper_id}': [
    idIn(
      (id) => `/v1/papers/${id}`,
      () => foreign.matters.paper,
      'pap',
    ),
  ],
  'POST /v1/integrations': [],
  'GET /v1/integrations': [cursorOf('/v1/integrations', () => foreign.matters.integration, 'int')],
  'GET /v1/integrations/{integration_id}': [
    idIn(
      (id) => `/v1/integrations/${id}`,
      () => foreign.matters.integration,
      'int',
    ),
  ],
  'POST /v1/integrations/{integration_id}/pass': [
    idIn(
      (id) => `/v1/integrations/${id}/pass`,
      () => foreign.matters.integration,
      'int',
      () => ({ json: { verification_ids: [own.verificationId] } }),
    ),
    {
      where: 'verification_ids',
      path: () => `/v1/integrations/${own.matters.integration}/pass`,
      call: (id) => ({ json: { verification_ids: [id] } }),
      theirs: () => foreign.verificationId,
      missing: idsOf('ver'),
      answer: [409, 'state_conflict'],
    },
  ],
  'POST /v1/customer-changes': [],
  'GET /v1/customer-changes': [cursorOf('/v1/customer-changes', () => foreign.matters.customer_change, 'cha')],
  'GET /v1/customer-changes/{customer_change_id}': [
    idIn(
      (id) => `/v1/customer-changes/${id}`,
      () => foreign.matters.customer_change,
      'cha',
    ),
  ],
  'POST /v1/contact-persons': [],
  'GET /v1/contact-persons': [cursorOf('/v1/contact-persons', () => foreign.matters.contact_person, 'cop')],
  'GET /v1/contact-persons/{contact_person_id}': [
    idIn(
      (id) => `/v1/contact-persons/${id}`,
      () => foreign.matters.contact_person,
      'cop',
    ),
  ],
  'POST /v1/filings': [],
  'GET /v1/filings': [cursorOf('/v1/filings', () => foreign.matters.filing, 'fil')],
  'GET /v1/filings/{filing_id}': [
    idIn(
      (id) => `/v1/filings/${id}`,
      () => foreign.matters.filing,
      'fil',
    ),
  ],
  'POST /v1/bank-account-changes': [],
  'GET /v1/bank-account-changes': [cursorOf('/v1/bank-account-changes', () => foreign.matters.bank_account_change, 'bac')],
  'GET /v1/bank-account-changes/{bank_account_change_id}': [
    idIn(
      (id) => `/v1/bank-account-changes/${id}`,
      () => foreign.matters.bank_account_change,
      'bac',
    ),
  ],
  'POST /v1/contact-persons/{contact_person_id}/replacement': [
    idIn(
      (id) => `/v1/contact-persons/${id}/replacement`,
      () => foreign.matters.contact_person,
      'cop',
      () => ({ json: { contact: 'staff-9', letter_sha256: 'a'.repeat(64) } }),
    ),
  ],
  'PUT /v1/filings/{filing_id}': [
    idIn(
      (id) => `/v1/filings/${id}`,
      () => foreign.matters.filing,
      'fil',
      () => ({ json: filingBody }),
    ),
  ],
  'POST /v1/filings/{filing_id}/changes': [
    idIn(
      (id) => `/v1/filings/${id}/changes`,
      () => foreign.matters.filing,
      'fil',
      () => ({ json: { changed_on: '2024-08-02' } }),
    ),
  ],
  'PUT /v1/bank-account-changes/{bank_account_change_id}/answer': [
    idIn(
      (id) => `/v1/bank-account-changes/${id}/answer`,
      () => foreign.matters.bank_account_change,
      'bac',
      () => ({ json: { consents: true } }),
    ),
  ],
  'POST /v1/webhook-endpoints': [],
  'GET /v1/webhook-endpoints': [cursorOf('/v1/webhook-endpoints', () => foreign.matters.webhook_endpoint, 'whe')],
  'GET /v1/webhook-endpoints/{webhook_endpoint_id}': [endpointIn('')],
  'POST /v1/webhook-endpoints/{webhook_endpoint_id}/secret': [endpointIn('/secret')],
  'POST /v1/webhook-endpoints/{webhook_endpoint_id}/tests': [endpointIn('/tests')],
  'PUT /v1/webhook-endpoints/{webhook_endpoint_id}/pause': [endpointIn('/pause')],
  'DELETE /v1/webhook-endpoints/{webhook_endpoint_id}/pause': [endpointIn('/pause')],
  'DELETE /v1/webhook-endpoints/{webhook_endpoint_id}': [endpointIn('')],
  'GET /v1/inspections': [cursorOf('/v1/inspections', () => foreign.matters.inspection, 'ins')],
  'GET /v1/inspections/{inspection_id}': [
    idIn(
      (id) => `/v1/inspections/${id}`,
      () => foreign.matters.inspection,
      'ins',
    ),
  ],
  'POST /v1/inspections/{inspection_id}/correction': [
    idIn(
      (id) => `/v1/inspections/${id}/correction`,
      () => foreign.matters.inspection,
      'ins',
      () => ({ json: { text: 'done' } }),
    ),
  ],
  'GET /v1/suspensions': [cursorOf('/v1/suspensions', () => foreign.matters.suspension, 'sus')],
  'GET /v1/suspensions/{suspension_id}': [
    idIn(
      (id) => `/v1/suspensions/${id}`,
      () => foreign.matters.suspension,
      'sus',
    ),
  ],
  'POST /v1/api-keys/{key_id}/leak-report': [
    idIn(
      (id) => `/v1/api-keys/${id}/leak-report`,
      () => foreign.spareKeyId,
      'key',
      () => ({ json: {} }),
    ),
  ],
}

/** What of an answer may differ: its own request id, and what is left of the caller's share. */
const comparable = (answer: Answer): string => {
  const text = answer.text.replaceAll(answer.word('request_id'), '').replaceAll(answer.word('trace_id'), '')
  return JSON.stringify([answer.status, [...answer.headers].filter(([name]) => name !== 'ratelimit'), text])
}

describe('every customer route', () => {
  it('is listed here', () => {
    expectAllRoutesListed(gateway())
    expect(Object.keys(namings).sort()).toEqual(Object.keys(customerRoutes(own)).sort())
  })

  const places = Object.entries(namings).flatMap(([route, list]) => list.map((naming) => [route, naming.where, naming] as const))
  test.each(places)('%s answers an id of another account in the %s as one that never was', async (route, _where, naming) => {
    const method = route.slice(0, route.indexOf(' '))
    const ask = (id: string) => own.customer.call(method, naming.path(id), naming.call?.(id))
    const answer = await ask(naming.theirs())
    expect([answer.status, answer.code]).toEqual(naming.answer)
    for (const id of naming.missing()) expect(comparable(await ask(id))).toBe(comparable(answer))
  })

  it('shows nothing of the other account in any answer', async () => {
    const { accountId } = foreign.customer
    for (const [name, route] of Object.entries(customerRoutes(own))) {
      const answer = await callRoute(own.customer, name, route)
      expect([name, answer.text.includes(accountId.slice(4)), answer.text.includes('only-theirs')]).toEqual([name, false, false])
    }
  })

  it('leaves the other account as it was', async () => {
    expect((await foreign.customer.call('GET', '/v1/consents/only-theirs')).member('state')).toBe('active')
    expect(await foreign.customer.credits()).toEqual({ available: 99, held: 0, captured: 1 })
    expect((await foreign.customer.call('GET', `/v1/verifications/${foreign.verificationId}`)).status).toBe(200)
  })
})

describe('staff', () => {
  const reason = 'as agreed'
  const acts = (): [method: string, path: string, body: unknown][] => [
    ['POST', `/api-keys/${foreign.customer.keyId}/rotation`, { reason }],
    ['POST', `/api-keys/${foreign.customer.keyId}/revocation`, { reason }],
    ['PUT', `/api-keys/${foreign.customer.keyId}/suspension`, { ground: 'fraud', note: reason }],
    ['DELETE', `/api-keys/${foreign.customer.keyId}/suspension`, { reason }],
    ['PUT', `/consents/${foreign.consentId}/subject-hold`, { ground: 'subject_objection', note: reason }],
    ['DELETE', `/consents/${foreign.consentId}/subject-hold`, { reason }],
    ['POST', `/verifications/${foreign.verificationId}/settlement-proposals`, { outcome: 'match', reason }],
    [
      'POST',
      `/amendments/${foreign.matters.amendment}/signatures`,
      { party: 'provider', document_sha256: amendmentBody.document_sha256, signed_at: '2024-08-01T09:00:00+08:00', reason },
    ],
    ['POST', `/amendments/${foreign.matters.amendment}/objections`, { reason }],
    ['POST', `/contacts/${foreign.matters.contact}/ending`, { reason }],
    ['POST', `/maintenance-windows/${foreign.matters.maintenance_window}/cancellation`, { reason }],
    ['POST', `/notices/${foreign.matters.notice}/facts`, { fact: 'signed', on: '2024-08-02', reason }],
    ['PUT', `/source-changes/${foreign.matters.source_change}/answer`, { answer: 'refuse', reason }],
    ['PUT', `/documents/${foreign.matters.document}/file`, {}],
    ['POST', `/inspections/${foreign.matters.inspection}/confirmation`, { reason }],
    ['POST', `/breach-cases/${never('bre')}/steps`, { step: 'closed', reason }],
    ['POST', `/usage-flags/${never('flg')}/clearance`, { reason }],
    ['POST', `/tickets/${foreign.matters.ticket}/steps`, { step: 'replied', reason }],
    ['POST', `/acceptances/${foreign.matters.acceptance}/reminders`, { on: '2024-08-01', reason }],
    ['POST', `/acceptances/${foreign.matters.acceptance}/organisation`, { on: '2024-08-01', reason }],
    ['POST', `/acceptances/${foreign.matters.acceptance}/result`, { result: 'passed', on: '2024-08-01', reason }],
    ['POST', `/bills/${foreign.matters.bill}/data-uses`, { reference: 'd-1', bytes: 1, reason }],
    ['PUT', `/bills/${foreign.matters.bill}/invoice-receipt`, { on: '2024-08-01', reason }],
    ['POST', `/bills/${foreign.matters.bill}/payments`, { on: '2024-08-01', amount_fen: 1, bank_reference: 'B', reason }],
    ['POST', '/printed-copies', { document: foreign.matters.bill, language: 'zh', sha256: '0'.repeat(64), bytes: 1, reason }],
    ['PUT', `/builds/${foreign.matters.build}/completion`, { on: '2024-08-01', reason }],
    ['POST', `/statements/${foreign.matters.statement}/objection`, { on: '2024-08-01', text: 'no', disputed_fen: 0, reason }],
    ['POST', `/statements/${foreign.matters.statement}/objection-conclusion`, { result: 'rejected', reason }],
    ['POST', `/fee-notices/${foreign.matters.fee_notice}/objection`, { on: '2024-08-01', text: 'no', reason }],
    ['POST', `/fee-notices/${foreign.matters.fee_notice}/conclusion`, { amount_fen: 1, reason }],
    [
      'POST',
      `/milestones/${foreign.matters.milestone}/payments`,
      { on: '2024-08-01', amount_fen: 1, bank_reference: 'B', reason },
    ],
    ['PUT', `/milestones/${foreign.matters.milestone}/online`, { on: '2024-08-01', reason }],
    ['POST', `/payment-orders/${foreign.matters.payment_order}/verification`, { ...paymentSplit, reason }],
    ['POST', `/payment-orders/${foreign.matters.payment_order}/payment`, { on: '2024-08-01', bank_reference: 'B', reason }],
    ['POST', `/payment-orders/${foreign.matters.payment_order}/failure`, { cause: 'refused', reason }],
    ['POST', `/payment-orders/${foreign.matters.payment_order}/cancellation`, { reason }],
    ['POST', `/payment-orders/${foreign.matters.payment_order}/clearings`, { on: '2024-08-01', reason }],
    [
      'POST',
      `/payment-orders/${foreign.matters.payment_order}/receipts`,
      { kind: 'receipt', number: '1', on: '2024-08-01', sha256: 'ab'.repeat(32), reason },
    ],
    ['POST', `/bank-statements/${foreign.matters.bank_statement}/explanation`, { no: 'O1', text: 'a fee', reason }],
    ['POST', `/claims/${foreign.matters.claim}/ending`, { ending: 'settled', reason }],
    ['POST', '/charge-disputes', { verification_id: foreign.verificationId, ground: 'other', text: 'no', reason }],
    ['POST', `/charge-disputes/${foreign.matters.charge_dispute}/withdrawal`, { reason }],
    ['POST', `/charge-disputes/${foreign.matters.charge_dispute}/loss`, { text: 'no', reason }],
    ['POST', `/charge-disputes/${foreign.matters.charge_dispute}/win-proposals`, { text: 'yes', reason }],
    ['POST', '/credit-notes', { amount_fen: 1, verification_id: foreign.verificationId, text: 'no', reason }],
    ['POST', `/disputes/${foreign.matters.dispute}/ending`, { ending: 'agreed', reason }],
    ['POST', `/force-majeure-cases/${foreign.matters.force_majeure}/proofs`, { paper: 'other', sha256: '0'.repeat(64), reason }],
    ['POST', `/force-majeure-cases/${foreign.matters.force_majeure}/mitigation`, { text: 'done', reason }],
    ['POST', `/force-majeure-cases/${foreign.matters.force_majeure}/event-end`, { on: '2024-08-01', reason }],
    ['POST', `/force-majeure-cases/${foreign.matters.force_majeure}/relief`, { effect: 'end', reason }],
    ['POST', `/force-majeure-cases/${foreign.matters.force_majeure}/talks`, { reason }],
    ['POST', `/force-majeure-cases/${foreign.matters.force_majeure}/ending`, { reason }],
    ['POST', `/quality-issues/${foreign.matters.quality_issue}/steps`, { step: 'told_source', reason }],
    ['POST', `/tickets/${foreign.matters.ticket}/cause`, { cause: 'provider', reason }],
    ['POST', `/outages/${foreign.matters.outage}/ending`, { to: '2024-08-01T00:00:00+08:00', reason }],
    ['POST', `/outages/${foreign.matters.outage}/cause`, { cause: 'provider', reason }],
    ['POST', `/authority-requests/${foreign.matters.authority_request}/customer-notice`, { reason }],
    ['POST', `/authority-requests/${foreign.matters.authority_request}/ending`, { text: 'done', reason }],
    ['PUT', `/consents/${foreign.consentId}/freeze`, { reason }],
    ['DELETE', `/consents/${foreign.consentId}/freeze`, { reason }],
    ...['agreement', 'hand-over-confirmation'].map((act): [string, string, unknown] => [
      'POST',
      `/closings/${foreign.matters.closing}/${act}`,
      { document_sha256: 'ab'.repeat(32), reason, ...(act === 'agreement' ? {} : { manifest_digest: 'ab'.repeat(32) }) },
    ]),
    ['POST', `/closings/${foreign.matters.closing}/steps`, { step: 'statement', reason }],
    ['POST', `/settlements/${foreign.matters.settlement}/proposal`, { reason }],
    ['POST', `/settlements/${foreign.matters.settlement}/withdrawal`, { reason }],
    ['POST', `/settlements/${foreign.matters.settlement}/upholding`, { reason }],
    ['POST', `/settlements/${foreign.matters.settlement}/signature`, { document_sha256: 'ab'.repeat(32), reason }],
    ['POST', `/settlements/${foreign.matters.settlement}/objection`, { text: 'not ours', reason }],
    [
      'POST',
      `/settlements/${foreign.matters.settlement}/payments`,
      { on: '2024-08-02', amount_fen: 1, bank_reference: 'b-1', direction: 'to_customer', reason },
    ],
    ...['withdrawal', 'hand-over', 'erasure'].map((act): [string, string, unknown] => [
      'POST',
      `/closings/${foreign.matters.closing}/${act}`,
      { reason },
    ]),
    ...['completion', 'erasure'].map((act): [string, string, unknown] => [
      'POST',
      `/subject-requests/${foreign.matters.subject_request}/${act}`,
      { reason },
    ]),
    ['POST', `/customer-changes/${foreign.matters.customer_change}/noting`, { reason }],
    [
      'POST',
      `/contact-persons/${foreign.matters.contact_person}/replacement`,
      { contact: 'staff-9', letter_sha256: 'a'.repeat(64), reason },
    ],
    ['POST', `/filings/${foreign.matters.filing}/changes`, { changed_on: '2024-08-02', reason }],
    ['POST', `/filings/${foreign.matters.filing}/checks`, { checked_on: '2024-08-02', reason }],
    ['PUT', `/bank-account-changes/${foreign.matters.bank_account_change}/answer`, { consents: true, reason }],
    ['PUT', `/parties/${foreign.matters.party}/explanation`, { explanation: 'a mother company ordered', reason }],
    ['POST', `/papers/${foreign.matters.paper}/review`, { decision: 'approved', text: 'seen', reason }],
    ['POST', `/integrations/${foreign.matters.integration}/delays`, { cause: 'customer', days: 3, reason }],
    ['POST', `/integrations/${foreign.matters.integration}/pass`, { record_sha256: 'a'.repeat(64), reason }],
    ['PUT', `/webhook-endpoints/${foreign.matters.webhook_endpoint}/stop`, { reason }],
    ['DELETE', `/webhook-endpoints/${foreign.matters.webhook_endpoint}/stop`, { reason }],
    ['PUT', `/alarms/late_answer.${foreign.verificationId}/acknowledgement`, { note: reason }],
    ['POST', '/payments', { order_id: `ord_${foreign.customer.accountId.slice(4)}_00000000001`, bank_reference: 'B', reason }],
  ]

  const never = (prefix: string): string => `${prefix}_${foreign.customer.accountId.slice(4)}_00000000001`
  const reads = (): [method: string, path: string, body: undefined][] =>
    [
      `/verifications/${foreign.verificationId}`,
      `/consents/${foreign.consentId}`,
      '/consents/only-theirs',
      `/api-keys/${foreign.customer.keyId}`,
      `/amendments/${foreign.matters.amendment}`,
      `/differences/${foreign.matters.difference}`,
      `/documents/${foreign.matters.document}`,
      `/documents/${foreign.matters.document}/file`,
      `/signings/${foreign.matters.signing}`,
      `/contacts/${foreign.matters.contact}`,
      `/maintenance-windows/${foreign.matters.maintenance_window}`,
      `/notices/${foreign.matters.notice}`,
      `/source-changes/${foreign.matters.source_change}`,
      `/inspections/${foreign.matters.inspection}`,
      `/suspensions/${foreign.matters.suspension}`,
      `/breach-cases/${never('bre')}`,
      `/usage-flags/${never('flg')}`,
      `/tickets/${foreign.matters.ticket}`,
      `/acceptances/${foreign.matters.acceptance}`,
      `/bills/${foreign.matters.bill}`,
      `/bills/${foreign.matters.bill}/document`,
      `/credit-notes/${foreign.matters.credit_note}/document`,
      `/payment-orders/${foreign.matters.payment_order}/document`,
      `/settlements/${foreign.matters.settlement}/document`,
      `/statements/${foreign.matters.statement}/document`,
      `/builds/${foreign.matters.build}`,
      `/fee-notices/${foreign.matters.fee_notice}`,
      `/statements/${foreign.matters.statement}`,
      `/statements/${foreign.matters.statement}/charges`,
      `/milestones/${foreign.matters.milestone}`,
      `/settlements/${foreign.matters.settlement}`,
      `/settlement-figures/${foreign.matters.settlement_figures}`,
      `/claims/${foreign.matters.claim}`,
      `/charge-disputes/${foreign.matters.charge_dispute}`,
      `/charge-disputes/${foreign.matters.charge_dispute}/evidence`,
      `/credit-notes/${foreign.matters.credit_note}`,
      `/disputes/${foreign.matters.dispute}`,
      `/force-majeure-cases/${foreign.matters.force_majeure}`,
      `/payment-orders/${foreign.matters.payment_order}`,
      `/receipts/${foreign.matters.receipt}`,
      `/bank-statements/${foreign.matters.bank_statement}`,
      `/bank-statements/${foreign.matters.bank_statement}/lines`,
      `/tax-invoices/${foreign.matters.tax_invoice}`,
      `/quality-issues/${foreign.matters.quality_issue}`,
      `/outages/${foreign.matters.outage}`,
      `/security-checks/${foreign.matters.security_check}`,
      `/disclosures/${foreign.matters.disclosure}`,
      `/printed-copies/${foreign.matters.printed_copy}`,
      `/authority-requests/${foreign.matters.authority_request}`,
      `/closings/${foreign.matters.closing}`,
      `/closings/${foreign.matters.closing}/files/{file_name}`,
      `/evidence-requests/${foreign.matters.evidence_request}`,
      `/evidence/${foreign.matters.evidence}/file`,
      `/subject-requests/${foreign.matters.subject_request}`,
      `/subject-requests/${foreign.matters.subject_request}/records`,
      `/parties/${foreign.matters.party}`,
      `/customer-changes/${foreign.matters.customer_change}`,
      `/contact-persons/${foreign.matters.contact_person}`,
      `/filings/${foreign.matters.filing}`,
      `/bank-account-changes/${foreign.matters.bank_account_change}`,
      `/papers/${foreign.matters.paper}`,
      `/integrations/${foreign.matters.integration}`,
      `/webhook-endpoints/${foreign.matters.webhook_endpoint}`,
      `/orders/${never('ord')}`,
      `/grants/${never('gra')}`,
      `/approvals/${never('app')}`,
    ].map((path) => ['GET', path, undefined])

  it('is listed with every route that names something inside an account', () => {
    const named = gateway()
      .app.routes.filter(({ path }) => /^\/v1\/accounts\/\{account_id\}\/.*\{/.test(path))
      .map(({ method, path }) => `${method.toUpperCase()} ${path.split('/').slice(4).join('/')}`)
    const tried = [...acts(), ...reads()].map(
      ([method, path]) =>
        `${method} ${path.slice(1).replace(/(?:late_answer\.)?\b[a-z]{3}_\w+|(?<=consents\/)only-theirs/, '{}')}`,
    )
    for (const route of named) expect(tried).toContain(route.replace(/\{\w+\}/, '{}'))
    expect(named.length).toBeGreaterThan(12)
  })

  it('takes no cursor of another account', async () => {
    for (const [list, cursor] of [
      ['verifications', foreign.verificationId],
      ['consents', foreign.consentId],
    ]) {
      const answer = await gateway().asStaff('admin', 'GET', `/v1/accounts/${own.customer.accountId}/${list}?cursor=${cursor}`)
      expect([list, answer.status, answer.code]).toEqual([list, 400, 'query_invalid'])
    }
  })

  it('cannot reach what is of one account under the address of another', async () => {
    for (const [method, path, body] of [...acts(), ...reads()]) {
      const answer = await gateway().asStaff('admin', method, `/v1/accounts/${own.customer.accountId}${path}`, body)
      expect([path, answer.status, answer.code]).toEqual([path, 404, 'not_found'])
    }
    expect((await foreign.customer.call('GET', '/v1/account')).status).toBe(200)
  })

  it('finds no account that never was, whatever the spelling', async () => {
    for (const accountId of [
      'acc_0000000000',
      'acc_1',
      'nobody',
      'acc_000000000l',
      '%2e%2e',
      foreign.customer.accountId.toUpperCase(),
    ])
      for (const path of ['', '/grants', '/orders', '/payments', '/agreement', '/api-keys', '/approvals', '/suspension']) {
        // By the rules of URLs that address is the customer's own route, which takes no token of staff.
        if (accountId === '%2e%2e' && path === '/agreement') continue
        const isAct = path === '/suspension'
        const body = isAct ? { ground: 'fraud', note: reason } : undefined
        const answer = await gateway().asStaff('admin', isAct ? 'PUT' : 'GET', `/v1/accounts/${accountId}${path}`, body)
        expect([accountId, path, answer.status, answer.code]).toEqual([accountId, path, 404, 'not_found'])
      }
    for (const approvalId of ['app_1', 'x', `app_${own.customer.accountId.slice(4)}_00000000001`, 'app_0000000000_00000000001']) {
      const answer = await gateway().asStaff('admin', 'POST', `/v1/approvals/${approvalId}/approval`, { reason })
      expect([approvalId, answer.status]).toEqual([approvalId, 404])
    }
  })
})
