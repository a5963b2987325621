import type { Context } from 'hono'
import type { z } from 'zod'
import { faultsOf, largestBody, readJson } from './body.ts'
import type { AppEnv } from './env.ts'
import { problem } from './problem.ts'

/** A body by its schema, or the problem that says which members are wrong. */
export const bodyBy = async <S extends z.ZodType>(
  c: Context<AppEnv>,
  schema: S,
  limit = largestBody,
): Promise<z.output<S> | Response> => {
  const reading = await readJson(c, limit)
  if (reading.kind === 'door') return problem(c, reading.code)
  const parsed = schema.safeParse(reading.value)
  return parsed.success ? parsed.data : problem(c, 'input_invalid', { faults: faultsOf(parsed.error) })
}

/** Query parameters by their schema. A parameter that comes twice is refused, because readers disagree on which one counts. */
export const queryBy = <S extends z.ZodObject>(c: Context<AppEnv>, schema: S): z.output<S> | Response => {
  const queries = c.req.queries()
  const repeated = Object.entries(queries).filter(([, values]) => values.length > 1)
  if (repeated.length > 0) return problem(c, 'query_invalid', { faults: repeated.map(() => ({ pointer: '', rule: 'repeated' })) })
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(queries).map(([name, values]) => [name, values[0]])))
  return parsed.success ? parsed.data : problem(c, 'query_invalid', { faults: faultsOf(parsed.error) })
}
