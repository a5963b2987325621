import { describe, expect, it, test } from 'vitest'
import own from '../scripts/vectors/money.json' with { type: 'json' }
import { useVendor } from '../support/http-vendor.ts'
import type { Play, Played } from '../support/money-play.ts'
import { clearingPlays } from '../support/money-plays-clearing.ts'
import { debtPlays } from '../support/money-plays-debts.ts'
import { packPlays } from '../support/money-plays-packs.ts'
import published from '../support/money-vectors.json' with { type: 'json' }

/*
 * The money vectors of the contracts (contracts.md §3.3 to §3.8), each as a story over the routes: the input becomes agreements,
 * orders, calls and payments, and what the routes show must be what the vector expects. What no route shows is listed here with
 * the reason; a vector that is in neither fails. On Workers the first vector of each op is played: an account there is an object
 * of its own, and all of them take minutes.
 */

const { gateway } = useVendor()
const moneyPlays: Readonly<Record<string, Play>> = { ...packPlays, ...debtPlays, ...clearingPlays }

interface Vector {
  id: string
  input: { op: string }
  expected: Record<string, unknown>
}
const vectors = [...published, ...own] as unknown as Vector[]

/** Vectors, or all of an op, that no route shows, each with the reason. */
const unshown: Readonly<Record<string, string>> = {
  'PRO-05': 'a year of maintenance is no line of any agreement: the platform fee is by the month',
  'PRO-06': 'as PRO-05',
  'PRO-07': 'as PRO-05',
  'SETTLE-MULTIPACK-B': 'packs of one agreement end together, with its term',
  'MILESTONES-B': 'shares that are not the whole divide nothing: no part of the price is opened',
  'price.discount': 'an order shows both prices and no discount',
  'vat.fromNet': 'prices include the tax; nobody states a net amount',
  'amount.zhUpper': 'documents print amounts in capitals; their spelling is tested where they are rendered',
}

/** Members of an expected value that no route shows, by vector or op. */
const unshownMembers: Readonly<Record<string, string>> = {
  'price.unit display6': 'the routes show the exact fraction',
  'price.roundingTrap with0.0267': 'the wrong result of a rounded price',
  'price.roundingTrap with0.026667': 'the wrong result of a rounded price',
  'prorate.days rest': 'the days without service are not billed',
  'penalty.partial lines': 'the routes show the sum of the parts, and every payment with its day',
  'SUP-00 daily': 'what is in time has no penalty by the day',
}

const isUnshown = ({ id, input }: Vector): boolean => Object.hasOwn(unshown, id) || Object.hasOwn(unshown, input.op)
const all = vectors.filter((vector) => !isUnshown(vector))
const inWorkers = navigator.userAgent === 'Cloudflare-Workers'
const shown = inWorkers ? all.filter(({ input }, index) => all.findIndex((other) => other.input.op === input.op) === index) : all
const played = new Map<string, Played>()

/** What the routes showed, member by member, beside what is expected; a member that is missing without a reason stays in. */
const compare = ({ id, input, expected }: Vector, found: Played) => {
  const names = Object.keys(expected).filter(
    (name) =>
      Object.hasOwn(found, name) ||
      !(Object.hasOwn(unshownMembers, `${input.op} ${name}`) || Object.hasOwn(unshownMembers, `${id} ${name}`)),
  )
  return {
    found: Object.fromEntries(names.map((name) => [name, found[name]])),
    wanted: Object.fromEntries(names.map((name) => [name, expected[name]])),
  }
}

describe('the money vectors over the routes', () => {
  test.each(shown.map((vector) => [vector.id, vector] as const))('%s', async (id, vector) => {
    const play = moneyPlays[vector.input.op]
    if (!play) throw new Error(`nothing plays ${vector.input.op}, and no list says why`)
    const answer = await play(gateway(), structuredClone(vector.input) as never)
    played.set(id, answer)
    const { found, wanted } = compare(vector, answer)
    expect(Object.keys(wanted).length).toBeGreaterThan(0)
    expect(found).toEqual(wanted)
  })

  it('has no reason for what is shown, and none for what nobody asks', () => {
    // Workers plays one vector of each op, and only all of them tell which reasons are asked for.
    if (inWorkers) return
    const names = new Set(vectors.flatMap(({ id, input }) => [id, input.op]))
    expect(Object.keys(unshown).filter((name) => !names.has(name) || Object.hasOwn(moneyPlays, name))).toEqual([])
    const members = new Set(
      shown.flatMap(({ id, input, expected }) =>
        Object.keys(expected).flatMap((name) =>
          Object.hasOwn(played.get(id) ?? {}, name) ? [] : [`${input.op} ${name}`, `${id} ${name}`],
        ),
      ),
    )
    expect(Object.keys(unshownMembers).filter((name) => !members.has(name))).toEqual([])
  })

  it('would fail with any other expected value', () => {
    for (const vector of shown) {
      const answer = played.get(vector.id)
      if (!answer) throw new Error(`${vector.id} was not played`)
      for (const name of Object.keys(compare(vector, answer).wanted)) {
        const { found, wanted } = compare({ ...vector, expected: { ...vector.expected, [name]: 'another value' } }, answer)
        expect(found).not.toEqual(wanted)
      }
    }
  })
})
