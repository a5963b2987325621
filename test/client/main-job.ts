import createClient from 'openapi-fetch'
import type { components, paths } from './schema.ts'

/* The main job over a client whose types come from the document alone. `schema.ts` is made by the test, beside a copy of this. */

const { VERIMETER_URL = '', VERIMETER_KEY = '' } = process.env
const client = createClient<paths>({ baseUrl: VERIMETER_URL, headers: { Authorization: `Bearer ${VERIMETER_KEY}` } })

/** The data of an answer, or its problem as an error. */
const must = <T>({ data, error }: { data?: T; error?: { code: string; retry: 'same_key' | 'new_key' | 'no' } }): T => {
  if (data === undefined) throw new Error(`${error?.code}${error?.retry === 'same_key' ? ', send the same key again' : ''}`)
  return data
}

const data_subject = { id_number: '11010519491231002X', name: '张三' }
const reference = 'client-1'
const consent = must(
  await client.POST('/v1/consents', {
    body: {
      reference,
      data_subject,
      type: 'click',
      separate_consent: true,
      purposes: ['real_name_registration'],
      checks: ['id2'],
      sources: ['sandbox'],
      notice: { version: '1', sha256: 'dcd549e828c7c961013d4805873ce1fa685a99bc87e8751518ed6ad46b9a9aaf' },
      evidence: { sha256: '6d2e8457d4d9a31a1d2f143afa2afb00c114f1b2f1321df6209fc043dc6926fa' },
      granted_at: new Date().toISOString(),
    },
  }),
)

// Named, because TypeScript looks for members too many only where a type is written down.
const question: components['schemas']['VerificationRequest'] = {
  check: 'id2',
  data_subject,
  consent_reference: reference,
  purpose: 'real_name_registration',
}
const verify = (idempotencyKey: string) =>
  client.POST('/v1/verifications', { params: { header: { 'idempotency-key': idempotencyKey } }, body: question })

const verified = must(await verify('client-key-1'))
const again = await verify('client-key-1')
const read = must(await client.GET('/v1/verifications/{id}', { params: { path: { id: verified.id } } }))
const { totals } = must(await client.GET('/v1/balance'))
const withdrawn = must(
  await client.POST('/v1/consents/{id}/withdrawal', { params: { path: { id: reference } }, body: { source: 'data_subject' } }),
)
const { error: refused } = await verify('client-key-2')

const { charged, available } = verified
process.stdout.write(
  JSON.stringify({
    consent: { state: consent.state, reference: consent.reference },
    verified: { outcome: verified.outcome, charged, available },
    replayed: again.response.headers.get('Idempotency-Replayed') === 'true',
    read: { state: read.state, outcome: read.outcome },
    available: totals[0]?.available,
    withdrawn: { state: withdrawn.state, uses: withdrawn.uses },
    refused: { code: refused?.code, retry: refused?.retry },
  }),
)
