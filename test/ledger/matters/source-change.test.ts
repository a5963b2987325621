import { describe, expect, test } from 'vitest'
import type { SourceChange, SourceChangeAct } from '../../../src/core/matters/source-change.ts'
import { parseRfc3339 } from '../../../src/core/shanghai.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { take } from '../../support/ledger-commands.ts'
import { act, changeAgreement, type SeededAccount, s1Term, seedWorld, verifyOnce } from '../../support/ledger-world.ts'

const open = useTestLedgers()
const ms = (text: string): number => parseRfc3339(text) ?? Number.NaN

const seed = (now = '2024-09-30T18:00:00+08:00', overrides: Record<string, unknown> = {}) => {
  const ledger = open()
  const world = seedWorld(ledger)
  changeAgreement(ledger, world.accountId, { term: s1Term, ...overrides })
  ledger.clock.set(now)
  return { ledger, world }
}

const record = (
  ledger: TestLedger,
  { accountId }: SeededAccount,
  more: Partial<Extract<SourceChangeAct, { kind: 'record_source_change' }>> = {},
) =>
  act(ledger, accountId, {
    kind: 'record_source_change',
    reference: null,
    source: 'source_a',
    change: 'price',
    arrivedAt: ms('2024-09-30T17:00:00+08:00'),
    effectiveOn: '2024-11-01',
    checks: ['id2'],
    newPrice: '0.05',
    ...more,
  })

const changeIn = (result: ReturnType<typeof record>) => {
  const { matter } = take(result, 'matter')
  return {
    id: matter.id,
    state: matter.state,
    clocks: matter.clocks,
    closedAt: matter.closedAt,
    ...(matter.data as SourceChange),
  }
}

const answer = (ledger: TestLedger, { accountId }: SeededAccount, changeId: number, said: 'accept' | 'refuse') =>
  act(ledger, accountId, { kind: 'answer_source_change', changeId, answer: said })

const notices = (ledger: TestLedger) =>
  ledger
    .rows<{ data: string }>("SELECT data FROM matters WHERE kind = 'notice' ORDER BY id")
    .map(({ data }) => JSON.parse(data) as { scene: string; variables: object })

describe('a change of a source', () => {
  test('is told in the commit that records it, and its clock of one working day ends met (SCN-S1)', () => {
    const { ledger, world } = seed()
    const change = changeIn(record(ledger, world))
    expect(change.clocks).toEqual([
      expect.objectContaining({
        name: 'tell_customer',
        clause: 'S1 §2.4',
        lastDay: '2024-10-08',
        dueAt: ms('2024-10-09T00:00:00+08:00'),
        ending: 'met',
      }),
    ])
    expect([change.lateNotice, change.toldAt]).toEqual([false, ledger.clock.now])
    expect(notices(ledger)).toEqual([
      expect.objectContaining({
        scene: 'change',
        variables: expect.objectContaining({ source: 'source_a', change: 'price', effective_on: '2024-11-01' }),
      }),
    ])
  })

  test('whose arrival is recorded after the working day is told late, with an alarm', () => {
    const { ledger, world } = seed('2024-10-09T00:00:00+08:00')
    const change = changeIn(record(ledger, world))
    expect([change.lateNotice, change.clocks[0]?.ending]).toEqual([true, 'missed'])
    expect(ledger.rows("SELECT 1 FROM alarms WHERE kind = 'deadline_missed'")).toHaveLength(1)
    const inTime = seed('2024-10-08T23:59:59.999+08:00')
    expect(changeIn(record(inTime.ledger, inTime.world)).lateNotice).toBe(false)
  })

  test('that is accepted changes the price, of another kind nothing of it', () => {
    const { ledger, world } = seed()
    const price = changeIn(record(ledger, world))
    expect(changeIn(answer(ledger, world, price.id, 'accept'))).toMatchObject({
      state: 'accepted',
      standing: 'accepted',
      repriced: true,
      closedAt: ledger.clock.now,
    })
    const format = changeIn(record(ledger, world, { change: 'format', newPrice: null }))
    expect(changeIn(answer(ledger, world, format.id, 'accept'))).toMatchObject({ standing: 'accepted', repriced: false })
  })

  test('that is refused ends by agreement: no breach under S1 (§2.4), one of the provider under S3 (§6.1.2)', () => {
    for (const [fault, providerBreach] of [
      ['not_a_breach', false],
      ['providers_breach', true],
    ] as const) {
      const { ledger, world } = seed(undefined, { partner: { fault } })
      const { id } = changeIn(record(ledger, world))
      expect(changeIn(answer(ledger, world, id, 'refuse'))).toMatchObject({
        state: 'refused',
        standing: 'close_by_agreement',
        repriced: false,
        providerBreach,
      })
      expect(answer(ledger, world, id, 'refuse')).toMatchObject({ repeated: true })
      expect(answer(ledger, world, id, 'accept')).toMatchObject({ detail: 'source_change_closed' })
      const leaves = ledger.rows<{ leaf: string }>("SELECT leaf FROM entries WHERE kind = 'answer_source_change'")
      expect(leaves.map(({ leaf }) => JSON.parse(leaf))).toEqual([
        expect.objectContaining({ standing: 'close_by_agreement', provider_breach: providerBreach ? 1 : 0, clause: 'S1 §2.4' }),
      ])
    }
  })

  test('that nobody answers leaves the old terms and the old price; paid calls go on', () => {
    const { ledger, world } = seed()
    const { id } = changeIn(record(ledger, world))
    const due = () => ledger.core.due().filter((command) => 'matterId' in command && command.matterId === id)
    ledger.clock.set('2024-10-31T23:59:59+08:00')
    expect(due()).toEqual([])
    ledger.clock.set('2024-11-01T00:00:00+08:00')
    ledger.runDue()
    expect(due()).toEqual([])
    const { state, data } = ledger.row<{ state: string; data: string }>('SELECT state, data FROM matters WHERE id = ?', id)
    expect([state, JSON.parse(data)]).toEqual([
      'silent',
      expect.objectContaining({ standing: 'old_terms_continue', repriced: false, answer: null }),
    ])
    expect(verifyOnce(ledger, world, 'after', 'match').credits).toBe(1)
    // A late answer still counts.
    expect(changeIn(answer(ledger, world, id, 'accept'))).toMatchObject({ state: 'accepted', repriced: true })
  })

  test('of the same reference is the same one; an arrival ahead of the clock is refused', () => {
    const { ledger, world } = seed()
    const first = changeIn(record(ledger, world, { reference: 'r-1' }))
    expect(record(ledger, world, { reference: 'r-1' })).toMatchObject({ repeated: true, matter: { id: first.id } })
    expect(record(ledger, world, { reference: 'r-1', change: 'format', newPrice: null })).toMatchObject({
      detail: 'reference_reused',
    })
    expect(record(ledger, world, { arrivedAt: ledger.clock.now + 1 })).toMatchObject({ detail: 'in_the_future' })
  })
})
