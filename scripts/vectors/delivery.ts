import { z } from 'zod'
import { workingCalendar } from '../../src/agreement/calendar.ts'
import { countAhead, countWithin } from '../../src/agreement/deadline.ts'
import { type Delivery, deliveryDay, judgeDelivery } from '../../src/agreement/delivery.ts'
import { type DeliveryReadings, defaultReadings, deliveryRulesOf } from '../../src/agreement/delivery-table.ts'
import { day, instant, type OpTable, type Output, op } from './op.ts'
import { iso, length, writeNotice, writePeriod } from './time.ts'

/** A notice on its way. Which times it carries depends on the channel. */
const notice = {
  preset: z.enum(['S0', 'S1', 'S2', 'S3', 'S4']),
  channel: z.string(),
  postedAt: instant.optional(),
  sentAt: instant.optional(),
  shownSentAt: instant.optional(),
  arrivedAt: instant.optional(),
  handedAt: instant.optional(),
  postmarkOn: day.optional(),
  atAddressOn: day.optional(),
  signedOn: day.optional(),
  addressCorrect: z.boolean().optional(),
  sameCity: z.boolean().optional(),
  signed: z.boolean().optional(),
  refused: z.boolean().optional(),
  contractEmail: z.string().nullish(),
  subject: z.string().optional(),
  emsSecondDay: z.union([z.literal(1), z.literal(2)]).default(defaultReadings.emsSecondDay),
}

type Notice = z.infer<z.ZodObject<typeof notice>>

const deliver = ({ preset, contractEmail, ...known }: Notice, readings: DeliveryReadings): Delivery =>
  judgeDelivery(deliveryRulesOf[preset](readings), { ...known, agreedAddress: contractEmail ?? undefined })

const writeDelivery = (delivery: Delivery): Output => {
  if (delivery.kind === 'not_delivered') return { valid: false, reason: delivery.reason }
  return delivery.kind === 'delivered_on'
    ? { valid: true, deemedOn: delivery.day }
    : { valid: true, deemedAt: iso(delivery.atMs) }
}

/** The same notice under the other reading of "the second day", where that changes anything. */
const writeOtherReading = (input: Notice, delivery: Delivery): Output => {
  const other = deliver(input, { emsSecondDay: input.emsSecondDay === 2 ? 1 : 2 })
  if (delivery.kind !== 'delivered_at' || other.kind !== 'delivered_at' || other.atMs === delivery.atMs) return {}
  return { altReading: iso(other.atMs) }
}

/** Deemed delivery, and periods that start with it (contracts.md §3.10). */
export const deliveryOps: OpTable = {
  'notice.deemed': op(notice, (input) => {
    const delivery = deliver(input, input)
    return { ...writeDelivery(delivery), ...writeOtherReading(input, delivery) }
  }),
  'chain.deliveredThenAdvance': op({ ...notice, ...length }, ({ n, unit, ...input }) => {
    const delivery = deliver(input, input)
    const deemedOn = deliveryDay(delivery)
    if (deemedOn === null) return writeDelivery(delivery)
    return { ...writeDelivery(delivery), ...writeNotice(countAhead(workingCalendar, deemedOn, { n, unit })) }
  }),
  'chain.deliveredThenWithin': op({ ...notice, ...length, roll: z.boolean().default(true) }, ({ n, unit, roll, ...input }) => {
    const delivery = deliver(input, input)
    const deemedOn = deliveryDay(delivery)
    if (deemedOn === null) return writeDelivery(delivery)
    const period = countWithin(workingCalendar, deemedOn, { n, unit }, roll)
    const written = { ...writeDelivery(delivery), ...writePeriod(period) }
    return period.kind === 'period' ? { ...written, courtAllowedFrom: iso(period.endMs) } : written
  }),
}
