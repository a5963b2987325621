import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type EndCause, type Pack, settlePack, settlePacks, sumSettlement } from '../../src/agreement/settlement.ts'
import { anyFen, fenOf, sumOf } from '../support/amounts.ts'

const pack = (id: string, paid: string, credits: number, more: Partial<Pack> = {}): Pack => ({
  id,
  paidFen: fenOf(paid),
  listFen: fenOf(paid),
  credits,
  expiresOn: null,
  priority: 0,
  ...more,
})
const small = pack('small', '70.00', 900, { listFen: fenOf('100.00') })
const causes: EndCause[] = ['mutual', 'provider_fault', 'upstream_change_rejected', 'customer_breach', 'expiry']

describe('one pack', () => {
  test.each<[number, 'paid' | 'list', string, string]>([
    [0, 'paid', '0.00', '70.00'],
    [1, 'paid', '0.08', '69.92'],
    [450, 'paid', '35.00', '35.00'],
    [899, 'paid', '69.92', '0.08'],
    [900, 'paid', '70.00', '0.00'],
    [1, 'list', '0.11', '69.89'],
    [629, 'list', '69.89', '0.11'],
    [630, 'list', '70.00', '0.00'],
    [631, 'list', '70.00', '0.00'],
  ])('with %d used credits at the %s price costs %s and gives %s back', (used, basis, charge, refund) => {
    expect(settlePack(small, used, basis, 'mutual')).toEqual({
      id: 'small',
      used,
      unused: 900 - used,
      usedFen: fenOf(charge),
      refundFen: fenOf(refund),
      keptFen: 0n,
      remainder: 'refund',
    })
  })

  test.each<[EndCause, string]>([
    ['mutual', 'refund'],
    ['provider_fault', 'refund'],
    ['upstream_change_rejected', 'refund'],
    ['customer_breach', 'hold'],
    ['expiry', 'lapse'],
  ])('after %s: %s', (cause, remainder) => {
    const settled = settlePack(small, 450, 'paid', cause)
    expect(settled).toMatchObject({ remainder, usedFen: fenOf('35.00') })
    expect([settled.refundFen, settled.keptFen]).toEqual(remainder === 'refund' ? [3500n, 0n] : [0n, 3500n])
  })

  it('given away is settled for nothing', () => {
    expect(settlePack(pack('free', '0.00', 10), 4, 'paid', 'mutual')).toMatchObject({ usedFen: 0n, refundFen: 0n, unused: 6 })
  })

  test.each([-1, 901, 0.5])('refuses %d used credits', (used) => {
    expect(() => settlePack(small, used, 'paid', 'mutual')).toThrow(RangeError)
  })

  it('never loses a fen, whatever was used and whatever the cause', () => {
    const credits = fc.integer({ min: 1, max: 1_000_000 })
    fc.assert(
      fc.property(anyFen, anyFen, credits, fc.nat(), fc.constantFrom(...causes), (paidFen, listFen, sold, cut, cause) => {
        const used = cut % (sold + 1)
        const bought = { ...small, paidFen, listFen, credits: sold }
        for (const basis of ['paid', 'list'] as const) {
          const { usedFen, refundFen, keptFen } = settlePack(bought, used, basis, cause)
          expect(usedFen + refundFen + keptFen).toBe(paidFen)
          expect(usedFen >= 0n && refundFen >= 0n && keptFen >= 0n).toBe(true)
          if (used < sold) expect(settlePack(bought, used + 1, basis, cause).usedFen >= usedFen).toBe(true)
        }
        expect(settlePack(bought, sold, 'paid', cause).usedFen).toBe(paidFen)
      }),
    )
  })
})

describe('several packs', () => {
  const late = pack('late', '90.00', 100, { expiresOn: '2027-01-31' })
  const open = pack('open', '10.00', 100)
  const early = pack('early', '33.33', 100, { expiresOn: '2026-01-31' })
  const ending = { cause: 'mutual', basis: 'paid', endedOn: null } as const
  const usedOf = (packs: Pack[], used: number) => settlePacks(packs, used, ending).map(({ id, used }) => [id, used])

  it('are used up by earliest expiry, those without an end last', () => {
    expect(usedOf([open, late, early], 150)).toEqual([
      ['early', 100],
      ['late', 50],
      ['open', 0],
    ])
  })

  it('that end on one day are used up as they were bought', () => {
    const twin = { ...early, id: 'twin' }
    expect(usedOf([twin, early], 30).map(([id]) => id)).toEqual(['twin', 'early'])
    expect(usedOf([early, twin], 30).map(([id]) => id)).toEqual(['early', 'twin'])
  })

  it('go by priority before expiry', () => {
    expect(usedOf([early, { ...open, priority: -1 }], 1)).toEqual([
      ['open', 1],
      ['early', 0],
    ])
  })

  it('each keep their own price', () => {
    expect(settlePacks([late, early], 101, ending)).toMatchObject([
      { id: 'early', usedFen: 3333n, refundFen: 0n },
      { id: 'late', usedFen: 90n, refundFen: 8910n },
    ])
    expect(settlePacks([{ ...late, listFen: fenOf('200.00') }], 1, { ...ending, basis: 'list' })).toMatchObject([
      { usedFen: 200n },
    ])
  })

  it('that had expired before the end have lapsed, though the rest is refunded', () => {
    const settled = settlePacks([early, late, open], 40, { ...ending, endedOn: '2026-02-01' })
    expect(settled.map(({ remainder }) => remainder)).toEqual(['lapse', 'refund', 'refund'])
    expect(settled[0]).toMatchObject({ usedFen: 1333n, refundFen: 0n, keptFen: 2000n })
    expect(settlePacks([early], 40, { ...ending, endedOn: '2026-01-31' })[0]?.remainder).toBe('refund')
  })

  it('are left as they were given', () => {
    const given = [late, early]
    settlePacks(given, 1, ending)
    expect(given).toEqual([late, early])
  })

  it('refuse more used credits than bought', () => {
    expect(() => settlePacks([late, early], 201, ending)).toThrow(RangeError)
  })

  it('together have all the used credits and all the money', () => {
    const days = fc.constantFrom(null, '2026-01-31', '2026-06-30', '2027-01-31')
    const packs = fc.array(
      fc.record({
        id: fc.string(),
        paidFen: anyFen,
        listFen: anyFen,
        credits: fc.integer({ min: 1, max: 50_000 }),
        expiresOn: days,
        priority: fc.integer({ min: 0, max: 2 }),
      }),
      { minLength: 1, maxLength: 6 },
    )
    fc.assert(
      fc.property(packs, fc.nat(), fc.constantFrom(...causes), days, (bought, cut, cause, endedOn) => {
        const sold = bought.reduce((sum, { credits }) => sum + credits, 0)
        const used = cut % (sold + 1)
        const lines = settlePacks(bought, used, { cause, basis: 'paid', endedOn })
        expect(lines.reduce((sum, line) => sum + line.used, 0)).toBe(used)
        expect(sumOf(lines.flatMap(({ usedFen, refundFen, keptFen }) => [usedFen, refundFen, keptFen]))).toBe(
          sumOf(bought.map(({ paidFen }) => paidFen)),
        )
        // A pack is only touched when the one before it is used up.
        const touched = lines.filter((line) => line.used > 0)
        for (const line of touched.slice(0, -1)) expect(line.unused).toBe(0)
      }),
    )
  })
})

describe('the sum of a settlement', () => {
  it('adds what the customer owes and takes off what the provider owes', () => {
    const lines = [
      { feeFen: 1000n, penalties: [{ by: 'customer', amountFen: 30n }] as const },
      {
        feeFen: 500n,
        penalties: [
          { by: 'provider', amountFen: 7n },
          { by: 'customer', amountFen: 2n },
        ] as const,
      },
    ]
    expect(sumSettlement(lines)).toEqual({ linesFen: [1030n, 495n], sumFen: 1525n, creditNoteFen: null })
  })

  it('below nothing is a credit note, and is not cut', () => {
    expect(sumSettlement([{ feeFen: 100n, penalties: [{ by: 'provider', amountFen: 101n }] }])).toEqual({
      linesFen: [-1n],
      sumFen: -1n,
      creditNoteFen: 1n,
    })
  })

  it('of nothing is nothing', () => {
    expect(sumSettlement([])).toEqual({ linesFen: [], sumFen: 0n, creditNoteFen: null })
    expect(sumSettlement([{ feeFen: 5n, penalties: [{ by: 'provider', amountFen: 5n }] }]).creditNoteFen).toBeNull()
  })
})
