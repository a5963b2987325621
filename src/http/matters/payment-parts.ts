import { z } from '@hono/zod-openapi'
import { type IdPrefix, makeId } from '../../core/ids.ts'
import { numberOf } from '../reading.ts'

/* What payment orders, bank statements, receipts and tax invoices have in common at the door. */

/** The ids of what money is paid for, by the words of the bodies. */
const prefixOf = {
  bill: 'bil',
  milestone: 'mil',
  settlement: 'set',
  statement: 'sta',
  order: 'ord',
} as const satisfies Record<string, IdPrefix>
type Named = keyof typeof prefixOf

/** The number of what a body names; null when it is none of this account. */
export const aboutNumber = (kind: Named, id: string, accountId: string): number | null => numberOf(id, prefixOf[kind], accountId)

export const aboutId = (kind: Named, accountId: string, id: number): string => makeId(prefixOf[kind], accountId, id)

/** A payee or what else the two sides have a word for. */
export const word = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,63}$/)
  .openapi({ description: 'A code of the two sides, such as `tax`; never the name of a person.', example: 'tax' })

export const bankReference = z.string().min(1).max(128).openapi({ description: "The bank's own reference." })

/** A positive amount, at most a hundred thousand million yuan. */
export const paidFen = z.int().min(1).max(10_000_000_000_000)

export const paperNumber = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/)
  .openapi({ description: 'The number that is printed on it.' })
