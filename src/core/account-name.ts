import { toHalfWidth } from './half-width.ts'

/**
 * Words that make an account look like a party, a state organ, an army or a court (互联网用户账号信息管理规定 第八条; S2 二(五)). The
 * list is a choice: an organ that really is a customer is named in its party record, and its account by another word.
 */
const refusedWords = [
  '中共中央',
  '共产党',
  '国务院',
  '全国人大',
  '人民政府',
  '人民法院',
  '人民检察院',
  '公安部',
  '公安局',
  '解放军',
  '武警',
  '中央军委',
  '纪委监委',
  '人民日报',
  '新华社',
  '中央电视台',
] as const

/** Whether an account may not bear this name. */
export const isRefusedAccountName = (name: string): boolean => {
  const plain = toHalfWidth(name).replace(/[\s._-]+/g, '')
  return refusedWords.some((word) => plain.includes(word))
}
