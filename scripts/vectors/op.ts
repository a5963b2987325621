import { z } from 'zod'
import { isCalendarDay, parseRfc3339 } from '../../src/core/shanghai.ts'

/** What an op answers: the members that a vector's `expected` is compared with. */
export type Output = Record<string, unknown>

/** One operation of the vectors: a function of `src` behind a vector's own words. Throws InputError for an input that is not its own. */
export type Op = (input: unknown) => Output | Promise<Output>

export type OpTable = Readonly<Record<string, Op>>

/** The input of a vector is not what its op takes. The message names the members. */
export class InputError extends Error {}

/** An op whose input is judged by a schema first. `members` are those beside `op`; objects are strict, so nothing is ignored. */
export const op =
  <Members extends z.ZodRawShape>(
    members: Members,
    answer: (input: z.infer<z.ZodObject<Members>>) => Output | Promise<Output>,
  ): Op =>
  (input) => {
    const parsed = z.strictObject({ op: z.string(), ...members }).safeParse(input)
    if (parsed.success) return answer(parsed.data as unknown as z.infer<z.ZodObject<Members>>)
    const faults = parsed.error.issues.map(({ path, message }) => `${['input', ...path].join('.')}: ${message}`)
    throw new InputError(faults.join('; '))
  }

/** A day that exists, `YYYY-MM-DD`, in Shanghai. */
export const day = z.string().refine(isCalendarDay, 'a day is written YYYY-MM-DD and exists')

/** An RFC 3339 instant with offset, as milliseconds since the Unix epoch. */
export const instant = z.string().transform((text, context) => {
  const ms = parseRfc3339(text)
  if (ms !== null) return ms
  context.addIssue({ code: 'custom', message: 'an instant is written in RFC 3339, with its offset' })
  return z.NEVER
})

export const count = z.int().min(0).max(1_000_000_000)
