import { describe, expect, test } from 'vitest'
import type { StaffAct } from '../../../src/core/commands.ts'
import type { MatterView } from '../../../src/core/matters/index.ts'
import type { TaxInvoiceAct } from '../../../src/core/matters/tax-invoice.ts'
import { addDays, shanghaiDay } from '../../../src/core/shanghai.ts'
import { useTestLedgers } from '../../support/ledger.ts'
import { conflictOf, leavesOf, mattersOf, seedMatterWorld, staffDoes } from '../../support/ledger-matters.ts'
import { act } from '../../support/ledger-world.ts'

const open = useTestLedgers()

const seed = (overrides: Record<string, unknown> = { vatRate: '0.06', payment: { form: 'transfer', invoice: 'ordinary' } }) => {
  const ledger = open()
  const world = seedMatterWorld(ledger, overrides)
  const today = shanghaiDay(ledger.clock.now)
  const invoice = (more: Partial<TaxInvoiceAct> = {}): StaffAct => {
    const number = more.number ?? '24312000000000000001'
    return {
      kind: 'record_tax_invoice',
      reference: number,
      number,
      code: null,
      invoice: 'ordinary',
      direction: 'blue',
      netFen: 5_037_736,
      taxFen: 302_264,
      grossFen: 5_340_000,
      linesGrossFen: [],
      issuedOn: today,
      about: { kind: 'order', id: world.orderId },
      takesBack: null,
      ...more,
    }
  }
  const record = (more: Partial<TaxInvoiceAct> = {}) => staffDoes<'tax_invoice'>(ledger, world, invoice(more))
  const why = (more: Partial<TaxInvoiceAct>) => conflictOf(ledger, world, invoice(more))
  return { ledger, world, today, invoice, record, why }
}

describe('a tax invoice that is recorded (S3 §2.7, 附件2)', () => {
  test('has net and tax by the rate of the agreement, and they are the gross to the fen (VAT-01)', () => {
    const { ledger, record, world, invoice } = seed()
    expect(record()).toMatchObject({ state: 'recorded', data: { rate: '0.06', asAgreed: true, takenBackFen: 0 } })
    const wrong = (more: Partial<TaxInvoiceAct>) =>
      act(ledger, world.accountId, invoice({ number: '24312000000000000002', ...more }))
    expect(wrong({ taxFen: 302_263 })).toMatchObject({ code: 'input_invalid', faults: [{ pointer: '/gross_fen' }] })
    const moved = { netFen: 5_037_735, taxFen: 302_265 }
    expect(wrong(moved)).toMatchObject({ faults: [{ pointer: '/net_fen', rule: 'not_by_rate' }] })
    expect(leavesOf(ledger, 'record_tax_invoice')).toHaveLength(1)
  })

  test('of several lines totals the rounded lines, not the split of the total (VAT-03, VAT-04)', () => {
    const { record, ledger, world, invoice } = seed()
    const linesGrossFen = [5_340_000, 168_660_000]
    const total = { grossFen: 174_000_000, netFen: 164_150_944, taxFen: 9_849_056 }
    expect(record({ ...total, linesGrossFen }).data.netFen).toBe(164_150_944)
    const whole = { ...total, number: '24312000000000000002', linesGrossFen: [] }
    expect(act(ledger, world.accountId, invoice(whole))).toMatchObject({ faults: [{ rule: 'not_by_rate' }] })
    expect(act(ledger, world.accountId, invoice({ ...whole, linesGrossFen: [1] }))).toMatchObject({
      faults: [{ pointer: '/lines_gross_fen', rule: 'not_the_sum' }],
    })
  })

  test('is free in its tax where the agreement names no rate, but not in its sum', () => {
    const { record, ledger, world, invoice } = seed({})
    expect(record({ netFen: 90, taxFen: 10, grossFen: 100 }).data).toMatchObject({ rate: null, asAgreed: null })
    const wrong = invoice({ netFen: 90, taxFen: 9, grossFen: 100, number: '24312000000000000002' })
    expect(act(ledger, world.accountId, wrong)).toMatchObject({ code: 'input_invalid' })
  })

  test('stands once under its number, and of a kind that was not agreed it says so', () => {
    const { record, why, today } = seed()
    const first = record()
    expect(record().id).toBe(first.id)
    expect(why({ invoice: 'special' })).toBe('reference_reused')
    expect(record({ number: '24312000000000000009', invoice: 'special' }).data.asAgreed).toBe(false)
    expect(why({ number: '24312000000000000003', issuedOn: addDays(today, 1) })).toBe('day_not_come')
    expect(why({ number: '24312000000000000003', about: { kind: 'bill', id: 7 } })).toBe('not_found')
    expect(why({ number: '24312000000000000003', about: { kind: 'milestone', id: first.id } })).toBe('not_found')
  })

  test('that is red takes back a blue one of the same thing, never more than it', () => {
    const { ledger, world, record, why } = seed()
    const blue = record()
    const half = { direction: 'red', netFen: 2_518_868, taxFen: 151_132, grossFen: 2_670_000 } as const
    const number = (n: number) => ({ number: `2431200000000000010${n}` })
    expect(why({ ...half, ...number(1) })).toBe('invoice_to_take_back_missing')
    expect(why({ ...number(1), takesBack: blue.id })).toBe('blue_takes_nothing_back')
    const red = record({ ...half, ...number(1), takesBack: blue.id })
    expect(red.closedAt).not.toBeNull()
    const blueNow = () =>
      mattersOf(ledger, world, 'tax_invoice').find(({ id }) => id === blue.id) as MatterView<'tax_invoice'> | undefined
    expect(blueNow()).toMatchObject({ state: 'partly_taken_back', data: { takenBackFen: 2_670_000 } })
    expect(why({ ...number(2), direction: 'red', takesBack: blue.id })).toBe('more_than_invoiced')
    expect(why({ ...half, ...number(2), takesBack: red.id })).toBe('not_a_blue_invoice')
    // The same one again takes nothing back again.
    record({ ...half, ...number(1), takesBack: blue.id })
    record({ ...half, ...number(2), takesBack: blue.id })
    expect(blueNow()).toMatchObject({ state: 'taken_back', data: { takenBackFen: 5_340_000 } })
    expect(why({ ...number(3), direction: 'red', netFen: 1, taxFen: 0, grossFen: 1, takesBack: blue.id })).toBe(
      'more_than_invoiced',
    )
  })

  test('is recorded also when the account is closed, and changes nothing of what it is about', () => {
    const { ledger, world, record } = seed()
    act(ledger, world.accountId, { kind: 'close_account', note: '' })
    const before = ledger.rows('SELECT * FROM orders')
    expect(record().state).toBe('recorded')
    expect(ledger.rows('SELECT * FROM orders')).toEqual(before)
  })
})
