import type { PrintedParty, Words } from './printed.ts'

export const languages = ['zh', 'en'] as const
export type Language = (typeof languages)[number]

const words = (zh: string, en: string): Words => ({ zh, en })

/** What stands on every document, whatever it is about. */
export const fixedWords = {
  number: words('编号', 'No.'),
  kind: words('文件', 'Document'),
  issuedAt: words('出具时间', 'Issued at'),
  draft: words('草稿', 'DRAFT'),
  draftNote: words(
    '本件为草稿，尚未出具，内容可能变更，不作为结算依据。',
    'This is a draft. It has not been issued, it can change, and nothing is settled by it.',
  ),
  uscc: words('统一社会信用代码', 'Unified social credit code'),
  notOnFile: words('未登记', 'not on file'),
  notes: words('说明', 'Notes'),
  totals: words('合计', 'Totals'),
  item: words('项目', 'Item'),
  value: words('内容', 'Value'),
  amount: words('金额（元）', 'Amount (CNY)'),
  capitals: words('大写', 'In capital characters'),
  inCapitals: words('人民币（大写）：', 'RMB in capital characters: '),
  inFigures: words('（小写）', ''),
  empty: words('无', 'none'),
  seal: words('（盖章）：', ' (seal):'),
  signature: words('授权代表签字', 'Authorised signature'),
  date: words('日期', 'Date'),
  dateBlank: words('　　　　年　　月　　日', ''),
  currency: words('金额单位：人民币元；时间为北京时间（UTC+8）。', 'Amounts are in yuan (CNY); times are Beijing time (UTC+8).'),
  digest: words('本件数据（JSON）的 SHA-256', 'SHA-256 of the data of this document (JSON)'),
  page: words('第 # 页，共 # 页', 'Page # of #'),
} as const satisfies Record<string, Words>

/** The words that contracts use for a side, in English; another word stays as it is. */
const sidesInEnglish: Readonly<Record<string, string>> = {
  甲方: 'Party A',
  乙方: 'Party B',
  用户: 'User',
  平台: 'Platform',
}

/** How a party is called on a page. */
export const sideOf = ({ printedAs }: PrintedParty, language: Language): string =>
  language === 'en' ? (sidesInEnglish[printedAs] ?? printedAs) : printedAs
