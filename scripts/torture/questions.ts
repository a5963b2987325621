import { createHash } from 'node:crypto'
import { sandboxPersons } from '../../src/sources/sandbox.ts'

/** A data subject as a request names it: a published specimen, never a person. */
export interface Specimen {
  id_number: string
  name: string
}

const specimen = (outcome: string, settles: string | null = null): Specimen => {
  const row = sandboxPersons.find((person) => person.outcome === outcome && person.settles === settles)
  if (!row) throw new Error(`the sandbox has no person whose outcome is ${outcome}`)
  return { id_number: row.fields.id_number ?? '', name: row.fields.name ?? '' }
}

/** Specimens by what the sandbox makes of them. At the simulated vendor `match` and `mismatch` are just that, too. */
export const specimens = {
  match: specimen('match'),
  mismatch: specimen('mismatch'),
  noRecord: specimen('no_record'),
  unavailable: specimen('unavailable'),
  unknownThenMatch: specimen('unknown', 'match'),
} as const
export type SpecimenName = keyof typeof specimens
export const specimenNames = Object.keys(specimens) as SpecimenName[]

/** The reference of the consent that is recorded for a specimen. */
export const consentOf = (name: SpecimenName): string => `consent-${name}`

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A statement of consent that covers `verificationBody`. */
export const consentBody = (name: SpecimenName, more: Record<string, unknown> = {}): object => ({
  reference: consentOf(name),
  data_subject: specimens[name],
  type: 'click',
  separate_consent: true,
  purposes: ['real_name_registration'],
  checks: ['id2'],
  sources: ['aliyun_market_id2', 'sandbox'],
  notice: { version: '1', sha256: sha256('notice') },
  evidence: { sha256: sha256(`evidence ${consentOf(name)}`) },
  granted_at: '2024-08-01T09:00:00+08:00',
  ...more,
})

export const verificationBody = (name: SpecimenName, more: Record<string, unknown> = {}): object => ({
  check: 'id2',
  data_subject: specimens[name],
  consent_reference: consentOf(name),
  purpose: 'real_name_registration',
  ...more,
})
