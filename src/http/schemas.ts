import { z } from '@hono/zod-openapi'
import { scopes } from '../core/commands.ts'
import { outcomes } from '../core/outcome.ts'
import { containsResidentId } from '../core/resident-id.ts'
import { parseRfc3339 } from '../core/shanghai.ts'

/*
 * What comes in and what goes out, once: the same schemas judge a request, describe it in the OpenAPI document, and are
 * held against every answer of the test run. Objects are strict: unknown members are refused.
 */

/** A rule of our own, with a stable name for `errors`. */
const rule = (name: string) => ({ params: { rule: name } })

/** A name that the caller chooses. It stands in lists and logs, so a number of a person is refused. */
export const callerReference = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/)
  .refine((text) => !containsResidentId(text), rule('personal_number'))
  .openapi({ description: 'Letters, digits and . _ : - ; at most 128 characters; no number of a person.', example: 'app-2026-000123' })

const instant = z
  .string()
  .transform((text, ctx) => {
    const ms = parseRfc3339(text)
    if (ms !== null) return ms
    ctx.addIssue({ code: 'custom', ...rule('time_rfc3339') })
    return z.NEVER
  })
  .openapi({ type: 'string', format: 'date-time', description: 'RFC 3339 with offset.' })

const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .openapi({ format: 'date', description: 'A day in Asia/Shanghai.' })
const sha256 = z.string().regex(/^[0-9a-f]{64}$/).openapi({ description: 'SHA-256, lower-case hex.' })
const code = z.string().regex(/^[a-z0-9_]{1,64}$/)
const time = z.string().openapi({ format: 'date-time' })
const nullableTime = time.nullable()
const dataSubject = z
  .record(z.string(), z.unknown())
  .openapi({ type: 'object', additionalProperties: true, description: 'Members by the check’s input schema, see GET /v1/checks.', example: { id_number: '11010519491231002X', name: '张三' } })

export const verificationBody = z
  .strictObject({
    check: code.openapi({ example: 'id2' }),
    data_subject: dataSubject,
    consent_id: z.string().max(64).optional().openapi({ description: 'The recorded consent; or name its reference.' }),
    consent_reference: z.string().max(128).optional().openapi({ example: 'consent-2026-000123' }),
    purpose: code.openapi({ example: 'real_name_registration' }),
    reference: callerReference.optional(),
  })
  .refine((body) => body.consent_id === undefined || body.consent_reference === undefined, { ...rule('one_of_two'), path: ['consent_reference'] })
  .openapi('VerificationRequest')

export const verification = z
  .strictObject({
    id: z.string(),
    check: z.string(),
    state: z.enum(['held', 'unknown', 'captured', 'released']),
    outcome: z.enum(outcomes).nullable(),
    charged: z.boolean(),
    credits: z.int(),
    available: z.int().nullable(),
    consent_id: z.string(),
    purpose: z.string(),
    reference: z.string().nullable(),
    api_key_id: z.string(),
    mode: z.enum(['live', 'test']),
    source: z.strictObject({ id: z.string(), reference: z.string().nullable() }).nullable(),
    usage: z.literal('internal_reference_only'),
    audit: z.strictObject({ index: z.int(), leaf_hash: z.string() }).nullable(),
    created_at: time,
    completed_at: nullableTime,
  })
  .openapi('Verification')

const distinct = <T extends z.ZodType>(item: T, most: number) =>
  z.array(item).min(1).max(most).refine((list) => new Set(list).size === list.length, rule('repeated'))

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
    notice: z.strictObject({ version: z.string().regex(/^[A-Za-z0-9._-]{1,40}$/), sha256, language: z.string().regex(/^[A-Za-z-]{2,20}$/).optional(), url: z.url({ protocol: /^https?$/ }).max(500).optional() }),
    evidence: z.strictObject({ sha256, media_type: z.string().regex(/^[\w.+-]{1,60}\/[\w.+-]{1,60}$/).optional() }),
    granted_at: instant,
    expires_at: instant.optional(),
    max_uses: z.int().min(1).max(1_000_000).optional(),
    retention_until: instant.optional(),
    channel: code.optional(),
  })
  .refine((body) => body.expires_at === undefined || body.expires_at > body.granted_at, { ...rule('after_granted_at'), path: ['expires_at'] })
  .openapi('ConsentRequest')

/** Items are judged one by one, so that a bad one does not refuse the others. */
export const consentBatchBody = z.strictObject({ consents: z.array(z.unknown()).min(1).max(500) }).openapi('ConsentBatchRequest')

export const withdrawalBody = z
  .strictObject({ source: z.enum(['data_subject', 'customer', 'authority']) })
  .openapi('WithdrawalRequest')

export const consent = z
  .strictObject({
    id: z.string(),
    reference: z.string(),
    state: z.enum(['active', 'withdrawn', 'expired', 'used_up']),
    data_subject: z.strictObject({ kind: z.enum(['person', 'organisation']), number_masked: z.string(), name_masked: z.string() }),
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
    retention_until: nullableTime,
    channel: z.string().nullable(),
  })
  .openapi('Consent')

export const fault = z.strictObject({ pointer: z.string(), rule: z.string() }).openapi('InputFault')

export const consentBatch = z
  .strictObject({
    items: z.array(
      z.strictObject({ index: z.int(), consent: consent.nullable(), repeated: z.boolean(), problem: z.strictObject({ code: z.string(), errors: z.array(fault) }).nullable() }),
    ),
  })
  .openapi('ConsentBatch')

export const problemDocument = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    request_id: z.string(),
    retry: z.enum(['same_key', 'new_key', 'no']),
    reason: z.string().optional(),
    errors: z.array(fault).optional(),
    verification: z.strictObject({ id: z.string(), href: z.string() }).optional(),
  })
  .openapi('Problem')

const suspension = z.strictObject({ ground: z.string(), note: z.string(), by: z.string(), at: time })
/** What a customer sees of a suspension: the ground, not who did it. */
const ownSuspension = z.strictObject({ ground: z.string(), at: time })

const agreement = z
  .strictObject({
    version: z.int(),
    preset: z.string(),
    digest: z.string(),
    effective_at: nullableTime,
    term: z.strictObject({ start: z.string().nullable(), end: z.string().nullable(), end_inclusive: z.boolean() }),
    checks: z.array(z.strictObject({ code: z.string(), credits: z.int(), purposes: z.array(z.string()), charged_outcomes: z.array(z.string()) })),
  })
  .openapi('Agreement')
export const agreementAnswer = agreement

export const ownAccount = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    standing: z.enum(['open', 'suspended', 'closed']),
    suspension: ownSuspension.nullable(),
    agreement: agreement.nullable(),
    created_at: time,
    closed_at: nullableTime,
  })
  .openapi('OwnAccount')

export const account = ownAccount.extend({ suspension: suspension.nullable() }).openapi('Account')

export const accountPage = z
  .strictObject({
    items: z.array(z.strictObject({ id: z.string(), name: z.string(), standing: z.enum(['open', 'suspended', 'closed']), created_at: time })),
    next: z.string().nullable(),
    as_of: time,
  })
  .openapi('AccountPage')

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
      z.strictObject({ check: z.string(), mode: z.enum(['live', 'test']), granted: z.int(), available: z.int(), held: z.int(), captured: z.int() }),
    ),
    grants: z.array(grant),
    as_of: time,
  })
  .openapi('Balance')

export const groupings = ['day', 'check', 'api_key', 'source', 'outcome', 'mode', 'account'] as const
export const usageQuery = z.strictObject({
  from: day,
  to: day,
  group_by: z
    .string()
    .default('day,check,outcome')
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(groupings)).min(1).max(groupings.length))
    .openapi({ type: 'string', description: `Comma-separated list of ${groupings.join(', ')}.` }),
  day_of: z.enum(['service', 'settlement']).default('service').openapi({ description: 'Day of arrival, or day of the ending.' }),
})
export const reportQuery = usageQuery.extend({ account_id: z.string().max(40).optional(), format: z.enum(['json', 'csv']).default('json') })

export const usage = z
  .strictObject({
    from: z.string(),
    to: z.string(),
    day_of: z.enum(['service', 'settlement']),
    rows: z.array(
      z.strictObject({
        day: z.string().optional(),
        account_id: z.string().optional(),
        api_key_id: z.string().optional(),
        mode: z.string().optional(),
        check: z.string().optional(),
        source: z.string().optional(),
        outcome: z.string().optional(),
        verifications: z.int(),
        credits: z.int(),
      }),
    ),
    totals: z.strictObject({ verifications: z.int(), credits: z.int() }),
    usage: z.literal('internal_reference_only'),
    as_of: time,
  })
  .openapi('Usage')

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
    sandbox: z.array(z.strictObject({ check: z.string(), data_subject: z.record(z.string(), z.string()), outcome: z.string(), note: z.string() })),
  })
  .openapi('CheckList')

export const pageQuery = z.strictObject({
  cursor: z.string().max(64).optional(),
  limit: z.string().regex(/^\d{1,3}$/).transform(Number).pipe(z.int().min(1).max(100)).default(20).openapi({ type: 'integer', minimum: 1, maximum: 100 }),
})

/* Staff */

const note = z.string().min(1).max(500).openapi({ description: 'Free text for the journal. Do not name persons.' })
export const accountBody = z.strictObject({ name: z.string().min(1).max(100), reason: note }).openapi('AccountRequest')
export const agreementBody = z
  .strictObject({ preset: z.string().max(40), overrides: z.record(z.string(), z.unknown()).default({}), reason: note })
  .openapi('AgreementRequest')
export const orderBody = z
  .strictObject({
    external_id: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/),
    check: code,
    mode: z.enum(['live', 'test']).default('live'),
    credits: z.int().min(1).max(1_000_000_000),
    list_fen: z.int().min(0).max(1_000_000_000_000),
    paid_fen: z.int().min(0).max(1_000_000_000_000),
    offer_sha256: sha256.optional(),
    reason: note,
  })
  .openapi('OrderRequest')
export const paymentBody = z.strictObject({ order_id: z.string().max(64), bank_reference: z.string().min(1).max(100), reason: note }).openapi('PaymentRequest')
export const order = z
  .strictObject({
    id: z.string(),
    external_id: z.string(),
    check: z.string(),
    mode: z.enum(['live', 'test']),
    credits: z.int(),
    list_fen: z.int(),
    paid_fen: z.int(),
    paid_at: nullableTime,
  })
  .openapi('Order')
export const orderWithGrant = z.strictObject({ order, grant: grant.nullable() }).openapi('OrderAndGrant')
export const keyBody = z
  .strictObject({
    name: z.string().min(1).max(100),
    mode: z.enum(['live', 'test']).default('live'),
    scopes: z.array(z.enum(scopes)).min(1).default([...scopes]),
    addresses: z.array(z.string().max(60)).max(50).default([]),
    expires_at: instant.optional(),
    reason: note,
  })
  .openapi('ApiKeyRequest')
export const apiKey = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    mode: z.enum(['live', 'test']),
    scopes: z.array(z.string()),
    addresses: z.array(z.string()),
    standing: z.enum(['active', 'suspended', 'revoked', 'expired']),
    suspension: suspension.nullable(),
    created_at: time,
    expires_at: nullableTime,
    revoked_at: nullableTime,
    replaced_by: z.string().nullable(),
  })
  .openapi('ApiKey')
export const newApiKey = z.strictObject({ key: apiKey, secret: z.string().openapi({ description: 'The key itself. It is shown this once.' }) }).openapi('NewApiKey')
export const apiKeyList = z.strictObject({ items: z.array(apiKey) }).openapi('ApiKeyList')
export const rotationBody = z.strictObject({ grace_seconds: z.int().min(0).max(7_776_000).default(86_400), reason: note }).openapi('RotationRequest')
export const reasonBody = z.strictObject({ reason: note }).openapi('ReasonRequest')
export const suspensionBody = z
  .strictObject({ ground: code, note, notice_deemed_at: instant.optional(), reason: note.optional() })
  .openapi('SuspensionRequest')
export const settlementProposalBody = z
  .strictObject({
    outcome: z.enum(['match', 'mismatch', 'no_record', 'released']).openapi({ description: '`released` gives the credits back without a result.' }),
    source_id: code.optional(),
    source_reference: z.string().regex(/^[\w.:-]{1,80}$/).optional(),
    reason: note,
  })
  .openapi('SettlementProposalRequest')
export const approval = z
  .strictObject({
    id: z.string(),
    act: z.string(),
    digest: z.string(),
    proposed_by: z.string(),
    proposed_at: time,
    expires_at: time,
    decided_by: z.string().nullable(),
    decided_at: nullableTime,
  })
  .openapi('Approval')
export const approvalList = z.strictObject({ items: z.array(approval) }).openapi('ApprovalList')
export const alarmList = z
  .strictObject({
    items: z.array(z.strictObject({ kind: z.string(), subject: z.string(), since: time, last_at: time, count: z.int(), cleared_at: nullableTime })),
  })
  .openapi('AlarmList')
export const integrity = z
  .strictObject({
    accounts: z.int(),
    entries: z.int(),
    verifications: z.int(),
    violations: z.array(z.strictObject({ invariant: z.string(), where: z.string() })),
  })
  .openapi('Integrity')
export const health = z.strictObject({ status: z.literal('ok'), version: z.string() }).openapi('Health')
export const readiness = z.strictObject({ ready: z.boolean(), reasons: z.array(z.string()) }).openapi('Readiness')
export const done = z.strictObject({ done: z.literal(true) }).openapi('Done')
export const page = <T extends z.ZodType>(item: T, name: string) => z.strictObject({ items: z.array(item), next: z.string().nullable() }).openapi(name)
