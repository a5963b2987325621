import type { Terms } from './terms.ts'

type Table = Terms['suspension']

/** Ground codes that every preset knows, with what stands where its text says nothing else (contracts.md §5 no. 6). */
const common: Table = {
  breach: 'after_notice',
  evidence_overdue: 'after_notice',
  other_illegal: 'at_once',
  unlawful_use: 'at_once',
  network_attack: 'at_once',
  authority_order: 'at_once',
  key_leaked: 'at_once',
  abnormal_usage: 'at_once',
}

/** The forbidden kinds of business (S1 §3.1). */
const forbiddenBusiness: Table = {
  gambling: 'at_once',
  porn: 'at_once',
  cash_out: 'at_once',
  money_laundering: 'at_once',
  terror_finance: 'at_once',
  fraud: 'at_once',
  counterfeit: 'at_once',
  scam: 'at_once',
}

/** Without prior notice on every ground; one is sent afterwards (S2 五(四)). Content and false data are grounds of their own (S2 五(一), (三)). */
const s2: Table = {
  ...Object.fromEntries(Object.keys(common).map((ground) => [ground, 'at_once' as const])),
  content: 'at_once',
  false_data: 'at_once',
  // The right to stop at will (S2 十(一)); it is off while a paid pack is there.
  at_will: 'at_once',
}

const s3: Table = {
  ...common,
  // In advance [提前通知] (附件3 第一条).
  content: 'after_advance_notice',
  // Cut, keep the records, report (附件3 第二条).
  network_attack: 'at_once_with_report',
  // Filings that are missing or out of date; the clause names no notice (S3 §8.2).
  filing: 'at_once',
  subject_objection: 'subject_at_once',
}

/** The suspension tables by preset. S0 knows the law as a ground and nothing of its own on notice (S0 三(一)5). */
export const suspensionOf = {
  S0: { ...common, law: 'after_notice' },
  S1: { ...common, ...forbiddenBusiness },
  S2: s2,
  S3: s3,
  S4: { ...common, overdue: 'when_overdue' },
} satisfies Record<string, Table>
