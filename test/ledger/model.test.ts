import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide } from '../../src/ledger/decide.ts'
import { life } from './model-life.ts'
import type { Decide } from './model-machine.ts'
import { mutants } from './model-mutants.ts'

/** So many lives at each run of the suite; `npm run torture:model -- --runs N` for more. A failure names its seed and path. */
const runs = 10_000
const mutantRuns = 400

describe('the model beside the ledger', () => {
  test(`agrees in ${runs} random lives, and everything settles in the end`, { timeout: 300_000 }, () => {
    fc.assert(life(decide), { numRuns: runs })
  })

  test.each(mutants)('does not agree when %s', (_what, mutant) => {
    const found = fc.check(life(mutant as Decide), { numRuns: mutantRuns, seed: 20_240_802, endOnFailure: true })
    expect(found.failed).toBe(true)
    expect(String(found.errorInstance)).toMatch(/ and not |a second row of /)
  })
})
