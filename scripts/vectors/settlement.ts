import { z } from 'zod'
import { type PackSettlement, settlePack, settlePacks, sumSettlement } from '../../src/agreement/settlement.ts'
import { formatFen } from '../../src/core/money.ts'
import { fen, signedFen } from './amounts.ts'
import { count, day, InputError, type OpTable, type Output, op } from './op.ts'

const credits = z.int().min(1).max(1_000_000_000)
const cause = z.enum(['mutual', 'provider_fault', 'upstream_change_rejected', 'customer_breach', 'expiry'])
const basis = z.enum(['paid', 'list']).default('paid')

const checkUsed = (used: number, bought: number): void => {
  if (used > bought) throw new InputError(`input.used: ${used} of ${bought} calls cannot be used`)
}

/** A settled pack: a charge and a refund where S1 §4.6 applies, else what its use is worth and what is kept. */
const writePack = ({ usedFen, refundFen, keptFen, remainder }: PackSettlement): Output =>
  remainder === 'refund'
    ? { charge: formatFen(usedFen), refund: formatFen(refundFen) }
    : { usageValue: formatFen(usedFen), refund: formatFen(refundFen), remainder: formatFen(keptFen), ledger: remainder }

/** A price list is not needed where the price really paid is divided. */
const needsList = ({ paid, list, basis }: { paid: bigint; list?: bigint | undefined; basis: 'paid' | 'list' }): bigint => {
  if (list === undefined && basis === 'list') throw new InputError('input.list: the list price is missing')
  return list ?? paid
}

const pack = z.strictObject({
  id: z.string().min(1),
  paid: fen,
  list: fen.optional(),
  calls: credits,
  expires: day.nullable().default(null),
  priority: z.int().default(0),
})

/** Settlement on actual use (S1 §4.6) and the sum of a settlement (S3 §2.5). */
export const settlementOps: OpTable = {
  'settle.prepaid': op(
    // How many days have passed changes nothing: a pack is settled by use, never by time.
    {
      paid: fen,
      list: fen.optional(),
      calls: credits,
      used: count,
      basis,
      cause,
      elapsedDays: count.optional(),
      termDays: count.optional(),
    },
    ({ used, cause, ...bought }) => {
      checkUsed(used, bought.calls)
      const sold = {
        id: 'pack',
        paidFen: bought.paid,
        listFen: needsList(bought),
        credits: bought.calls,
        expiresOn: null,
        priority: 0,
      }
      const settled = settlePack(sold, used, bought.basis, cause)
      const applies = settled.remainder === 'refund'
      return { applies, ...writePack(settled), unusedCalls: settled.unused, ledger: settled.remainder }
    },
  ),
  'settle.multiPack': op(
    {
      packs: z.array(pack).min(1),
      used: count,
      order: z.literal('earliest_expiry_first').default('earliest_expiry_first'),
      basis,
      cause,
      endedOn: day.nullable().default(null),
    },
    ({ packs, used, basis, cause, endedOn }) => {
      checkUsed(
        used,
        packs.reduce((sum, { calls }) => sum + calls, 0),
      )
      const bought = packs.map((one) => ({
        id: one.id,
        paidFen: one.paid,
        listFen: needsList({ ...one, basis }),
        credits: one.calls,
        expiresOn: one.expires,
        priority: one.priority,
      }))
      const lines = settlePacks(bought, used, { cause, basis, endedOn })
      const sumOf = (member: 'refundFen' | 'keptFen') => lines.reduce((sum, line) => sum + line[member], 0n)
      const keptFen = sumOf('keptFen')
      return {
        lines: lines.map((line) => ({ id: line.id, used: line.used, ...writePack(line) })),
        refund: formatFen(sumOf('refundFen')),
        ...(keptFen > 0n && { remainder: formatFen(keptFen) }),
      }
    },
  ),
  'settlement.sum': op(
    {
      lines: z.array(
        z.strictObject({
          code: z.string().min(1),
          fee: signedFen,
          penalties: z.array(z.strictObject({ by: z.enum(['customer', 'provider']), amount: fen })).default([]),
        }),
      ),
    },
    ({ lines }) => {
      const { linesFen, sumFen, creditNoteFen } = sumSettlement(
        lines.map(({ fee, penalties }) => ({
          feeFen: fee,
          penalties: penalties.map(({ by, amount }) => ({ by, amountFen: amount })),
        })),
      )
      const creditNote = creditNoteFen === null ? {} : { creditNote: formatFen(creditNoteFen) }
      return { lines: linesFen.map(formatFen), settlement: formatFen(sumFen), ...creditNote }
    },
  ),
}
