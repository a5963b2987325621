import { z } from 'zod'
import { renderMessage } from '../../src/agreement/message.ts'
import { sceneNames } from '../../src/core/matters/notice.ts'
import { type OpTable, op } from './op.ts'

/** Messages from templates by scene (S3 附件1 模块6). */
export const messageOps: OpTable = {
  'sms.render': op(
    {
      scene: z.enum(sceneNames),
      template: z.string(),
      vars: z.record(z.string(), z.union([z.string(), z.number()]).nullable()),
    },
    ({ template, vars }) => {
      const texts = Object.entries(vars).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]))
      const message = renderMessage(template, Object.fromEntries(texts))
      if (message.kind === 'text') return { text: message.text }
      return message.kind === 'missing_variable' ? { error: message.kind, name: message.name } : { error: message.kind }
    },
  ),
}
