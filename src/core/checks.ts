import { type Check, idNumber, mobile, organisationName, personName, type SubjectType, uscc } from './check.ts'
import type { FieldsJsonSchema } from './fields.ts'
import { fieldsJsonSchema, hasMember, readFields } from './fields.ts'
import { maskName } from './person-name.ts'
import type { InputFault } from './refusal.ts'
import { registerChecks } from './register-checks.ts'
import { maskResidentId } from './resident-id.ts'
import { maskUscc } from './uscc.ts'

export type { Check, SubjectType } from './check.ts'
export type { FieldSpec } from './fields.ts'

const catalogue: Check[] = [
  {
    code: 'id2',
    title: { en: 'Identity, two factors', zh: '身份证二要素核验' },
    subject: 'person',
    fields: [idNumber, personName],
  },
  {
    code: 'mobile3',
    title: { en: 'Mobile number, three factors', zh: '手机号三要素核验' },
    subject: 'person',
    fields: [idNumber, personName, mobile],
  },
  {
    code: 'enterprise2',
    title: { en: 'Enterprise, two factors', zh: '企业二要素核验' },
    subject: 'organisation',
    fields: [uscc, organisationName],
  },
  ...registerChecks,
]

/** Every check that the gateway knows, by its code. Which of them an account may use is data of its agreement. */
export const checks: ReadonlyMap<string, Check> = new Map(catalogue.map((check) => [check.code, check]))

/** What a request's `data_subject` came to: normalised values, or every broken rule and never a value. */
export type InputReading = { kind: 'input'; fields: Record<string, string> } | { kind: 'faults'; faults: InputFault[] }

/** Reads the JSON member `data_subject` of a verification by the fields of its check. `today` is the Shanghai day, `YYYY-MM-DD`. */
export const readInput = (check: Check, raw: unknown, today: string): InputReading => {
  const reading = readFields(check.fields, raw, today)
  return reading.kind === 'faults' ? reading : { kind: 'input', fields: reading.fields }
}

/** JSON Schema of a check's `data_subject`, for the OpenAPI page and `GET /v1/checks`. */
export const inputJsonSchema = (check: Check): FieldsJsonSchema => fieldsJsonSchema(check.fields)

/** Whom a consent is about, normalised. Personal data: masked and digested before it is stored. */
export interface DataSubject {
  type: SubjectType
  /** Resident identity number of a person, unified social credit code of an organisation. */
  number: string
  name: string
}

/** What a consent's `data_subject` came to: the subject, or every broken rule and never a value. */
export type SubjectReading = { kind: 'subject'; subject: DataSubject } | { kind: 'faults'; faults: InputFault[] }

const numberFields: Record<SubjectType, string> = { person: idNumber.name, organisation: uscc.name }

const fieldOf = (fields: Readonly<Record<string, string>>, name: string): string => {
  const value = fields[name]
  if (value === undefined) throw new TypeError(`the field ${name} was not read`)
  return value
}

/** Reads the `data_subject` of a consent: `{id_number, name}`, or `{uscc, name}` as soon as it has a member `uscc`. */
export const readSubject = (raw: unknown, today: string): SubjectReading => {
  const type = hasMember(raw, uscc.name) ? 'organisation' : 'person'
  const reading = readFields(type === 'organisation' ? [uscc, organisationName] : [idNumber, personName], raw, today)
  if (reading.kind === 'faults') return reading
  const number = fieldOf(reading.fields, numberFields[type])
  return { kind: 'subject', subject: { type, number, name: fieldOf(reading.fields, 'name') } }
}

/** The text whose keyed digest recognises a data subject again: `person:<number>` or `organisation:<code>`. Personal data itself. */
export const subjectKeyOf = (type: SubjectType, number: string): string => `${type}:${number}`

/** The subject key of a query, from the fields that `readInput` gave. Throws TypeError when the subject's number is not among them. */
export const subjectOf = (check: Check, fields: Readonly<Record<string, string>>): string =>
  subjectKeyOf(check.subject, fieldOf(fields, numberFields[check.subject]))

/** The forms of number and name that may be stored and shown. */
export interface MaskedSubject {
  numberMasked: string
  nameMasked: string
}

/** Masks a subject: `110105********002X` and `张*`. */
export const maskSubject = (subject: DataSubject): MaskedSubject => ({
  numberMasked: subject.type === 'person' ? maskResidentId(subject.number) : maskUscc(subject.number),
  nameMasked: maskName(subject.name),
})
