import { z } from 'zod'
import { workingCalendar } from '../../src/agreement/calendar.ts'
import { judgeEvidence } from '../../src/agreement/evidence.ts'
import { judgeAccountHolder } from '../../src/agreement/kyb.ts'
import { InputError, type OpTable, op } from './op.ts'
import { presetName, presetOf } from './preset.ts'
import { length, moment, notCovered } from './time.ts'

/** Papers of the customer: authorisation texts (S1 §2.1), and who stands behind an account (S1 一). */
export const paperOps: OpTable = {
  'evidence.request': op(
    {
      preset: presetName.default('S1'),
      callIds: z.array(z.string().min(1)).min(1),
      customerUploads: z.array(
        z.strictObject({ callId: z.string().min(1), digestMatches: z.boolean(), uploadedOn: moment.optional() }),
      ),
      answerDays: length.n.optional(),
      unit: length.unit.default('workday'),
      requestedOn: moment.optional(),
      now: moment.optional(),
    },
    ({ preset, callIds, customerUploads, answerDays, unit, requestedOn, now }) => {
      if ((requestedOn === undefined) !== (now === undefined))
        throw new InputError('input.requestedOn: a clock has both its beginning and the time now')
      const answerWithin = answerDays === undefined ? presetOf(preset).evidence : { n: answerDays, unit }
      const clock = requestedOn && now ? { answerWithin, requestedOn: requestedOn.day, today: now.day } : null
      const uploads = customerUploads.map(({ uploadedOn, ...upload }) => ({ ...upload, uploadedOn: uploadedOn?.day ?? null }))
      const found = judgeEvidence(workingCalendar, callIds, uploads, clock)
      if (found.kind === 'calendar_not_covered') return notCovered(found)
      return {
        ...Object.fromEntries(found.calls.map(({ callId, standing }) => [callId, standing])),
        ...(found.lastDay !== null && { lastDay: found.lastDay }),
        breachFlag: found.breach,
      }
    },
  ),
  'kyb.check': op({ accountHolder: z.string(), contractParty: z.string() }, ({ accountHolder, contractParty }) => ({
    ...judgeAccountHolder(accountHolder, contractParty),
  })),
}
