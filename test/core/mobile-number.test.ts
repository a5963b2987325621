import { describe, expect, it, test } from 'vitest'
import { checkMobileNumber, maskMobileNumber, normaliseMobileNumber } from '../../src/core/mobile-number.ts'

// 13800138000 was the operator's own top-up line and is printed in every sample form: nobody's number.
describe('normaliseMobileNumber', () => {
  test.each([
    '13800138000',
    ' 138 0013 8000 ',
    '138-0013-8000',
    '138\u20110013\u22128000',
    '+8613800138000',
    '+86 138 0013 8000',
    '+86-13800138000',
    '8613800138000',
    '008613800138000',
    '＋８６　１３８００１３８０００',
  ])('%j becomes 13800138000', (text) => {
    expect(normaliseMobileNumber(text)).toBe('13800138000')
    expect(checkMobileNumber(normaliseMobileNumber(text))).toBeNull()
  })
})

describe('checkMobileNumber', () => {
  test.each([
    '',
    '1380013800',
    '138001380000',
    '12800138000',
    '10086',
    '+85213800138000',
    '86',
    '8613800138',
    '86861380013800',
    '1380013800a',
    '13800138000\n ext',
    '(138)00138000',
  ])('%j breaks mobile_format', (text) => {
    expect(checkMobileNumber(normaliseMobileNumber(text))).toBe('mobile_format')
  })
})

describe('maskMobileNumber', () => {
  it('leaves three and four', () => {
    expect(maskMobileNumber('13800138000')).toBe('138****8000')
    expect(maskMobileNumber('1380')).toBe('***********')
  })
})
