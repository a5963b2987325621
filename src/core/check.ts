import type { FieldSpec } from './fields.ts'

/** Whom a check or a consent is about. */
export type SubjectType = 'person' | 'organisation'

/** A kind of verification: data, so that a new one is a new row. */
export interface Check {
  code: string
  title: { en: string; zh: string }
  subject: SubjectType
  fields: FieldSpec[]
}

/** The fields that checks share. */
export const idNumber: FieldSpec = {
  name: 'id_number',
  rule: 'resident_id',
  title: { en: 'Resident identity number', zh: '公民身份号码' },
}
export const personName: FieldSpec = { name: 'name', rule: 'person_name', title: { en: 'Name', zh: '姓名' } }
export const mobile: FieldSpec = { name: 'mobile', rule: 'mobile_number', title: { en: 'Mobile number', zh: '手机号码' } }
export const uscc: FieldSpec = { name: 'uscc', rule: 'uscc', title: { en: 'Unified social credit code', zh: '统一社会信用代码' } }
export const organisationName: FieldSpec = {
  name: 'name',
  rule: 'organisation_name',
  title: { en: 'Name of the organisation', zh: '企业名称' },
}
