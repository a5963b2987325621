import type { PeriodLength } from './deadline.ts'
import type { Decimal } from './rule-terms.ts'
import { isObjectOf, isOneOf, isPositive, orNull, type Shape } from './shape.ts'

/** What a fixed price, a building time and a bill are made from. */
export interface BillingTerms {
  /** The price of the whole in yuan, tax included; null where nothing is agreed as a whole (S3 §2.2). */
  contractAmount: Decimal | null
  /** Time to build, from the day on which the agreement is in force; null where nothing is built (S3 第三条). */
  build: PeriodLength | null
  /** How is paid, and what kind of invoice is made; null where the text names none (S3 §2.6, §2.7). */
  payment: { form: 'transfer' | 'online' | null; invoice: 'ordinary' | 'special' | null }
}

/** Where a preset is silent. */
const silent: BillingTerms = { contractAmount: null, build: null, payment: { form: null, invoice: null } }

/** The billing terms by preset: S1 is paid on the market's page (S1 三.1); S3 prints amount, 40 days, transfer and ordinary invoice. */
export const billingTermsOf = {
  S0: silent,
  S1: { ...silent, payment: { form: 'online', invoice: null } },
  S2: silent,
  S3: {
    contractAmount: '1740000.00',
    build: { n: 40, unit: 'day' },
    payment: { form: 'transfer', invoice: 'ordinary' },
  },
  S4: silent,
} satisfies Record<string, BillingTerms>

/** Yuan with at most two places: an amount that is paid. */
const isAmount = (value: unknown): boolean => typeof value === 'string' && /^(0|[1-9]\d{0,11})(\.\d{1,2})?$/.test(value)

const isLength = isObjectOf({
  n: (value) => isPositive(value) && value <= 10_000,
  unit: isOneOf(['workday', 'day', 'month', 'year']),
})

/** The shape of every member of `BillingTerms`. */
export const billingShapes: Readonly<Record<keyof BillingTerms, Shape>> = {
  contractAmount: orNull(isAmount),
  build: orNull(isLength),
  payment: { form: orNull(isOneOf(['transfer', 'online'])), invoice: orNull(isOneOf(['ordinary', 'special'])) },
}
