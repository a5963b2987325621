import { beforeEach, describe, expect, test } from 'vitest'
import { believedAfterMs, largestStepMs, openSteadyClock, type SteadyClock } from '../../src/runtimes/steady-clock.ts'

const hourMs = 3_600_000
const start = Date.parse('2024-08-02T10:00:00+08:00')

let machine: number
let tick: number
let events: string[]
let steady: SteadyClock

/** True time goes by, and the machine's clock with it. */
const pass = (ms: number): void => {
  machine += ms
  tick += ms
}

beforeEach(() => {
  machine = start
  tick = 17
  events = []
  steady = openSteadyClock({ clock: () => machine, ticks: () => tick, log: (event) => events.push(event) })
})

describe('the time of the gateway', () => {
  test('is the machine’s while it goes at the tick’s pace, and follows its corrections', () => {
    for (const correction of [0, 3, -40, largestStepMs, -largestStepMs]) {
      pass(10_000)
      machine += correction
      expect(steady.read()).toBe(machine)
    }
    expect([events, steady.takeLeap()]).toEqual([[], false])
  })

  test('is not moved by long silence', () => {
    pass(30 * 24 * hourMs)
    expect(steady.read()).toBe(machine)
    expect(events).toEqual([])
  })

  test.each([
    ['a day ahead', 24 * hourMs],
    ['an hour back', -hourMs],
  ])('goes on by the tick when the machine’s clock leaps %s, and says so once', (_what, leapMs) => {
    machine += leapMs
    let last = 0
    for (let passed = 0; passed < believedAfterMs; passed += 1_000) {
      last = steady.read()
      expect(last).toBe(start + passed)
      pass(1_000)
    }
    expect(events).toEqual(['clock_leaped'])
    expect([steady.takeLeap(), steady.takeLeap()]).toEqual([true, false])
    expect(steady.read()).toBe(machine)
    expect(events).toEqual(['clock_leaped', 'clock_leap_believed'])
    pass(5)
    expect(steady.read()).toBe(machine)
  })

  test('never saw a leap that was taken back in time; the next one is told again', () => {
    for (let times = 1; times <= 2; times += 1) {
      machine += 24 * hourMs
      expect(steady.read()).toBe(machine - 24 * hourMs)
      pass(believedAfterMs - 1)
      machine -= 24 * hourMs
      expect(steady.read()).toBe(machine)
      expect(steady.takeLeap()).toBe(true)
      expect(events.slice(-2)).toEqual(['clock_leaped', 'clock_leap_over'])
    }
  })
})
