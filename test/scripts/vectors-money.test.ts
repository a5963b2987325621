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
