import { addDays, shanghaiDay } from '../../src/core/shanghai.ts'
import { consentBody, persons } from './http-world.ts'
import { HttpClient, staffClient } from './process-client.ts'

/** A customer of a gateway in another process, with a live and a test key and more credits than a test uses. */
export interface ProcessCustomer {
  accountId: string
  liveKey: string
  testKey: string
}

/** The reference of the consent that is recorded for a person of the sandbox. */
export const consentOf = (person: keyof typeof persons): string => `consent-${person}`

/** Opens an account through the staff's routes, and records a consent of every person of the sandbox. */
export const openProcessCustomer = async (baseUrl: string, dataDir: string): Promise<ProcessCustomer> => {
  const staff = await staffClient(baseUrl, dataDir)
  const reason = 'as agreed with the customer'
  const { id } = await staff.ask('POST', '/v1/accounts', { name: 'Example Ltd', reason })
  const account = `/v1/accounts/${String(id)}`
  const today = shanghaiDay(Date.now())
  await staff.ask('PUT', `${account}/agreement`, {
    preset: 'S1',
    overrides: { term: { start: today, end: addDays(today, 30) }, rate: { limit: 1_000_000, windowSeconds: 60 } },
    reason,
  })
  const keys: string[] = []
  for (const mode of ['live', 'test']) {
    const amounts = { credits: 1_000_000, list_fen: 120_000, paid_fen: 80_000 }
    const ordered = await staff.ask('POST', `${account}/orders`, { external_id: mode, check: 'id2', mode, ...amounts, reason })
    const { id: order_id } = ordered.order as { id: string }
    await staff.ask('POST', `${account}/payments`, { order_id, bank_reference: 'B1', reason })
    const made = await staff.ask('POST', `${account}/api-keys`, { name: mode, mode, reason })
    keys.push(String(made.secret))
  }
  const [liveKey = '', testKey = ''] = keys
  const caller = new HttpClient(baseUrl, liveKey)
  for (const [name, person] of Object.entries(persons))
    await caller.ask('POST', '/v1/consents', consentBody(consentOf(name as keyof typeof persons), person))
  return { accountId: String(id), liveKey, testKey }
}
