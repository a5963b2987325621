import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  birthDateOf,
  checkResidentId,
  containsResidentId,
  maskResidentId,
  normaliseResidentId,
} from '../../src/core/resident-id.ts'

const today = '2026-01-15'

// Published specimens only: examples of the standard and of the permits' announcements.
const specimens = [
  '11010519491231002X',
  '440524188001010014',
  '510108197205052137',
  '810000199408230021',
  '820000199009230018',
  '830000199201300022',
  '932682198501010017',
  '913140198912010018',
]

describe('checkResidentId', () => {
  test.each(specimens)('accepts the specimen %s', (id) => {
    expect(checkResidentId(normaliseResidentId(id), today)).toBeNull()
  })

  test.each([
    ['110105194912310021', 'id_number_checksum'],
    ['110101199001011234', 'id_number_checksum'],
    ['11010119900307551X', 'id_number_checksum'],
    ['330329199001020022', 'id_number_checksum'],
    ['11010519900101001X', 'id_number_checksum'],
    ['11204416541220243X', 'id_number_birth_date'],
    ['110105194913310021', 'id_number_birth_date'],
    ['110105194902300020', 'id_number_birth_date'],
    ['110105000002290021', 'id_number_birth_date'],
    ['110105491231002', 'id_number_legacy_15'],
    ['KAZ110090123105', 'id_number_length'],
    ['', 'id_number_length'],
    ['1101051949123100', 'id_number_length'],
    ['11010519491231002X0', 'id_number_length'],
    ['X1010519491231002X', 'id_number_characters'],
    ['1101051949123100２X', 'id_number_characters'],
    ['11010519491231002x', 'id_number_characters'],
    ['11010519491231 02X', 'id_number_characters'],
    ['11010519491231002\n', 'id_number_characters'],
  ])('%j breaks %s', (id, rule) => {
    expect(checkResidentId(id, today)).toBe(rule)
  })

  it('judges the birth date by the day that it is given', () => {
    expect(checkResidentId('11010519491231002X', '1949-12-30')).toBe('id_number_birth_date')
    expect(checkResidentId('11010519491231002X', '1949-12-31')).toBeNull()
  })

  it('refuses every change of one character', () => {
    fc.assert(
      fc.property(fc.constantFrom(...specimens), fc.nat(17), fc.constantFrom(...'0123456789X'), (id, at, character) => {
        fc.pre(id.charAt(at) !== character)
        expect(checkResidentId(id.slice(0, at) + character + id.slice(at + 1), today)).not.toBeNull()
      }),
    )
  })

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        checkResidentId(normaliseResidentId(text), today)
      }),
    )
  })
})

describe('normaliseResidentId', () => {
  test.each([
    ['11010519491231002x', '11010519491231002X'],
    ['  110105 19491231 002X\n', '11010519491231002X'],
    ['１１０１０５１９４９１２３１００２ｘ', '11010519491231002X'],
    ['110105\u300019491231\u00A0002X', '11010519491231002X'],
    ['110105-19491231', '110105-19491231'],
  ])('%j becomes %s', (text, normalised) => {
    expect(normaliseResidentId(text)).toBe(normalised)
  })
})

describe('birthDateOf and maskResidentId', () => {
  it('reads the birth date', () => {
    expect(birthDateOf('440524188001010014')).toBe('1880-01-01')
  })

  it('leaves six and four', () => {
    expect(maskResidentId('11010519491231002X')).toBe('110105********002X')
  })

  test.each(['', '1', '110105491231002', '11010519491231002X0'])('shows nothing of %j', (text) => {
    expect(maskResidentId(text)).toBe('******************')
  })
})

describe('containsResidentId', () => {
  test.each([
    ...specimens,
    'order 11010519491231002x of today',
    '身份证１１０１０５１９４９１２３１００２Ｘ',
    '110105 19491231 002X',
    '00011010519491231002X99',
  ])('finds the number in %j', (text) => {
    expect(containsResidentId(text)).toBe(true)
  })

  test.each([
    '',
    'A-2026-000123',
    '11010519491231002',
    '110105194912310021',
    '0f8fad5b-d9cb-469f-a165-70867728950e',
    '000001202401150001',
    '11204416541220243X',
  ])('lets %j pass', (text) => {
    expect(containsResidentId(text)).toBe(false)
  })

  it('lets 18-digit order numbers that begin with their date pass, because no province begins with 20', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999_999_999 }), (n) => {
        expect(containsResidentId(`20260115${String(n).padStart(10, '0')}`)).toBe(false)
      }),
    )
  })
})
