import { renderMessage } from '../../agreement/message.ts'
import type { NoticeVariables, Scene } from '../../core/matters/notice.ts'
import { en } from './en.ts'
import type { Template, Templates } from './template.ts'
import { zh } from './zh.ts'

/** The languages in which a notice can be given. */
export const templates = { zh, en } satisfies Record<string, Templates>
export type NoticeLanguage = keyof typeof templates

/**
 * The words of a notice. A text that cannot be filled, or that would hold the number of a person, is given by its title alone:
 * nothing half-filled and nothing personal leaves the house (S1 §5.2, S3 附件1 模块6).
 */
export const renderNotice = (language: NoticeLanguage, scene: Scene, variables: NoticeVariables): Template => {
  const { title, text } = templates[language][scene]
  const values = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]))
  const message = renderMessage(text, values)
  return { title, text: message.kind === 'text' ? message.text : title }
}
