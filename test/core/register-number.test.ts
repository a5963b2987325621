import { expect, test } from 'vitest'
import { checkRegisterNumber, normaliseRegisterNumber } from '../../src/core/register-number.ts'

test.each([
  ['示例（2024）不动产权第 0000001 号', '示例(2024)不动产权第0000001号', null],
  ['l0001-a', 'L0001-A', null],
  ['ab/12', 'AB/12', null],
  ['123', '123', 'too_small'],
  ['1'.repeat(65), '1'.repeat(65), 'too_large'],
  ['<script>', '<SCRIPT>', 'register_number'],
  ['12\u200b34', '12\u200b34', 'register_number'],
])('%s is read as %s: %s', (text, spelling, broken) => {
  expect([normaliseRegisterNumber(text), checkRegisterNumber(normaliseRegisterNumber(text))]).toEqual([spelling, broken])
})
