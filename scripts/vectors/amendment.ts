import { z } from 'zod'
import { type ChangeStanding, judgeChange, judgePartnerChange } from '../../src/agreement/amendment.ts'
import { sourceChangeKinds } from '../../src/core/matters/source-change.ts'
import { InputError, instant, type OpTable, type Output, op } from './op.ts'
import { presetName, presetOf } from './preset.ts'
import { iso } from './time.ts'

/** What a partner announced. A change of the price says which. */
const partnerChange = z
  .strictObject({
    kind: z.enum(sourceChangeKinds).default('price'),
    newUnitPrice: z
      .string()
      .regex(/^\d+(\.\d+)?$/)
      .optional(),
  })
  .refine(({ kind, newUnitPrice }) => kind !== 'price' || newUnitPrice !== undefined, 'a change of the price names the new one')

/** The customer's answer. Silence is null, or said so. */
const answer = z.enum(['accept', 'reject', 'refuse', 'silent']).nullish()

const writeStanding = (standing: ChangeStanding): Output =>
  standing.status === 'accepted' ? { status: 'accepted', by: standing.by, at: iso(standing.atMs) } : { ...standing }

/** Changes of the agreement, and of what a partner delivers (contracts.md §5 no. 7). */
export const amendmentOps: OpTable = {
  'agreement.change': op(
    {
      preset: presetName,
      displayedAt: instant.nullish(),
      nextUseAt: instant.nullish(),
      cancelAt: instant.nullish(),
      customerSignedAt: instant.nullish(),
      providerSignedAt: instant.nullish(),
      upstreamChange: partnerChange.optional(),
      customerAnswer: answer,
    },
    ({ preset, upstreamChange, customerAnswer, ...known }) => {
      const { displayedAt = null, nextUseAt = null, cancelAt = null, customerSignedAt = null, providerSignedAt = null } = known
      const history = { displayedAt, nextUseAt, cancelAt, customerSignedAt, providerSignedAt }
      const { amendment, partner } = presetOf(preset)
      if (upstreamChange) {
        if (Object.values(history).some((time) => time !== null))
          throw new InputError('input.upstreamChange: a change of a partner is answered, not shown or signed')
        const said = customerAnswer === 'refuse' ? 'reject' : customerAnswer === 'silent' ? null : (customerAnswer ?? null)
        const found = judgePartnerChange(upstreamChange.kind, said, partner.fault)
        // The end by agreement is settled on actual use, whichever preset it is.
        return found.status === 'close_by_agreement' ? { ...found, settlement: 'S1 §4.6' } : { ...found }
      }
      if (customerAnswer !== undefined) throw new InputError('input.customerAnswer: there is no change of a partner to answer')
      return writeStanding(judgeChange(amendment, history))
    },
  ),
}
