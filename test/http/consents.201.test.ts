import { describe, expect, it, test } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { consentBody, expectStatus, openCustomer, persons, sha256 } from '../support/http-world.ts'

const gateway = useGateway()

describe('recording a consent', () => {
  it('is 201 with the record, masked', async () => {
    const customer = await openCustomer(gateway())
    const answer = await expectStatus(201, customer.record('c-1'))
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^con_/),
      reference: 'c-1',
      state: 'active',
      data_subject: { kind: 'person', number_masked: '110105********002X', name_masked: '张*' },
      type: 'click',
      method: 'click',
      lawful_basis: 'consent',
      separate_consent: true,
      purposes: ['real_name_registration'],
      checks: ['id2'],
      sources: ['aliyun_market_id2', 'sandbox'],
      notice: { version: '1', sha256: sha256('notice'), language: 'zh-CN', url: null },
      evidence: { sha256: sha256('evidence c-1'), media_type: 'application/octet-stream' },
      granted_at: '2024-08-01T09:00:00.000+08:00',
      recorded_at: '2024-08-02T10:00:00.000+08:00',
      expires_at: null,
      max_uses: null,
      uses: 0,
      withdrawn_at: null,
      withdrawal_source: null,
      data_categories: [],
      service: null,
      channel: null,
      collected_by: null,
      storage_location: null,
      retention_until: null,
      withdrawal_method: null,
      guardian: null,
    })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    for (const name of ['c-1', answer.word('id')]) {
      const read = await customer.call('GET', `/v1/consents/${name}`)
      expect([read.status, read.text]).toEqual([200, answer.text])
    }
  })

  it('keeps every member that may be stated', async () => {
    const customer = await openCustomer(gateway())
    const stated = {
      type: 'e_signature',
      method: 'sms_code',
      lawful_basis: 'contract',
      separate_consent: false,
      purposes: ['real_name_registration', 'fraud_prevention'],
      notice: { version: '2024.07', sha256: sha256('another notice'), language: 'en', url: 'https://example.com/notice' },
      evidence: { sha256: sha256('scan'), media_type: 'application/pdf' },
      max_uses: 3,
      data_categories: ['id_number', 'name'],
      service: 'wallet',
      channel: 'app',
      collected_by: 'customer_system',
      storage_location: 'cn_east',
      withdrawal_method: 'in_app',
      guardian: 'parent',
    }
    const times = { expires_at: '2025-01-01T00:00:00+08:00', retention_until: '2026-12-31T16:00:00Z' }
    const answer = await expectStatus(201, customer.record('c-1', persons.match, { ...stated, ...times }))
    expect(answer.body).toMatchObject({
      ...stated,
      expires_at: '2025-01-01T00:00:00.000+08:00',
      retention_until: '2027-01-01T00:00:00.000+08:00',
    })
  })

  it('takes an organisation by its code', async () => {
    const customer = await openCustomer(gateway())
    const json = {
      ...consentBody('c-1'),
      data_subject: { uscc: '91350100M000100Y43', name: '示例科技有限公司' },
      checks: ['enterprise2'],
    }
    const answer = await expectStatus(201, customer.call('POST', '/v1/consents', { json }))
    expect(answer.word('data_subject', 'kind')).toBe('organisation')
    expect(answer.text).not.toContain('91350100M000100Y43')
  })

  it('stores the time of the server for a clock that is up to a minute ahead, and the consent can be used at once', async () => {
    const customer = await openCustomer(gateway())
    const answer = await expectStatus(201, customer.record('c-1', persons.match, { granted_at: '2024-08-02T10:01:00+08:00' }))
    expect(answer.member('granted_at')).toBe('2024-08-02T10:00:00.000+08:00')
    expect((await customer.verify('k-1', 'c-1')).status).toBe(200)
  })
})

describe('recording it again', () => {
  it('is 200 with the same record and writes nothing', async () => {
    const customer = await openCustomer(gateway())
    const first = await expectStatus(201, customer.record('c-1'))
    gateway().clock.advance(1_000)
    const again = await expectStatus(200, customer.record('c-1'))
    expect(again.text).toBe(first.text)
    const spelled = await expectStatus(200, customer.record('c-1', { id_number: '11010519491231002x', name: ' 张三 ' }))
    expect(spelled.text).toBe(first.text)
    expect((await customer.call('GET', '/v1/consents')).member('items')).toHaveLength(1)
  })

  it('is another consent for another account', async () => {
    const [one, other] = [await openCustomer(gateway()), await openCustomer(gateway())]
    const first = await expectStatus(201, one.record('c-1'))
    const second = await expectStatus(201, other.record('c-1', persons.noRecord))
    expect(second.word('id')).not.toBe(first.word('id'))
  })
})

describe('a batch', () => {
  it('answers each item on its own, in order', async () => {
    const customer = await openCustomer(gateway())
    await expectStatus(201, customer.record('c-0'))
    const consents = [
      consentBody('c-1'),
      { ...consentBody('c-2'), data_subject: { id_number: '110105194912310021', name: '张三' } },
      'nothing',
      consentBody('c-0'),
      consentBody('c-0', persons.noRecord),
      consentBody('c-3', persons.noRecord),
      consentBody('c-3', persons.noRecord),
      { ...consentBody('c-4'), granted_at: '2024-08-02T11:00:00+08:00' },
    ]
    const answer = await expectStatus(200, customer.call('POST', '/v1/consents/batch', { json: { consents } }))
    const items = answer.member('items') as { consent: { reference: string } | null; repeated: boolean; problem: object | null }[]
    expect(items.map(({ consent, repeated, problem }) => [consent?.reference ?? null, repeated, problem])).toEqual([
      ['c-1', false, null],
      [null, false, { code: 'input_invalid', errors: [{ pointer: '/data_subject/id_number', rule: 'id_number_checksum' }] }],
      [
        null,
        false,
        {
          code: 'input_invalid',
          errors: [
            { pointer: '', rule: 'type_object' },
            { pointer: '/data_subject', rule: 'type_object' },
          ],
        },
      ],
      ['c-0', true, null],
      [null, false, { code: 'consent_reference_reused', errors: [] }],
      ['c-3', false, null],
      ['c-3', true, null],
      [null, false, { code: 'input_invalid', errors: [{ pointer: '/granted_at', rule: 'in_the_future' }] }],
    ])
    expect((await customer.call('GET', '/v1/consents')).member('items')).toHaveLength(3)
  })

  it('takes 500 and no more', async () => {
    const customer = await openCustomer(gateway())
    const batchOf = (size: number) => ({ consents: Array.from({ length: size }, (_, at) => consentBody(`c-${at}`)) })
    const whole = await expectStatus(200, customer.call('POST', '/v1/consents/batch', { json: batchOf(500) }))
    expect((whole.member('items') as unknown[]).length).toBe(500)
    for (const json of [batchOf(501), batchOf(0), {}])
      expect((await customer.call('POST', '/v1/consents/batch', { json })).status).toBe(422)
  })
})

describe('withdrawing', () => {
  test.each(['data_subject', 'customer', 'authority'])(
    'at the wish of %s ends the consent at once, and again changes nothing',
    async (source) => {
      const customer = await openCustomer(gateway())
      const consent = await expectStatus(201, customer.record('c-1'))
      const withdraw = (name: string, json: unknown) => customer.call('POST', `/v1/consents/${name}/withdrawal`, { json })
      const answer = await expectStatus(200, withdraw('c-1', { source }))
      expect(answer.body).toMatchObject({ state: 'withdrawn', withdrawal_source: source })
      gateway().clock.advance(1_000)
      const again = await expectStatus(200, withdraw(consent.word('id'), { source: 'authority' }))
      expect(again.text).toBe(answer.text)
      expect((await customer.record('c-1')).member('state')).toBe('withdrawn')
    },
  )
})

it('the list of consents shows every one once, newest first, page by page', async () => {
  const customer = await openCustomer(gateway())
  const made: string[] = []
  for (let at = 0; at < 5; at += 1) made.unshift((await customer.record(`c-${at}`)).word('id'))
  const seen: string[] = []
  let cursor = ''
  do {
    const page = await expectStatus(200, customer.call('GET', `/v1/consents?limit=2${cursor}`))
    const { items, next } = page.body as { items: { id: string }[]; next: string | null }
    seen.push(...items.map(({ id }) => id))
    cursor = next === null ? '' : `&cursor=${next}`
  } while (cursor !== '')
  expect(seen).toEqual(made)
})
