import { z } from '@hono/zod-openapi'
import { nullableTime } from './common.ts'

const words = z.strictObject({ zh: z.string(), en: z.string() }).openapi('Words')
const value = z.union([z.string(), z.int(), z.null()])

/** A document as data: what its kind says stands under the names of its kind. */
export const printedDocument = z
  .strictObject({
    kind: z.string(),
    number: z.string().openapi({ description: 'The id of what is printed.' }),
    title: words,
    draft: z.boolean().openapi({ description: 'It is not issued yet, and can change.' }),
    issued_at: nullableTime,
    currency: z.literal('CNY'),
    parties: z.array(
      z
        .strictObject({
          role: z.enum(['customer', 'provider']),
          printed_as: z.string(),
          name: z.string().nullable(),
          uscc: z.string().nullable(),
        })
        .openapi('PrintedParty'),
    ),
    facts: z.record(z.string(), value).openapi({ description: 'By name; amounts are yuan as text.' }),
    tables: z
      .record(z.string(), z.array(z.record(z.string(), value)))
      .openapi({ description: 'Rows, by the name of their table.' }),
    totals: z.record(
      z.string(),
      z.strictObject({
        label: words,
        amount_yuan: z.string(),
        capitals: z.string().nullable().openapi({ description: 'The amount in capital characters.' }),
      }),
    ),
    notes: z.array(words),
  })
  .openapi('PrintedDocument')
