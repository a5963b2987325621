import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Limits } from '../../src/core/limits.ts'
import { openLimiter } from '../../src/runtimes/limiter.ts'

let limits: Limits
beforeEach(() => {
  vi.useFakeTimers()
  limits = openLimiter()
})
afterEach(() => {
  vi.useRealTimers()
})

const takeMany = async (count: number, name = 'acc_1 1', limit = 3, windowSeconds = 60) => {
  const states = []
  for (let taken = 0; taken < count; taken += 1) states.push(await limits.take(name, limit, windowSeconds))
  return states
}

test('counts down to nothing, and the next one is over the limit', async () => {
  const states = await takeMany(5)
  expect(states.map(({ remaining, exceeded }) => [remaining, exceeded])).toEqual([
    [2, false],
    [1, false],
    [0, false],
    [0, true],
    [0, true],
  ])
  for (const state of states) expect(state).toMatchObject({ limit: 3, windowSeconds: 60, resetSeconds: 60 })
})

test('the window runs from the first one, and after it the whole share is there again', async () => {
  await takeMany(2)
  vi.advanceTimersByTime(59_001)
  expect((await takeMany(2)).map(({ remaining, resetSeconds, exceeded }) => [remaining, resetSeconds, exceeded])).toEqual([
    [0, 1, false],
    [0, 1, true],
  ])
  vi.advanceTimersByTime(1_000)
  expect(await takeMany(1)).toMatchObject([{ remaining: 2, exceeded: false }])
})

test('refused ones do not make the wait longer', async () => {
  await takeMany(3)
  vi.advanceTimersByTime(30_000)
  await takeMany(100)
  vi.advanceTimersByTime(30_001)
  expect(await takeMany(1)).toMatchObject([{ exceeded: false }])
})

test('each name has a share of its own', async () => {
  await takeMany(4, 'acc_1 1')
  expect(await takeMany(1, 'acc_1 2')).toMatchObject([{ remaining: 2, exceeded: false }])
  expect(await takeMany(1, 'acc_1 1')).toMatchObject([{ exceeded: true }])
})

test('each limit and each window counts for itself', async () => {
  await takeMany(4, 'acc_1 1', 3, 60)
  expect(await takeMany(1, 'acc_1 1', 5, 60)).toMatchObject([{ limit: 5, remaining: 4, exceeded: false }])
  expect(await takeMany(1, 'acc_1 1', 3, 1)).toMatchObject([{ windowSeconds: 1, remaining: 2, exceeded: false }])
})

test('two limiters know nothing of each other', async () => {
  await takeMany(4)
  expect(await openLimiter().take('acc_1 1', 3, 60)).toMatchObject({ exceeded: false })
})

test('many at once are not let through together', async () => {
  const states = await Promise.all(Array.from({ length: 50 }, () => limits.take('acc_1 1', 3, 60)))
  expect(states.filter(({ exceeded }) => !exceeded)).toHaveLength(3)
})
