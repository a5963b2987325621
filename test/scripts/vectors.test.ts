import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, test } from 'vitest'
import type { OpTable, Output } from '../../scripts/vectors/op.ts'
import { ops } from '../../scripts/vectors/ops.ts'
import { type Report, readVectors, runVectors, type Vector } from '../../scripts/vectors/run.ts'
import { Processes, projectFolder } from '../support/process-gateway.ts'

/*
 * The runner over made-up vectors of our own, one file of test/scripts/vectors for each family of ops. They are of the form of
 * the shared conformance vectors, with other values and other combinations.
 */

const folder = join(import.meta.dirname, 'vectors')
const own = readdirSync(folder).flatMap((name) => readVectors(readFileSync(join(folder, name), 'utf8')))
const shared = join(projectFolder, '../shared/vectors/contracts.json')
const processes = new Processes()

const outputs = new Map<string, Output>()
const keyOf = (input: unknown): string => JSON.stringify(input)

/** The ops as they answered the first time: a comparison is put to the test without running everything once more. */
const recorded: OpTable = Object.fromEntries(
  Object.keys(ops).map((name) => [name, (input: unknown) => outputs.get(keyOf(input)) ?? {}]),
)
const statusesOf = ({ results }: Report) => results.map(({ id, status }) => `${id} ${status}`)

let report: Report
beforeAll(async () => {
  const recording: OpTable = Object.fromEntries(
    Object.entries(ops).map(([name, op]) => [
      name,
      async (input: unknown) => {
        const output = await op(input)
        outputs.set(keyOf(input), output)
        return output
      },
    ]),
  )
  report = await runVectors(own, recording)
})

describe('our own vectors', () => {
  it('pass, every one', () => {
    expect(report.results.filter(({ status }) => status !== 'passed')).toEqual([])
    expect(report).toMatchObject({ passed: own.length, failed: 0, notBuilt: 0 })
  })

  it('put every op to the test, and all that take an input at least twice', () => {
    const counts = Object.keys(ops).map((name) => [name, own.filter(({ input }) => input.op === name).length] as const)
    expect(counts.filter(([name, count]) => count < (name === 'gate.response' ? 1 : 2))).toEqual([])
  })
})

/** Members that an op does without: facts that are not known, and switches with a default. */
const dispatched = ['shownSentAt', 'postmarkOn', 'atAddressOn', 'refused', 'sameCity']
const mayBeLeftOut: Readonly<Record<string, readonly string[]>> = {
  acceptance: ['reminderDeemedOn', 'organisedOn', 'preset'],
  'agreement.change': [
    'displayedAt',
    'nextUseAt',
    'cancelAt',
    'customerSignedAt',
    'providerSignedAt',
    'upstreamChange',
    'customerAnswer',
  ],
  'bill.postpaid': ['vatRate'],
  'chain.deliveredThenAdvance': dispatched,
  'chain.deliveredThenWithin': dispatched,
  close: [
    'applicationDeemedOn',
    'done',
    'ground',
    'noticeDeemedAt',
    'openCalls',
    'operationAt',
    'reopen',
    'requestedAt',
    'requestedStopOn',
  ],
  'deadline.judge': ['roll'],
  'deadline.within': ['roll'],
  'evidence.request': ['answerDays', 'now', 'requestedOn', 'unit'],
  'fm.longEvent': ['consultNoticeDeemedOn'],
  'interest.partial': ['rate'],
  'interest.simple': ['rate'],
  'notice.deemed': dispatched,
  'penalty.byDates': ['firstPenaltyDayOffset'],
  'penalty.late': ['thresholdRate', 'penaltyCap'],
  'penalty.partial': ['unpaid', 'asOf'],
  'prorate.days': ['from', 'to'],
  scenario: ['calls', 'params'],
  'settle.multiPack': ['order', 'endedOn'],
  'settle.prepaid': ['list', 'basis', 'elapsedDays', 'termDays'],
  sla: ['actAt', 'hours', 'preset'],
  suspend: ['customerConsent', 'dueLastDay', 'noticeDeemedAt', 'subject'],
}

/** Another value of the same kind. */
const changed = (value: unknown): unknown => {
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number') return value + 1
  return typeof value === 'string' ? `${value}x` : { other: true }
}

describe('the controls', () => {
  it('a wrong expected value fails, member by member', async () => {
    const wrong = own.flatMap(({ id, input, expected }) =>
      Object.keys(expected).map((name) => ({
        id: `${id} ${name}`,
        input,
        expected: { ...expected, [name]: changed(expected[name]) },
      })),
    )
    expect((await runVectors(wrong, recorded)).failed).toBe(wrong.length)
    expect((await runVectors(own, recorded)).passed).toBe(own.length)
  })

  it('a wrong expected value fails against the gateway itself, with what came out', async () => {
    const [vector] = own.filter(({ id }) => id === 'GATE-A')
    if (!vector) throw new Error('GATE-A is missing')
    const { results } = await runVectors([{ ...vector, expected: { ...vector.expected, quotaLeft: 7 } }], ops)
    expect(results).toEqual([
      {
        id: 'GATE-A',
        op: 'gate.verify',
        status: 'failed',
        expected: { ...vector.expected, quotaLeft: 7 },
        actual: expect.objectContaining(vector.expected),
      },
    ])
  })

  it('an expected member that the op does not answer fails', async () => {
    const more = own.map((vector) => ({ ...vector, expected: { ...vector.expected, surprise: null } }))
    expect((await runVectors(more, recorded)).failed).toBe(own.length)
  })

  it('the output follows the input: under the input of another vector of its op, a vector fails', async () => {
    const swapped = own.flatMap(({ id, input, expected }) =>
      own
        .filter((other) => other.input.op === input.op)
        // A vector that expects other members than this one does not contradict it.
        .filter((other) =>
          Object.keys(expected).some((name) => name in other.expected && keyOf(other.expected[name]) !== keyOf(expected[name])),
        )
        .map((other) => ({ id: `${id} of ${other.id}`, input: other.input, expected })),
    )
    expect(new Set(swapped.map(({ input }) => input.op)).size).toBe(Object.keys(ops).length - 1)
    expect((await runVectors(swapped, recorded)).failed).toBe(swapped.length)
  })

  it('an op that nobody built is counted apart', async () => {
    const unknown = ['no.such', 'constructor', '__proto__'].map((op, index) => ({
      id: `N${index}`,
      input: { op },
      expected: { valid: true },
    }))
    const { passed, failed, notBuilt, results } = await runVectors(unknown, ops)
    expect({ passed, failed, notBuilt }).toEqual({ passed: 0, failed: 0, notBuilt: 3 })
    expect(results[0]).toEqual({ id: 'N0', op: 'no.such', status: 'notBuilt' })
  })

  /** Runs vectors that must all fail before anything is done, and returns why. */
  const faultsOf = async (list: Vector[]): Promise<(string | undefined)[]> => {
    const { failed, results } = await runVectors(list, ops)
    expect(failed).toBe(list.length)
    return results.map(({ fault }) => fault)
  }

  it('an unknown member of the input fails and is named', async () => {
    const more = own.map((vector) => ({ ...vector, input: { ...vector.input, weather: 'fine' } }))
    for (const fault of await faultsOf(more)) expect(fault).toContain('weather')
  })

  it('a missing member of the input fails and is named', async () => {
    const lacking = own.flatMap((vector) =>
      Object.keys(vector.input)
        .filter((name) => name !== 'op' && !mayBeLeftOut[vector.input.op]?.includes(name))
        .map((name) => ({
          ...vector,
          id: name,
          input: { op: vector.input.op, ...Object.fromEntries(Object.entries(vector.input).filter(([key]) => key !== name)) },
        })),
    )
    const faults = await faultsOf(lacking as Vector[])
    faults.forEach((fault, index) => {
      expect(fault).toContain(`input.${lacking[index]?.id}`)
    })
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['GATE-A', { quota: { total: 3, charged: 4 } }, 'input.quota'],
    ['GATE-A', { at: '2024-08-02' }, 'input.at: an instant'],
    ['GATE-A', { upstream: 'weather' }, 'input.upstream'],
    ['TERM-A', { start: '2025-02-30' }, 'input.start: a day'],
    ['FLIGHT-A', { termEndExclusive: '2025-07-30T00:00:01+08:00' }, 'input.termEndExclusive: a term ends'],
    ['FLIGHT-A', { answeredAt: '2025-01-01T00:00:00Z' }, 'input.answeredAt: an answer comes after'],
    ['RETRY-A', { idempotencyKey: 'a b' }, 'input.idempotencyKey: an Idempotency-Key'],
  ])('an input that cannot be fails: %s with %j', async (id, change, sentence) => {
    const vector = own.find((one) => one.id === id)
    if (!vector) throw new Error(`${id} is missing`)
    const [fault] = await faultsOf([{ ...vector, input: { ...vector.input, ...change } }])
    expect(fault).toContain(sentence)
  })
})

test.each([
  ['{', 'it is not JSON'],
  ['{}', 'the file: '],
  ['[]', 'it holds no vector'],
  ['[{"id": "A", "input": {}, "expected": {"a": 1}}]', '0.input.op: '],
  ['[{"id": "A", "input": {"op": "a"}, "expected": {}}]', '0.expected: expected has no member'],
  ['[{"id": "A", "input": {"op": "a"}, "expected": {"a": 1}, "skip": true}]', 'skip'],
  [
    '[{"id": "A", "input": {"op": "a"}, "expected": {"a": 1}}, {"id": "A", "input": {"op": "a"}, "expected": {"a": 1}}]',
    'two vectors have the id A',
  ],
])('what is no list of vectors is refused: %s', (text, sentence) => {
  expect(() => readVectors(text)).toThrow(sentence)
})

describe('the command', () => {
  const run = (...args: string[]) => processes.run('scripts/vectors.ts', args).ended
  const write = (name: string, text: string): string => {
    const path = join(processes.folder(), name)
    writeFileSync(path, text)
    return path
  }
  const three = [
    { id: 'A', clause: 'x', input: { op: 'term.days', start: '2025-01-01', end: '2025-01-02', endInclusive: true }, note: 'y' },
    { id: 'B', input: { op: 'id.mask', number: '810000199408230021' } },
    { id: 'C', input: { op: 'no.such' } },
  ].map((vector, index) => ({ ...vector, expected: [{ days: 2 }, { masked: '' }, { a: 1 }][index] }))

  it('prints a line for each vector and a summary, writes the report, and ends with 1 when one failed', async () => {
    const json = join(processes.folder(), 'report.json')
    const ended = await run(write('three.json', JSON.stringify(three)), '--json', json)
    expect(ended).toMatchObject({ code: 1, stderr: '' })
    expect(ended.stdout.split('\n')).toEqual([
      'passed    A term.days',
      'FAILED    B id.mask: expected {"masked":""}, actual {"masked":"810000********0021"}',
      'not built C no.such',
      '1 passed, 1 failed, 1 not built',
      '',
    ])
    expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual({
      passed: 1,
      failed: 1,
      notBuilt: 1,
      results: [
        { id: 'A', op: 'term.days', status: 'passed' },
        {
          id: 'B',
          op: 'id.mask',
          status: 'failed',
          expected: { masked: '' },
          actual: { masked: '810000********0021' },
        },
        { id: 'C', op: 'no.such', status: 'notBuilt' },
      ],
    })
  })

  it('ends with 0 when none failed', async () => {
    const ended = await run(write('two.json', JSON.stringify([three[0], three[2]])))
    expect(ended).toMatchObject({ code: 0, stderr: '' })
  })

  it('answers what it cannot run with one sentence', async () => {
    const missing = join(processes.folder(), 'missing.json')
    const cases: [string[], number, RegExp][] = [
      [[missing], 1, /^vectors: \S+missing\.json cannot be read \(ENOENT\)\n$/],
      [[write('bad.json', '[1]')], 1, /^vectors: \S+bad\.json cannot be run: it is not a list of vectors [^\n]+\n$/],
      [[], 2, /^vectors: name one file of vectors[^\n]+\n$/],
      [['--frobnicate'], 2, /^vectors: [^\n]+\n$/],
    ]
    const ended = await Promise.all(cases.map(([args]) => run(...args)))
    cases.forEach(([, code, sentence], index) => {
      expect(ended[index]).toMatchObject({ code, stdout: '' })
      expect(ended[index]?.stderr).toMatch(sentence)
    })
  })
})

describe('the shared conformance vectors', () => {
  const isThere = existsSync(shared)
  test(isThere ? 'none fails, of all whose op is built' : `ABSENT, nothing was run: ${shared}`, async () => {
    if (!isThere) return
    const all = await runVectors(readVectors(readFileSync(shared, 'utf8')), ops)
    expect(all.results.filter(({ status }) => status === 'failed')).toEqual([])
    expect(all.passed).toBeGreaterThan(0)
    expect(statusesOf(all)).toContain('GATE-01 passed')
  })
})
