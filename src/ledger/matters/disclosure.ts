import { judgeDisclosure } from '../../agreement/disclosure.ts'
import type { DisclosureAct } from '../../core/matters/disclosure.ts'
import { refuse } from '../../core/refusal.ts'
import type { ActContext } from '../decide/act-context.ts'
import { asMatter, defineMatter } from './matter.ts'
import { conflict, openOnce } from './record.ts'

/** When the customer was told of the request that a disclosure answers; null when it was not, or there is none. */
const toldAtOf = ({ book }: ActContext, requestId: number | null): number | null | undefined => {
  if (requestId === null) return null
  const row = book.get('matters', requestId)
  const isOurs = row?.accountId === book.accountId && row.kind === 'authority_request'
  return isOurs ? asMatter<'authority_request'>(row).data.toldAt : undefined
}

const recordDisclosure = (at: ActContext, act: DisclosureAct) =>
  openOnce(at, 'disclosure', act, () => {
    const { recipient, regulator, recipientName, what, legalGround, proofSha256, authorityRequestId } = act
    const toldAt = toldAtOf(at, authorityRequestId)
    if (toldAt === undefined) return refuse('not_found')
    const hasProof = proofSha256 !== null
    const finding = judgeDisclosure({ recipient, regulator, ground: legalGround, hasProof, customerTold: toldAt !== null })
    if (!finding.allowed) return conflict(finding.reason)
    const { customerNotTold } = finding
    return {
      state: customerNotTold ? 'customer_not_told' : 'recorded',
      data: { recipient, regulator, recipientName, what, legalGround, proofSha256, authorityRequestId, customerNotTold },
      close: true,
      facts: { recipient, regulator, ground: legalGround, proof: proofSha256, customer_not_told: customerNotTold ? 1 : 0 },
      body: { recipient_name: recipientName, what },
    }
  })

/** Every disclosure outside the two sides (S0 二, S1 §5.1, S2 五, S3 §7, S4 §4.1). What is on no ground is refused and not written. */
export const disclosureRules = defineMatter<'disclosure', DisclosureAct>(
  'disclosure',
  { record_disclosure: recordDisclosure },
  undefined,
  // What is open between the two sides outlives the account (S2 八(三), 十三(一)).
  ['record_disclosure'],
)
