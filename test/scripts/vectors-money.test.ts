import { describe, expect, it, test } from 'vitest'
import { ops } from '../../scripts/vectors/ops.ts'
import { runVectors } from '../../scripts/vectors/run.ts'

const run = (op: string, input: object) => {
  const found = ops[op]
  if (!found) throw new Error(`there is no op ${op}`)
  return found({ op, ...input })
}

const late = { contractAmount: '5000.00', unpaid: '900.00', ratePerDay: '0.02' }
const twoPacks = [
  { id: 'new', paid: '50.00', calls: 600, expires: '2026-12-31' },
  { id: 'old', paid: '10.00', calls: 100, expires: '2025-12-31' },
]

describe('the money rules in the words of the vectors', () => {
  test.each<[string, object, object]>([
    ['price.unit', { price: '99.00', calls: 700 }, { exact: '99/700', display6: '0.141429' }],
    ['price.unit', { price: '30.00', calls: 10 }, { exact: '3', display6: '3.000000' }],
    ['price.discount', { list: '80.00', paid: '60.00' }, { discount: '20.00', rate: '1/4', paidOverList: '3/4' }],
    ['price.discount', { list: '80.00', paid: '80.00' }, { discount: '0.00', rate: '0', paidOverList: '1' }],
    ['price.roundingTrap', { calls: 12_000 }, { exact: '320.00', 'with0.0267': '320.40', 'with0.026667': '320.00' }],
    [
      'settle.prepaid',
      { paid: '50.00', list: '90.00', calls: 600, used: 7, basis: 'paid', cause: 'mutual', elapsedDays: 9, termDays: 10 },
      { applies: true, charge: '0.58', refund: '49.42', unusedCalls: 593, ledger: 'refund' },
    ],
    [
      'settle.prepaid',
      { paid: '50.00', list: '90.00', calls: 600, used: 400, basis: 'list', cause: 'provider_fault' },
      { applies: true, charge: '50.00', refund: '0.00', unusedCalls: 200 },
    ],
    [
      'settle.prepaid',
      { paid: '50.00', calls: 600, used: 7, cause: 'expiry' },
      { applies: false, usageValue: '0.58', refund: '0.00', remainder: '49.42', unusedCalls: 593, ledger: 'lapse' },
    ],
    [
      'settle.multiPack',
      { packs: twoPacks, used: 130, order: 'earliest_expiry_first', cause: 'mutual' },
      {
        lines: [
          { id: 'old', used: 100, charge: '10.00', refund: '0.00' },
          { id: 'new', used: 30, charge: '2.50', refund: '47.50' },
        ],
        refund: '47.50',
      },
    ],
    [
      'settle.multiPack',
      { packs: twoPacks, used: 30, cause: 'mutual', endedOn: '2026-01-01' },
      {
        lines: [
          { id: 'old', used: 30, usageValue: '3.00', refund: '0.00', remainder: '7.00', ledger: 'lapse' },
          { id: 'new', used: 0, charge: '0.00', refund: '50.00' },
        ],
        refund: '50.00',
        remainder: '7.00',
      },
    ],
    ['settle.multiPack', { packs: twoPacks, used: 0, cause: 'customer_breach' }, { refund: '0.00', remainder: '60.00' }],
    ['prorate.days', { amount: '70.00', days: 3, totalDays: 31 }, { amount: '6.77', rest: '63.23' }],
    ['prorate.days', { amount: '70.00', days: 2, totalDays: 29, from: '2024-02-28', to: '2024-02-29' }, { amount: '4.83' }],
    ['vat.fromGross', { gross: '250.00', rate: '0.13' }, { net: '221.24', tax: '28.76', gross: '250.00' }],
    ['vat.fromNet', { net: '221.24', rate: '0.13' }, { exactGross: '250.0012', gross: '250.00', tax: '28.76' }],
    ['vat.fromNet', { net: '200.00', rate: '0.03' }, { exactGross: '206.00', gross: '206.00' }],
    [
      'vat.table',
      {
        lines: [
          { code: 'a', gross: '1.00' },
          { code: 'b', gross: '1.00' },
          { code: 'c', gross: '1.00' },
        ],
        rate: '0.06',
      },
      { total: { net: '2.82', tax: '0.18', gross: '3.00' } },
    ],
    ['milestones', { total: '10.01', shares: ['0.5', '0.5'] }, { amounts: ['5.01', '5.00'], sum: '10.01', count: 2 }],
    ['milestones', { total: '10.01', shares: ['0.5', '0.4'] }, { error: 'shares_not_whole', sum: '9/10' }],
    ['amount.zhUpper', { amount: '2050.60' }, { accepted: '贰仟零伍拾元陆角' }],
    [
      'penalty.late',
      { ...late, daysLate: 56, thresholdRate: '0.2' },
      { accruedUncapped: '1008.00', threshold: '1000.00', terminationRight: true, payableCapped: '1000.00', payable: '1000.00' },
    ],
    [
      'penalty.late',
      { ...late, daysLate: 56, thresholdRate: '0.2', penaltyCap: false },
      { accruedUncapped: '1008.00', payableCapped: '1000.00', payable: '1008.00' },
    ],
    [
      'penalty.byDates',
      { ...late, dueLastDay: '2024-02-27', paidOn: '2024-03-01' },
      { firstPenaltyDay: '2024-02-28', daysLate: 3, accruedUncapped: '54.00', payableCapped: '54.00', terminationRight: false },
    ],
    [
      'penalty.byDates',
      { ...late, dueLastDay: '2024-02-27', paidOn: '2024-03-01', firstPenaltyDayOffset: 2 },
      { firstPenaltyDay: '2024-02-29', daysLate: 2, accruedUncapped: '36.00' },
    ],
    [
      'penalty.byDates',
      { ...late, dueLastDay: '2024-02-27', paidOn: '2023-12-31' },
      { firstPenaltyDay: '2024-02-28', daysLate: 0, accruedUncapped: '0.00' },
    ],
    [
      'penalty.partial',
      {
        dueLastDay: '2024-12-30',
        contractAmount: '5000.00',
        ratePerDay: '0.02',
        payments: [
          { on: '2024-12-30', amount: '100.00' },
          { on: '2025-01-01', amount: '250.00' },
        ],
      },
      {
        lines: [
          { amount: '100.00', daysLate: 0, penalty: '0.00' },
          { amount: '250.00', daysLate: 2, penalty: '10.00' },
        ],
        accrued: '10.00',
        terminationRight: false,
      },
    ],
    [
      'penalty.partial',
      { ...late, dueLastDay: '2024-12-30', payments: [{ on: '2025-01-01', amount: '250.00' }], asOf: '2025-01-09' },
      {
        lines: [
          { amount: '250.00', daysLate: 2, penalty: '10.00' },
          { amount: '650.00', daysLate: 10, penalty: '130.00' },
        ],
        accrued: '140.00',
      },
    ],
    [
      'penalty.supplierDelay',
      { contractAmount: '5000.00', daysLate: 8, ratePerDay: '0.02' },
      { daily: '100.00', accrued: '800.00', terminationRight: true, lumpOnTermination: '1000.00' },
    ],
    [
      'penalty.supplierDelay',
      { contractAmount: '5000.00', daysLate: 7, ratePerDay: '0.02' },
      { accrued: '700.00', terminationRight: false, lumpOnTermination: null },
    ],
    ['interest.simple', { principal: '730.00', rate: '0.05', per: 'year365', days: 10 }, { interest: '1.00' }],
    ['interest.simple', { principal: '720.00', rate: '0.05', per: 'year360', days: 10 }, { interest: '1.00' }],
    [
      'interest.partial',
      {
        principal: '500.00',
        rate: '0.001',
        per: 'day',
        dueLastDay: '2024-02-28',
        payments: [
          { on: '2024-02-20', amount: '100.00' },
          { on: '2024-03-01', amount: '300.00' },
          { on: '2024-03-02', amount: '150.00' },
        ],
      },
      { interest: '0.90', unpaid: '0.00' },
    ],
    [
      'bill.postpaid',
      { items: [{ code: 'data_fee', qty: '2.345', unitPrice: '1.10' }], vatRate: '0.06' },
      { lines: [{ code: 'data_fee', amount: '2.58' }], total: '2.58', net: '2.43', tax: '0.15' },
    ],
    [
      'settlement.sum',
      { lines: [{ code: 'a', fee: '10.00', penalties: [{ by: 'provider', amount: '10.01' }] }] },
      { lines: ['-0.01'], settlement: '-0.01', creditNote: '0.01' },
    ],
  ])('%s %j', (op, input, expected) => {
    expect(run(op, input)).toMatchObject(expected)
  })

  it('answers a refusal with nothing else', () => {
    const debt = { principal: '9.00', per: 'day', rate: null }
    expect(run('interest.simple', { ...debt, days: 3 })).toEqual({ error: 'rate_missing' })
    expect(run('interest.partial', { ...debt, dueLastDay: '2025-01-01', payments: [] })).toEqual({ error: 'rate_missing' })
  })

  it('says nothing of tax, or of a credit note, where there is none', () => {
    expect(run('bill.postpaid', { items: [{ code: 'a', qty: '1', unitPrice: '2' }] })).toEqual({
      lines: [{ code: 'a', amount: '2.00' }],
      total: '2.00',
    })
    expect(run('settlement.sum', { lines: [{ code: 'a', fee: '1.00' }] })).toEqual({ lines: ['1.00'], settlement: '1.00' })
  })

  test.each<[string, object, string]>([
    ['price.unit', { price: 800, calls: 30_000 }, 'input.price'],
    ['price.unit', { price: '800.00', calls: 0 }, 'input.calls'],
    ['price.unit', { price: '8e2', calls: 1 }, 'input.price'],
    ['price.discount', { list: '0.00', paid: '0.00' }, 'input.list'],
    ['settle.prepaid', { paid: '1.00', calls: 10, used: 11, cause: 'mutual' }, 'input.used'],
    ['settle.prepaid', { paid: '1.00', calls: 10, used: 1, cause: 'mutual', basis: 'list' }, 'input.list'],
    ['settle.prepaid', { paid: '1.00', calls: 10, used: 1, cause: 'boredom' }, 'input.cause'],
    ['settle.multiPack', { packs: twoPacks, used: 701, cause: 'mutual' }, 'input.used'],
    ['settle.multiPack', { packs: twoPacks, used: 1, cause: 'mutual', order: 'latest_first' }, 'input.order'],
    ['prorate.days', { amount: '1.00', days: 4, totalDays: 3 }, 'input.days'],
    ['prorate.days', { amount: '1.00', days: 2, totalDays: 30, from: '2025-01-01', to: '2025-01-03' }, 'input.days'],
    ['vat.fromGross', { gross: '1.005', rate: '0.06' }, 'input.gross'],
    ['vat.fromGross', { gross: '1.00', rate: '-0.06' }, 'input.rate'],
    ['milestones', { total: '-1.00', shares: ['1'] }, 'input.total'],
    ['amount.zhUpper', { amount: '10000000000000000.00' }, 'input.amount'],
    ['penalty.late', { ...late, daysLate: -1 }, 'input.daysLate'],
    ['penalty.byDates', { ...late, dueLastDay: '2025-02-29', paidOn: '2025-03-01' }, 'input.dueLastDay'],
    [
      'penalty.byDates',
      { ...late, dueLastDay: '2025-02-28', paidOn: '2025-03-01', firstPenaltyDayOffset: 3 },
      'input.firstPenaltyDayOffset',
    ],
    ['interest.simple', { principal: '1.00', rate: '0.05', per: 'year', days: 1 }, 'input.per'],
    ['bill.postpaid', { items: [{ code: 'a', qty: 1, unitPrice: '1.00' }] }, 'input.items.0.qty'],
    ['settlement.sum', { lines: [{ code: 'a', fee: '1.00', penalties: [{ by: 'bank', amount: '1.00' }] }] }, 'penalties.0.by'],
    ['settlement.sum', { lines: [], colour: 'red' }, 'colour'],
  ])('%s refuses %j', (op, input, words) => {
    expect(() => run(op, input)).toThrow(words)
  })
})

describe('spellings of one value', () => {
  const judge = async (accepted: unknown) => {
    const vector = { id: 'A', input: { op: 'amount.zhUpper', amount: '20.40' }, expected: { accepted } }
    return (await runVectors([vector], ops)).results[0]?.status
  }

  it('are right when the one that is printed is among them', async () => {
    expect(await judge(['贰拾元肆角', '贰拾元零肆角整'])).toBe('passed')
    expect(await judge(['贰拾元零肆角', '贰拾元肆角'])).toBe('passed')
  })

  it('are wrong when it is not', async () => {
    expect(await judge(['贰拾元肆角肆分'])).toBe('failed')
    expect(await judge([])).toBe('failed')
    expect(await judge('贰拾元')).toBe('failed')
  })

  it('have to be the same under every other name', async () => {
    const vector = { id: 'A', input: { op: 'price.unit', price: '1.00', calls: 1 }, expected: { exact: ['1', '2'] } }
    expect((await runVectors([vector], ops)).failed).toBe(1)
  })
})
