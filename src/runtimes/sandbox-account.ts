import { createHash } from 'node:crypto'
import { addDays, shanghaiDay, toRfc3339 } from '../core/shanghai.ts'

/** One call of the staff API; throws when it is refused. */
export type StaffCall = (method: 'POST' | 'PUT', path: string, body: object) => Promise<unknown>

/** What a first start made. The key is shown once and stored nowhere. */
export interface SandboxAccount {
  accountId: string
  apiKey: string
}

/**
 * The account of a first trial: agreement S1, one paid pack of 30,000 credits of `id2` (list ¥1,200.00, paid ¥800.00), one
 * test key. It is made through the staff routes, so that it is journalled like any other and the same on every runtime.
 */
export const createSandboxAccount = async (call: StaffCall, now: number): Promise<SandboxAccount> => {
  const reason = 'first start'
  const account = (await call('POST', '/v1/accounts', { name: 'Sandbox', reason })) as { id: string }
  const path = `/v1/accounts/${account.id}`
  const today = shanghaiDay(now)
  await call('PUT', `${path}/agreement`, {
    preset: 'S1',
    overrides: { term: { start: today, end: addDays(today, 366) } },
    reason,
  })
  const order = {
    external_id: 'sandbox-1',
    check: 'id2',
    mode: 'test',
    credits: 30_000,
    list_fen: 120_000,
    paid_fen: 80_000,
    reason,
  }
  const { order: recorded } = (await call('POST', `${path}/orders`, order)) as { order: { id: string } }
  await call('POST', `${path}/payments`, { order_id: recorded.id, bank_reference: 'sandbox', reason })
  const { secret } = (await call('POST', `${path}/api-keys`, { name: 'sandbox', mode: 'test', reason })) as { secret: string }
  return { accountId: account.id, apiKey: secret }
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
