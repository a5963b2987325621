import { makeId } from '../../src/core/ids.ts'
import type { RouteSpec } from '../../src/http/route.ts'
import type { Call, TestGateway } from './http-gateway.ts'
import { type Customer, openCustomer } from './http-world.ts'

/** A route that takes a body, as an address that can be called and a caller that may. */
export interface BodyRoute {
  spec: RouteSpec
  name: string
  method: string
  path: string
  call: Call
}

/** An address of the route with ids of this account that need not exist, only be well formed. */
export const pathFor = (template: string, { accountId, keyId }: Customer): string => {
  const values: Record<string, string> = {
    account_id: accountId,
    key_id: keyId,
    consent_id: makeId('con', accountId, 7),
    verification_id: makeId('ver', accountId, 7),
    approval_id: makeId('app', accountId, 7),
    order_id: makeId('ord', accountId, 7),
    grant_id: makeId('gra', accountId, 7),
    alarm_id: `late_answer.${makeId('ver', accountId, 7)}`,
    amendment_id: makeId('ame', accountId, 7),
    difference_id: makeId('dif', accountId, 7),
    document_id: makeId('doc', accountId, 7),
    signing_id: makeId('sig', accountId, 7),
    contact_id: makeId('cot', accountId, 7),
    maintenance_window_id: makeId('mai', accountId, 7),
    notice_id: makeId('not', accountId, 7),
    source_change_id: makeId('chg', accountId, 7),
    suspension_id: makeId('sus', accountId, 7),
    inspection_id: makeId('ins', accountId, 7),
    breach_case_id: makeId('bre', accountId, 7),
    usage_flag_id: makeId('flg', accountId, 7),
    ticket_id: makeId('tic', accountId, 7),
    closing_id: makeId('clo', accountId, 7),
    file_name: 'none',
    evidence_id: makeId('evi', accountId, 7),
    evidence_request_id: makeId('evr', accountId, 7),
    statement_id: makeId('sta', accountId, 7),
    subject_request_id: makeId('sur', accountId, 7),
    acceptance_id: makeId('apt', accountId, 7),
    bill_id: makeId('bil', accountId, 7),
    build_id: makeId('bui', accountId, 7),
    fee_notice_id: makeId('fee', accountId, 7),
    milestone_id: makeId('mil', accountId, 7),
    charge_dispute_id: makeId('cdi', accountId, 7),
    credit_note_id: makeId('crn', accountId, 7),
    settlement_id: makeId('set', accountId, 7),
    settlement_figures_id: makeId('fig', accountId, 7),
    claim_id: makeId('cla', accountId, 7),
    dispute_id: makeId('dis', accountId, 7),
    force_majeure_id: makeId('fmj', accountId, 7),
    outage_id: makeId('out', accountId, 7),
    quality_issue_id: makeId('qis', accountId, 7),
    security_check_id: makeId('sec', accountId, 7),
    printed_copy_id: makeId('prc', accountId, 7),
    disclosure_id: makeId('dsc', accountId, 7),
    authority_request_id: makeId('aut', accountId, 7),
    paper_id: makeId('pap', accountId, 7),
    party_id: makeId('par', accountId, 7),
    integration_id: makeId('int', accountId, 7),
    customer_change_id: makeId('cha', accountId, 7),
    contact_person_id: makeId('cop', accountId, 7),
    filing_id: makeId('fil', accountId, 7),
    bank_account_change_id: makeId('bac', accountId, 7),
    webhook_endpoint_id: makeId('whe', accountId, 7),
    payment_order_id: makeId('pay', accountId, 7),
    receipt_id: makeId('rct', accountId, 7),
    bank_statement_id: makeId('bst', accountId, 7),
    tax_invoice_id: makeId('inv', accountId, 7),
    id: makeId('con', accountId, 7),
  }
  return template.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`no value for the parameter ${name}`)
    return value
  })
}

/** Every route that takes a body, found in the app's own list so that a new one is tested as soon as it is there. */
export const bodyRoutesOf = async (gateway: TestGateway): Promise<BodyRoute[]> => {
  const customer = await openCustomer(gateway)
  const token = await gateway.staffToken()
  return gateway.app.routes
    .filter(({ body }) => body !== undefined)
    .map((spec) => ({
      spec,
      name: `${spec.method.toUpperCase()} ${spec.path}`,
      method: spec.method.toUpperCase(),
      path: pathFor(spec.path, customer),
      call: { bearer: spec.caller === 'key' ? customer.key : token, headers: spec.headers ? { 'Idempotency-Key': 'k-1' } : {} },
    }))
}
