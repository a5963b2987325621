import { fenOf } from './amounts.ts'
import type { TestGateway } from './http-gateway.ts'

export type Played = Record<string, unknown>

/**
 * An op of the money vectors, played through the routes of a gateway: the input becomes an agreement, orders, calls and payments,
 * and the answer is what the routes show, in the words of the vectors. A play computes no money: it rewrites fen to yuan, and that
 * is all. A member that no route shows is left out.
 */
export type Play = (gateway: TestGateway, input: never) => Promise<Played>

/** Yuan as the vectors write it. */
export const yuan = (fen: unknown): string => {
  if (typeof fen !== 'number' || !Number.isSafeInteger(fen)) throw new Error(`${String(fen)} is no amount in fen`)
  const digits = String(Math.abs(fen)).padStart(3, '0')
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

export const fen = (text: string): number => Number(fenOf(text))

/** The day on which a story begins that names none. */
export const firstDay = '2024-08-02'
