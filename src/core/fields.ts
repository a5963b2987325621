import { checkMobileNumber, normaliseMobileNumber } from './mobile-number.ts'
import { checkOrganisationName, checkPersonName, normaliseName } from './person-name.ts'
import type { InputFault } from './refusal.ts'
import { checkRegisterNumber, normaliseRegisterNumber } from './register-number.ts'
import { checkResidentId, normaliseResidentId } from './resident-id.ts'
import { checkUscc, normaliseUscc } from './uscc.ts'

/** How a member of `data_subject` is normalised and checked. */
export type FieldRule = 'resident_id' | 'person_name' | 'organisation_name' | 'mobile_number' | 'uscc' | 'register_number'

/** One member of `data_subject`, as data. */
export interface FieldSpec {
  name: string
  rule: FieldRule
  title: { en: string; zh: string }
}

/** Normalised values by field name, or every broken rule. */
export type FieldsReading = { kind: 'fields'; fields: Record<string, string> } | { kind: 'faults'; faults: InputFault[] }

interface FieldRuleBody {
  normalise(text: string): string
  /** `today` is the Shanghai day, `YYYY-MM-DD`. */
  check(normalised: string, today: string): string | null
  /** A published specimen, for the docs. */
  example: string
}

const ruleBodies: Record<FieldRule, FieldRuleBody> = {
  resident_id: { normalise: normaliseResidentId, check: checkResidentId, example: '11010519491231002X' },
  person_name: { normalise: normaliseName, check: checkPersonName, example: '张三' },
  organisation_name: { normalise: normaliseName, check: checkOrganisationName, example: '示例科技有限公司' },
  mobile_number: { normalise: normaliseMobileNumber, check: checkMobileNumber, example: '13800138000' },
  uscc: { normalise: normaliseUscc, check: checkUscc, example: '91350100M000100Y43' },
  register_number: { normalise: normaliseRegisterNumber, check: checkRegisterNumber, example: '示例(2024)不动产权第0000001号' },
}

const root = '/data_subject'
const maxUnits = 200

const isMembers = (raw: unknown): raw is Record<string, unknown> => typeof raw === 'object' && raw !== null && !Array.isArray(raw)

/** True when `raw` is a JSON object that has this member itself. */
export const hasMember = (raw: unknown, name: string): boolean => isMembers(raw) && Object.hasOwn(raw, name)

/**
 * Reads the JSON member `data_subject` strictly by its fields: every field must be there, nothing else may. Faults come in the
 * order of the fields, then the unknown members; they never hold a value, nor a member's name that could itself be one.
 */
export const readFields = (specs: readonly FieldSpec[], raw: unknown, today: string): FieldsReading => {
  if (!isMembers(raw)) return { kind: 'faults', faults: [{ pointer: root, rule: 'type_object' }] }
  const fields: Record<string, string> = {}
  const faults: InputFault[] = []
  for (const { name, rule } of specs) {
    const value = Object.hasOwn(raw, name) ? raw[name] : undefined
    const body = ruleBodies[rule]
    const normalised = typeof value === 'string' && value.length <= maxUnits ? body.normalise(value) : ''
    const broken = brokenTypeRule(value) ?? body.check(normalised, today)
    if (broken === null) fields[name] = normalised
    else faults.push({ pointer: `${root}/${name}`, rule: broken })
  }
  const known = new Set(specs.map((spec) => spec.name))
  const unknownNames = Object.keys(raw).filter((name) => !known.has(name))
  // A caller's slip can put a number or a person's name where a member's name belongs; such a name is not repeated.
  const pointers = new Set(unknownNames.map((name) => (/^[a-z_]{1,40}$/.test(name) ? `${root}/${name}` : root)))
  for (const pointer of pointers) faults.push({ pointer, rule: 'member_unknown' })
  return faults.length > 0 ? { kind: 'faults', faults } : { kind: 'fields', fields }
}

const brokenTypeRule = (value: unknown): string | null => {
  if (value === undefined) return 'member_missing'
  if (typeof value !== 'string') return 'type_string'
  return value.length > maxUnits ? 'too_long' : null
}

/** JSON Schema (2020-12) of one `data_subject`, for the docs. */
export interface FieldsJsonSchema {
  type: 'object'
  additionalProperties: false
  required: string[]
  properties: Record<
    string,
    { type: 'string'; title: string; description: string; minLength: number; maxLength: number; examples: string[] }
  >
}

/** The schema of these fields. It has no patterns, because values are normalised before they are checked. */
export const fieldsJsonSchema = (specs: readonly FieldSpec[]): FieldsJsonSchema => ({
  type: 'object',
  additionalProperties: false,
  required: specs.map((spec) => spec.name),
  properties: Object.fromEntries(
    specs.map(({ name, rule, title }) => [
      name,
      {
        type: 'string',
        title: title.en,
        description: title.zh,
        minLength: 1,
        maxLength: maxUnits,
        examples: [ruleBodies[rule].example],
      },
    ]),
  ),
})
