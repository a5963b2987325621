import { expect, test } from 'vitest'
import { composeTerms } from '../../src/agreement/compose.ts'
import { readTerms } from '../../src/agreement/stored-terms.ts'

const term = { start: '2024-07-28', end: '2025-07-29', endInclusive: true }

/** An agreement as the first version of the gateway stored it. */
const first = {
  preset: 'S1',
  roles: { customer: 'A', provider: 'B' },
  activation: 'payment',
  charging: { model: 'prepaid', settlementBasis: 'list' },
  term,
  checks: { id2: { credits: 2, chargedOutcomes: ['match'], purposes: ['account_opening'], consentTypes: ['paper'] } },
  rate: { limit: 5, windowSeconds: 1 },
  settleWithinDays: 1,
  suspension: { breach: 'after_notice', gambling: 'at_once' },
  usage: 'internal_reference_only',
}

test('what was stored is read as it was stored', () => {
  expect(readTerms(JSON.stringify(first))).toMatchObject(first)
  expect(Object.keys(readTerms(JSON.stringify(first)).suspension)).toEqual(['breach', 'gambling'])
})

test('what was not known then reads as S1 stood when it was added: a change of S1 must not reach back', () => {
  const { preset, roles, activation, charging, term, checks, rate, settleWithinDays, suspension, usage, ...added } = readTerms(
    JSON.stringify(first),
  )
  const workdays = (n: number) => ({ n, unit: 'workday' })
  const shownSent = { from: ['shownSentAt', 'sentAt'], precision: 'instant' }
  expect(added).toEqual({
    addressChange: null,
    balanceWarnings: [20, 10, 5, 0],
    expiryWarningDays: [30, 7, 1],
    maintenanceNoticeHours: 24,
    build: null,
    closing: { groundsWithPaper: [] },
    contractAmount: null,
    contractLines: [],
    contractAmountCapitals: null,
    payment: { form: 'online', invoice: null },
    abuse: {
      namesPerNumber: 6,
      numbersPerName: 20,
      numbersPerBirthday: 12,
      personsPerConsent: 6,
      mismatches: 12,
      night: { least: 60, percent: 30 },
      throttlePercent: 10,
      quietHours: 24,
      newNetworksPerDay: 20,
    },
    acceptance: null,
    feeObjection: { n: 15, unit: 'day' },
    inactivity: null,
    forceMajeure: { proof: { n: 15, unit: 'day' }, papers: ['notarial_deed'], long: null },
    maintenanceYears: null,
    serviceLevel: { hours: {}, startsOn: 'every_day' },
    onboarding: {
      papers: [{ paper: 'business_licence', sealed: true }],
      preApprovalFor: ['finance', 'payment', 'medical', 'education', 'human_resources', 'telecom', 'publishing'],
      holder: true,
      identity: false,
      testCalls: null,
      namedUser: false,
      rotation: 'sealed_request',
      bankAccountNotice: { n: 10, unit: 'day' },
      filing: { updateWithin: { n: 30, unit: 'day' }, suspends: false },
      providerNames: [],
    },
    amendment: 'supplement',
    partner: { fault: 'not_a_breach', notice: workdays(1) },
    customerChange: workdays(5),
    delivery: { email: shownSent, site_message: shownSent, sms: shownSent },
    ending: {
      customerNotice: 'by_agreement',
      grounds: { breach: 'at_once' },
      handOver: [],
      personalData: 'delete_or_anonymise',
    },
    evidence: workdays(3),
    disputes: { talksDays: 30, venue: null },
    prices: {},
    milestones: [],
    payWithin: null,
    latePayment: { kind: 'none' },
    providerDelay: null,
    vatRate: null,
    claims: 'direct_and_indirect',
    secrecyYears: null,
    retentionMonths: { networkLogs: 6, salesRecords: 36 },
    commercialUse: true,
    authoritativeForm: 'sealed_download',
    calendarVersion: '2025-11-04',
    provider: null,
    interfaceVersion: 'v1',
    dataClasses: null,
    stopAtWill: false,
  })
})

test('what is stored today comes back whole', () => {
  const composed = composeTerms('S1', { term, evidence: { n: 10 }, vatRate: '0.13' })
  if (composed.kind === 'faults') throw new Error(composed.faults.join('; '))
  expect(readTerms(JSON.stringify(composed.terms))).toEqual(composed.terms)
})
