import fc from 'fast-check'
import type { Outcome } from '../../src/core/outcome.ts'
import { type Action, type Decide, Machine } from './model-machine.ts'

/** How likely each kind of trouble is in one run: drawn anew for every run, so that some runs are all of one trouble and none of another. */
const mix = fc.record({
  call: fc.integer({ min: 4, max: 10 }),
  answer: fc.integer({ min: 1, max: 10 }),
  doubt: fc.integer({ min: 0, max: 6 }),
  withdraw: fc.integer({ min: 0, max: 2 }),
  suspend: fc.integer({ min: 0, max: 2 }),
  pay: fc.integer({ min: 0, max: 2 }),
  clock: fc.integer({ min: 0, max: 6 }),
  back: fc.integer({ min: 0, max: 3 }),
  leap: fc.integer({ min: 0, max: 2 }),
  sweep: fc.integer({ min: 0, max: 6 }),
})

const pick = fc.nat(1_000)
const outcome = (unknowns: number): fc.Arbitrary<Outcome> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<Outcome>('match', 'mismatch', 'no_record', 'rejected', 'unavailable') },
    { weight: unknowns, arbitrary: fc.constant<Outcome>('unknown') },
  )

const actions: fc.Arbitrary<Action[]> = mix.chain((weights) => {
  const of = (weight: number, arbitrary: fc.Arbitrary<Action>) => ({ weight, arbitrary })
  const kind = <K extends Action['kind']>(name: K) => fc.constant(name)
  const body = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.constant(1))
  const consent = fc.constantFrom(0, 0, 0, 1, 2, 3, 4)
  const deadlineMs = fc.constantFrom(1_000, 25_000)
  const action = fc.oneof(
    of(weights.call, fc.record({ kind: kind('call'), name: fc.nat(14), body, apiKey: fc.nat(1), consent, deadlineMs })),
    of(weights.answer, fc.record({ kind: kind('answer'), pick, outcome: outcome(weights.doubt) })),
    of(weights.withdraw, fc.record({ kind: kind('withdraw'), consent: fc.nat(4) })),
    of(weights.suspend, fc.record({ kind: kind('suspend'), what: pick })),
    of(weights.suspend * 2, fc.record({ kind: kind('resume'), what: pick })),
    of(weights.pay, fc.record({ kind: kind('pay'), credits: fc.integer({ min: 1, max: 4 }) })),
    of(weights.clock, fc.record({ kind: kind('clock'), ms: fc.integer({ min: 0, max: 40_000 }) })),
    of(weights.back, fc.record({ kind: kind('clock'), ms: fc.integer({ min: -7_200_000, max: -1 }) })),
    of(weights.leap, fc.record({ kind: kind('clock'), ms: fc.integer({ min: 3_600_000, max: 40 * 3_600_000 }) })),
    of(weights.sweep, fc.record({ kind: kind('doubt'), pick })),
    of(weights.sweep, fc.record({ kind: kind('release_doubt'), pick })),
    of(weights.sweep, fc.record({ kind: kind('expire'), pick })),
  )
  return fc.array(action, { minLength: 5, maxLength: 70, size: 'max' })
})

/** Safety while anything may happen; then everything has to settle. `onEnd` sees each life that agreed. */
export const life = (decideWith: Decide, onEnd: (machine: Machine) => void = () => {}) =>
  fc.property(actions, fc.integer({ min: 1, max: 5 }), (list, groupSize) => {
    const machine = new Machine(decideWith, groupSize)
    for (const action of list) machine.run(action)
    machine.settleEverything()
    onEnd(machine)
  })
