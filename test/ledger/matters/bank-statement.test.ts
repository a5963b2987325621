import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StaffAct } from '../../../src/core/commands.ts'
import type { BankLine } from '../../../src/core/matters/bank-statement.ts'
import type { MatterView } from '../../../src/core/matters/index.ts'
import type { PayeeShare } from '../../../src/core/matters/payment-order.ts'
import { startOfDayMs } from '../../../src/core/shanghai.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { staffReader, take } from '../../support/ledger-commands.ts'
import { passTo } from '../../support/ledger-days.ts'
import { conflictOf, leavesOf, mattersOf, seedMatterWorld, staffDoes } from '../../support/ledger-matters.ts'
import { act, buyCredits, type SeededAccount } from '../../support/ledger-world.ts'

const open = useTestLedgers()

type Statement = MatterView<'bank_statement'>
type Order = MatterView<'payment_order'>

/** An account on the morning of a Monday. */
const seed = (day = '2024-08-05') => {
  const ledger = open()
  const world = seedMatterWorld(ledger)
  ledger.clock.now = startOfDayMs(day) + 10 * 3_600_000
  return { ledger, world }
}

const shareOf = (amountFen: number): PayeeShare[] => [{ payee: 'tax', amountFen }]

/** An order that was paid on this day. */
const paid = (ledger: TestLedger, world: SeededAccount, no: string, on: string, shares: PayeeShare[]): Order => {
  const amountFen = shares.reduce((sum, share) => sum + share.amountFen, 0)
  const about = { kind: 'other', id: null, code: 'fees' } as const
  const { id } = staffDoes(ledger, world, { kind: 'create_payment_order', reference: no, amountFen, about, shares })
  staffDoes(ledger, world, { kind: 'verify_payment_order', paymentOrderId: id, amountFen, shares })
  return staffDoes(ledger, world, { kind: 'record_payment_result', paymentOrderId: id, on, bankReference: `bank-${no}` })
}

const line = (no: string, amountFen: number, payee: string | null = null): BankLine => ({
  no,
  amountFen,
  bankReference: `bank-${no}`,
  payee,
})
const statementOf = (day: string, lines: BankLine[], correction = false): StaffAct => ({
  kind: 'record_bank_statement',
  day,
  lines,
  correction,
})

const record = (ledger: TestLedger, world: SeededAccount, day: string, lines: BankLine[], correction = false): Statement =>
  staffDoes(ledger, world, statementOf(day, lines, correction))

const explain = (ledger: TestLedger, world: SeededAccount, bankStatementId: number, no: string): Statement =>
  staffDoes(ledger, world, { kind: 'explain_difference', bankStatementId, no, text: `what became of it` })

const statements = (ledger: TestLedger, world: SeededAccount) => mattersOf(ledger, world, 'bank_statement').toReversed()

/** How many alarms stand over differences. */
const standing = (ledger: TestLedger): number =>
  ledger.rows("SELECT 1 FROM alarms WHERE kind = 'payment_difference' AND cleared_at IS NULL").length

const monday = '2024-08-05'
const tuesday = '2024-08-06'

describe("the bank's lines of a day (S3 附件1 模块1)", () => {
  test('are matched, different, missing or unknown, with the totals (REC-01)', () => {
    const { ledger, world } = seed()
    paid(ledger, world, 'O1', monday, shareOf(8_000))
    paid(ledger, world, 'O2', monday, shareOf(55_000))
    paid(ledger, world, 'O3', monday, shareOf(1_200_000))
    expect(conflictOf(ledger, world, statementOf(monday, []))).toBe('day_not_over')
    passTo(ledger, tuesday)
    expect(standing(ledger)).toBe(0)
    const { state, data } = record(ledger, world, monday, [line('O1', 8_000), line('O2', 55_500), line('O9', 8_000)])
    expect([state, standing(ledger)]).toEqual(['differs', 1])
    expect(data.finding).toMatchObject({
      orders: 3,
      matched: 1,
      differing: [
        { no: 'O2', what: 'amount_mismatch', orderedFen: 55_000, statedFen: 55_500 },
        { no: 'O3', what: 'missing_in_statement', orderedFen: 1_200_000, statedFen: null },
        { no: 'O9', what: 'unknown_in_statement', orderedFen: null, statedFen: 8_000 },
      ],
      orderTotalFen: 1_263_000,
      statementTotalFen: 71_500,
      differenceFen: 1_191_500,
    })
    expect(leavesOf(ledger, 'record_bank_statement')).toMatchObject([{ day: monday, differing: 3, difference_fen: 1_191_500 }])
  })

  test('raise an alarm while they differ: explained one by one, it clears with the last', () => {
    const { ledger, world } = seed()
    paid(ledger, world, 'O1', monday, shareOf(8_000))
    passTo(ledger, tuesday)
    const { id } = record(ledger, world, monday, [line('O9', 1)])
    const explanation = { kind: 'explain_difference', bankStatementId: id, no: 'O7', text: 'nothing' } as const
    expect(conflictOf(ledger, world, explanation)).toBe('no_difference')
    expect([explain(ledger, world, id, 'O1').state, standing(ledger)]).toEqual(['differs', 1])
    expect([explain(ledger, world, id, 'O9').state, standing(ledger)]).toEqual(['explained', 0])
    expect(leavesOf(ledger, 'explain_difference')).toHaveLength(2)
  })

  test('are corrected by another version that takes their place; the first stays on record', () => {
    const { ledger, world } = seed()
    paid(ledger, world, 'O1', monday, shareOf(8_000))
    passTo(ledger, tuesday)
    expect(conflictOf(ledger, world, statementOf(monday, [], true))).toBe('nothing_to_correct')
    const wrong = [line('O1', 8_001, 'tax')]
    record(ledger, world, monday, wrong)
    expect(record(ledger, world, monday, wrong).data.version).toBe(1)
    expect(conflictOf(ledger, world, statementOf(monday, []))).toBe('statement_recorded')
    expect(standing(ledger)).toBe(1)
    const right = record(ledger, world, monday, [line('O1', 8_000, 'tax')], true)
    expect([right.state, right.data.version, standing(ledger)]).toEqual(['matched', 2, 0])
    expect(statements(ledger, world).map(({ state, data }) => [state, data.lines, data.replacedBy])).toEqual([
      ['replaced', wrong, right.id],
      ['matched', [line('O1', 8_000, 'tax')], null],
    ])
    expect(mattersOf(ledger, world, 'payment_order')[0]?.state).toBe('cleared')
    // A third one that takes the match back takes the shares back, too.
    expect(record(ledger, world, monday, [line('O1', 7_999, 'tax')], true).state).toBe('differs')
    expect(mattersOf(ledger, world, 'payment_order')[0]).toMatchObject({ state: 'paid', data: { shares: [{ cleared: null }] } })
    expect(standing(ledger)).toBe(1)
  })

  test('clear the shares of the payees that they name, in matched orders alone', () => {
    const { ledger, world } = seed()
    const shares = [
      { payee: 'tax', amountFen: 1_192_000 },
      { payee: 'registration_fee', amountFen: 8_000 },
    ]
    paid(ledger, world, 'O1', monday, shares)
    paid(ledger, world, 'O2', monday, shares)
    paid(ledger, world, 'O3', monday, shares)
    passTo(ledger, tuesday)
    record(ledger, world, monday, [
      line('O1', 1_192_000, 'tax'),
      line('O1', 8_000, 'registration_fee'),
      line('O2', 1_192_000, 'tax'),
      line('O3', 1_200_000),
    ])
    const [first, second, third] = mattersOf(ledger, world, 'payment_order').toReversed()
    expect([first?.state, second?.state, third?.state]).toEqual(['cleared', 'paid', 'paid'])
    expect(first?.data.shares[0]?.cleared).toMatchObject({ on: monday, bankReference: 'bank-O1' })
    expect(second?.data.shares.map(({ cleared }) => cleared)).toEqual([null, null])
    const read = { kind: 'clearing', reader: staffReader, accountId: world.accountId, fromDay: monday, toDay: tuesday } as const
    expect(take(ledger.read(read), 'read').value).toEqual([
      { day: monday, payee: 'registration_fee', orders: 3, amountFen: 24_000, clearedFen: 8_000 },
      { day: monday, payee: 'tax', orders: 3, amountFen: 3_576_000, clearedFen: 1_192_000 },
    ])
  })

  test('count a pack that was paid that day, once, whether or not an order to pay stands for it', () => {
    const { ledger, world } = seed()
    const { orderId } = buyCredits(ledger, world.accountId, 10, 'live', 'pack-1')
    passTo(ledger, tuesday)
    expect(record(ledger, world, monday, [line('pack-1', 80_000)]).state).toBe('matched')
    // Paid on Monday, written down on Tuesday: it is of Monday, by its order to pay.
    buyCredits(ledger, world.accountId, 20, 'live', 'pack-2')
    const about = {
      kind: 'order',
      id: ledger.row<{ id: number }>("SELECT id FROM orders WHERE external_id = 'pack-2'").id,
      code: null,
    }
    const split = { amountFen: 80_000, shares: shareOf(80_000) }
    const order = { kind: 'create_payment_order', reference: 'pack-2', about, ...split } as StaffAct
    const { id } = staffDoes(ledger, world, order)
    staffDoes(ledger, world, { kind: 'verify_payment_order', paymentOrderId: id, ...split })
    staffDoes(ledger, world, { kind: 'record_payment_result', paymentOrderId: id, on: monday, bankReference: 'b' })
    expect(statements(ledger, world)[0]).toMatchObject({ state: 'differs', data: { finding: { orders: 2 } } })
    passTo(ledger, '2024-08-07')
    expect(record(ledger, world, tuesday, []).state).toBe('matched')
    expect(orderId).toBeGreaterThan(0)
  })

  test('are awaited until the end of the next working day; then the clock raises the alarm, and the statement clears it', () => {
    const { ledger, world } = seed('2024-08-09')
    paid(ledger, world, 'O1', '2024-08-09', shareOf(8_000))
    const [awaited] = statements(ledger, world)
    expect(awaited).toMatchObject({ state: 'awaited', clocks: [{ lastDay: '2024-08-12', clause: 'choice', ending: null }] })
    passTo(ledger, '2024-08-12')
    expect(standing(ledger)).toBe(0)
    passTo(ledger, '2024-08-13')
    expect(standing(ledger)).toBe(1)
    expect(leavesOf(ledger, 'deadline_missed')).toMatchObject([{ bank_statement: awaited?.id }])
    expect(ledger.rows("SELECT 1 FROM alarms WHERE kind = 'deadline_missed'")).toEqual([])
    const came = record(ledger, world, '2024-08-09', [line('O1', 8_000)])
    expect([came.id, came.state, standing(ledger)]).toEqual([awaited?.id, 'matched', 0])
  })

  test('are judged again when a payment of their day is recorded later', () => {
    const { ledger, world } = seed()
    passTo(ledger, tuesday)
    const { id } = record(ledger, world, monday, [line('O9', 8_000, 'tax')])
    expect(standing(ledger)).toBe(1)
    expect(paid(ledger, world, 'O9', monday, shareOf(8_000))).toMatchObject({ state: 'cleared' })
    expect([statements(ledger, world)[0]?.state, standing(ledger)]).toEqual(['matched', 0])
    expect(leavesOf(ledger, 'judge_bank_statement')).toMatchObject([{ bank_statement: id, matched: 1, differing: 0 }])
  })

  test('find an order on the last day of its life', () => {
    const { ledger, world } = seed()
    const split = { amountFen: 8_000, shares: shareOf(8_000) }
    const about = { kind: 'other', id: null, code: 'fees' } as const
    const { id } = staffDoes(ledger, world, { kind: 'create_payment_order', reference: 'O1', about, ...split })
    staffDoes(ledger, world, { kind: 'verify_payment_order', paymentOrderId: id, ...split })
    const lastDay = '2025-08-06'
    passTo(ledger, lastDay)
    staffDoes(ledger, world, { kind: 'record_payment_result', paymentOrderId: id, on: lastDay, bankReference: 'b' })
    passTo(ledger, '2025-08-07')
    expect(record(ledger, world, lastDay, [line('O1', 8_000)]).state).toBe('matched')
  })

  test('keep an explanation while the amounts are the same, and no longer', () => {
    const { ledger, world } = seed()
    paid(ledger, world, 'O1', monday, shareOf(8_000))
    passTo(ledger, tuesday)
    explain(ledger, world, record(ledger, world, monday, [line('O1', 7_000)]).id, 'O1')
    expect(record(ledger, world, monday, [line('O1', 7_000), line('O2', 5)], true)).toMatchObject({
      state: 'differs',
      data: { explanations: [{ no: 'O1' }] },
    })
    expect(record(ledger, world, monday, [line('O1', 7_500)], true)).toMatchObject({
      state: 'differs',
      data: { explanations: [] },
    })
  })

  test('are recorded also when the account is closed', () => {
    const { ledger, world } = seed()
    act(ledger, world.accountId, { kind: 'close_account', note: '' })
    passTo(ledger, tuesday)
    const { id } = record(ledger, world, monday, [line('O9', 1)])
    expect(explain(ledger, world, id, 'O9').state).toBe('explained')
  })

  test('put every number of the day into one list, and clear what they name, over random days', () => {
    const amount = fc.integer({ min: 1, max: 1_000_000 })
    const orders = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.array(amount, { minLength: 1, maxLength: 3 })), {
      selector: ([no]) => no,
      maxLength: 8,
    })
    const stray = fc.array(fc.tuple(fc.integer({ min: 1, max: 15 }), amount), { maxLength: 4 })
    fc.assert(
      fc.property(orders, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), stray, (made, told, others) => {
        const { ledger, world } = seed()
        const sharesOf = (parts: number[]) => parts.map((amountFen, at) => ({ payee: `p${at}`, amountFen }))
        for (const [no, parts] of made) paid(ledger, world, `O${no}`, monday, sharesOf(parts))
        passTo(ledger, tuesday)
        const lines = [
          ...made.flatMap(([no, parts]) =>
            told[no - 1] ? sharesOf(parts).map(({ payee, amountFen }) => line(`O${no}`, amountFen, payee)) : [],
          ),
          ...others.map(([no, amountFen]) => line(`O${no}`, amountFen)),
        ]
        const { state, data } = record(ledger, world, monday, lines)
        const countOf = (what: string) => data.finding?.differing.filter((each) => each.what === what).length ?? 0
        const matched = data.finding?.matched ?? -1
        expect(matched + countOf('amount_mismatch') + countOf('missing_in_statement')).toBe(made.length)
        expect(matched + countOf('amount_mismatch') + countOf('unknown_in_statement')).toBe(
          new Set(lines.map(({ no }) => no)).size,
        )
        const ordered = made.flatMap(([, parts]) => parts).reduce((sum, part) => sum + part, 0)
        const stated = lines.reduce((sum, { amountFen }) => sum + amountFen, 0)
        expect(data.finding).toMatchObject({ orderTotalFen: ordered, statementTotalFen: stated, differenceFen: ordered - stated })
        const cleared = mattersOf(ledger, world, 'payment_order').filter((order) => order.state === 'cleared')
        expect(cleared).toHaveLength(matched)
        expect(standing(ledger)).toBe(state === 'matched' ? 0 : 1)
        for (const { no } of data.finding?.differing ?? []) explain(ledger, world, statements(ledger, world)[0]?.id ?? 0, no)
        expect(standing(ledger)).toBe(0)
      }),
      { numRuns: 25 },
    )
  })
})
