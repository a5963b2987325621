/** The main job in TypeScript without packages. Kept as text, because the page shows the very bytes that the tests run. */
export const typescriptExample = `// Records a consent, verifies the person, reads balance and usage, withdraws the consent. Node 22.18 or newer.
//   VERIMETER_URL=http://127.0.0.1:8787 VERIMETER_KEY=vm_test_... node verify.mts
// Another person: PERSON_NUMBER=... PERSON_NAME=... from the environment.
import { randomUUID } from 'node:crypto'

interface Verification { id: string; outcome: string | null; charged: boolean; credits: number; available: number | null }
interface Problem { code: string; detail: string; retry: 'same_key' | 'new_key' | 'no'; request_id: string }
interface Answer { status: number; body: unknown; retryAfterSeconds: number }

const { VERIMETER_URL = '', VERIMETER_KEY = '', PERSON_NUMBER = '11010519491231002X', PERSON_NAME = '张三' } = process.env
const person = { id_number: PERSON_NUMBER, name: PERSON_NAME }
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))

// The ID number is in the body alone: never in a path, a query, a reference or a log.
const send = async (method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> => {
  const response = await fetch(VERIMETER_URL + path, {
    method,
    headers: { Authorization: 'Bearer ' + VERIMETER_KEY, 'Content-Type': 'application/json', ...headers },
    body: body && JSON.stringify(body),
    // Longer than the gateway takes for one verification, so that a time-out is rare. It is in doubt all the same.
    signal: AbortSignal.timeout(40_000),
  })
  return { status: response.status, body: await response.json(), retryAfterSeconds: Number(response.headers.get('Retry-After')) }
}

const must = ({ status, body }: Answer): unknown => {
  if (status < 300) return body
  const { code, detail, retry, request_id } = body as Problem
  throw new Error(status + ' ' + code + ' (' + request_id + ', retry: ' + retry + '): ' + detail)
}

// Still asked, too fast, a fault, overloaded, in doubt. Every other problem needs a change before it is sent again.
const sendAgain = [409, 429, 500, 503, 504]

const verify = async (idempotencyKey: string, body: object): Promise<Verification> => {
  for (let wait = 1; ; wait *= 2) {
    // A broken connection or a time-out is no answer: the gateway may have asked and charged.
    const answer = await send('POST', '/v1/verifications', body, { 'Idempotency-Key': idempotencyKey }).catch(() => null)
    if (answer && !sendAgain.includes(answer.status)) return must(answer) as Verification
    if (wait > 32) throw new Error('in doubt: keep the key ' + idempotencyKey + ' and send it again later')
    const seconds = Math.max(wait, answer?.retryAfterSeconds ?? 0)
    console.error((answer?.status ?? 'no answer') + ': again with the same key in ' + seconds + ' s')
    await pause(seconds)
  }
}

// Your own reference and key: in an app they are stored in your database BEFORE anything is sent.
const reference = 'consent-' + randomUUID()
const idempotencyKey = 'order-' + randomUUID()

must(await send('POST', '/v1/consents', {
  reference, data_subject: person, type: 'click', separate_consent: true,
  purposes: ['real_name_registration'], checks: ['id2'], sources: ['sandbox'],
  notice: { version: '1', sha256: 'dcd549e828c7c961013d4805873ce1fa685a99bc87e8751518ed6ad46b9a9aaf' },
  evidence: { sha256: '6d2e8457d4d9a31a1d2f143afa2afb00c114f1b2f1321df6209fc043dc6926fa' },
  granted_at: new Date().toISOString(),
}))
const question = { check: 'id2', data_subject: person, consent_reference: reference, purpose: 'real_name_registration' }
console.log(JSON.stringify(await verify(idempotencyKey, question)))
console.log(JSON.stringify(must(await send('GET', '/v1/balance'))))
const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(new Date())
console.log(JSON.stringify(must(await send('GET', '/v1/usage?from=' + today + '&to=' + today))))
console.log(JSON.stringify(must(await send('POST', '/v1/consents/' + reference + '/withdrawal', { source: 'data_subject' }))))
`
