import type { ClaimHead } from '../core/matters/claim.ts'
import type { SettlementPack } from '../core/matters/settlement.ts'
import type { SettlementChoice } from '../core/matters/settlement-figures.ts'
import type { Words } from './printed.ts'

/** Why the cooperation ends. */
export const causeWords: Readonly<Record<SettlementChoice['cause'], Words>> = {
  mutual: { zh: '双方协商一致终止', en: 'Both sides agreed to end it' },
  provider_fault: { zh: '因提供方原因终止', en: 'Ended because of the provider' },
  upstream_change_rejected: { zh: '客户不接受数据源调整，双方善后', en: 'The customer did not accept a change of the source' },
  customer_breach: { zh: '因客户违约终止', en: 'Ended because of a breach of the customer' },
  expiry: { zh: '期限届满', en: 'The term is over' },
}

/** What becomes of the unused credits of a pack, as its line says it. */
export const remainderWords: Readonly<Record<SettlementPack['remainder'], Words>> = {
  refund: { zh: '退还', en: 'given back' },
  hold: { zh: '违约留存，本单经审批后失效', en: 'kept after a breach, lapsed with the approval' },
  lapse: { zh: '期满失效', en: 'lapsed at the end of the term' },
}

export const headWords: Readonly<Record<ClaimHead, string>> = {
  legal_fees: '律师费',
  litigation_fees: '诉讼费',
  preservation_insurance: '保全保险费',
  travel: '交通费',
  appraisal: '评估鉴定费',
  notarisation: '公证费',
  third_party_claims: '第三方索赔款',
  administrative_fines: '行政机关罚款',
  direct_loss: '直接损失',
  indirect_loss: '间接损失',
  data_loss: '数据损失',
  paid_on_behalf: '代付款项',
  business_risk: '商业风险',
}

export const sideWords: Readonly<Record<'customer' | 'provider', string>> = { customer: '客户', provider: '提供方' }

/** Why a claim is left out. */
export const reasonWords: Readonly<Record<string, string>> = {
  business_risk: '属于正常的商业风险',
  head_not_in_agreement: '协议未约定该赔偿项目',
}
