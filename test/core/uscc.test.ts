import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { checkUscc, maskUscc, normaliseUscc } from '../../src/core/uscc.ts'

const specimens = [
  '91350100M000100Y43',
  '91330110MA2AXY0E7F',
  '91350206MA32JUL977',
  '91110000600037341L',
  '91330106673959654P',
  '91440300708461136T',
  '91330100799655058B',
  '11411100MB16759230',
  '91411100721810222X',
]

describe('checkUscc', () => {
  test.each(specimens)('accepts %s', (code) => {
    expect(checkUscc(code)).toBeNull()
  })

  test.each([
    ['11411100MB16759231', 'uscc_checksum'],
    ['91350100M000100Y34', 'uscc_checksum'],
    ['91411100721810222I', 'uscc_characters'],
    ['9135O100M000100Y43', 'uscc_characters'],
    ['91350100M000100YS3', 'uscc_characters'],
    ['91350100m000100y43', 'uscc_characters'],
    ['', 'uscc_length'],
    ['91350100M000100Y4', 'uscc_length'],
    ['91350100M000100Y430', 'uscc_length'],
    ['D2143569X', 'uscc_length'],
  ])('%j breaks %s', (code, rule) => {
    expect(checkUscc(code)).toBe(rule)
  })

  it('refuses every change of one character', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...specimens),
        fc.nat(17),
        fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
        (code, at, character) => {
          fc.pre(code.charAt(at) !== character)
          expect(checkUscc(code.slice(0, at) + character + code.slice(at + 1))).not.toBeNull()
        },
      ),
    )
  })
})

describe('normaliseUscc and maskUscc', () => {
  test.each([
    [' 91350100m000100y43 ', '91350100M000100Y43'],
    ['91350100 M000100Y 43', '91350100M000100Y43'],
    ['９１３５０１００Ｍ０００１００ｙ４３', '91350100M000100Y43'],
  ])('%j becomes %s', (text, normalised) => {
    expect(normaliseUscc(text)).toBe(normalised)
  })

  it('leaves four and three', () => {
    expect(maskUscc('91440300708461136T')).toBe('9144***********36T')
    expect(maskUscc('91440300708461136T')).toHaveLength(18)
    expect(maskUscc('9144')).toBe('******************')
  })
})
