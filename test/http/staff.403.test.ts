import { beforeAll, describe, expect, it, test } from 'vitest'
import { pathFor } from '../support/http-bodies.ts'
import { newAddress, type Role, useGateway } from '../support/http-gateway.ts'
import { type Customer, openCustomer } from '../support/http-world.ts'

const gateway = useGateway()
const roles: Role[] = ['admin', 'ops', 'finance', 'auditor']
const readers: Role[] = ['ops', 'finance', 'auditor']

/** Who may use which staff route, besides `admin`, who may use all. Written by hand: a new route fails until it stands here. */
const allowed: Record<string, Role[]> = {
  'POST /v1/accounts': ['ops'],
  'GET /v1/accounts': readers,
  'GET /v1/accounts/{account_id}': readers,
  'GET /v1/accounts/{account_id}/agreement': readers,
  'GET /v1/accounts/{account_id}/orders': readers,
  'GET /v1/accounts/{account_id}/orders/{order_id}': readers,
  'GET /v1/accounts/{account_id}/payments': readers,
  'GET /v1/accounts/{account_id}/grants': readers,
  'GET /v1/accounts/{account_id}/grants/{grant_id}': readers,
  'GET /v1/accounts/{account_id}/verifications': readers,
  'GET /v1/accounts/{account_id}/verifications/{verification_id}': readers,
  'GET /v1/accounts/{account_id}/consents': readers,
  'GET /v1/accounts/{account_id}/consents/{consent_id}': readers,
  'PUT /v1/accounts/{account_id}/alarms/{alarm_id}/acknowledgement': ['ops'],
  'GET /v1/accounts/{account_id}/alarms': readers,
  'GET /v1/accounts/{account_id}/api-keys': readers,
  'GET /v1/accounts/{account_id}/api-keys/{key_id}': readers,
  'GET /v1/accounts/{account_id}/approvals': readers,
  'GET /v1/accounts/{account_id}/approvals/{approval_id}': readers,
  'PUT /v1/accounts/{account_id}/agreement': ['ops', 'finance'],
  'POST /v1/accounts/{account_id}/orders': ['ops', 'finance'],
  'POST /v1/accounts/{account_id}/payments': ['finance'],
  'PUT /v1/accounts/{account_id}/suspension': ['ops', 'finance'],
  'DELETE /v1/accounts/{account_id}/suspension': ['ops', 'finance'],
  'POST /v1/accounts/{account_id}/closing': [],
  'PUT /v1/accounts/{account_id}/consents/{consent_id}/subject-hold': ['ops'],
  'DELETE /v1/accounts/{account_id}/consents/{consent_id}/subject-hold': ['ops'],
  'POST /v1/accounts/{account_id}/api-keys': ['ops'],
  'POST /v1/accounts/{account_id}/api-keys/{key_id}/rotation': ['ops'],
  'POST /v1/accounts/{account_id}/api-keys/{key_id}/revocation': ['ops'],
  'PUT /v1/accounts/{account_id}/api-keys/{key_id}/suspension': ['ops'],
  'DELETE /v1/accounts/{account_id}/api-keys/{key_id}/suspension': ['ops'],
  'POST /v1/accounts/{account_id}/verifications/{verification_id}/settlement-proposals': ['ops', 'finance'],
  'POST /v1/approvals/{approval_id}/approval': ['ops', 'finance'],
  'GET /v1/accounts/{account_id}/journal': readers,
  'GET /v1/accounts/{account_id}/deadlines': readers,
  'GET /v1/accounts/{account_id}/amendments': readers,
  'GET /v1/accounts/{account_id}/amendments/{amendment_id}': readers,
  'POST /v1/accounts/{account_id}/amendments': ['ops', 'finance'],
  'POST /v1/accounts/{account_id}/amendments/{amendment_id}/signatures': ['ops', 'finance'],
  'POST /v1/accounts/{account_id}/amendments/{amendment_id}/objections': ['ops'],
  'GET /v1/accounts/{account_id}/differences': readers,
  'GET /v1/accounts/{account_id}/differences/{difference_id}': readers,
  'POST /v1/accounts/{account_id}/differences': ['ops', 'finance'],
  'GET /v1/accounts/{account_id}/documents': readers,
  'GET /v1/accounts/{account_id}/documents/{document_id}': readers,
  'GET /v1/accounts/{account_id}/documents/{document_id}/file': readers,
  'PUT /v1/accounts/{account_id}/documents/{document_id}/file': ['ops'],
  'POST /v1/accounts/{account_id}/documents': ['ops'],
  'GET /v1/accounts/{account_id}/signings': readers,
  'GET /v1/accounts/{account_id}/signings/{signing_id}': readers,
  'POST /v1/accounts/{account_id}/signings': ['ops'],
  'POST /v1/accounts/{account_id}/signings/acceptances': ['ops'],
  'GET /v1/accounts/{account_id}/tickets': readers,
  'GET /v1/accounts/{account_id}/tickets/{ticket_id}': readers,
  'POST /v1/accounts/{account_id}/tickets': ['ops'],
  'POST /v1/accounts/{account_id}/tickets/{ticket_id}/steps': ['ops'],
  'PUT /v1/accounts/{account_id}/consents/{consent_id}/freeze': [],
  'DELETE /v1/accounts/{account_id}/consents/{consent_id}/freeze': [],
  'GET /v1/accounts/{account_id}/closings': readers,
  'GET /v1/accounts/{account_id}/closings/{closing_id}': readers,
  'POST /v1/accounts/{account_id}/closings': ['ops'],
  'POST /v1/accounts/{account_id}/closings/terminations': ['ops'],
  'POST /v1/accounts/{account_id}/closings/inactivity': ['ops'],
  'POST /v1/accounts/{account_id}/closings/{closing_id}/agreement': [],
  'POST /v1/accounts/{account_id}/closings/{closing_id}/withdrawal': ['ops'],
  'POST /v1/accounts/{account_id}/closings/{closing_id}/steps': ['ops', 'finance'],
  'POST /v1/accounts/{account_id}/closings/{closing_id}/hand-over': ['ops'],
  'POST /v1/accounts/{account_id}/closings/{closing_id}/hand-over-confirmation': ['ops'],
  'GET /v1/accounts/{account_id}/closings/{closing_id}/files/{file_name}': ['ops', 'auditor'],
  'POST /v1/accounts/{account_id}/closings/{closing_id}/erasure': [],
  'GET /v1/accounts/{account_id}/evidence-requests': readers,
  'GET /v1/accounts/{account_id}/evidence-requests/{evidence_request_id}': readers,
  'POST /v1/accounts/{account_id}/evidence-requests': ['ops', 'auditor'],
  'GET /v1/accounts/{account_id}/evidence/{evidence_id}/file': ['ops', 'auditor'],
  'GET /v1/accounts/{account_id}/subject-requests': readers,
  'GET /v1/accounts/{account_id}/subject-requests/{subject_request_id}': readers,
  'POST /v1/accounts/{account_id}/subject-requests': ['ops'],
  'POST /v1/accounts/{account_id}/subject-requests/{subject_request_id}/completion': ['ops'],
  'GET /v1/accounts/{account_id}/subject-requests/{subject_request_id}/records': ['ops'],
  'POST /v1/accounts/{account_id}/subject-requests/{subject_request_id}/erasure': [],
  'GET /v1/reports/usage': readers,
  'GET /v1/reports/margin': ['finance', 'auditor'],
  'GET /v1/integrity': readers,
  'GET /metrics': ['ops', 'auditor'],
  'GET /v1/alarms': readers,
  'GET /v1/sources': readers,
  'GET /v1/staff-log': ['auditor'],
  'GET /v1/accounts/{account_id}/contacts': readers,
  'GET /v1/accounts/{account_id}/contacts/{contact_id}': readers,
  'GET /v1/accounts/{account_id}/maintenance-windows': readers,
  'GET /v1/accounts/{account_id}/maintenance-windows/{maintenance_window_id}': readers,
  'GET /v1/accounts/{account_id}/notices': readers,
  'GET /v1/accounts/{account_id}/notices/{notice_id}': readers,
  'GET /v1/accounts/{account_id}/source-changes': readers,
  'GET /v1/accounts/{account_id}/source-changes/{source_change_id}': readers,
  'POST /v1/accounts/{account_id}/contacts': ['ops'],
  'POST /v1/accounts/{account_id}/contacts/{contact_id}/ending': ['ops'],
  'POST /v1/accounts/{account_id}/maintenance-windows': ['ops'],
  'POST /v1/accounts/{account_id}/maintenance-windows/{maintenance_window_id}/cancellation': ['ops'],
  'POST /v1/accounts/{account_id}/notices': ['ops', 'finance'],
  'POST /v1/accounts/{account_id}/notices/{notice_id}/facts': ['ops', 'finance'],
  'POST /v1/accounts/{account_id}/source-changes': ['ops'],
  'PUT /v1/accounts/{account_id}/source-changes/{source_change_id}/answer': ['ops'],
  'GET /v1/accounts/{account_id}/acceptances': readers,
  'GET /v1/accounts/{account_id}/acceptances/{acceptance_id}': readers,
  'POST /v1/accounts/{account_id}/acceptances': ['ops', 'finance'],
  'POST /v1/accounts/{account_id}/acceptances/{acceptance_id}/reminders': ['ops', 'finance'],
  'POST /v1/accounts/{account_id}/acceptances/{acceptance_id}/organisation': ['ops', 'finance'],
  'POST /v1/accounts/{account_id}/acceptances/{acceptance_id}/result': ['ops', 'finance'],
  'GET /v1/accounts/{account_id}/bills': readers,
  'GET /v1/accounts/{account_id}/bills/{bill_id}': readers,
  'GET /v1/accounts/{account_id}/bills/{bill_id}/document': readers,
  'POST /v1/accounts/{account_id}/bills': ['finance'],
  'POST /v1/accounts/{account_id}/bills/{bill_id}/data-uses': ['ops', 'finance'],
  'PUT /v1/accounts/{account_id}/bills/{bill_id}/invoice-receipt': ['finance'],
  'POST /v1/accounts/{account_id}/bills/{bill_id}/payments': ['finance'],
  'GET /v1/accounts/{account_id}/builds': readers,
  'GET /v1/accounts/{account_id}/builds/{build_id}': readers,
  'PUT /v1/accounts/{account_id}/builds/{build_id}/completion': ['ops'],
  'GET /v1/accounts/{account_id}/fee-notices': readers,
  'GET /v1/accounts/{account_id}/fee-notices/{fee_notice_id}': readers,
  'POST /v1/accounts/{account_id}/fee-notices': ['finance'],
  'POST /v1/accounts/{account_id}/fee-notices/{fee_notice_id}/objection': ['ops', 'finance'],
  'POST /v1/accounts/{account_id}/fee-notices/{fee_notice_id}/conclusion': ['finance'],
  'GET /v1/accounts/{account_id}/milestones': readers,
  'GET /v1/accounts/{account_id}/milestones/{milestone_id}': readers,
  'POST /v1/accounts/{account_id}/milestones/{milestone_id}/payments': ['finance'],
  'PUT /v1/accounts/{account_id}/milestones/{milestone_id}/online': ['ops', 'finance'],
  'GET /v1/accounts/{account_id}/statements': readers,
  'GET /v1/accounts/{account_id}/statements/{statement_id}': readers,
  'GET /v1/accounts/{account_id}/statements/{statement_id}/charges': readers,
  'POST /v1/accounts/{account_id}/statements': ['finance'],
  'POST /v1/accounts/{account_id}/statements/{statement_id}/objection': ['ops', 'finance'],
  'POST /v1/accounts/{account_id}/statements/{statement_id}/objection-conclusion': ['finance'],
  'GET /v1/accounts/{account_id}/settlement-figures': readers,
  'GET /v1/accounts/{account_id}/settlement-figures/{settlement_figures_id}': readers,
  'POST /v1/accounts/{account_id}/settlement-figures': ['finance'],
  'GET /v1/accounts/{account_id}/claims': readers,
  'GET /v1/accounts/{account_id}/claims/{claim_id}': readers,
  'POST /v1/accounts/{account_id}/claims': ['finance'],
  'POST /v1/accounts/{account_id}/claims/{claim_id}/ending': ['finance'],
  'GET /v1/accounts/{account_id}/charge-disputes': readers,
  'GET /v1/accounts/{account_id}/charge-disputes/{charge_dispute_id}': readers,
  'GET /v1/accounts/{account_id}/charge-disputes/{charge_dispute_id}/evidence': readers,
  'POST /v1/accounts/{account_id}/charge-disputes': ['ops', 'finance'],
  'POST /v1/accounts/{account_id}/charge-disputes/{charge_dispute_id}/withdrawal': ['ops', 'finance'],
  'POST /v1/accounts/{account_id}/charge-disputes/{charge_dispute_id}/loss': ['ops', 'finance'],
  'POST /v1/accounts/{account_id}/charge-disputes/{charge_dispute_id}/win-proposals': ['ops', 'finance'],
  'GET /v1/accounts/{account_id}/credit-notes': readers,
  'GET /v1/accounts/{account_id}/credit-notes/{credit_note_id}': readers,
  'POST /v1/accounts/{account_id}/credit-notes': ['finance'],
  'GET /v1/accounts/{account_id}/disputes': readers,
  'GET /v1/accounts/{account_id}/disputes/{dispute_id}': readers,
  'POST /v1/accounts/{account_id}/disputes': ['ops', 'finance'],
  'POST /v1/accounts/{account_id}/disputes/{dispute_id}/ending': ['ops', 'finance'],
  'GET /v1/accounts/{account_id}/force-majeure-cases': readers,
  'GET /v1/accounts/{account_id}/force-majeure-cases/{force_majeure_id}': readers,
  'POST /v1/accounts/{account_id}/force-majeure-cases': ['ops'],
  'POST /v1/accounts/{account_id}/force-majeure-cases/{force_majeure_id}/proofs': ['ops'],
  'POST /v1/accounts/{account_id}/force-majeure-cases/{force_majeure_id}/mitigation': ['ops'],
  'POST /v1/accounts/{account_id}/force-majeure-cases/{force_majeure_id}/event-end': ['ops'],
  'POST /v1/accounts/{account_id}/force-majeure-cases/{force_majeure_id}/relief': ['ops'],
  'POST /v1/accounts/{account_id}/force-majeure-cases/{force_majeure_id}/talks': ['ops'],
  'POST /v1/accounts/{account_id}/force-majeure-cases/{force_majeure_id}/ending': ['ops'],
  'GET /v1/accounts/{account_id}/outages': readers,
  'GET /v1/accounts/{account_id}/outages/{outage_id}': readers,
  'POST /v1/accounts/{account_id}/outages': ['ops'],
  'POST /v1/accounts/{account_id}/outages/{outage_id}/ending': ['ops'],
  'POST /v1/accounts/{account_id}/outages/{outage_id}/cause': ['ops'],
  'GET /v1/accounts/{account_id}/quality-issues': readers,
  'GET /v1/accounts/{account_id}/quality-issues/{quality_issue_id}': readers,
  'POST /v1/accounts/{account_id}/quality-issues': ['ops'],
  'POST /v1/accounts/{account_id}/quality-issues/{quality_issue_id}/steps': ['ops'],
  'GET /v1/accounts/{account_id}/payment-orders': readers,
  'GET /v1/accounts/{account_id}/payment-orders/{payment_order_id}': readers,
  'POST /v1/accounts/{account_id}/payment-orders': ['finance'],
  'POST /v1/accounts/{account_id}/payment-orders/{payment_order_id}/verification': ['finance'],
  'POST /v1/accounts/{account_id}/payment-orders/{payment_order_id}/payment': ['finance'],
  'POST /v1/accounts/{account_id}/payment-orders/{payment_order_id}/failure': ['finance'],
  'POST /v1/accounts/{account_id}/payment-orders/{payment_order_id}/cancellation': ['finance'],
  'POST /v1/accounts/{account_id}/payment-orders/{payment_order_id}/clearings': ['finance'],
  'POST /v1/accounts/{account_id}/payment-orders/{payment_order_id}/receipts': ['finance'],
  'GET /v1/accounts/{account_id}/receipts': readers,
  'GET /v1/accounts/{account_id}/receipts/{receipt_id}': readers,
  'GET /v1/accounts/{account_id}/clearing': readers,
  'GET /v1/accounts/{account_id}/bank-statements': readers,
  'GET /v1/accounts/{account_id}/bank-statements/{bank_statement_id}': readers,
  'GET /v1/accounts/{account_id}/bank-statements/{bank_statement_id}/lines': readers,
  'POST /v1/accounts/{account_id}/bank-statements': ['finance'],
  'POST /v1/accounts/{account_id}/bank-statements/{bank_statement_id}/explanation': ['finance'],
  'GET /v1/accounts/{account_id}/tax-invoices': readers,
  'GET /v1/accounts/{account_id}/tax-invoices/{tax_invoice_id}': readers,
  'POST /v1/accounts/{account_id}/tax-invoices': ['finance'],
  'GET /v1/accounts/{account_id}/security-checks': readers,
  'GET /v1/accounts/{account_id}/security-checks/{security_check_id}': readers,
  'POST /v1/accounts/{account_id}/security-checks': ['ops'],
  'GET /v1/accounts/{account_id}/disclosures': readers,
  'GET /v1/accounts/{account_id}/disclosures/{disclosure_id}': readers,
  'POST /v1/accounts/{account_id}/disclosures': ['ops'],
  'GET /v1/accounts/{account_id}/authority-requests': readers,
  'GET /v1/accounts/{account_id}/authority-requests/{authority_request_id}': readers,
  'POST /v1/accounts/{account_id}/authority-requests': ['ops'],
  'POST /v1/accounts/{account_id}/authority-requests/{authority_request_id}/customer-notice': ['ops'],
  'POST /v1/accounts/{account_id}/authority-requests/{authority_request_id}/ending': ['ops'],
  'GET /v1/accounts/{account_id}/uptime': readers,
  'GET /v1/accounts/{account_id}/quality-feedback': readers,
  'POST /v1/accounts/{account_id}/tickets/{ticket_id}/cause': ['ops'],
  'GET /v1/accounts/{account_id}/parties': readers,
  'GET /v1/accounts/{account_id}/parties/{party_id}': readers,
  'POST /v1/accounts/{account_id}/parties': ['ops'],
  'PUT /v1/accounts/{account_id}/parties/{party_id}/explanation': ['ops'],
  'GET /v1/accounts/{account_id}/papers': readers,
  'GET /v1/accounts/{account_id}/papers/{paper_id}': readers,
  'POST /v1/accounts/{account_id}/papers': ['ops'],
  'POST /v1/accounts/{account_id}/papers/{paper_id}/review': ['ops'],
  'GET /v1/accounts/{account_id}/integrations': readers,
  'GET /v1/accounts/{account_id}/integrations/{integration_id}': readers,
  'POST /v1/accounts/{account_id}/integrations': ['ops'],
  'POST /v1/accounts/{account_id}/integrations/{integration_id}/delays': ['ops'],
  'POST /v1/accounts/{account_id}/integrations/{integration_id}/pass': ['ops'],
  'GET /v1/accounts/{account_id}/customer-changes': readers,
  'GET /v1/accounts/{account_id}/customer-changes/{customer_change_id}': readers,
  'POST /v1/accounts/{account_id}/customer-changes': ['ops'],
  'POST /v1/accounts/{account_id}/customer-changes/{customer_change_id}/noting': ['ops'],
  'GET /v1/accounts/{account_id}/contact-persons': readers,
  'GET /v1/accounts/{account_id}/contact-persons/{contact_person_id}': readers,
  'POST /v1/accounts/{account_id}/contact-persons': ['ops'],
  'POST /v1/accounts/{account_id}/contact-persons/{contact_person_id}/replacement': ['ops'],
  'GET /v1/accounts/{account_id}/filings': readers,
  'GET /v1/accounts/{account_id}/filings/{filing_id}': readers,
  'POST /v1/accounts/{account_id}/filings': ['ops'],
  'POST /v1/accounts/{account_id}/filings/{filing_id}/changes': ['ops'],
  'POST /v1/accounts/{account_id}/filings/{filing_id}/checks': ['ops'],
  'GET /v1/accounts/{account_id}/bank-account-changes': readers,
  'GET /v1/accounts/{account_id}/bank-account-changes/{bank_account_change_id}': readers,
  'POST /v1/accounts/{account_id}/bank-account-changes': ['finance'],
  'PUT /v1/accounts/{account_id}/bank-account-changes/{bank_account_change_id}/answer': ['finance'],
  'GET /v1/accounts/{account_id}/webhook-endpoints': readers,
  'GET /v1/accounts/{account_id}/webhook-endpoints/{webhook_endpoint_id}': readers,
  'PUT /v1/accounts/{account_id}/webhook-endpoints/{webhook_endpoint_id}/stop': ['ops'],
  'DELETE /v1/accounts/{account_id}/webhook-endpoints/{webhook_endpoint_id}/stop': ['ops'],
  'GET /v1/accounts/{account_id}/standing': readers,
  'GET /v1/accounts/{account_id}/suspensions': readers,
  'GET /v1/accounts/{account_id}/suspensions/{suspension_id}': readers,
  'GET /v1/accounts/{account_id}/inspections': readers,
  'GET /v1/accounts/{account_id}/inspections/{inspection_id}': readers,
  'POST /v1/accounts/{account_id}/inspections': ['ops'],
  'POST /v1/accounts/{account_id}/inspections/{inspection_id}/confirmation': ['ops'],
  'GET /v1/accounts/{account_id}/breach-cases': readers,
  'GET /v1/accounts/{account_id}/breach-cases/{breach_case_id}': readers,
  'POST /v1/accounts/{account_id}/breach-cases': ['ops'],
  'POST /v1/accounts/{account_id}/breach-cases/{breach_case_id}/steps': ['ops'],
  'GET /v1/accounts/{account_id}/usage-flags': readers,
  'GET /v1/accounts/{account_id}/usage-flags/{usage_flag_id}': readers,
  'POST /v1/accounts/{account_id}/usage-flags/{usage_flag_id}/clearance': ['ops'],
  'GET /v1/accounts/{account_id}/settlements': readers,
  'GET /v1/accounts/{account_id}/settlements/{settlement_id}': readers,
  'POST /v1/accounts/{account_id}/settlements': ['finance'],
  'POST /v1/accounts/{account_id}/settlements/{settlement_id}/proposal': ['finance'],
  'POST /v1/accounts/{account_id}/settlements/{settlement_id}/withdrawal': ['finance'],
  'POST /v1/accounts/{account_id}/settlements/{settlement_id}/upholding': ['finance'],
  'POST /v1/accounts/{account_id}/settlements/{settlement_id}/signature': ['finance', 'ops'],
  'POST /v1/accounts/{account_id}/settlements/{settlement_id}/objection': ['finance', 'ops'],
  'POST /v1/accounts/{account_id}/settlements/{settlement_id}/payments': ['finance'],
}

let customer: Customer

beforeAll(async () => {
  customer = await openCustomer(gateway())
})

/** An empty body: who may call is told it is wrong, nothing is ever done. */
const call = (name: string, bearer: string | null) => {
  const [method = '', path = ''] = name.split(' ')
  return gateway().call(method, pathFor(path, customer), {
    ...(bearer === null ? {} : { bearer }),
    from: newAddress(),
    ...(method === 'GET' ? {} : { json: {} }),
  })
}

const entries = async (): Promise<unknown> => (await gateway().asStaff('auditor', 'GET', '/v1/integrity')).member('entries')

describe('every staff route', () => {
  it('is listed here', () => {
    const served = gateway()
      .app.routes.filter(({ caller }) => caller === 'staff')
      .map(({ method, path }) => `${method.toUpperCase()} ${path}`)
    expect(Object.keys(allowed).sort()).toEqual(served.sort())
  })

  test.each(Object.keys(allowed))('%s is open to its roles and to nobody else', async (name) => {
    const before = await entries()
    const strangers = ['janitor', 'ADMIN', 'ops '].map((role) => gateway().staffToken({ roles: [role] }))
    for (const bearer of [null, customer.key, ...(await Promise.all(strangers))]) {
      const answer = await call(name, bearer)
      expect([answer.status, answer.code]).toEqual([401, 'token_invalid'])
    }
    for (const role of roles) {
      const answer = await call(name, await gateway().staffToken({ roles: [role] }))
      const open = role === 'admin' || allowed[name]?.includes(role)
      if (open) expect([role, answer.status]).not.toEqual([role, expect.toSatisfy((status) => status === 401 || status === 403)])
      else expect([role, answer.status, answer.code]).toEqual([role, 403, 'role_required'])
    }
    expect(await entries()).toBe(before)
  })

  it('asks for the role before it looks at the address or the body', async () => {
    const bearer = await gateway().staffToken({ roles: ['auditor'] })
    for (const path of [`/v1/accounts/${customer.accountId}/payments`, '/v1/accounts/nobody/payments']) {
      const answer = await gateway().call('POST', path, { bearer, raw: '{', headers: { 'Content-Type': 'text/plain' } })
      expect([path, answer.code]).toEqual([path, 'role_required'])
    }
  })

  it('is open to somebody with one of its roles among others', async () => {
    const bearer = await gateway().staffToken({ roles: ['auditor', 'finance'] })
    const path = `/v1/accounts/${customer.accountId}/payments`
    expect((await gateway().call('POST', path, { bearer, json: {} })).status).toBe(422)
  })
})
