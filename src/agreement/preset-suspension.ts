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
  // The right of the person who is checked; S3 §6.2.9 says it, and the law gives it everywhere (contracts.md §5 no. 45).
  subject_objection: 'subject_at_once',
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

/**
 * The fifteen kinds of forbidden content (S2 五(三) 1-15). The reference quotes the last one, what law and regulations forbid
 * [违反国家法律法规禁止的内容]; the other fourteen bear the names of the list that the law prints for every site (互联网信息服务
 * 管理办法 第十五条, 网络信息内容生态治理规定 第六条). Their order within the clause is not claimed.
 */
const forbiddenContent = [
  'content_constitution',
  'content_state_security',
  'content_state_honour',
  'content_heroes',
  'content_terrorism',
  'content_ethnic_hatred',
  'content_religion',
  'content_rumour',
  'content_obscene',
  'content_violence',
  'content_defamation',
  'content_privacy',
  'content_minors',
  'content_illegal_assembly',
  'content_forbidden_by_law',
] as const

/**
 * The six kinds of abuse (S2 五(四) 1-6): taking the software apart [反向工程], copying or changing its data, forging its
 * instructions, plug-ins and cheats [插件、外挂], tools that the platform has not authorised [非本平台授权的第三方工具], and
 * interference [进行干扰].
 */
const forbiddenUse = [
  'reverse_engineering',
  'data_tampering',
  'forged_instructions',
  'plug_in',
  'unauthorised_tool',
  'interference',
] as const

const atOnce = (grounds: readonly string[]): Table => Object.fromEntries(grounds.map((ground) => [ground, 'at_once' as const]))

/**
 * Without prior notice on every ground; one is sent afterwards (S2 五(四)). Content and false data are grounds of their own
 * (S2 五(一), (三)): to ask the customer to correct false data first is open to the provider (`inspections`), and no condition.
 */
const s2: Table = {
  ...common,
  ...atOnce(Object.keys(common).filter((ground) => common[ground] === 'after_notice')),
  content: 'at_once',
  ...atOnce(forbiddenContent),
  ...atOnce(forbiddenUse),
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
}

/** The suspension tables by preset. S0 knows the law as a ground and nothing of its own on notice (S0 三(一)5). */
export const suspensionOf = {
  S0: { ...common, law: 'after_notice' },
  S1: { ...common, ...forbiddenBusiness },
  S2: s2,
  S3: s3,
  S4: { ...common, overdue: 'when_overdue' },
} satisfies Record<string, Table>
