import { z } from 'zod'
import { spellCapitals } from '../../src/agreement/capitals.ts'
import { splitMilestones } from '../../src/agreement/milestones.ts'
import { addTax, splitGross, splitTable, type TaxedAmount } from '../../src/agreement/vat.ts'
import { formatExact, formatFraction } from '../../src/core/decimal.ts'
import { formatFen, multiplyFractions, roundHalfUp } from '../../src/core/money.ts'
import { decimal, fen, signedFen } from './amounts.ts'
import { type OpTable, type Output, op } from './op.ts'

const writeTaxed = ({ netFen, taxFen, grossFen }: TaxedAmount): Output => ({
  net: formatFen(netFen),
  tax: formatFen(taxFen),
  gross: formatFen(grossFen),
})

/** Tax, milestones and capital characters: what is printed on the contract (S3 §2.2, §2.3, 附件2). */
export const taxOps: OpTable = {
  'vat.fromGross': op({ gross: signedFen, rate: decimal }, ({ gross, rate }) => writeTaxed(splitGross(gross, rate))),
  'vat.fromNet': op({ net: signedFen, rate: decimal }, ({ net, rate }) => {
    const exact = addTax(net, rate)
    const grossFen = roundHalfUp(exact)
    const exactGross = formatExact(multiplyFractions(exact, { numerator: 1n, denominator: 100n }), 2)
    return { exactGross, gross: formatFen(grossFen), tax: formatFen(grossFen - net) }
  }),
  'vat.table': op(
    { lines: z.array(z.strictObject({ code: z.string().min(1), gross: signedFen })), rate: decimal },
    ({ lines, rate }) => {
      const table = splitTable(
        lines.map(({ gross }) => gross),
        rate,
      )
      const written = table.lines.map((line, at) => ({ code: lines[at]?.code, ...writeTaxed(line) }))
      return { lines: written, total: writeTaxed(table.total) }
    },
  ),
  milestones: op({ total: fen, shares: z.array(decimal).min(1) }, ({ total, shares }) => {
    const split = splitMilestones(total, shares)
    if (split.kind === 'shares_not_whole') return { error: split.kind, sum: formatFraction(split.sum) }
    const sumFen = split.amountsFen.reduce((sum, amountFen) => sum + amountFen, 0n)
    return { amounts: split.amountsFen.map(formatFen), sum: formatFen(sumFen), count: split.amountsFen.length }
  }),
  // The vectors list every right spelling; the one that is printed has to be among them.
  'amount.zhUpper': op(
    { amount: signedFen.refine((amountFen) => amountFen < 10n ** 18n && amountFen > -(10n ** 18n), 'below 10^16 yuan') },
    ({ amount }) => ({ accepted: spellCapitals(amount)[0] }),
  ),
}
