import { addDays, shanghaiDay } from '../../src/core/shanghai.ts'
import { onboard } from '../harness/onboarding.ts'
import { HttpClient, staffClient } from './client.ts'
import { consentBody, specimenNames } from './questions.ts'

export { consentOf } from './questions.ts'

/** A customer of a gateway, with a live and a test key and more credits than a harness uses. */
export interface ProcessCustomer {
  accountId: string
  liveKey: string
  testKey: string
}

const reason = 'as agreed with the customer'

/** Anything that puts a question of staff to a gateway and takes only a success; `sub` is another member of staff. */
export type StaffAsk = (method: string, path: string, json?: unknown, sub?: string) => Promise<Record<string, unknown>>

/** One paid order of `id2`. Returns the order's id. */
export const buyCredits = async (
  staff: StaffAsk,
  accountId: string,
  order: { externalId: string; mode: 'live' | 'test'; credits: number },
): Promise<string> => {
  const account = `/v1/accounts/${accountId}`
  const amounts = { credits: order.credits, list_fen: 120_000, paid_fen: 80_000 }
  const wanted = { external_id: order.externalId, check: 'id2', mode: order.mode, ...amounts, reason }
  const ordered = await staff('POST', `${account}/orders`, wanted)
  const { id } = ordered.order as { id: string }
  await staff('POST', `${account}/payments`, { order_id: id, bank_reference: `bank-${order.externalId}`, reason })
  return id
}

/** One more key of an account: its id and the key itself. */
export const makeKey = async (
  staff: StaffAsk,
  accountId: string,
  mode: 'live' | 'test',
  name: string,
): Promise<{ id: string; secret: string }> => {
  const made = await staff('POST', `/v1/accounts/${accountId}/api-keys`, { name, mode, reason })
  return { id: (made.key as { id: string }).id, secret: String(made.secret) }
}

/** Opens an account with an agreement in force, whose papers are approved. Returns its id. */
export const openAccount = async (staff: StaffAsk): Promise<string> => {
  const { id } = await staff('POST', '/v1/accounts', { name: 'Example Ltd', reason })
  const today = shanghaiDay(Date.now())
  await staff('PUT', `/v1/accounts/${String(id)}/agreement`, {
    preset: 'S1',
    overrides: { term: { start: today, end: addDays(today, 30) }, rate: { limit: 1_000_000, windowSeconds: 60 } },
    reason,
  })
  const ask = async (sub: string | undefined, path: string, body: object) => {
    const answer = await staff('POST', path, body, sub)
    return { id: String(answer.id) }
  }
  await onboard((person, path, body) => ask(person === 'filer' ? undefined : 'staff-2', path, body), String(id))
  return String(id)
}

/** Opens an account through the staff's routes, and records a consent of every specimen. */
export const openProcessCustomer = async (baseUrl: string, dataDir: string): Promise<ProcessCustomer> => {
  const staff: StaffAsk = async (method, path, json, sub) => (await staffClient(baseUrl, dataDir, sub)).ask(method, path, json)
  const accountId = await openAccount(staff)
  const keys: string[] = []
  for (const mode of ['live', 'test'] as const) {
    await buyCredits(staff, accountId, { externalId: mode, mode, credits: 1_000_000 })
    keys.push((await makeKey(staff, accountId, mode, mode)).secret)
  }
  const [liveKey = '', testKey = ''] = keys
  const caller = new HttpClient(baseUrl, liveKey)
  for (const name of specimenNames) await caller.ask('POST', '/v1/consents', consentBody(name))
  return { accountId, liveKey, testKey }
}
