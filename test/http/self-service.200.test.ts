import { describe, expect, it } from 'vitest'
import { useVendor } from '../support/http-vendor.ts'
import { buyCredits, createKey, expectStatus, openAccount, openCustomer, persons, putAgreement } from '../support/http-world.ts'

const { gateway } = useVendor()

describe('GET /v1/checks', () => {
  it('shows what the agreement grants, with inputs, sources and, to a test key, the persons of the sandbox', async () => {
    const customer = await openCustomer(gateway())
    const { body } = await expectStatus(200, customer.call('GET', '/v1/checks'))
    const { checks, sandbox } = body as { checks: { code: string }[]; sandbox: { data_subject: object; outcome: string }[] }
    expect(checks).toEqual([
      {
        code: 'id2',
        title: { en: 'Identity, two factors', zh: '身份证二要素核验' },
        credits: 1,
        purposes: ['real_name_registration', 'account_opening', 'fraud_prevention', 'contract_signing'],
        charged_outcomes: ['match', 'mismatch'],
        sources: ['sandbox'],
        data_subject: expect.objectContaining({ type: 'object', required: ['id_number', 'name'], additionalProperties: false }),
      },
    ])
    expect(new Set(sandbox.map(({ outcome }) => outcome))).toEqual(
      new Set(['match', 'mismatch', 'no_record', 'rejected', 'unavailable', 'unknown']),
    )
    for (const person of sandbox) expect(Object.keys(person.data_subject).sort()).toEqual(['id_number', 'name'])
  })

  it('lists a person of the sandbox for each outcome, and each gets that outcome', async () => {
    const customer = await openCustomer(gateway())
    const { sandbox } = (await customer.call('GET', '/v1/checks')).body as {
      sandbox: { data_subject: { id_number: string; name: string }; outcome: string }[]
    }
    // The person who takes three seconds on purpose says nothing more.
    const quick = sandbox.filter(({ data_subject }) => data_subject.id_number !== persons.slow.id_number)
    for (const [at, { data_subject, outcome }] of quick.entries()) {
      await expectStatus(201, customer.record(`c-${at}`, data_subject))
      const answer = await customer.verify(`k-${at}`, `c-${at}`, data_subject)
      const status = { unavailable: 502, unknown: 504 }[outcome] ?? 200
      expect([data_subject, answer.status]).toEqual([data_subject, status])
      if (status === 200) expect(answer.member('outcome')).toBe(outcome)
    }
  })

  it('shows a live key its sources and no sandbox, and nothing to an account without agreement', async () => {
    const live = await openCustomer(gateway(), { mode: 'live' })
    expect((await live.call('GET', '/v1/checks')).body).toMatchObject({
      checks: [{ sources: ['aliyun_market_id2'] }],
      sandbox: [],
    })
    const bare = await createKey(gateway(), await openAccount(gateway()))
    expect((await bare.call('GET', '/v1/checks')).body).toEqual({ checks: [], sandbox: [] })
  })
})

describe('GET /v1/account', () => {
  it('shows standing and agreement, and of a suspension its ground but not who did it', async () => {
    const accountId = await openAccount(gateway())
    const customer = await createKey(gateway(), accountId)
    const read = () => expectStatus(200, customer.call('GET', '/v1/account'))
    expect((await read()).body).toMatchObject({
      id: accountId,
      name: 'Example Ltd',
      standing: 'open',
      suspension: null,
      agreement: null,
    })
    await putAgreement(gateway(), accountId)
    expect((await read()).body).toMatchObject({
      agreement: {
        version: 1,
        preset: 'S1',
        effective_at: null,
        term: { start: '2024-07-28', end: '2025-07-29', end_inclusive: true },
      },
    })
    await buyCredits(gateway(), accountId, 10)
    expect((await read()).member('agreement', 'effective_at')).toBe('2024-08-02T10:00:00.000+08:00')

    const suspension = { ground: 'fraud', note: 'a secret of the staff' }
    await expectStatus(200, gateway().asStaff('ops', 'PUT', `/v1/accounts/${accountId}/suspension`, suspension, 'agent.smith'))
    const suspended = await read()
    expect(suspended.body).toMatchObject({
      standing: 'suspended',
      suspension: { ground: 'fraud', at: '2024-08-02T10:00:00.000+08:00' },
    })
    expect(suspended.text).not.toMatch(/secret|agent/)
  })
})

describe('GET /v1/balance', () => {
  it('adds up the grants that can be used, and shows each', async () => {
    const customer = await openCustomer(gateway(), { credits: 3 })
    await buyCredits(gateway(), customer.accountId, 5, 'test', 'order-2')
    await buyCredits(gateway(), customer.accountId, 7, 'live', 'order-3')
    await customer.record('c-1')
    for (const key of ['k-1', 'k-2', 'k-3', 'k-4']) await expectStatus(200, customer.verify(key, 'c-1'))
    const { body } = await expectStatus(200, customer.call('GET', '/v1/balance'))
    const { totals, grants } = body as { totals: object[]; grants: object[] }
    expect(totals).toEqual([
      { check: 'id2', mode: 'test', granted: 8, available: 4, held: 0, captured: 4 },
      { check: 'id2', mode: 'live', granted: 7, available: 7, held: 0, captured: 0 },
    ])
    expect(grants).toMatchObject([
      { granted: 3, available: 0, captured: 3 },
      { granted: 5, available: 4, captured: 1 },
      { granted: 7, available: 7, captured: 0 },
    ])
  })
})

describe('GET /v1/usage', () => {
  it('counts by the columns that are asked for, free outcomes too', async () => {
    const customer = await openCustomer(gateway())
    await customer.record('c-1')
    await customer.record('c-2', persons.noRecord)
    for (const key of ['k-1', 'k-2']) await customer.verify(key, 'c-1')
    await customer.verify('k-3', 'c-1', persons.mismatch)
    await customer.verify('k-4', 'c-2', persons.noRecord)
    const usage = async (query: string) =>
      (await expectStatus(200, customer.call('GET', `/v1/usage?from=2024-08-01&to=2024-08-31${query}`))).body
    const day = '2024-08-02'
    expect(await usage('')).toMatchObject({
      from: '2024-08-01',
      to: '2024-08-31',
      day_of: 'service',
      rows: expect.arrayContaining([
        { day, check: 'id2', outcome: 'match', verifications: 2, credits: 2 },
        { day, check: 'id2', outcome: 'mismatch', verifications: 1, credits: 1 },
        { day, check: 'id2', outcome: 'no_record', verifications: 1, credits: 0 },
      ]),
      totals: { verifications: 4, credits: 3 },
      usage: 'internal_reference_only',
    })
    expect(await usage('&group_by=api_key,source,mode,account&day_of=settlement')).toMatchObject({
      rows: [
        {
          api_key_id: customer.keyId,
          source: 'sandbox',
          mode: 'test',
          account_id: customer.accountId,
          verifications: 4,
          credits: 3,
        },
      ],
    })
    const empty = await expectStatus(200, customer.call('GET', '/v1/usage?from=2024-08-03&to=2024-08-03'))
    expect(empty.body).toMatchObject({ rows: [], totals: { verifications: 0, credits: 0 } })
  })
})
