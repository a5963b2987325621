import type { Context } from 'hono'
import type { z } from 'zod'
import { type IdPrefix, parseId } from '../core/ids.ts'
import { faultsOf, judge, largestBody, readJson } from './body.ts'
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
  const parsed = judge(schema, reading.value)
  return parsed.success ? parsed.data : problem(c, 'input_invalid', { faults: faultsOf(parsed.error) })
}

/** Query parameters by their schema. A parameter that comes twice is refused, because readers disagree on which one counts. */
export const queryBy = <S extends z.ZodObject>(c: Context<AppEnv>, schema: S): z.output<S> | Response => {
  const queries = c.req.queries()
  const repeated = Object.entries(queries).filter(([, values]) => values.length > 1)
  if (repeated.length > 0) return problem(c, 'query_invalid', { faults: repeated.map(() => ({ pointer: '', rule: 'repeated' })) })
  const parsed = judge(schema, Object.fromEntries(Object.entries(queries).map(([name, values]) => [name, values[0]])))
  return parsed.success ? parsed.data : problem(c, 'query_invalid', { faults: faultsOf(parsed.error) })
}

/** The number inside an id of this account; null when the id is another account's or none at all. */
export const numberOf = (text: string | undefined, prefix: IdPrefix, accountId: string): number | null => {
  const id = parseId(text ?? '', prefix)
  return id && id.accountId === accountId ? id.n : null
}

/** The same where nothing need be named: null when nothing is, undefined when it is not of this account. */
export const optionalNumberOf = (text: string | undefined, prefix: IdPrefix, accountId: string): number | null | undefined =>
  text === undefined ? null : (numberOf(text, prefix, accountId) ?? undefined)

/** Where a list across accounts goes on: the number that its last page ended with, null at the newest. */
export const numberCursorBy = (c: Context<AppEnv>, cursor: string | undefined): number | null | Response => {
  if (cursor === undefined) return null
  return /^[1-9]\d{0,14}$/.test(cursor)
    ? Number(cursor)
    : problem(c, 'query_invalid', { faults: [{ pointer: '/cursor', rule: 'format' }] })
}

/** Where a list goes on: the number behind its cursor, null at the newest. A cursor of another account is refused like any that never was. */
export const cursorBy = (
  c: Context<AppEnv>,
  cursor: string | undefined,
  prefix: IdPrefix,
  accountId: string,
): number | null | Response =>
  cursor === undefined
    ? null
    : (numberOf(cursor, prefix, accountId) ?? problem(c, 'query_invalid', { faults: [{ pointer: '/cursor', rule: 'format' }] }))
