import { describe, expect, test } from 'vitest'
import { composeTerms } from '../../src/agreement/compose.ts'
import { presets } from '../../src/agreement/presets.ts'

const term = { start: '2024-07-28', end: '2025-07-29' }

const compose = (overrides: Record<string, unknown>) => composeTerms('S1', { term, ...overrides })

const faultsOf = (overrides: Record<string, unknown>): string[] => {
  const composed = compose(overrides)
  return composed.kind === 'faults' ? composed.faults : []
}

const termsOf = (overrides: Record<string, unknown>) => {
  const composed = compose(overrides)
  if (composed.kind === 'faults') throw new Error(composed.faults.join('; '))
  return composed.terms
}

describe('the terms of a preset', () => {
  test('S1 with its dates is whole', () => {
    expect(termsOf({})).toMatchObject({
      preset: 'S1',
      activation: 'payment',
      charging: { model: 'prepaid', settlementBasis: 'paid' },
      term: { ...term, endInclusive: true },
      checks: { id2: { credits: 1, chargedOutcomes: ['match', 'mismatch'] } },
      settleWithinDays: 3,
      usage: 'internal_reference_only',
    })
  })

  test('overrides replace what they name and nothing else', () => {
    const terms = termsOf({
      checks: { id2: { chargedOutcomes: ['match'] }, mobile3: { credits: 2 } },
      rate: { limit: 10 },
      settleWithinDays: 1,
      suspension: { overdue: 'at_once' },
      charging: { settlementBasis: 'list' },
    })
    expect(terms.checks.id2).toMatchObject({ credits: 1, chargedOutcomes: ['match'] })
    expect(terms.checks.mobile3).toMatchObject({ credits: 2, chargedOutcomes: ['match', 'mismatch'] })
    expect(terms.rate).toEqual({ limit: 10, windowSeconds: 60 })
    expect(terms.suspension).toMatchObject({ overdue: 'at_once', breach: 'after_notice' })
    expect(terms.charging).toEqual({ model: 'prepaid', settlementBasis: 'list' })
  })

  test('the preset itself stays as it is', () => {
    const before = JSON.stringify(presets.get('S1'))
    const terms = termsOf({ checks: { id2: { credits: 5 } } })
    terms.suspension.breach = 'at_once'
    terms.checks.id2?.purposes.push('other')
    expect(JSON.stringify(presets.get('S1'))).toBe(before)
  })

  test('an unknown preset is refused', () => {
    expect(composeTerms('S9', {})).toEqual({ kind: 'faults', faults: ['preset'] })
    expect(composeTerms('constructor', {})).toEqual({ kind: 'faults', faults: ['preset'] })
  })

  test.each<[string, Record<string, unknown>, string[]]>([
    ['no dates at all', { term: {} }, ['term: blank']],
    ['no last day', { term: { start: '2024-07-28' } }, ['term: blank']],
    ['no first day', { term: { end: '2025-07-29' } }, ['term: blank']],
    ['a day that does not exist', { term: { start: '2024-02-30', end: '2025-07-29' } }, ['term']],
    ['a last day that does not exist', { term: { start: '2024-07-28', end: '2025-13-01' } }, ['term']],
    ['a day in words', { term: { start: 'today', end: '2025-07-29' } }, ['term']],
    ['a day with a time', { term: { start: '2024-07-28T00:00:00Z', end: '2025-07-29' } }, ['term']],
    ['a day as a number', { term: { start: 20_240_728, end: '2025-07-29' } }, ['term']],
    ['an end before the start', { term: { start: '2024-07-28', end: '2024-07-27' } }, ['term: end before start']],
    ['a term of no day', { term: { start: '2024-07-28', end: '2024-07-28', endInclusive: false } }, ['term: end before start']],
    ['an inclusive end in words', { term: { ...term, endInclusive: 'yes' } }, ['term']],
    ['a term that is text', { term: '2024-07-28/2025-07-29' }, ['term']],
    ['a term that is a list', { term: ['2024-07-28', '2025-07-29'] }, ['term']],
    ['a term that is null', { term: null }, ['term']],
    ['a misspelt member of the term', { term: { ...term, endInclusiv: false } }, ['term.endInclusiv: unknown']],
    ['a rate that is a number', { rate: 10 }, ['rate']],
    ['a rate of nothing', { rate: { limit: 0 } }, ['rate']],
    ['a rate in words', { rate: { limit: '10' } }, ['rate']],
    ['half a request', { rate: { limit: 0.5 } }, ['rate']],
    ['a window below nothing', { rate: { windowSeconds: -60 } }, ['rate']],
    ['a misspelt member of the rate', { rate: { burst: 5 } }, ['rate.burst: unknown']],
    ['a charging model that nobody knows', { charging: { model: 'barter' } }, ['charging']],
    ['use that is billed afterwards, at no price', { charging: { model: 'postpaid' } }, ['prices: blank', 'payWithin: blank']],
    ['milestones that are not there', { charging: { model: 'milestones' }, contractAmount: '1.00' }, ['milestones: blank']],
    [
      'an amendment by use where calls are paid',
      { amendment: 'shown_and_used' },
      ['amendment: a paid agreement needs a supplement'],
    ],
    ['a way to amend that nobody knows', { amendment: 'whim' }, ['amendment']],
    ['a misspelt member of a rule', { ending: { customerNotise: 'at_once' } }, ['ending.customerNotise: unknown']],
    ['a period of no day', { evidence: { n: 0 } }, ['evidence']],
    ['a period of three fortnights', { evidence: { n: 3, unit: 'fortnight' } }, ['evidence']],
    ['a period with a member too many', { evidence: { days: 3 } }, ['evidence']],
    ['a rule that is text', { serviceLevel: 'fast' }, ['serviceLevel']],
    ['half of a right that S1 does not have', { inactivity: { days: 360 } }, ['inactivity']],
    ['a channel that nobody knows', { delivery: { pigeon: { from: ['sentAt'], precision: 'day' } } }, ['delivery']],
    ['a channel without a fact', { delivery: { email: { from: [] } } }, ['delivery']],
    ['an hour after the day', { delivery: { email: { precision: { hour: 24 } } } }, ['delivery']],
    [
      'a penalty and interest at once',
      { latePayment: { kind: 'interest', rate: '0.01', per: 'day', capped: true } },
      ['latePayment'],
    ],
    ['a rate above everything', { vatRate: '1.01' }, ['vatRate']],
    ['a rate that is a float', { vatRate: 0.06 }, ['vatRate']],
    ['a rate that is open', { latePayment: { kind: 'interest', rate: null, per: 'day' } }, ['latePayment.rate: blank']],
    ['hours that are open', { serviceLevel: { hours: { reply: null } } }, ['serviceLevel.hours.reply: blank']],
    ['a price that is open', { prices: { query_fee: null } }, ['prices.query_fee: blank']],
    ['an ending ground in words', { ending: { grounds: { strike: 'soon' } } }, ['ending.grounds']],
    ['a claim rule that nobody knows', { claims: 'moon' }, ['claims']],
    ['retention that is blank', { retentionMonths: { networkLogs: null } }, ['retentionMonths.networkLogs']],
    ['a basis that nobody knows', { charging: { settlementBasis: 'mood' } }, ['charging']],
    ['charging that is text', { charging: 'free' }, ['charging']],
    ['a misspelt member of charging', { charging: { modle: 'free' } }, ['charging.modle: unknown']],
    ['no days to settle', { settleWithinDays: 0 }, ['settleWithinDays']],
    ['days to settle in words', { settleWithinDays: '3' }, ['settleWithinDays']],
    ['days to settle that are true', { settleWithinDays: true }, ['settleWithinDays']],
    ['days to settle that are null', { settleWithinDays: null }, ['settleWithinDays']],
    ['half a day to settle', { settleWithinDays: 1.5 }, ['settleWithinDays']],
    ['a suspension rule that nobody knows', { suspension: { breach: 'maybe' } }, ['suspension']],
    ['suspension that is a list', { suspension: ['breach'] }, ['suspension']],
    ['checks that are a list', { checks: ['id2'] }, ['checks']],
    ['a check that is true', { checks: { id2: true } }, ['checks.id2']],
    ['a check that the gateway does not have', { checks: { credit_score: {} } }, ['checks.credit_score: unknown']],
    ['a misspelt member of a check', { checks: { id2: { credit: 2 } } }, ['checks.id2.credit: unknown']],
    ['a prepaid check for nothing', { checks: { id2: { credits: 0 } } }, ['checks.id2.credits']],
    ['half a credit', { checks: { id2: { credits: 0.5 } } }, ['checks.id2.credits']],
    ['credits below nothing', { checks: { id2: { credits: -1 } } }, ['checks.id2.credits']],
    [
      'a charge for what is in doubt',
      { checks: { id2: { chargedOutcomes: ['match', 'unknown'] } } },
      ['checks.id2.chargedOutcomes'],
    ],
    ['a charge for no answer', { checks: { id2: { chargedOutcomes: ['unavailable'] } } }, ['checks.id2.chargedOutcomes']],
    ['a charged outcome that is text', { checks: { id2: { chargedOutcomes: 'match' } } }, ['checks.id2.chargedOutcomes']],
    ['no purpose', { checks: { id2: { purposes: [] } } }, ['checks.id2.purposes']],
    ['a purpose that is a number', { checks: { id2: { purposes: [1] } } }, ['checks.id2.purposes']],
    ['no type of consent', { checks: { id2: { consentTypes: [] } } }, ['checks.id2.consentTypes']],
    ['a member that nobody knows', { price: 800 }, ['price: unknown']],
    ['a member whose name is no name', { rate: { '张三 110105': 1 } }, ['rate.?: unknown']],
    ['two of them', { price: 800, roles: {} }, ['price: unknown', 'roles: unknown']],
    ['the preset as an override', { preset: 'S2' }, ['preset: unknown']],
    [
      'everything at once',
      { term: {}, rate: { limit: 0 }, settleWithinDays: 0, checks: { id2: { credits: 0, purposes: [] } } },
      ['term: blank', 'rate', 'settleWithinDays', 'checks.id2.credits', 'checks.id2.purposes'],
    ],
  ])('%s is refused with its name', (_what, overrides, faults) => {
    expect(faultsOf(overrides)).toEqual(faults)
  })

  test('a free agreement may be open and may cost nothing', () => {
    const free = { charging: { model: 'free' }, term: {}, checks: { id2: { credits: 0 } } }
    expect(termsOf(free)).toMatchObject({ term: { start: null, end: null }, checks: { id2: { credits: 0 } } })
  })

  test('an outcome may be charged or not, and none has to be', () => {
    expect(termsOf({ checks: { id2: { chargedOutcomes: [] } } }).checks.id2?.chargedOutcomes).toEqual([])
    const all = ['match', 'mismatch', 'no_record']
    expect(termsOf({ checks: { id2: { chargedOutcomes: all } } }).checks.id2?.chargedOutcomes).toEqual(all)
  })

  test('a member named like one of every object is no way in', () => {
    const overrides: unknown = JSON.parse(
      '{"checks": {"__proto__": {"credits": 0}}, "term": {"start": "2024-07-28", "end": "2025-07-29"}}',
    )
    expect(composeTerms('S1', overrides as Record<string, unknown>)).toEqual({
      kind: 'faults',
      faults: ['checks.__proto__: unknown'],
    })
  })
})

describe('the rules of an agreement', () => {
  test('are replaced member by member, lists and lengths as they are named', () => {
    const terms = termsOf({
      evidence: { n: 5 },
      ending: { grounds: { strike: { n: 3, unit: 'day' } } },
      delivery: { fax: { from: ['sentAt'], precision: 'day' }, email: { daysLater: 1, precision: 'day' } },
      forceMajeure: { papers: ['any'] },
      inactivity: { days: 100, notice: { n: 2, unit: 'workday' } },
      vatRate: '0.06',
      latePayment: { kind: 'interest', rate: '0.0005', per: 'day' },
    })
    expect(terms.evidence).toEqual({ n: 5, unit: 'workday' })
    expect(terms.ending).toMatchObject({
      customerNotice: 'by_agreement',
      grounds: { breach: 'at_once', strike: { n: 3, unit: 'day' } },
    })
    expect(terms.delivery.email).toEqual({ from: ['shownSentAt', 'sentAt'], daysLater: 1, precision: 'day' })
    expect(Object.keys(terms.delivery).sort()).toEqual(['email', 'fax', 'site_message', 'sms'])
    expect(terms.forceMajeure).toEqual({ proof: { n: 15, unit: 'day' }, papers: ['any'], long: null })
    expect(terms.latePayment).toEqual({ kind: 'interest', rate: '0.0005', per: 'day' })
  })

  test('can be taken away', () => {
    expect(termsOf({ customerChange: null }).customerChange).toBeNull()
  })

  test('leave the preset as it was', () => {
    termsOf({ evidence: { n: 9 } })
    expect(presets.get('S1')?.evidence).toEqual({ n: 3, unit: 'workday' })
  })

  test('with a member named like one of every object are refused', () => {
    const overrides: unknown = JSON.parse(
      '{"serviceLevel": {"__proto__": {"hours": {}}}, "term": {"start": "2025-01-01", "end": "2025-01-02"}}',
    )
    expect(composeTerms('S1', overrides as Record<string, unknown>)).toEqual({
      kind: 'faults',
      faults: ['serviceLevel.__proto__: unknown'],
    })
  })
})

describe('the other presets', () => {
  test.each<[string, Record<string, unknown>]>([
    ['S0', { checks: { id2: { consentTypes: ['click'] } } }],
    ['S2', {}],
    ['S3', { term }],
    [
      'S4',
      {
        term,
        checks: { id2: { consentTypes: ['paper'] } },
        serviceLevel: { hours: { reply: 2, plan: 8 } },
        prices: { platform_fee: '500.00', query_fee: '0.04', data_fee: '0.12' },
        payWithin: { n: 10, unit: 'workday' },
        latePayment: { rate: '0.0005' },
      },
    ],
  ])('%s, with every blank filled in, can be made', (preset, overrides) => {
    expect(composeTerms(preset, overrides)).toMatchObject({ kind: 'terms', terms: { preset } })
  })

  test('S4 as it stands names its blanks', () => {
    expect(composeTerms('S4', {})).toEqual({
      kind: 'faults',
      faults: [
        'term: blank',
        'serviceLevel.hours.reply: blank',
        'serviceLevel.hours.plan: blank',
        'prices.platform_fee: blank',
        'prices.query_fee: blank',
        'prices.data_fee: blank',
        'payWithin: blank',
        'latePayment.rate: blank',
        'checks.id2.consentTypes',
      ],
    })
  })

  test('S0 names no consent, S3 no dates', () => {
    expect(composeTerms('S0', {})).toEqual({ kind: 'faults', faults: ['checks.id2.consentTypes'] })
    expect(composeTerms('S3', {})).toEqual({ kind: 'faults', faults: ['term: blank'] })
  })

  test('a preset that does not exist is named as such', () => {
    expect(composeTerms('S9', {})).toEqual({ kind: 'faults', faults: ['preset'] })
  })
})
