import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

/* Days are Shanghai's, whatever the machine's are. Zones on both sides of it, one with summer time and one a day ahead of UTC. */

const zones: [zone: string, minutesBehindUtc: number][] = [
  ['UTC', 0],
  ['America/New_York', 300],
  ['Pacific/Kiritimati', -840],
  ['Asia/Kathmandu', -345],
]

interface Printed {
  zone: number
  pure: unknown
  days: unknown
  months: { month: string; from: string; to: string; used: unknown; calls: number }[]
  unchanged: boolean
}

const runIn = async (zone: string): Promise<Printed> => {
  const program = ['test/support/days-elsewhere.ts']
  const { stdout } = await promisify(execFile)(process.execPath, program, { env: { ...process.env, TZ: zone } })
  return JSON.parse(stdout) as Printed
}

describe.each(zones)('on a machine in %s', (zone, minutes) => {
  test('a call belongs to the Shanghai day and month in which it came, to the millisecond', async () => {
    const printed = await runIn(zone)
    // The zone took effect: without this the test would prove nothing.
    expect(printed.zone).toBe(minutes)
    expect(printed.pure).toEqual([
      ['2024-02-29', '2024-03-01', '2024-02-29T23:59:59.999+08:00', true],
      ['2024-08-31', '2024-09-01', '2024-08-31T23:59:59.999+08:00', true],
      ['2024-12-31', '2025-01-01', '2024-12-31T23:59:59.999+08:00', true],
      ['2025-02-28', '2025-03-01', '2025-02-28T23:59:59.999+08:00', true],
      ['2025-03-31', '2025-04-01', '2025-03-31T23:59:59.999+08:00', true],
    ])
    expect(printed.days).toEqual([
      ['2024-02-29', 1],
      ['2024-03-01', 1],
      ['2024-08-31', 1],
      ['2024-09-01', 1],
      ['2024-12-31', 1],
      ['2025-01-01', 1],
      ['2025-02-28', 1],
      ['2025-03-01', 1],
      ['2025-03-31', 1],
    ])
    expect(printed.months.map(({ month, from, to, used, calls }) => [month, from, to, used, calls])).toEqual([
      ['2024-02', '2024-02-01', '2024-02-29', [[1, 2_667]], 1],
      ['2024-03', '2024-03-01', '2024-03-31', [[1, 2_666]], 1],
      ['2024-08', '2024-08-01', '2024-08-31', [[1, 2_667]], 1],
      ['2024-09', '2024-09-01', '2024-09-30', [[1, 2_667]], 1],
      ['2024-12', '2024-12-01', '2024-12-31', [[1, 2_666]], 1],
      ['2025-01', '2025-01-01', '2025-01-31', [[1, 2_667]], 1],
      ['2025-02', '2025-02-01', '2025-02-28', [[1, 2_667]], 1],
      ['2025-03', '2025-03-01', '2025-03-31', [[2, 5_333]], 2],
      ['2025-03', '2025-03-01', '2025-03-31', [[2, 5_333]], 2],
      ['2025-04', '2025-04-01', '2025-04-30', [[0, 0]], 0],
    ])
    expect(printed.unchanged).toBe(true)
  })
})
