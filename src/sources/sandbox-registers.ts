import { checks } from '../core/checks.ts'
import { registerChecks } from '../core/register-checks.ts'
import type { Source } from './source.ts'

/** One published row of a register of the sandbox. */
interface Row {
  check: string
  fields: Readonly<Record<string, string>>
}

const person = { id_number: '11010519491231002X', name: '张三' }
/** An agency: its code begins with 11 (GB 32100). */
const agency = { uscc: '11110000MB0000000U', name: '示例市行政审批局' }
const company = { uscc: '91350100M000100Y43', name: '示例科技有限公司' }
const number = '示例(2024)不动产权第0000001号'

/** Specimens alone, as in `sandbox.ts`: none belongs to a person or an organisation that exists. */
const rows: readonly Row[] = registerChecks.map(({ code, subject, fields }) => {
  const subjectOfRow = subject === 'person' ? person : code === 'uscc_org' ? agency : company
  const needsNumber = fields.some(({ name }) => name === 'register_number')
  return { check: code, fields: { ...subjectOfRow, ...(needsNumber ? { register_number: number } : {}) } }
})

/** What each register of the sandbox knows, as `GET /v1/checks` shows it. */
export const registerRowViews = rows.map(({ check, fields }) => ({
  check,
  data_subject: fields,
  outcome: 'match',
  note: 'Another name or number of the same subject is a mismatch; any other subject has no record.',
}))

/** What picks the row: the number of the person or organisation. */
const keyOf = (check: string): string => (checks.get(check)?.subject === 'organisation' ? 'uscc' : 'id_number')

/** One made-up register for each question, each a source of its own, because consents name sources (S3 附件1 模块7, 模块8). */
export const sandboxRegisters = (): Source[] =>
  rows.map(({ check, fields }) => ({
    id: `sandbox_${check}`,
    mode: 'test',
    checks: [check],
    deadlineMs: 10_000,
    // It answers at once or never was asked: "not found" is final.
    finalAfterMs: 0,
    lookup: async (query, _call, io) => {
      const key = keyOf(check)
      const isKnown = query.fields[key] === fields[key]
      const agrees = Object.entries(fields).every(([name, value]) => query.fields[name] === value)
      return {
        outcome: !isKnown ? 'no_record' : agrees ? 'match' : 'mismatch',
        sourceReference: `sandbox-${io.randomHex(8)}`,
        sourceBilled: false,
        reason: 'answered',
        rawDigest: null,
        saidAt: io.clock(),
      }
    },
    find: async () => ({ kind: 'not_executed' }),
  }))
