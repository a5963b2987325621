import { expect, test } from 'vitest'
import { countUptime, type ServiceBreak } from '../../src/agreement/uptime.ts'

const down = (from: number, to: number | null, more: Partial<ServiceBreak> = {}): ServiceBreak => ({
  from,
  to,
  planned: false,
  excused: false,
  ...more,
})

test('a span without breaks is all of it', () => {
  expect(countUptime([], 0, 1_000)).toEqual({ spanMs: 1_000, plannedMs: 0, downMs: 0, excusedMs: 0, share: '1.000000' })
})

test('a break inside a planned window is not counted, and the window is taken out of what counts', () => {
  expect(countUptime([down(100, 300, { planned: true }), down(150, 200)], 0, 1_000)).toEqual({
    spanMs: 1_000,
    plannedMs: 200,
    downMs: 0,
    excusedMs: 0,
    share: '1.000000',
  })
})

test('breaks that overlap count once; one that lasts counts until now; what lies outside the span does not', () => {
  const breaks = [down(100, 300), down(200, 400), down(900, null), down(-50, 10), down(2_000, 3_000)]
  expect(countUptime(breaks, 0, 1_000)).toMatchObject({ downMs: 410, share: '0.590000' })
})

test('an instant is excused only when every break over it is', () => {
  const breaks = [down(0, 100, { excused: true }), down(50, 100)]
  expect(countUptime(breaks, 0, 1_000)).toMatchObject({ downMs: 100, excusedMs: 50 })
})

test('the share is rounded down, so that nothing that was down shows as all; a span that was all planned has none', () => {
  expect(countUptime([down(0, 1)], 0, 100_000_000).share).toBe('0.999999')
  expect(countUptime([down(0, 1_000, { planned: true })], 0, 1_000).share).toBe(null)
})
