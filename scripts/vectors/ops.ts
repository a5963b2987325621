import { amendmentOps } from './amendment.ts'
import { billOps } from './bill.ts'
import { calendarOps } from './calendar.ts'
import { closingOps } from './closing.ts'
import { deadlineOps } from './deadline.ts'
import { deliveryOps } from './delivery.ts'
import { forceMajeureOps } from './force-majeure.ts'
import { formatOps } from './formats.ts'
import { gateOps } from './gate.ts'
import { inactivityOps } from './inactivity.ts'
import { messageOps } from './message.ts'
import type { OpTable } from './op.ts'
import { paperOps } from './papers.ts'
import { paymentOrderOps } from './payment-orders.ts'
import { penaltyOps } from './penalty.ts'
import { priceOps } from './price.ts'
import { scenarioOps } from './scenario.ts'
import { settlementOps } from './settlement.ts'
import { standingOps } from './standing.ts'
import { suspensionOps } from './suspension.ts'
import { taxOps } from './tax.ts'
import { termOps } from './term.ts'

/** One table for each family of ops. */
const families: readonly OpTable[] = [
  amendmentOps,
  billOps,
  calendarOps,
  closingOps,
  deadlineOps,
  deliveryOps,
  forceMajeureOps,
  formatOps,
  gateOps,
  inactivityOps,
  messageOps,
  paperOps,
  paymentOrderOps,
  penaltyOps,
  priceOps,
  scenarioOps,
  settlementOps,
  standingOps,
  suspensionOps,
  taxOps,
  termOps,
]

/** Every op that is built, by the name that the vectors call it. */
export const ops: OpTable = families.reduce((all, family) => {
  const twice = Object.keys(family).find((name) => Object.hasOwn(all, name))
  if (twice !== undefined) throw new Error(`two families have the op ${twice}`)
  return Object.assign(all, family)
}, {})
