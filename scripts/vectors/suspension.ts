import { z } from 'zod'
import { judgeSuspension } from '../../src/agreement/suspension.ts'
import { day, instant, type OpTable, op } from './op.ts'
import { presetName, presetOf } from './preset.ts'
import { iso } from './time.ts'

/** Suspension by ground and preset (contracts.md §5 no. 6). */
export const suspensionOps: OpTable = {
  suspend: op(
    {
      preset: presetName,
      ground: z.string(),
      suspendAt: instant,
      noticeDeemedAt: instant.nullish(),
      dueLastDay: day.nullish(),
      // Never asked for (S1 §6.1), and whom a subject's objection concerns decides nothing here.
      customerConsent: z.boolean().optional(),
      subject: z.string().optional(),
    },
    ({ preset, ground, suspendAt, noticeDeemedAt = null, dueLastDay = null }) => {
      const facts = { noticeDeemedAt, dueLastDay }
      const found = judgeSuspension(presetOf(preset).suspension, ground, facts, suspendAt)
      if (!found.allowed) return { ...found }
      const { effectiveAt, scope, noticeAfterwards, keepRecords, reportToAuthority, resumeOn } = found
      const answer = { allowed: true, effectiveAt: iso(effectiveAt), scope, noticeAfterwards }
      const duties = { mustKeepRecords: keepRecords, reportToAuthority }
      return scope === 'subject' ? { ...answer, ...duties, others: 'unaffected', resumeOn } : { ...answer, ...duties }
    },
  ),
}
