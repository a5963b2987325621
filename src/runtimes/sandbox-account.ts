import { createHash } from 'node:crypto'
import type { ActCommand, ActResult, StaffAct } from '../core/commands.ts'
import { scopes } from '../core/commands.ts'
import { accountIdFrom } from '../core/ids.ts'
import type { Clock, Ledger } from '../core/ports.ts'
import { addDays, shanghaiDay, toRfc3339 } from '../core/shanghai.ts'

/** What a first start made. The key is shown once and stored nowhere. */
export interface SandboxAccount {
  accountId: string
  apiKey: string
}

/**
 * The account of a first trial: agreement S1, one paid pack of 30,000 credits of `id2` (list ¥1,200.00, paid ¥800.00), one
 * test key. Its acts are journalled like any others, by the actor `setup`.
 */
export const createSandboxAccount = async (ledger: Ledger, clock: Clock, randomHex: string): Promise<SandboxAccount> => {
  const accountId = accountIdFrom(randomHex)
  const run = async (act: StaffAct): Promise<Exclude<ActResult, { kind: 'refused' }>> => {
    const command: ActCommand = { kind: 'act', accountId, actor: 'setup', reason: 'first start', act }
    const result = await ledger.submit(command)
    if (result.kind === 'refused') throw new Error(`the sandbox account could not be made: ${result.code}`)
    return result
  }
  const today = shanghaiDay(clock())
  await run({ kind: 'create_account', name: 'Sandbox' })
  await run({ kind: 'put_agreement', preset: 'S1', overrides: { term: { start: today, end: addDays(today, 366) } } })
  const order = await run({
    kind: 'record_order',
    externalId: 'sandbox-1',
    check: 'id2',
    mode: 'test',
    credits: 30_000,
    listFen: 120_000,
    paidFen: 80_000,
    offerSha256: null,
  })
  if (order.kind !== 'order') throw new Error('the sandbox order was not recorded')
  await run({ kind: 'record_payment', orderId: order.order.id, bankReference: 'sandbox' })
  const key = await run({
    kind: 'create_key',
    name: 'sandbox',
    mode: 'test',
    scopes: [...scopes],
    addresses: [],
    expiresAt: null,
  })
  if (key.kind !== 'key' || key.secret === null) throw new Error('the sandbox key was not made')
  return { accountId, apiKey: key.secret }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Two commands to paste into any shell: record a consent, verify a person. */
export const tryItCommands = (baseUrl: string, apiKey: string, now: number): string[] => {
  const consent = {
    reference: 'demo-consent-1',
    data_subject: { id_number: '11010519491231002X', name: '张三' },
    type: 'click',
    separate_consent: true,
    purposes: ['real_name_registration'],
    checks: ['id2'],
    sources: ['sandbox'],
    notice: { version: '1', sha256: sha256('the notice that was shown') },
    evidence: { sha256: sha256('the authorisation that was given') },
    granted_at: toRfc3339(now),
  }
  const verification = {
    check: 'id2',
    data_subject: { id_number: '11010519491231002X', name: '张三' },
    consent_reference: 'demo-consent-1',
    purpose: 'real_name_registration',
  }
  const curl = (path: string, headers: string[], body: object): string =>
    [`curl -sS ${baseUrl}${path}`, ...headers.map((header) => `-H '${header}'`), `-d '${JSON.stringify(body)}'`].join(' \\\n  ')
  const common = [`Authorization: Bearer ${apiKey}`, 'Content-Type: application/json']
  return [curl('/v1/consents', common, consent), curl('/v1/verifications', [...common, 'Idempotency-Key: demo-1'], verification)]
}
