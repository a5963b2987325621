import { describe, expect, test } from 'vitest'
import type { SourceAnswer, SourceFinding } from '../../src/core/ports.ts'
import { ask, find, fromNetwork } from '../../src/sources/ask.ts'
import type { Source, SourceIo } from '../../src/sources/source.ts'
import { callNamed, id2Query, specimen, testIo } from './source-io.ts'

const good: SourceAnswer = { outcome: 'match', sourceReference: 'o1', sourceBilled: true, reason: 'answered', rawDigest: 'd' }

const sourceWith = (more: Partial<Source>): Source => ({
  id: 'test',
  mode: 'live',
  checks: ['id2'],
  deadlineMs: 200,
  finalAfterMs: null,
  lookup: async () => good,
  ...more,
})

/** What a source that breaks its types at run time says. */
const lie = (value: unknown): SourceAnswer => value as SourceAnswer

const never = <T>(): Promise<T> => new Promise(() => undefined)

describe('ask', () => {
  test('passes a whole answer on, member by member', async () => {
    const source = sourceWith({ lookup: async () => lie({ ...good, name: '张三', raw: '{"idcard":"…"}' }) })
    expect(await ask(source, id2Query(), callNamed('ver_1'), testIo())).toEqual(good)
  })

  test.each<[string, Source['lookup']]>([
    ['rejects', () => Promise.reject(new Error(specimen.id_number))],
    [
      'throws before its promise',
      () => {
        throw new Error(specimen.id_number)
      },
    ],
    ['throws no error at all', () => Promise.reject(specimen.id_number)],
    ['returns nothing', async () => lie(undefined)],
    ['returns null', async () => lie(null)],
  ])('a source that %s is in doubt', async (_name, lookup) => {
    const answer = await ask(sourceWith({ lookup }), id2Query(), callNamed('ver_1'), testIo())
    expect(answer).toEqual({
      outcome: 'unknown',
      reason: 'source_fault',
      sourceReference: null,
      sourceBilled: null,
      rawDigest: null,
    })
  })

  test.each<[string, unknown]>([
    ['another outcome', { ...good, outcome: 'no_match' }],
    ['no outcome', { ...good, outcome: undefined }],
    ['an outcome in capitals', { ...good, outcome: 'MATCH' }],
    ['true for an outcome', { ...good, outcome: true }],
    ['text of the vendor as reason', { ...good, reason: '张三 不一致' }],
    ['no reason', { ...good, reason: '' }],
    ['a number as order number', { ...good, sourceReference: 7 }],
    ['a bill in words', { ...good, sourceBilled: 'Y' }],
    ['an empty object', {}],
    ['a text', 'match'],
  ])('an answer with %s is in doubt', async (_name, value) => {
    const answer = await ask(sourceWith({ lookup: async () => lie(value) }), id2Query(), callNamed('ver_1'), testIo())
    expect(answer).toMatchObject({ outcome: 'unknown', reason: 'answer_invalid' })
  })

  test.each([
    ['the ID number', `X${specimen.id_number}-1`],
    ['the ID number in lower case', specimen.id_number.toLowerCase()],
    ['somebody else’s ID number', 'order-440524188001010014'],
    ['the mobile number', 'a13800000013b'],
    ['text that is not printable', '订单'],
    ['too much text', 'a'.repeat(129)],
  ])('an order number that holds %s is not kept', async (_name, sourceReference) => {
    const query = id2Query({ ...specimen, mobile: '13800000013' })
    const answer = await ask(
      sourceWith({ lookup: async () => ({ ...good, sourceReference }) }),
      query,
      callNamed('ver_1'),
      testIo(),
    )
    expect(answer).toEqual({ ...good, sourceReference: null })
  })

  test('a source that never returns is cut at its own deadline', async () => {
    const before = Date.now()
    const answer = await ask(sourceWith({ lookup: never, deadlineMs: 80 }), id2Query(), callNamed('ver_1', 60_000), testIo())
    expect(answer).toMatchObject({ outcome: 'unknown', reason: 'deadline' })
    expect(Date.now() - before).toBeLessThan(1_000)
  })

  test('a source that never returns is cut at the caller’s deadline', async () => {
    const before = Date.now()
    const call = callNamed('ver_1', 80)
    const answer = await ask(sourceWith({ lookup: never, deadlineMs: 60_000 }), id2Query(), call, testIo())
    expect(answer).toMatchObject({ outcome: 'unknown', reason: 'deadline' })
    expect(Date.now() - before).toBeLessThan(1_000)
  })

  test('a source that ends by itself at the end it was told is heard before the cut', async () => {
    const io = testIo()
    const lookup: Source['lookup'] = async (_query, call) => {
      await io.sleep(call.deadlineAt - io.clock())
      return { ...good, outcome: 'unavailable', reason: 'deadline' }
    }
    expect((await ask(sourceWith({ lookup }), id2Query(), callNamed('ver_1', 200), io)).outcome).toBe('unavailable')
  })

  test.each([0, -1, -60_000, Number.NaN])('a deadline that has passed (%d ms) sends nothing', async (forMs) => {
    let asked = 0
    const lookup: Source['lookup'] = async () => {
      asked += 1
      return good
    }
    const answer = await ask(sourceWith({ lookup }), id2Query(), callNamed('ver_1', forMs), testIo())
    expect(answer).toMatchObject({ outcome: 'unavailable', reason: 'deadline_before_asking' })
    expect(asked).toBe(0)
  })

  test('a failing timer does not make it throw', async () => {
    const noTimer = (): never => {
      throw new Error('no timer')
    }
    const io = { ...testIo(), after: noTimer }
    expect(await ask(sourceWith({ lookup: never }), id2Query(), callNamed('ver_1'), io)).toMatchObject({ outcome: 'unknown' })
  })

  test('takes its timer back once answered', async () => {
    let made = 0
    let standing = 0
    const watched: SourceIo['after'] = () => {
      made += 1
      standing += 1
      return () => {
        standing -= 1
      }
    }
    await ask(sourceWith({}), id2Query(), callNamed('ver_1'), { ...testIo(), after: watched })
    expect({ made, standing }).toEqual({ made: 1, standing: 0 })
  })
})

describe('find', () => {
  const findWith = (finding: unknown): Promise<SourceFinding> =>
    find(sourceWith({ find: async () => finding as SourceFinding }), callNamed('ver_1'), testIo())

  test('passes whole findings on', async () => {
    expect(await findWith({ kind: 'executed', answer: { ...good, name: '张三' } })).toEqual({ kind: 'executed', answer: good })
    expect(await findWith({ kind: 'executed', answer: { ...good, outcome: 'rejected' } })).toMatchObject({ kind: 'executed' })
    expect(await findWith({ kind: 'not_executed', by: 'vendor' })).toEqual({ kind: 'not_executed' })
    expect(await findWith({ kind: 'unclear', reason: 'busy' })).toEqual({ kind: 'unclear', reason: 'busy' })
  })

  test.each<[unknown, string]>([
    [{ kind: 'executed', answer: { ...good, outcome: 'unknown', reason: 'unknown_code' } }, 'unknown_code'],
    [{ kind: 'executed', answer: { ...good, outcome: 'unavailable', reason: 'source_down' } }, 'source_down'],
    [{ kind: 'executed', answer: { ...good, outcome: 'yes' } }, 'finding_invalid'],
    [{ kind: 'executed' }, 'source_fault'],
    [{ kind: 'unclear', reason: '张三' }, 'finding_invalid'],
    [{ kind: 'found' }, 'finding_invalid'],
    [{}, 'finding_invalid'],
    [null, 'source_fault'],
  ])('%j is unclear', async (finding, reason) => {
    expect(await findWith(finding)).toEqual({ kind: 'unclear', reason })
  })

  test('a source that throws, hangs or cannot be asked is unclear', async () => {
    const io = testIo()
    const throwing = sourceWith({ find: () => Promise.reject(new Error('no')) })
    const hanging = sourceWith({ find: () => never(), deadlineMs: 50 })
    expect(await find(throwing, callNamed('ver_1'), io)).toEqual({ kind: 'unclear', reason: 'source_fault' })
    expect(await find(hanging, callNamed('ver_1'), io)).toEqual({ kind: 'unclear', reason: 'deadline' })
    expect(await find(sourceWith({}), callNamed('ver_1'), io)).toEqual({ kind: 'unclear', reason: 'no_query_by_reference' })
    expect(await find(hanging, callNamed('ver_1', 0), io)).toEqual({ kind: 'unclear', reason: 'deadline_before_asking' })
  })
})

test.each([
  ['connection_refused', 'not_sent', 'unavailable'],
  ['name_not_resolved', 'not_sent', 'unavailable'],
  ['connect_timeout', 'not_sent', 'unavailable'],
  ['deadline', 'not_sent', 'unavailable'],
  ['not_sent', 'not_sent', 'unavailable'],
  ['reset', 'in_doubt', 'unknown'],
  ['deadline', 'in_doubt', 'unknown'],
  ['too_large', 'in_doubt', 'unknown'],
  ['short_body', 'in_doubt', 'unknown'],
  ['network', 'in_doubt', 'unknown'],
] as const)('network ending %s, %s, is %s', (reason, kind, outcome) => {
  const result = kind === 'not_sent' ? { kind, reason } : { kind, reason }
  expect(fromNetwork(result)).toEqual({ outcome, reason, sourceReference: null, sourceBilled: null, rawDigest: null })
})
