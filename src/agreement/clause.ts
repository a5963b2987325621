/** Where each preset says a thing; a preset that is missing is silent on it, and then the house's choice counts (contracts.md §5). */
const clauses = {
  address: { S0: 'S0 七', S3: 'S3 §10.2' },
  maintenance: { S0: 'S0 三(二)', S1: 'S1 §4.3', S2: 'S2 六(二)', S3: 'S3 §6.2.2' },
  source_change: { S1: 'S1 §2.4', S3: 'S3 §6.1.2' },
  notice: { S0: 'S0 七', S2: 'S2 十四', S3: 'S3 §10' },
  customer_stop: { S0: 'S0 一.4', S1: 'S1 §4.6', S2: 'S2 八(二)', S3: 'S3 §12.4' },
  termination: { S0: 'S0 六.1', S1: 'S1 §4.4', S2: 'S2 五(四)', S3: 'S3 §8.4' },
  inactivity: { S0: 'S0 六.2' },
  ending_by_agreement: { S1: 'S1 §4.6', S3: 'S3 §12.4' },
  hand_over: { S3: 'S3 §6.2.10' },
  erasure: { S0: 'S0 六.2', S2: 'S2 八(二)', S3: 'S3 §6.2.10' },
  evidence: { S1: 'S1 §2.1' },
  acceptance: { S3: 'S3 §4.2' },
  build: { S3: 'S3 第三条' },
  fee_objection: { S3: 'S3 §6.1.6' },
  late_build: { S3: 'S3 §8.1' },
  late_payment: { S3: 'S3 §8.1', S4: 'S4 §6.3.2' },
  milestone: { S3: 'S3 §2.3' },
  pay_bill: { S4: 'S4 §6.2.1' },
  period_end: { S4: 'S4 §6.3.1' },
  settle_fees: { S3: 'S3 §2.5', S4: 'S4 §6.3.2' },
  settle_packs: { S1: 'S1 §4.6' },
  breach_remainder: { S1: 'S1 §6.1' },
  lapse: { S1: 'S1 三' },
  claims: { S1: 'S1 §6.1', S2: 'S2 十三(二)', S3: 'S3 §9.5' },
  business_risk: { S1: 'S1 §4.7' },
  use: { S4: 'S4 §6.1.1' },
  customer_change: { S1: 'S1 §3.3' },
  bank_account_change: { S3: 'S3 §2.4' },
  bank_statement: { S3: 'S3 附件1 模块1' },
  filing: { S3: 'S3 §8.2' },
  abuse: { S2: 'S2 五(四)', S3: 'S3 附件3 第七条' },
  correction: { S1: 'S1 §4.4' },
  key_leaked: { S2: 'S2 三(三)', S3: 'S3 §6.1.9' },
  service_level: { S3: 'S3 §5.2', S4: 'S4 §7.3.2' },
  cause: { S1: 'S1 §7.1.2', S2: 'S2 十(二)(三)', S3: 'S3 §6.1.8' },
  event_proof: { S0: 'S0 四', S3: 'S3 §9.2' },
  event_extension: { S0: 'S0 四', S3: 'S3 §9.3' },
  event_talks: { S3: 'S3 §9.4' },
  dispute_talks: { S0: 'S0 五', S3: 'S3 §11.3' },
  charge_dispute: {},
  security_check: { S4: 'S4 §7.2.2' },
} satisfies Record<string, Record<string, string>>

export type ClauseName = keyof typeof clauses

/** The clause of a preset that a deadline or an act rests on, as the agreement is printed; `choice` where its text is silent. */
export const clauseOf = (preset: string, name: ClauseName): string => {
  const byPreset: Record<string, string> = clauses[name]
  return byPreset[preset] ?? 'choice'
}
