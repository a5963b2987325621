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

  test.each([
    ['an API key', 'vm_live_abc_def'],
    ['an API key within a sentence', 'the key vm_test_abc_def was wrong'],
    ['a token', 'Bearer eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.c2ln'],
    ['a resident identity number', '440524188001010014'],
    ['one within other text', 'order-440524188001010014-1'],
    ['one with a small x and spaces', '110105 19491231 002x'],
    ['one in full-width digits', '４４０５２４１８８００１０１００１４'],
    ['a mobile number', 'to 13800138000'],
    ['a name', '张三'],
    ['a name within other text', 'kind: 张三'],
    ['a character beyond the basic plane', '𠮷野'],
  ])('that looks like %s is masked whole, as a value, as a name and as an event', (_name, value) => {
    expect(JSON.parse(logged('fault', { value, other: 'kept' }))).toMatchObject({ value: '[redacted]', other: 'kept' })
    for (const line of [logged('fault', { value }), logged('fault', { [value]: 1 }), logged(value)])
      expect(line).not.toContain(value)
  })

  test.each([
    ['ids', 'ver_0a1b2c3d4e5f6g7h8j'],
    ['a trace id', '0af7651916cd43dd8448eb211c80319c'],
    ['a request id', 'req_0123456789abcdef01234567'],
    ['a route', '/v1/accounts/{account_id}/api-keys'],
    ['the place of a fault', 'Object.commit (src/ledger/index.ts:120:15)'],
  ])('such as %s is kept', (_name, value) => {
    expect(JSON.parse(logged('fault', { value }))).toMatchObject({ value })
  })

  test('cannot break out as a name either', () => {
    expect(logged('fault', { 'a\nb': 1 }).trimEnd()).not.toContain('\n')
  })
})
