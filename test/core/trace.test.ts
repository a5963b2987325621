import { describe, expect, it, test } from 'vitest'
import { readTraceparent, traceOf } from '../../src/core/trace.ts'

const traceId = '12345678901234567890123456789012'.replace('34', 'ab')
const parentId = '1234567890123456'
const made = 'f'.repeat(32)

/* The cases of the W3C's own validation service (w3c/trace-context, test/test.py), as far as one header goes. */
describe('a traceparent', () => {
  test.each<[string, string]>([
    ['version 00', `00-${traceId}-${parentId}-01`],
    ['a caller that does not record', `00-${traceId}-${parentId}-00`],
    ['flags that nobody knows yet', `00-${traceId}-${parentId}-ff`],
    ['space around it', ` \t00-${traceId}-${parentId}-01 \t`],
    ['a later version of the same length', `cc-${traceId}-${parentId}-01`],
    ['a later version with more behind a dash', `cc-${traceId}-${parentId}-01-what-the-future-will-be-like`],
    ['a later version that ends in a dash', `cc-${traceId}-${parentId}-01-`],
  ])('of %s is gone on with', (_what, header) => {
    expect(traceOf(header, made)).toEqual({ traceId, continued: true })
  })

  test.each<[string, string]>([
    ['version ff', `ff-${traceId}-${parentId}-01`],
    ['version 00 with something behind', `00-${traceId}-${parentId}-01-what-the-future-will-be-like`],
    ['version 00 with a dash behind', `00-${traceId}-${parentId}-01-`],
    ['version 00 with a dot behind', `00-${traceId}-${parentId}-01.`],
    ['a later version with something behind but no dash', `cc-${traceId}-${parentId}-01.what-the-future`],
    ['a version of one digit', `0-${traceId}-${parentId}-01`],
    ['a version of three digits', `000-${traceId}-${parentId}-01`],
    ['a version that is no number', `.0-${traceId}-${parentId}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${parentId}-01`],
    ['a parent id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['a trace id in upper case', `00-${traceId.toUpperCase()}-${parentId}-01`],
    ['a parent id in upper case', `00-${traceId}-ABCDEF0123456789-01`],
    ['flags in upper case', `00-${traceId}-${parentId}-0A`],
    ['a trace id with a letter too far', `00-${traceId.replace('ab', '.g')}-${parentId}-01`],
    ['a trace id that is too short', `00-${traceId.slice(1)}-${parentId}-01`],
    ['a trace id that is too long', `00-${traceId}0-${parentId}-01`],
    ['a parent id that is too short', `00-${traceId}-${parentId.slice(1)}-01`],
    ['a parent id that is too long', `00-${traceId}-${parentId}0-01`],
    ['flags of one digit', `00-${traceId}-${parentId}-1`],
    ['flags of three digits', `00-${traceId}-${parentId}-001`],
    ['no flags', `00-${traceId}-${parentId}`],
    ['nothing', ''],
    ['two headers in one', `00-${traceId}-${parentId}-01, 00-${traceId}-${parentId}-01`],
    ['a resident identity number', `00-${'440524188001010014'.padEnd(32, 'a')}-${parentId}-01`],
  ])('of %s begins a new trace', (_what, header) => {
    expect(readTraceparent(header)).toBeNull()
    expect(traceOf(header, made)).toEqual({ traceId: made, continued: false })
  })

  it('that is missing begins a new trace', () => {
    expect(traceOf(undefined, made)).toEqual({ traceId: made, continued: false })
  })
})
