import { z } from '@hono/zod-openapi'
import { makeId } from '../../core/ids.ts'
import { type ForceMajeure, proofPapers, reliefEffects, sides } from '../../core/matters/force-majeure.ts'
import { matterPrefixes } from '../../core/matters/index.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { code, day, instant, orNull } from '../schemas/common.ts'
import type { Role } from '../staff.ts'
import { MatterRoutes } from './matter-routes.ts'
import { anyMatterNumber, nullableTime, reason, reasonBody, reference, renderTime, sha256, text, time } from './parts.ts'
import { addStaffStep } from './staff-step.ts'

const obligation = z
  .strictObject({
    text,
    last_day: day.optional().openapi({ description: 'Its last day, where no clock of another matter counts it.' }),
    matter_id: z.string().max(64).optional(),
    clock: code.optional().openapi({ description: 'The clock of that matter.' }),
  })
  .openapi('AffectedObligationRequest')
const caseMembers = { reference, event_on: day, text, obligation }
const caseBody = z.strictObject(caseMembers).openapi('ForceMajeureRequest')
const staffCaseBody = z
  .strictObject({ ...caseMembers, side: z.enum(sides), told_at: instant.optional(), reason })
  .openapi('StaffForceMajeureRequest')
const proofMembers = { paper: z.enum(proofPapers), sha256 }
const proofBody = z.strictObject(proofMembers).openapi('ProofRequest')
const staffProofBody = z.strictObject({ ...proofMembers, reason }).openapi('StaffProofRequest')
const mitigationBody = z.strictObject({ text }).openapi('MitigationRequest')
const staffMitigationBody = z.strictObject({ text, reason }).openapi('StaffMitigationRequest')
const talksBody = z.strictObject({}).openapi('EventTalksRequest')
const staffTalksBody = z.strictObject({ deemed_on: day.optional(), reason }).openapi('StaffEventTalksRequest')
const endBody = z.strictObject({ on: day, reason }).openapi('EventEndRequest')
const reliefBody = z
  .strictObject({ effect: z.enum(reliefEffects), delay_days: z.int().min(1).max(3_660).optional(), reason })
  .openapi('ReliefRequest')

const members = {
  side: z.enum(sides),
  event_on: z.string(),
  ended_on: z.string().nullable(),
  text: z.string(),
  obligation: z.strictObject({
    text: z.string(),
    last_day: z.string(),
    matter: orNull(z.strictObject({ id: z.string(), clock: z.string() })),
  }),
  told_at: time,
  papers: z.array(z.strictObject({ paper: z.enum(proofPapers), sha256: z.string(), at: time, by: z.string() })),
  mitigation: z.array(z.strictObject({ text: z.string(), at: time, by: z.string() })),
  effect: orNull(z.strictObject({ kind: z.enum(reliefEffects), delay_days: z.int().nullable(), at: time, by: z.string() })),
  talks_requested_on: z.string().nullable(),
  may_end_from: nullableTime.openapi({ description: 'From when either side may end the agreement.' }),
}

const render = (data: ForceMajeure, accountId: string) => {
  const { text: what, lastDay, matterId, matterKind, clock } = data.obligation
  const isHere = matterId !== null && matterKind !== null && clock !== null
  const matter = isHere ? { id: makeId(matterPrefixes[matterKind], accountId, matterId), clock } : null
  return {
    side: data.side,
    event_on: data.eventOn,
    ended_on: data.endedOn,
    text: data.text,
    obligation: { text: what, last_day: lastDay, matter },
    told_at: toRfc3339(data.toldAt),
    papers: data.papers.map(({ kind, sha256: digest, at, by }) => ({ paper: kind, sha256: digest, at: toRfc3339(at), by })),
    mitigation: data.mitigation.map(({ text: done, at, by }) => ({ text: done, at: toRfc3339(at), by })),
    effect: data.effect && {
      kind: data.effect.kind,
      delay_days: data.effect.delayDays,
      at: toRfc3339(data.effect.at),
      by: data.effect.by,
    },
    talks_requested_on: data.talksRequestedOn,
    may_end_from: renderTime(data.mayEndFrom),
  }
}

/** The obligation with the number of the matter it names. */
const readObligation = (stated: z.output<typeof obligation>, accountId: string) => {
  const { text: what, last_day, matter_id, clock } = stated
  const matterId = matter_id === undefined ? null : anyMatterNumber(matter_id, accountId)
  return { text: what, lastDay: last_day ?? null, matterId, clock: clock ?? null }
}

/** Cases of force majeure: told at once, proved in time, with their effect, and the exit from a long one (S0 四, S3 §9). */
export const addForceMajeureRoutes = (routes: Routes, deps: AppDeps): void => {
  const cases = new MatterRoutes(routes, deps, {
    kind: 'force_majeure',
    noun: 'force-majeure-cases',
    param: 'force_majeure_id',
    tag: 'Force majeure',
    name: 'ForceMajeureCase',
    members,
    render: (data, { accountId }) => render(data, accountId),
  })
  cases.addCustomerReads({ list: 'Cases of force majeure of either side, newest first', one: 'One case of force majeure' })
  cases.addCustomerAct({
    method: 'post',
    summary: 'Tell the provider of an event that keeps you from an obligation',
    description: 'Tell it at once, by the end of the day after the event; the proof has its own clock.',
    body: caseBody,
    status: 201,
    problems: ['not_found'],
    wanted: ({ reference: named = null, event_on, text: said, obligation: stated }, accountId) => {
      const affected = readObligation(stated, accountId)
      return {
        kind: 'open_force_majeure',
        reference: named,
        side: 'customer',
        eventOn: event_on,
        text: said,
        obligation: affected,
        toldAt: null,
      }
    },
  })
  cases.addCustomerAct({
    method: 'post',
    path: '/{force_majeure_id}/proofs',
    summary: 'File the digest of a paper that proves the event',
    body: proofBody,
    status: 200,
    problems: ['not_found'],
    wanted: ({ paper, sha256: digest }, accountId, c) => ({
      kind: 'file_proof',
      caseId: cases.ownNumberIn(c, accountId),
      paper,
      sha256: digest,
    }),
  })
  cases.addCustomerAct({
    method: 'post',
    path: '/{force_majeure_id}/mitigation',
    summary: 'Say what you did against the loss',
    body: mitigationBody,
    status: 200,
    problems: ['not_found'],
    wanted: ({ text: done }, accountId, c) => ({ kind: 'note_mitigation', caseId: cases.ownNumberIn(c, accountId), text: done }),
  })
  cases.addCustomerAct({
    method: 'post',
    path: '/{force_majeure_id}/talks',
    summary: 'Ask for talks about an event that has lasted too long',
    body: talksBody,
    status: 200,
    problems: ['not_found'],
    wanted: (_body, accountId, c) => ({ kind: 'request_event_talks', caseId: cases.ownNumberIn(c, accountId), deemedOn: null }),
  })
  cases.addStaffReads({ list: 'Cases of force majeure of an account, newest first', one: 'One case of force majeure' })
  addStaffActs(cases)
}

const addStaffActs = (cases: MatterRoutes<'force_majeure'>): void => {
  cases.addStaffAct({
    method: 'post',
    summary: 'Open a case, for the provider or for a customer who told by another way',
    roles: ['ops'],
    body: staffCaseBody,
    status: 201,
    wanted: ({ reference: named = null, side, event_on, text: said, obligation: stated, told_at = null }, accountId) => {
      const affected = readObligation(stated, accountId)
      return {
        kind: 'open_force_majeure',
        reference: named,
        side,
        eventOn: event_on,
        text: said,
        obligation: affected,
        toldAt: told_at,
      }
    },
  })
  const param = 'force_majeure_id'
  const roles: Role[] = ['ops']
  addStaffStep(
    cases,
    { param, path: 'proofs', summary: 'File the digest of a paper', roles, body: staffProofBody },
    ({ paper, sha256: digest }, caseId) => ({
      kind: 'file_proof',
      caseId,
      paper,
      sha256: digest,
    }),
  )
  addStaffStep(
    cases,
    { param, path: 'mitigation', summary: 'Note what was done against the loss', roles, body: staffMitigationBody },
    ({ text: done }, caseId) => ({
      kind: 'note_mitigation',
      caseId,
      text: done,
    }),
  )
  addStaffStep(
    cases,
    { param, path: 'event-end', summary: 'Record the last day of the event', roles, body: endBody },
    ({ on }, caseId) => ({ kind: 'end_event', caseId, on }),
  )
  addStaffStep(
    cases,
    { param, path: 'relief', summary: 'Grant relief; an extension moves the clock of the obligation', roles, body: reliefBody },
    ({ effect, delay_days = null }, caseId) => ({ kind: 'grant_relief', caseId, effect, delayDays: delay_days }),
  )
  addStaffStep(
    cases,
    { param, path: 'talks', summary: 'Record a request for talks and the day of its delivery', roles, body: staffTalksBody },
    ({ deemed_on = null }, caseId) => ({
      kind: 'request_event_talks',
      caseId,
      deemedOn: deemed_on,
    }),
  )
  addStaffStep(
    cases,
    { param, path: 'ending', summary: 'Close a case that has its mitigation notes', roles, body: reasonBody },
    (_body, caseId) => ({
      kind: 'close_force_majeure',
      caseId,
    }),
  )
}
