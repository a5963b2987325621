import { z } from '@hono/zod-openapi'
import { callFaults } from '../../core/fault-of.ts'
import { outcomes } from '../../core/outcome.ts'
import { daysBetween } from '../../core/shanghai.ts'
import { groupings } from '../../core/usage.ts'
import { anyMembers, callerReference, code, day, fault, instant, nullableTime, orNull, rule, sha256, time } from './common.ts'

/* What customers send and get. */

const dataSubject = anyMembers.openapi({
  description: 'Members by the check’s input schema, see GET /v1/checks.',
  example: { id_number: '11010519491231002X', name: '张三' },
})

export const verificationBody = z
  .strictObject({
    check: code.openapi({ example: 'id2' }),
    data_subject: dataSubject,
    consent_id: z.string().max(64).optional().openapi({ description: 'The recorded consent; or name its reference.' }),
    consent_reference: z.string().max(128).optional().openapi({ example: 'consent-2026-000123' }),
    purpose: code.openapi({ example: 'real_name_registration' }),
    reference: callerReference.optional(),
  })
  .refine((body) => body.consent_id === undefined || body.consent_reference === undefined, {
    ...rule('one_of_two'),
    path: ['consent_reference'],
  })
  .openapi('VerificationRequest', {
    example: {
      check: 'id2',
      data_subject: { id_number: '11010519491231002X', name: '张三' },
      consent_reference: 'consent-2026-000123',
      purpose: 'real_name_registration',
      reference: 'app-2026-000123',
    },
  })

export const verification = z
  .strictObject({
    id: z.string(),
    check: z.string(),
    state: z.enum(['held', 'unknown', 'captured', 'released']),
    outcome: z.enum(outcomes).nullable(),
    fault: z.enum(callFaults).nullable().openapi({
      description: 'Whose it is that there is no result; null where there is one. Nothing without a result is charged.',
    }),
    charged: z.boolean(),
    credits: z.int(),
    available: z.int().nullable().openapi({
      description: 'Credits left right after the ending; null before it, and where no grant pays for the call.',
    }),
    consent_id: z.string(),
    purpose: z.string(),
    reference: z.string().nullable(),
    api_key_id: z.string(),
    mode: z.enum(['live', 'test']),
    source: z
      .strictObject({
        id: z.string(),
        reference: z.string().nullable(),
        said_at: nullableTime.openapi({ description: 'The source’s own instant of what it said, where it tells one.' }),
      })
      .nullable(),
    usage: z.literal('internal_reference_only'),
    audit: z.strictObject({ index: z.int(), leaf_hash: z.string() }).nullable(),
    created_at: time,
    completed_at: nullableTime,
  })
  .openapi('Verification', {
    example: {
      id: 'ver_0c5d6e7f8g_00ab1cd2ef3',
      check: 'id2',
      state: 'captured',
      outcome: 'match',
      fault: null,
      charged: true,
      credits: 1,
      available: 29_999,
      consent_id: 'con_0c5d6e7f8g_00ab1cd2ee1',
      purpose: 'real_name_registration',
      reference: 'app-2026-000123',
      api_key_id: 'key_0c5d6e7f8g_00000000001',
      mode: 'test',
      source: { id: 'sandbox', reference: 'sandbox-0a1b2c3d4e5f6071', said_at: null },
      usage: 'internal_reference_only',
      audit: { index: 7, leaf_hash: '6d2e8457d4d9a31a1d2f143afa2afb00c114f1b2f1321df6209fc043dc6926fa' },
      created_at: '2026-11-02T09:00:00.000+08:00',
      completed_at: '2026-11-02T09:00:00.412+08:00',
    },
  })

const distinct = <T extends z.ZodType>(item: T, most: number) =>
  z
    .array(item)
    .min(1)
    .max(most)
    .refine((list) => new Set(list).size === list.length, rule('repeated'))

export const consentBody = z
  .strictObject({
    reference: callerReference,
    data_subject: dataSubject,
    type: z.enum(['paper', 'e_signature', 'e_seal', 'click', 'video']),
    method: z.enum(['checkbox', 'e_signature', 'sms_code', 'paper', 'voice', 'video']).optional(),
    lawful_basis: z.enum(['consent', 'contract', 'legal_duty']).optional(),
    separate_consent: z.boolean().openapi({ description: 'Whether consent was given separately for this (PIPL art. 29).' }),
    purposes: distinct(code, 20),
    checks: distinct(code, 20),
    sources: distinct(code, 20).openapi({ description: 'Sources disclosed to the data subject (PIPL art. 23).' }),
    notice: z.strictObject({
      version: z.string().regex(/^[A-Za-z0-9._-]{1,40}$/),
      sha256,
      language: z
        .string()
        .regex(/^[A-Za-z-]{2,20}$/)
        .optional(),
      url: z
        .url({ protocol: /^https?$/ })
        .max(500)
        .optional(),
    }),
    evidence: z.strictObject({
      sha256,
      media_type: z
        .string()
        .regex(/^[\w.+-]{1,60}\/[\w.+-]{1,60}$/)
        .optional(),
    }),
    granted_at: instant,
    expires_at: instant.optional(),
    max_uses: z.int().min(1).max(1_000_000).optional(),
    data_categories: distinct(code, 20).optional(),
    service: code.optional(),
    channel: code.optional(),
    collected_by: z.enum(['customer_staff', 'customer_system']).optional(),
    storage_location: code.optional(),
    retention_until: instant.optional(),
    withdrawal_method: code.optional(),
    guardian: z
      .enum(['parent', 'legal_guardian'])
      .optional()
      .openapi({ description: 'Who consented for a person under 14; required then (PIPL art. 31).' }),
  })
  .refine((body) => body.expires_at === undefined || body.expires_at > body.granted_at, {
    ...rule('after_granted_at'),
    path: ['expires_at'],
  })
  .openapi('ConsentRequest', {
    example: {
      reference: 'consent-2026-000123',
      data_subject: { id_number: '11010519491231002X', name: '张三' },
      type: 'click',
      separate_consent: true,
      purposes: ['real_name_registration'],
      checks: ['id2'],
      sources: ['sandbox'],
      notice: { version: '1', sha256: 'dcd549e828c7c961013d4805873ce1fa685a99bc87e8751518ed6ad46b9a9aaf' },
      evidence: { sha256: '6d2e8457d4d9a31a1d2f143afa2afb00c114f1b2f1321df6209fc043dc6926fa' },
      granted_at: '2026-11-01T09:00:00+08:00',
    },
  })

/** Items are judged one by one, so that a bad one does not refuse the others. */
export const consentBatchBody = z.strictObject({ consents: z.array(z.unknown()).min(1).max(500) }).openapi('ConsentBatchRequest')

export const withdrawalBody = z
  .strictObject({ source: z.enum(['data_subject', 'customer', 'authority']) })
  .openapi('WithdrawalRequest', { example: { source: 'data_subject' } })

export const consent = z
  .strictObject({
    id: z.string(),
    reference: z.string(),
    state: z.enum(['active', 'withdrawn', 'expired', 'used_up']),
    data_subject: z.strictObject({
      kind: z.enum(['person', 'organisation']),
      number_masked: z.string(),
      name_masked: z.string(),
    }),
    type: z.string(),
    method: z.string(),
    lawful_basis: z.string(),
    separate_consent: z.boolean(),
    purposes: z.array(z.string()),
    checks: z.array(z.string()),
    sources: z.array(z.string()),
    notice: z.strictObject({ version: z.string(), sha256: z.string(), language: z.string(), url: z.string().nullable() }),
    evidence: z.strictObject({ sha256: z.string(), media_type: z.string() }),
    granted_at: time,
    recorded_at: time,
    expires_at: nullableTime,
    max_uses: z.int().nullable(),
    uses: z.int(),
    withdrawn_at: nullableTime,
    withdrawal_source: z.string().nullable(),
    data_categories: z.array(z.string()),
    service: z.string().nullable(),
    channel: z.string().nullable(),
    collected_by: z.string().nullable(),
    storage_location: z.string().nullable(),
    retention_until: nullableTime,
    withdrawal_method: z.string().nullable(),
    guardian: z.string().nullable(),
  })
  .openapi('Consent')

export const consentBatch = z
  .strictObject({
    items: z.array(
      z.strictObject({
        index: z.int(),
        consent: orNull(consent),
        repeated: z.boolean(),
        problem: z.strictObject({ code: z.string(), errors: z.array(fault) }).nullable(),
      }),
    ),
  })
  .openapi('ConsentBatch')

/** What a customer sees of a suspension: the ground, not who did it. */
const ownSuspension = z.strictObject({ ground: z.string(), at: time })

export const agreement = z
  .strictObject({
    version: z.int(),
    preset: z.string(),
    digest: z.string(),
    effective_at: nullableTime,
    term: z.strictObject({ start: z.string().nullable(), end: z.string().nullable(), end_inclusive: z.boolean() }),
    checks: z.array(
      z.strictObject({
        code: z.string(),
        credits: z.int(),
        purposes: z.array(z.string()),
        charged_outcomes: z.array(z.string()),
      }),
    ),
  })
  .openapi('Agreement')

export const agreementText = agreement
  .extend({
    provider: z.strictObject({ name: z.string(), uscc: z.string() }).nullable(),
    printed_as: z
      .strictObject({ customer: z.string(), provider: z.string() })
      .openapi({ description: 'The word or letter by which the contract calls each role.' }),
    venue: z.enum(['providers_place', 'customers_place']).nullable(),
    secrecy_years: z.int().nullable().openapi({ description: 'After the end, for what is not personal data; null is for ever.' }),
    interface_version: z.string(),
    authoritative_form: z.string(),
    terms: anyMembers.openapi({ description: 'Every term, as it is stored and digested.' }),
    versions: z.array(
      z.strictObject({
        version: z.int(),
        digest: z.string(),
        created_at: time,
        in_force_from: nullableTime.openapi({ description: 'Null for a version that never was in force.' }),
      }),
    ),
    warnings: z.array(z.string()),
  })
  .openapi('AgreementText')

export const agreementQuery = z.object({
  at: instant.optional().openapi({ description: 'The agreement as it stood at this instant; nothing for now.' }),
})

/** What customer and staff both see of an account. */
export const accountMembers = {
  id: z.string(),
  name: z.string(),
  standing: z.enum(['open', 'suspended', 'closed']),
  agreement: orNull(agreement),
  created_at: time,
  closed_at: nullableTime,
}

export const ownAccount = z.strictObject({ ...accountMembers, suspension: ownSuspension.nullable() }).openapi('OwnAccount')

export const grant = z
  .strictObject({
    id: z.string(),
    check: z.string(),
    mode: z.enum(['live', 'test']),
    priority: z.int(),
    granted: z.int(),
    available: z.int(),
    held: z.int(),
    captured: z.int(),
    expired: z.int(),
    refunded: z.int(),
    starts_at: time,
    expires_at: nullableTime,
  })
  .openapi('Grant')

export const balance = z
  .strictObject({
    totals: z.array(
      z.strictObject({
        check: z.string(),
        mode: z.enum(['live', 'test']),
        granted: z.int(),
        available: z.int(),
        held: z.int(),
        captured: z.int(),
      }),
    ),
    grants: z.array(grant),
    as_of: time,
  })
  .openapi('Balance')

/** A year and a day: a report of more is not one that anybody reads at once. */
const mostDays = 366

/** What the query of a report begins with, and its two rules. */
export const period = { from: day, to: day }
interface Period {
  from: string
  to: string
}
export const isForward = ({ from, to }: Period): boolean => from <= to
export const beforeFrom = { ...rule('before_from'), path: ['to'], abort: true }
export const isReadable = ({ from, to }: Period): boolean => daysBetween(from, to) < mostDays
export const tooManyDays = { ...rule('too_many_days'), path: ['to'] }
export const reportFormat = z
  .enum(['json', 'csv', 'xlsx'])
  .default('json')
  .openapi({ description: 'JSON, or the same lines as a CSV file or a workbook.' })

export const usageQuery = z
  .strictObject({
    ...period,
    group_by: z
      .string()
      .default('day,check,outcome')
      .transform((text) => text.split(','))
      .pipe(distinct(z.enum(groupings), groupings.length))
      .openapi({ type: 'string', description: `Comma-separated list of ${groupings.join(', ')}.` }),
    day_of: z
      .enum(['service', 'settlement'])
      .default('service')
      .openapi({ description: 'Day of arrival, or day of the ending.' }),
    format: reportFormat,
  })
  .refine(isForward, beforeFrom)
  .refine(isReadable, tooManyDays)

/** What is added up, and by what. */
export const usageSums = z.strictObject({ verifications: z.int(), credits: z.int() })
export const usageLine = usageSums.extend({
  day: z.string().optional(),
  month: z.string().optional(),
  account_id: z.string().optional(),
  api_key_id: z.string().optional(),
  mode: z.string().optional(),
  check: z.string().optional(),
  source: z.string().optional(),
  outcome: z.string().optional(),
  fault: z.string().optional().openapi({
    description: '`none`, `customer`, `gateway` or `behind_question`: the network or the source, as each call says.',
  }),
  channel: z.string().optional().openapi({ description: 'The kind of client, `none` where the key names none.' }),
})
export const usageMembers = z.strictObject({
  from: z.string(),
  to: z.string(),
  day_of: z.enum(['service', 'settlement']),
  rows: z.array(usageLine),
  totals: usageSums,
  usage: z.literal('internal_reference_only'),
  as_of: time,
})

export const usage = usageMembers.openapi('Usage')

export const checkList = z
  .strictObject({
    checks: z.array(
      z.strictObject({
        code: z.string(),
        title: z.strictObject({ en: z.string(), zh: z.string() }),
        credits: z.int(),
        purposes: z.array(z.string()),
        charged_outcomes: z.array(z.string()),
        sources: z.array(z.string()),
        data_subject: z.record(z.string(), z.unknown()).openapi({ type: 'object', additionalProperties: true }),
      }),
    ),
    sandbox: z.array(
      z.strictObject({
        check: z.string(),
        data_subject: z.record(z.string(), z.string()),
        outcome: z.string(),
        note: z.string(),
      }),
    ),
  })
  .openapi('CheckList')
