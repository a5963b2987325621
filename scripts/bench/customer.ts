import { createHash } from 'node:crypto'
import { addDays, shanghaiDay } from '../../src/core/shanghai.ts'
import { readKeyring } from '../../src/runtimes/key-files.ts'
import { signStaffToken } from '../../src/runtimes/staff-token.ts'
import { onboard } from '../harness/onboarding.ts'

/** The one person of the benchmark, a published example number. */
export const person = { id_number: '11010519491231002X', name: '张三' } as const

export const purpose = 'real_name_registration'

/** More than any run uses up. */
const credits = 100_000_000

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Opens an account with a live key through the staff's routes, and records its consents. Returns the key. */
export const openCustomer = async (baseUrl: string, keysDir: string, consents: number): Promise<string> => {
  const now = Date.now()
  const tokenOf = (sub: string) => signStaffToken(readKeyring(keysDir).staffIssuer, { sub, roles: ['admin'], hours: 1 }, now)
  const token = await tokenOf('bench')
  const reviewer = await tokenOf('bench-reviewer')
  const ask = async (bearer: string, method: string, path: string, body: object): Promise<Record<string, unknown>> => {
    const headers = { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' }
    const response = await fetch(baseUrl + path, { method, headers, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Record<string, unknown>
  }

  const reason = 'benchmark'
  const { id } = await ask(token, 'POST', '/v1/accounts', { name: 'Benchmark', reason })
  const account = `/v1/accounts/${String(id)}`
  const today = shanghaiDay(now)
  const overrides = { term: { start: today, end: addDays(today, 30) }, rate: { limit: 100_000_000, windowSeconds: 60 } }
  await ask(token, 'PUT', `${account}/agreement`, { preset: 'S1', overrides, reason })
  const pack = { external_id: 'bench', check: 'id2', mode: 'live', credits, list_fen: 120_000, paid_fen: 80_000, reason }
  const { order } = await ask(token, 'POST', `${account}/orders`, pack)
  await ask(token, 'POST', `${account}/payments`, { order_id: (order as { id: string }).id, bank_reference: 'B1', reason })
  await onboard(
    async (person, path, body) => ({ id: String((await ask(person === 'filer' ? token : reviewer, 'POST', path, body)).id) }),
    String(id),
  )
  const { secret } = await ask(token, 'POST', `${account}/api-keys`, { name: 'bench', mode: 'live', reason })

  for (let n = 0; n < consents; n += 1)
    await ask(String(secret), 'POST', '/v1/consents', {
      reference: `consent-${n}`,
      data_subject: person,
      type: 'click',
      separate_consent: true,
      purposes: [purpose],
      checks: ['id2'],
      sources: ['aliyun_market_id2'],
      notice: { version: '1', sha256: sha256('notice') },
      evidence: { sha256: sha256(`evidence ${n}`) },
      granted_at: '2024-08-01T09:00:00+08:00',
    })
  return String(secret)
}
