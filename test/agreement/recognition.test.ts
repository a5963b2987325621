import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PackUse, rollPack, valuePack } from '../../src/agreement/recognition.ts'
import { settlePack } from '../../src/agreement/settlement.ts'

const paidFen = 80_000n
const use = (captured: number, expired = 0, refunded = 0): PackUse => ({ credits: 30_000, captured, expired, refunded })

/** A pack and the stages of its life: each count only grows, and never beyond what was bought. */
const lives = fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.bigInt({ min: 0n, max: 10_000_000n })).chain(([credits, paid]) =>
  fc.record({
    credits: fc.constant(credits),
    paid: fc.constant(paid),
    steps: fc.array(fc.tuple(fc.constantFrom('captured', 'expired', 'refunded'), fc.nat({ max: credits })), { maxLength: 12 }),
  }),
)

describe('the value of a pack', () => {
  test('of 30,000 calls for 800.00 is 329.20 when 12,345 are used, and exactly 800.00 when all are', () => {
    expect(valuePack(paidFen, use(12_345))).toEqual({ usedFen: 32_920n, lapsedFen: 0n, refundedFen: 0n, deferredFen: 47_080n })
    expect(valuePack(paidFen, use(30_000)).usedFen).toBe(80_000n)
  })

  test('is what the settlement says of it, for every number of used calls', () => {
    const pack = { id: 'a', paidFen, listFen: 120_000n, credits: 30_000, expiresOn: null, priority: 1 }
    for (let used = 0; used <= 30_000; used += 7) {
      const settled = settlePack(pack, used, 'paid', 'mutual')
      const value = valuePack(paidFen, use(used, 0, 30_000 - used))
      expect([value.usedFen, value.refundedFen, value.deferredFen]).toEqual([settled.usedFen, settled.refundFen, 0n])
    }
  })

  test('is always the whole price, and over any periods no fen is lost', () => {
    fc.assert(
      fc.property(lives, ({ credits, paid, steps }) => {
        let now: PackUse = { credits, captured: 0, expired: 0, refunded: 0 }
        let before: PackUse | null = null
        const sums = { sold: 0n, used: 0n, lapsed: 0n, refunded: 0n, closing: 0n }
        for (const [bucket, wanted] of [...steps, ['captured', 0] as const]) {
          const left = credits - now.captured - now.expired - now.refunded
          now = { ...now, [bucket]: now[bucket as 'captured'] + Math.min(wanted, left) }
          const roll = rollPack(paid, before, now)
          expect(roll.openingFen + roll.soldFen - roll.usedFen - roll.lapsedFen - roll.refundedFen).toBe(roll.closingFen)
          expect(roll.openingFen).toBe(sums.closing)
          sums.sold += roll.soldFen
          sums.used += roll.usedFen
          sums.lapsed += roll.lapsedFen
          sums.refunded += roll.refundedFen
          sums.closing = roll.closingFen
          before = now
        }
        expect(sums.sold).toBe(paid)
        expect(sums.used + sums.lapsed + sums.refunded + sums.closing).toBe(paid)
        expect(sums.used).toBe(valuePack(paid, now).usedFen)
      }),
    )
  })
})
