import { describe, expect, test } from 'vitest'
import type { Log } from '../../src/core/ports.ts'
import { openLog } from '../../src/runtimes/log.ts'

const logged = (...call: Parameters<Log>): string => {
  const lines: string[] = []
  openLog((line) => lines.push(line))(...call)
  expect(lines).toHaveLength(1)
  return lines[0] ?? ''
}

test('is one JSON object on one line, with the time and the event first', () => {
  const line = logged('doubt_settled', { verification: 'ver_1', credits: 1, late: false, source: null })
  expect(line.endsWith('}\n')).toBe(true)
  expect(line).toMatch(/^\{"at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","event":"doubt_settled",/)
  expect(JSON.parse(line)).toMatchObject({ verification: 'ver_1', credits: 1, late: false, source: null })
  expect(Object.keys(JSON.parse(logged('stopped')) as object)).toEqual(['at', 'event'])
})

describe('a value', () => {
  test.each([
    ['a line feed', 'one\n{"event":"forged"}'],
    ['a carriage return', 'one\rtwo'],
    ['an ANSI colour', '\u001b[31mred\u001b[0m'],
    ['an ANSI sequence of one character', '\u009b31mred'],
    ['a delete', '\u007f'],
    ['a next-line', '\u0085'],
    ['line and paragraph separators', '\u2028 \u2029'],
    ['quotes and backslashes', '"}\\n{"'],
    ['a lone surrogate', '\ud800'],
    ['other scripts', 'Ωμέγα Ελλάς'],
  ])('with %s neither breaks the line nor reaches a terminal, and reads back unchanged', (_name, value) => {
    const line = logged('fault', { value })
    expect((JSON.parse(line) as { value: string }).value).toBe(value)
    // biome keeps control characters out of regular expressions, so they are looked for by number.
    const units = [...line.slice(0, -1)].map((unit) => unit.codePointAt(0) ?? 0)
    expect(units.filter((unit) => unit < 32 || (unit > 126 && unit < 160) || unit === 0x2028 || unit === 0x2029)).toEqual([])
    expect(line.endsWith('\n')).toBe(true)
  })

  test('cannot break out as a name either', () => {
    expect(logged('fault', { 'a\nb': 1 }).trimEnd()).not.toContain('\n')
  })
})
