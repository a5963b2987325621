import { checks as catalogue } from '../core/checks.ts'
import { checkUscc, normaliseUscc } from '../core/uscc.ts'
import { isFlag, isListOf, isObjectOf, isOneOf, orNull } from './shape.ts'

/** Classes of data that an agreement grants one by one (S4 §2.1.1). */
export const dataClasses = ['open_government', 'service_handling', 'supervision', 'other'] as const
export type DataClass = (typeof dataClasses)[number]

/** What may be asked for, and through what. */
export interface GrantTerms {
  /** Who provides: the legal person and its code, as documents print it (S1 §4.1); null is not on file. */
  provider: { name: string; uscc: string } | null
  /** Version of the interface at signing; it goes on working for this agreement (S0 一.1). */
  interfaceVersion: string
  /** Classes of data whose checks may be granted; null where the agreement sorts nothing into classes. */
  dataClasses: DataClass[] | null
  /** Whether the provider may stop the service at will (S2 十(一)). */
  stopAtWill: boolean
}

const isName = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '' && value.length <= 100
const isUscc = (value: unknown): boolean =>
  typeof value === 'string' && normaliseUscc(value) === value && checkUscc(value) === null

export const grantShapes = {
  provider: orNull(isObjectOf({ name: isName, uscc: isUscc })),
  interfaceVersion: isOneOf(['v1']),
  dataClasses: orNull(isListOf(isOneOf([...dataClasses]))),
  stopAtWill: isFlag,
}

const silent: GrantTerms = { provider: null, interfaceVersion: 'v1', dataClasses: null, stopAtWill: false }

export const grantTermsOf = {
  S0: silent,
  S1: silent,
  S2: { ...silent, stopAtWill: true },
  S3: silent,
  S4: { ...silent, dataClasses: [...dataClasses] },
} satisfies Record<string, GrantTerms>

/** Registers of companies are published; what is on a person is none of the named classes (a choice, S4 §2.1.1). */
export const classOf = (check: string): DataClass =>
  catalogue.get(check)?.subject === 'organisation' ? 'open_government' : 'other'

/** Purposes that serve business and not the check itself: nobody shares for them without consent (S4 §3.3.2). */
export const commercialPurposes: readonly string[] = ['marketing', 'advertising', 'customer_acquisition', 'data_resale']

/** What an agreement's checks ask for beyond what it grants. */
export const findGrantFaults = (
  checks: Readonly<Record<string, { purposes: readonly string[] }>>,
  { dataClasses: granted, commercialUse }: Pick<GrantTerms, 'dataClasses'> & { commercialUse: boolean },
): string[] =>
  Object.entries(checks).flatMap(([code, { purposes }]) => [
    ...(granted === null || granted.includes(classOf(code))
      ? []
      : [`checks.${code}: data class ${classOf(code)} is not granted`]),
    ...(commercialUse || !Array.isArray(purposes) || !purposes.some((purpose) => commercialPurposes.includes(purpose))
      ? []
      : [`checks.${code}.purposes: commercial use is not agreed`]),
  ])
