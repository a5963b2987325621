import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { OpTable, Output } from './op.ts'

/** One conformance vector: an input with its `op`, and what must come out. */
export interface Vector {
  id: string
  input: { op: string; [member: string]: unknown }
  expected: Output
}

export type Result = {
  id: string
  op: string
  status: 'passed' | 'failed' | 'notBuilt'
  expected?: Output
  /** What came out, of a failed vector; missing when the op threw. */
  actual?: Output
  /** Why the op gave nothing, of a failed vector. */
  fault?: string
}

export interface Report {
  passed: number
  failed: number
  notBuilt: number
  results: Result[]
}

/** The file is not a list of vectors. The message is one sentence. */
export class VectorsError extends Error {}

const vectors = z.array(
  z.strictObject({
    id: z.string().min(1),
    clause: z.string().optional(),
    input: z.looseObject({ op: z.string().min(1) }),
    // Without a member there is nothing to compare, and everything would pass.
    expected: z.record(z.string(), z.unknown()).refine((value) => Object.keys(value).length > 0, 'expected has no member'),
    note: z.string().optional(),
  }),
)

/** Reads the text of a vectors file. Throws VectorsError. */
export const readVectors = (text: string): Vector[] => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new VectorsError('it is not JSON')
  }
  const parsed = vectors.safeParse(json)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new VectorsError(`it is not a list of vectors {id, clause, input: {op, …}, expected, note}: ${describe(issue)}`)
  }
  const ids = parsed.data.map(({ id }) => id)
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index)
  if (repeated !== undefined) throw new VectorsError(`two vectors have the id ${repeated}`)
  if (ids.length === 0) throw new VectorsError('it holds no vector')
  return parsed.data as Vector[]
}

const describe = (issue: { path: PropertyKey[]; message: string } | undefined): string =>
  issue === undefined ? 'unknown' : `${issue.path.length === 0 ? 'the file' : issue.path.join('.')}: ${issue.message}`

/** Runs every vector whose op exists, one after the other. `onResult` is told each result when it is there. */
export const runVectors = async (
  list: readonly Vector[],
  ops: OpTable,
  onResult: (result: Result) => void = () => {},
): Promise<Report> => {
  const report: Report = { passed: 0, failed: 0, notBuilt: 0, results: [] }
  for (const vector of list) {
    const result = await runVector(vector, ops)
    report[result.status] += 1
    report.results.push(result)
    onResult(result)
  }
  return report
}

/** The op is handed a copy of the input alone, so that no op can look at what is expected. */
const runVector = async ({ id, input, expected }: Vector, ops: OpTable): Promise<Result> => {
  const op = Object.hasOwn(ops, input.op) ? ops[input.op] : undefined
  if (!op) return { id, op: input.op, status: 'notBuilt' }
  try {
    const actual = await op(structuredClone(input))
    const passed = Object.keys(expected).every(
      (name) => Object.hasOwn(actual, name) && agrees(name, actual[name], expected[name]),
    )
    return passed ? { id, op: input.op, status: 'passed' } : { id, op: input.op, status: 'failed', expected, actual }
  } catch (error) {
    return { id, op: input.op, status: 'failed', expected, fault: error instanceof Error ? error.message : String(error) }
  }
}

/** A list under `accepted` holds spellings of one value, any of which is right; every other member has to be the same. */
const agrees = (name: string, actual: unknown, expected: unknown): boolean =>
  name === 'accepted' && Array.isArray(expected) ? expected.includes(actual) : isDeepStrictEqual(actual, expected)
