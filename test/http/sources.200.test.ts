import { expect, it } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus, openCustomer, persons } from '../support/http-world.ts'

const gateway = useGateway()

const sandbox = async () => {
  const { body } = await expectStatus(200, gateway().asStaff('finance', 'GET', '/v1/sources'))
  const { items, ...head } = body as { items: Record<string, unknown>[] }
  return { head, source: items.find(({ id }) => id === 'sandbox') }
}

it('sources are listed with what came of the questions to them, from all accounts and as this process saw it', async () => {
  expect(await sandbox()).toMatchObject({
    head: { from: '2024-08-01', to: '2024-08-02' },
    source: {
      mode: 'test',
      state: 'ok',
      ended: {},
      in_doubt: 0,
      observed: { asked: 0, outcomes: {}, average_ms: null, longest_ms: null, last_success_at: null, last_failure_at: null },
    },
  })

  for (const _account of [1, 2]) {
    const customer = await openCustomer(gateway())
    for (const name of ['match', 'mismatch', 'unknownForEver'] as const) {
      await customer.record(name, persons[name])
      await customer.verify(name, name, persons[name])
    }
  }
  await gateway().sweep()
  const { source } = await sandbox()
  expect(source).toMatchObject({
    state: 'degraded',
    ended: { match: 2, mismatch: 2 },
    in_doubt: 2,
    observed: {
      asked: 6,
      outcomes: { match: 2, mismatch: 2, unknown: 2 },
      last_success_at: '2024-08-02T10:00:00.000+08:00',
      last_failure_at: '2024-08-02T10:00:00.000+08:00',
    },
  })

  gateway().clock.advance(3 * 86_400_000)
  await gateway().sweep()
  const later = await sandbox()
  // Whoever was in doubt is given back, and what was seen is longer ago than a quarter of an hour.
  expect(later.source).toMatchObject({ state: 'ok', ended: { unknown: 2 }, in_doubt: 0, observed: { asked: 0 } })
})
