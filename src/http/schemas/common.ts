import { z } from '@hono/zod-openapi'
import { containsResidentId } from '../../core/resident-id.ts'
import { isCalendarDay, parseRfc3339 } from '../../core/shanghai.ts'

/*
 * What comes in and what goes out, once: the same schemas judge a request, describe it in the OpenAPI document, and are
 * held against every answer of the test run. Objects are strict: unknown members are refused.
 */

/** A rule of our own, with a stable name for `errors`. */
export const rule = (name: string) => ({ params: { rule: name } })

/**
 * An object whose members somebody else judges. As it came: a record of Zod leaves out a member `__proto__` without a word,
 * and nobody would be told that it is unknown.
 */
export const anyMembers = z
  .custom<Record<string, unknown>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    rule('type_object'),
  )
  .openapi({ type: 'object', additionalProperties: true })

/** A name that the caller chooses. It stands in lists and logs, so a number of a person is refused. */
export const callerReference = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/)
  .refine((text) => !containsResidentId(text), rule('personal_number'))
  .openapi({
    description: 'Letters, digits and . _ : - ; at most 128 characters; no number of a person.',
    example: 'app-2026-000123',
  })

export const instant = z
  .string()
  .transform((text, ctx) => {
    const ms = parseRfc3339(text)
    if (ms !== null) return ms
    ctx.addIssue({ code: 'custom', ...rule('time_rfc3339') })
    return z.NEVER
  })
  .openapi({ type: 'string', format: 'date-time', description: 'RFC 3339 with offset.' })

export const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, { abort: true })
  .refine(isCalendarDay, { ...rule('day_of_calendar'), abort: true })
  .openapi({ format: 'date', description: 'A day in Asia/Shanghai.' })
export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .openapi({ description: 'SHA-256, lower-case hex.' })
export const code = z.string().regex(/^[a-z0-9_]{1,64}$/)
export const time = z.string().openapi({ format: 'date-time' })
export const nullableTime = time.nullable()

/** A named schema, or null. `nullable()` would leave the null out of the document, because a reference cannot carry it. */
export const orNull = <T extends z.ZodType>(schema: T) => z.union([schema, z.null()])

export const fault = z.strictObject({ pointer: z.string(), rule: z.string() }).openapi('InputFault')

export const problemDocument = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    request_id: z.string(),
    trace_id: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .optional()
      .openapi({ description: 'W3C Trace Context: the id of your `traceparent`, or of the trace that was begun here.' }),
    retry: z.enum(['same_key', 'new_key', 'no']),
    reason: z.string().optional(),
    errors: z.array(fault).optional(),
    verification: z.strictObject({ id: z.string(), href: z.string() }).optional(),
  })
  .openapi('Problem', {
    description:
      'Why it was not done (RFC 9457), and what may be done with the same Idempotency-Key. Nothing that was sent is repeated.',
    example: {
      type: '/docs/problems#consent_missing',
      title: 'No recorded consent',
      status: 403,
      detail: 'Record the consent of the person with POST /v1/consents before the call, and name it.',
      instance: 'urn:verimeter:request:req_0123456789abcdef01234567',
      code: 'consent_missing',
      request_id: 'req_0123456789abcdef01234567',
      retry: 'same_key',
    },
  })

export const pageQuery = z.strictObject({
  cursor: z.string().max(64).optional().openapi({ description: '`next` of the page before; nothing for the first page.' }),
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(100))
    .default(20)
    .openapi({ type: 'integer', minimum: 1, maximum: 100, description: 'Most items of one page.' }),
})

export const page = <T extends z.ZodType>(item: T, name: string) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable() }).openapi(name)

export const health = z.strictObject({ status: z.literal('ok'), version: z.string() }).openapi('Health')

export const readiness = z.strictObject({ ready: z.boolean(), reasons: z.array(z.string()) }).openapi('Readiness')

/** Free text stands in the journal, so a number of a person is refused there, too. */
export const plainText = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((text) => text.isWellFormed(), rule('not_well_formed'))
    .refine((text) => !containsResidentId(text), rule('personal_number'))

/** Why staff do something. */
export const note = plainText(500).openapi({ description: 'Free text for the journal. Do not name persons.' })
