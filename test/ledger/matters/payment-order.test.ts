import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StaffAct } from '../../../src/core/commands.ts'
import type { MatterView } from '../../../src/core/matters/index.ts'
import type { PayeeShare, PaymentOrderAct } from '../../../src/core/matters/payment-order.ts'
import { addDays, shanghaiDay } from '../../../src/core/shanghai.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import {
  conflictOf,
  customerDoes,
  customerTries,
  leavesOf,
  mattersOf,
  seedMatterWorld,
  staffDoes,
} from '../../support/ledger-matters.ts'
import { act, type SeededAccount } from '../../support/ledger-world.ts'

const open = useTestLedgers()

const twoShares: PayeeShare[] = [
  { payee: 'tax', amountFen: 1_192_000 },
  { payee: 'registration_fee', amountFen: 8_000 },
]
const wanted = (more: Partial<Extract<PaymentOrderAct, { kind: 'create_payment_order' }>> = {}): StaffAct => ({
  kind: 'create_payment_order',
  reference: 'O3',
  amountFen: 1_200_000,
  about: { kind: 'other', id: null, code: 'module_1' },
  shares: twoShares,
  ...more,
})

type Order = MatterView<'payment_order'>

const seed = (overrides: Record<string, unknown> = {}) => {
  const ledger = open()
  const world = seedMatterWorld(ledger, overrides)
  return { ledger, world, today: shanghaiDay(ledger.clock.now) }
}

const create = (ledger: TestLedger, world: SeededAccount, more: Parameters<typeof wanted>[0] = {}): Order =>
  staffDoes(ledger, world, wanted(more))

const verify = (ledger: TestLedger, world: SeededAccount, { id, data }: Order): Order =>
  staffDoes(ledger, world, {
    kind: 'verify_payment_order',
    paymentOrderId: id,
    amountFen: data.amountFen,
    shares: data.shares.map(({ payee, amountFen }) => ({ payee, amountFen })),
  })

const result = (paymentOrderId: number, on: string, bankReference = 'bank-3'): StaffAct => ({
  kind: 'record_payment_result',
  paymentOrderId,
  on,
  bankReference,
})

const pay = (ledger: TestLedger, world: SeededAccount, order: Order, on: string, bankReference = 'bank-3'): Order => {
  verify(ledger, world, order)
  return staffDoes(ledger, world, result(order.id, on, bankReference))
}

describe('an order to pay (S3 附件1 模块1)', () => {
  test('goes from created to verified, paid and cleared; each step once, and each is an entry', () => {
    const { ledger, world, today } = seed()
    const order = create(ledger, world)
    expect([order.state, order.reference]).toEqual(['created', 'O3'])
    expect(conflictOf(ledger, world, result(order.id, today))).toBe('not_verified')
    expect(verify(ledger, world, order)).toMatchObject({ state: 'verified', data: { verified: { by: 'staff:staff-1' } } })
    expect(conflictOf(ledger, world, result(order.id, addDays(today, 1)))).toBe('day_not_come')
    const paid = staffDoes<'payment_order'>(ledger, world, result(order.id, today))
    expect(paid).toMatchObject({ state: 'paid', data: { paidOn: today, bankReference: 'bank-3', appliedFen: null } })
    expect(staffDoes(ledger, world, result(order.id, today))).toEqual(paid)
    expect(conflictOf(ledger, world, result(order.id, today, 'bank-4'))).toBe('payment_recorded')
    const share = { kind: 'clear_shares', paymentOrderId: order.id, payee: 'tax', on: today, bankReference: null } as const
    expect(staffDoes(ledger, world, share).state).toBe('paid')
    expect(conflictOf(ledger, world, { ...share, payee: 'nobody' })).toBe('payee_unknown')
    expect(conflictOf(ledger, world, { ...share, on: addDays(today, -1) })).toBe('before_payment')
    expect(staffDoes(ledger, world, { ...share, payee: null }).state).toBe('cleared')
    for (const kind of ['create_payment_order', 'verify_payment_order', 'record_payment_result'])
      expect([kind, leavesOf(ledger, kind).length]).toEqual([kind, 1])
    expect(leavesOf(ledger, 'clear_shares')).toHaveLength(2)
  })

  test('whose shares are not its amount is refused, and nothing is written (REC-02, REC-03)', () => {
    const { ledger, world } = seed()
    const shares = [
      { payee: 'tax', amountFen: 1_192_000 },
      { payee: 'registration_fee', amountFen: 8_001 },
    ]
    expect(conflictOf(ledger, world, wanted({ reference: 'O4', shares }))).toBe('split_unbalanced')
    const twice = twoShares.map((share) => ({ ...share, payee: 'tax' }))
    expect(conflictOf(ledger, world, wanted({ shares: twice }))).toBe('payee_twice')
    expect(mattersOf(ledger, world, 'payment_order')).toEqual([])
    expect(create(ledger, world, { shares: [{ payee: 'tax', amountFen: 1_200_000 }] }).data.shares).toHaveLength(1)
  })

  test('has a number of its own: the same order under it is the same, another one is refused', () => {
    const { ledger, world } = seed()
    const order = create(ledger, world)
    expect(create(ledger, world).id).toBe(order.id)
    expect(conflictOf(ledger, world, wanted({ amountFen: 1, shares: [{ payee: 'tax', amountFen: 1 }] }))).toBe('reference_reused')
  })

  test('is verified by the customer, too, and only as it is', () => {
    const { ledger, world } = seed()
    const { id } = create(ledger, world)
    const step = { kind: 'verify_payment_order', paymentOrderId: id, amountFen: 1_200_000, shares: twoShares } as const
    const wrong = { ...step, shares: [{ payee: 'tax', amountFen: 1_200_000 }] }
    expect(customerTries(ledger, world, wrong)).toMatchObject({ detail: 'differs_from_order' })
    expect(customerDoes(ledger, world, { ...step, shares: twoShares.toReversed() }).state).toBe('verified')
    expect(leavesOf(ledger, 'verify_payment_order')[0]).toHaveProperty('key')
  })

  test('that failed can still be paid, one that was taken back cannot', () => {
    const { ledger, world, today } = seed()
    const order = create(ledger, world)
    const failure = { kind: 'record_payment_failure', paymentOrderId: order.id, cause: 'no_funds' } as const
    expect(conflictOf(ledger, world, failure)).toBe('payment_order_created')
    verify(ledger, world, order)
    expect(staffDoes(ledger, world, failure)).toMatchObject({ state: 'failed', data: { failure: 'no_funds' } })
    expect(staffDoes(ledger, world, result(order.id, today))).toMatchObject({ state: 'paid', data: { failure: null } })
    const cancel = (paymentOrderId: number): StaffAct => ({ kind: 'cancel_payment_order', paymentOrderId, text: null })
    expect(conflictOf(ledger, world, cancel(order.id))).toBe('payment_recorded')
    const other = create(ledger, world, { reference: 'O5' })
    expect(staffDoes(ledger, world, cancel(other.id))).toMatchObject({ state: 'cancelled' })
    expect(staffDoes(ledger, world, cancel(other.id)).state).toBe('cancelled')
    expect(conflictOf(ledger, world, result(other.id, today))).toBe('payment_order_closed')
  })

  test('of a pack has the number and the amount of the pack, and no other order has that number', () => {
    const { ledger, world } = seed()
    const about = { kind: 'order', id: world.orderId, code: null } as const
    const pack = { amountFen: 80_000, shares: [{ payee: 'provider', amountFen: 80_000 }] }
    expect(conflictOf(ledger, world, wanted({ ...pack, about }))).toBe('order_number_differs')
    expect(conflictOf(ledger, world, wanted({ about, reference: 'order-1' }))).toBe('amount_differs')
    expect(conflictOf(ledger, world, wanted({ ...pack, reference: 'order-1' }))).toBe('number_of_another_order')
    expect(create(ledger, world, { ...pack, about, reference: 'order-1' }).data.about.id).toBe(world.orderId)
    expect(conflictOf(ledger, world, wanted({ ...pack, about: { ...about, id: 7 } }))).toBe('not_found')
  })

  test('that is older than its life is made anew', () => {
    const { ledger, world, today } = seed()
    const order = create(ledger, world)
    verify(ledger, world, order)
    ledger.clock.advance(367 * 86_400_000)
    expect(conflictOf(ledger, world, result(order.id, addDays(today, 367)))).toBe('order_out_of_date')
    expect(staffDoes(ledger, world, result(order.id, addDays(today, 366))).state).toBe('paid')
  })

  test('whose payment is on a part of the price is recorded there by the same commit, once', () => {
    const workdays = (n: number) => ({ n, unit: 'workday' })
    const { ledger, world, today } = seed({
      contractAmount: '1740000.00',
      acceptance: { organise: workdays(7), afterReminder: workdays(3) },
      milestones: [
        { share: '0.75', from: 'acceptance', months: 0, payWithin: workdays(30) },
        { share: '0.25', from: 'acceptance', months: 12, payWithin: workdays(30) },
      ],
    })
    const applied = staffDoes(ledger, world, { kind: 'apply_acceptance', reference: null, on: today })
    const conclusion = { kind: 'conclude_acceptance', result: 'passed', on: today, text: null } as const
    staffDoes(ledger, world, { ...conclusion, acceptanceId: applied.id })
    const first = () => mattersOf(ledger, world, 'milestone').find(({ data }) => data.number === 1)
    // PAY-01.
    expect(mattersOf(ledger, world, 'milestone').map(({ data }) => data.owedFen)).toEqual([43_500_000, 130_500_000])
    const about = { kind: 'milestone', id: first()?.id ?? 0, code: null } as const
    const orderOf = (reference: string, amountFen: number) =>
      create(ledger, world, { reference, amountFen, about, shares: [{ payee: 'provider', amountFen }] })
    const [part, rest, over] = [orderOf('P1', 100_000_000), orderOf('P2', 31_000_000), orderOf('P3', 5)]
    expect(pay(ledger, world, part, today, 'b-1').data.appliedFen).toBe(100_000_000)
    expect(first()).toMatchObject({ state: 'open', data: { figures: { openFen: 30_500_000 } } })
    expect(conflictOf(ledger, world, result(verify(ledger, world, rest).id, today, 'b-1'))).toBe('bank_reference_reused')
    expect(pay(ledger, world, rest, today, 'b-2').state).toBe('paid')
    expect(first()).toMatchObject({ state: 'paid', data: { figures: { openFen: 0, overpaidFen: 500_000 } } })
    // What comes for a part that is paid stands with its order and changes nothing else.
    expect(pay(ledger, world, over, today, 'b-3').data.appliedFen).toBe(0)
    expect(first()?.data.payments.map(({ bankReference }) => bankReference)).toEqual(['b-1', 'b-2'])
    expect(leavesOf(ledger, 'pay_milestone')).toHaveLength(2)
    expect(conflictOf(ledger, world, wanted({ about, reference: 'P4' }))).toBe('milestone_closed')
    ledger.restart()
    expect(mattersOf(ledger, world, 'payment_order').map(({ state }) => state)).toEqual(['paid', 'paid', 'paid'])
  })

  test('has papers once it is paid; a number stands once in the account', () => {
    const { ledger, world, today } = seed()
    const paper = { kind: 'record_receipt', receipt: 'tax_certificate', number: '324015', sha256: 'ab'.repeat(32) } as const
    const order = create(ledger, world)
    const other = create(ledger, world, { reference: 'O5' })
    const file = { ...paper, paymentOrderId: order.id, on: today }
    expect(conflictOf(ledger, world, file)).toBe('not_paid')
    pay(ledger, world, order, today)
    pay(ledger, world, other, today)
    expect(staffDoes<'payment_order'>(ledger, world, file).data.receipts).toMatchObject([
      { receipt: 'tax_certificate', number: '324015' },
    ])
    expect(staffDoes<'payment_order'>(ledger, world, file).data.receipts).toHaveLength(1)
    expect(conflictOf(ledger, world, { ...file, paymentOrderId: other.id })).toBe('receipt_number_used')
    expect(conflictOf(ledger, world, { ...file, sha256: 'cd'.repeat(32) })).toBe('receipt_number_used')
    expect(mattersOf(ledger, world, 'receipt')).toMatchObject([{ state: 'recorded', data: { paymentOrderId: order.id } }])
  })

  test('goes on when the account is closed', () => {
    const { ledger, world, today } = seed()
    const order = create(ledger, world)
    act(ledger, world.accountId, { kind: 'close_account', note: '' })
    expect(pay(ledger, world, order, today).state).toBe('paid')
    expect(create(ledger, world, { reference: 'O6' }).state).toBe('created')
  })

  test('is only ever taken with shares that add up, whatever they are', () => {
    const { ledger, world } = seed()
    const amounts = fc.array(fc.integer({ min: 1, max: 10_000_000_000_000 }), { minLength: 1, maxLength: 6 })
    let number = 0
    fc.assert(
      fc.property(amounts, fc.constantFrom(0, 0, 1, -1, 100), (parts, off) => {
        number += 1
        const shares = parts.map((amountFen, index) => ({ payee: `payee_${index}`, amountFen }))
        const sum = parts.reduce((total, each) => total + each, 0)
        const order = { reference: `R${number}`, amountFen: sum + off, shares }
        const before = mattersOf(ledger, world, 'payment_order').length
        const why = conflictOf(ledger, world, wanted(order))
        expect(why).toBe(off === 0 ? undefined : 'split_unbalanced')
        expect(mattersOf(ledger, world, 'payment_order').length).toBe(Math.min(100, before + (off === 0 ? 1 : 0)))
      }),
      { numRuns: 60 },
    )
    for (const { data } of mattersOf(ledger, world, 'payment_order'))
      expect(data.shares.reduce((total, { amountFen }) => total + amountFen, 0)).toBe(data.amountFen)
  })
})
