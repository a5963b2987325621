import { z } from '@hono/zod-openapi'
import { isRefusedAccountName } from '../../core/account-name.ts'
import { scopes } from '../../core/commands.ts'
import { keyChannels } from '../../core/key-channel.ts'
import { agreeingParties } from '../../core/matters/suspension.ts'
import {
  anyMembers,
  callerReference,
  code,
  instant,
  note,
  nullableTime,
  orNull,
  pageQuery,
  plainText,
  rule,
  sha256,
  time,
} from './common.ts'
import {
  accountMembers,
  beforeFrom,
  grant,
  isForward,
  isReadable,
  period,
  reportFormat,
  tooManyDays,
  usageLine,
  usageMembers,
  usageQuery,
  usageSums,
} from './customer.ts'

/* What staff send and get. */

export { agreement, agreementQuery, agreementText, balance, grant } from './customer.ts'

const suspension = z.strictObject({ ground: z.string(), note: z.string(), by: z.string(), at: time })

export const account = z.strictObject({ ...accountMembers, suspension: suspension.nullable() }).openapi('Account')

export const accountPage = z
  .strictObject({
    items: z.array(
      z.strictObject({ id: z.string(), name: z.string(), standing: z.enum(['open', 'suspended', 'closed']), created_at: time }),
    ),
    next: z.string().nullable(),
    as_of: time,
  })
  .openapi('AccountPage')

const oneAccount = z.string().max(40).optional().openapi({ description: 'One account; nothing for all of them.' })

export const reportQuery = usageQuery.safeExtend({ account_id: oneAccount })

export const marginQuery = z
  .strictObject({ ...period, account_id: oneAccount, format: reportFormat })
  .refine(isForward, beforeFrom)
  .refine(isReadable, tooManyDays)

const cost = {
  cost_yuan: z
    .string()
    .optional()
    .openapi({ description: 'What the sources billed, yuan with six places; for finance and auditors.', example: '0.015000' }),
}

export const usageAcross = usageMembers
  .extend({ rows: z.array(usageLine.extend(cost)), totals: usageSums.extend(cost) })
  .openapi('UsageAcross')

const accountName = plainText(100).refine((name) => !isRefusedAccountName(name), rule('account_name_refused'))

export const accountBody = z.strictObject({ name: accountName, reason: note }).openapi('AccountRequest')

export const agreementBody = z
  .strictObject({ preset: z.string().max(40), overrides: anyMembers.default({}), reason: note })
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

export const paymentBody = z
  .strictObject({ order_id: z.string().max(64), bank_reference: z.string().min(1).max(100), reason: note })
  .openapi('PaymentRequest')

export const order = z
  .strictObject({
    id: z.string(),
    external_id: z.string(),
    check: z.string(),
    mode: z.enum(['live', 'test']),
    credits: z.int(),
    list_fen: z.int(),
    paid_fen: z.int(),
    offer_sha256: z.string().nullable(),
    paid_at: nullableTime,
  })
  .openapi('Order')

export const orderRecord = order.extend({ ordered_at: time }).openapi('OrderRecord')

export const orderList = z.strictObject({ items: z.array(orderRecord) }).openapi('OrderList')

export const paymentList = z
  .strictObject({
    items: z.array(
      z.strictObject({ order_id: z.string(), bank_reference: z.string().nullable(), paid_fen: z.int(), paid_at: time }),
    ),
  })
  .openapi('PaymentList')

export const orderWithGrant = z
  .strictObject({ order, grant: orNull(grant), warnings: z.array(z.string()) })
  .openapi('OrderAndGrant')

const keyHolder = callerReference.openapi({
  description: "Who uses it, by the customer's own word for the user, such as a staff number. Never a person's name.",
})

export const keyBody = z
  .strictObject({
    name: plainText(100),
    mode: z.enum(['live', 'test']).default('live'),
    scopes: z
      .array(z.enum(scopes))
      .min(1)
      .default([...scopes]),
    addresses: z.array(z.string().max(60)).max(50).default([]),
    expires_at: instant.optional(),
    holder: keyHolder.optional(),
    project: code.optional().openapi({ description: 'Code of the project that it belongs to.' }),
    channel: z.enum(keyChannels).optional().openapi({ description: 'The kind of client that it serves.' }),
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
    holder: z.string().nullable(),
    project: z.string().nullable(),
    channel: z.enum(keyChannels).nullable(),
    created_at: time,
    expires_at: nullableTime,
    revoked_at: nullableTime,
    replaced_by: z.string().nullable(),
  })
  .openapi('ApiKey')

export const newApiKey = z
  .strictObject({ key: apiKey, secret: z.string().openapi({ description: 'The key itself. It is shown this once.' }) })
  .openapi('NewApiKey')

export const apiKeyList = z.strictObject({ items: z.array(apiKey) }).openapi('ApiKeyList')

export const rotationBody = z
  .strictObject({ grace_seconds: z.int().min(0).max(7_776_000).default(86_400), reason: note })
  .openapi('RotationRequest')

export const reasonBody = z.strictObject({ reason: note }).openapi('ReasonRequest')

export const closingBody = z
  .strictObject({
    reason: note,
    ground: code.optional().openapi({
      description: 'A ground on which the agreement may be ended at once. Without one both sides agreed to the end.',
    }),
    document_sha256: sha256.optional().openapi({ description: 'Of the paper that both signed, or that proves the ground.' }),
  })
  .openapi('AccountClosingRequest')

export const suspensionBody = z
  .strictObject({
    ground: code,
    note,
    notice_id: z.string().optional().openapi({
      description:
        'The notice that told the customer before, where the agreement asks for one on this ground. It counts from when it is deemed delivered.',
    }),
  })
  .openapi('SuspensionRequest')

export const subjectHoldBody = z.strictObject({ ground: code, note }).openapi('SubjectHoldRequest')

export const subjectResumeBody = z
  .strictObject({
    reason: note,
    agreed_by: z
      .array(z.enum(agreeingParties))
      .max(agreeingParties.length)
      .default([])
      .openapi({ description: 'Who has agreed. A hold on an objection of the person ends only when all three sides have.' }),
  })
  .openapi('SubjectResumeRequest')

export const settlementProposalBody = z
  .strictObject({
    outcome: z
      .enum(['match', 'mismatch', 'no_record', 'released'])
      .openapi({ description: '`released` gives the credits back without a result.' }),
    source_id: code.optional(),
    source_reference: z
      .string()
      .regex(/^[\w.:-]{1,80}$/)
      .optional(),
    reason: note,
  })
  .openapi('SettlementProposalRequest')

export const approval = z
  .strictObject({
    id: z.string(),
    act: z.string().openapi({
      description:
        '`settle`: how a verification in doubt ends; `settle_account`: the settlement; `credit_note`; `win_charge_dispute`.',
    }),
    target_id: z.string().nullable().openapi({ description: 'The verification or the settlement that it is about.' }),
    change: z
      .string()
      .openapi({ description: 'The exact change as JSON, by the numbers of the books; the digest is of this text.' }),
    digest: z.string(),
    proposed_by: z.string(),
    proposed_at: time,
    expires_at: time,
    decided_by: z.string().nullable(),
    decided_at: nullableTime,
  })
  .openapi('Approval')

export const approvalList = z.strictObject({ items: z.array(approval) }).openapi('ApprovalList')

export const alarm = z
  .strictObject({
    id: z.string(),
    account_id: z.string(),
    kind: z.string(),
    subject: z.string().openapi({ description: 'The verification or the source that it is about.' }),
    runbook: z.string().openapi({ description: 'What it means and what to do.', example: 'docs/runbook.md#in_doubt_aged' }),
    since: time,
    last_at: time,
    count: z.int(),
    cleared_at: nullableTime,
    acknowledged_by: z.string().nullable(),
  })
  .openapi('Alarm')

export const alarmList = z.strictObject({ items: z.array(alarm) }).openapi('AlarmList')

export const alarmPage = z.strictObject({ items: z.array(alarm), next: z.string().nullable(), as_of: time }).openapi('AlarmPage')

export const alarmQuery = pageQuery.extend({
  cleared: z.enum(['true', 'false']).default('false').openapi({ description: 'Also those that are over.' }),
})

export const noteBody = z.strictObject({ note }).openapi('NoteRequest')

export const staffLogPage = z
  .strictObject({
    items: z.array(
      z.strictObject({
        seq: z.int(),
        at: time,
        sub: z.string(),
        roles: z.array(z.string()),
        act: z.string(),
        target: z.string().nullable(),
        reason: z.string(),
      }),
    ),
    next: z.string().nullable(),
  })
  .openapi('StaffLogPage')

const observedSpan = z.strictObject({
  since: time,
  asked: z.int(),
  outcomes: z.record(z.string(), z.int()),
  average_ms: z.int().nullable(),
  longest_ms: z.int().nullable(),
  last_success_at: nullableTime,
  last_failure_at: nullableTime,
})

export const sourceList = z
  .strictObject({
    from: z.string(),
    to: z.string(),
    items: z.array(
      z.strictObject({
        id: z.string(),
        mode: z.enum(['live', 'test']),
        checks: z.array(z.string()),
        state: z.enum(['ok', 'degraded']),
        ended: z
          .record(z.string(), z.int())
          .openapi({ description: 'Verifications of all accounts that ended on these days, by outcome.' }),
        in_doubt: z.int(),
        observed: observedSpan.openapi({
          description: 'What this process has seen of its own questions. Others have seen theirs.',
        }),
      }),
    ),
    as_of: time,
  })
  .openapi('SourceList')

export const integrity = z
  .strictObject({
    accounts: z.int(),
    entries: z.int(),
    verifications: z.int(),
    violations: z.array(z.strictObject({ invariant: z.string(), where: z.string() })),
  })
  .openapi('Integrity')

export const done = z.strictObject({ done: z.literal(true) }).openapi('Done')
