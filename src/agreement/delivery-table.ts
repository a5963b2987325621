import type { DeliveryRule, DeliveryRules } from './delivery.ts'

/** Readings that an agreement may choose where the text allows two. */
export interface DeliveryReadings {
  /** "The second day" [第二日] after posting: posting + 2, or + 1 as the other reading (S0 七(2), contracts.md §5 no. 9). */
  emsSecondDay: 1 | 2
}

export const defaultReadings: DeliveryReadings = { emsSecondDay: 2 }

/** When the sender's system shows it sent, holiday or not (S0 七(3)). */
const shownSent: DeliveryRule = { from: ['shownSentAt', 'sentAt'], precision: 'instant' }

const s0 = ({ emsSecondDay }: DeliveryReadings): DeliveryRules => ({
  // A refusal is no receipt here; the sender falls back to EMS (contracts.md §5 no. 10).
  personal: { from: ['handedAt'], precision: 'instant', needs: 'receipt' },
  ems: { from: ['postedAt', 'postmarkOn'], daysLater: emsSecondDay, precision: { hour: 12 } },
  email: shownSent,
  fax: shownSent,
})

/** S1 says nothing on delivery: e-mail, console message and SMS by the rule of S0 (contracts.md §5 no. 40). */
const s1 = (): DeliveryRules => ({ email: shownSent, site_message: shownSent, sms: shownSent })

/** On the day sent (S2 十四(四)). */
const daySent: DeliveryRule = { from: ['sentAt', 'shownSentAt', 'postedAt', 'postmarkOn'], precision: 'day' }

/** E-mail, ordinary letters (among them EMS), announcement, SMS, site message and instant message (S2 十四(一)(三)). */
const s2 = (): DeliveryRules => ({
  email: daySent,
  letter: daySent,
  ems: daySent,
  announcement: daySent,
  sms: daySent,
  site_message: daySent,
  im: daySent,
})

/** What touches the validity of the agreement or settles a dispute goes by hand or EMS alone (S3 §10.1). */
const weightySubjects = [
  'termination',
  'rescission',
  'validity',
  'amendment',
  'renewal',
  'dispute',
  'dispute_settlement',
  'talks',
  'arbitration',
  'litigation',
]

const s3 = (): DeliveryRules => ({
  // The day of signing, or the day on which it reached the agreed address and was refused (S3 §10.3.1, §10.3.6).
  personal: { from: ['signedOn', 'handedAt', 'atAddressOn'], precision: 'day', needs: 'receipt_or_refusal' },
  // The day of the postmark is day 0 (S3 §10.3.2).
  ems: { from: ['postmarkOn', 'postedAt'], daysLater: { sameCity: 3, elsewhere: 5 }, precision: 'day' },
  // Arrival at the recipient's system, at the address in the agreement and at no other (S3 §10.3.4, §10.3.5).
  email: { from: ['arrivedAt'], precision: 'instant', needs: 'agreed_address', notFor: weightySubjects },
})

/** The delivery rules by preset. S4 is cut off before its notices; it takes those of S0 (contracts.md §5 no. 44). */
export const deliveryRulesOf = { S0: s0, S1: s1, S2: s2, S3: s3, S4: s0 } satisfies Record<
  string,
  (readings: DeliveryReadings) => DeliveryRules
>
