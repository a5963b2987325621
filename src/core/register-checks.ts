import { type Check, idNumber, organisationName, personName, uscc } from './check.ts'
import type { FieldSpec } from './fields.ts'

/** The number that a register prints on its paper. */
const numberOn = (en: string, zh: string): FieldSpec => ({ name: 'register_number', rule: 'register_number', title: { en, zh } })

const about = (subject: Check['subject'], code: string, en: string, zh: string, paper: FieldSpec | null): Check => ({
  code,
  title: { en, zh },
  subject,
  fields: [...(subject === 'person' ? [idNumber, personName] : [uscc, organisationName]), ...(paper === null ? [] : [paper])],
})

/**
 * Questions to public registers (S3 附件1 模块7, 模块8). What is asked about a person needs the consent of that person like every
 * check; what is asked about an organisation needs its authorisation.
 */
export const registerChecks: Check[] = [
  about('person', 'housing_proof', 'Proof of housing', '住房证明查询', null),
  about(
    'person',
    'property_certificate',
    'Certificate of real estate',
    '不动产登记证书查询',
    numberOn('Number of the certificate', '不动产权证号'),
  ),
  about(
    'person',
    'registration_proof',
    'Proof of registration of real estate',
    '不动产登记证明查询',
    numberOn('Number of the proof', '不动产登记证明号'),
  ),
  about('person', 'contract', 'Contract on real estate', '合同查询', numberOn('Number of the contract', '合同编号')),
  about('person', 'e_licence', 'Electronic licence', '电子证照查询', numberOn('Number of the licence', '证照编号')),
  about('person', 'marriage', 'Registration of marriage', '婚姻登记信息核验', null),
  about('organisation', 'enterprise_basic', 'Basic data of an enterprise', '企业基本信息核验', null),
  about(
    'organisation',
    'uscc_org',
    'Code of an agency, association or institution',
    '机关、群团、事业单位统一社会信用代码核验',
    null,
  ),
  about(
    'organisation',
    'financial_licence',
    'Financial licence',
    '金融许可证信息核查',
    numberOn('Number of the licence', '金融许可证机构编码'),
  ),
  about(
    'organisation',
    'completion_filing',
    'Filing of completed works',
    '竣工验收备案信息核验',
    numberOn('Number of the filing', '备案编号'),
  ),
  about('organisation', 'planning_permit', 'Planning permit', '规划许可核验', numberOn('Number of the permit', '规划许可证号')),
  about('person', 'household', 'Household registration', '户籍信息核验', null),
]
