import { describe, expect, it, test } from 'vitest'
import type { Answer } from '../support/http-gateway.ts'
import { useVendor } from '../support/http-vendor.ts'
import { type Customer, expectStatus, openCustomer } from '../support/http-world.ts'

const { vendor, gateway } = useVendor()

const live = async (credits: number): Promise<Customer> => {
  const customer = await openCustomer(gateway(), { mode: 'live', credits })
  await expectStatus(201, customer.record('c-1'))
  return customer
}

const countOf = (answers: Answer[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const answer of answers) {
    const name =
      answer.status === 200
        ? `200${answer.headers.has('idempotency-replayed') ? ' replayed' : ''}`
        : `${answer.status} ${answer.code}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

const parallel = (customer: Customer, count: number, keyOf: (at: number) => string): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => customer.verify(keyOf(at), 'c-1')))

describe('the last credit', () => {
  it('is spent once by 200 requests at the same time, and the vendor is asked once', async () => {
    const customer = await live(1)
    const asked = vendor.questions.length
    const answers = await parallel(customer, 200, (at) => `k-${at}`)
    expect(countOf(answers)).toEqual({ '200': 1, '402 quota_exhausted': 199 })
    expect(vendor.questions.length).toBe(asked + 1)
    expect(await customer.credits()).toEqual({ available: 0, held: 0, captured: 1 })
  })

  it('of seven goes to seven of 200', async () => {
    const customer = await live(7)
    const answers = await parallel(customer, 200, (at) => `k-${at}`)
    expect(countOf(answers)).toEqual({ '200': 7, '402 quota_exhausted': 193 })
    const left = answers.filter(({ status }) => status === 200).map((answer) => answer.member('available'))
    expect(left.every((available) => available === 0)).toBe(true)
    expect(await customer.credits()).toEqual({ available: 0, held: 0, captured: 7 })
  })
})

describe('one Idempotency-Key', () => {
  it('of 200 requests at the same time is one verification: one answer, the others wait or get the same', async () => {
    const customer = await live(100)
    const asked = vendor.questions.length
    const answers = await parallel(customer, 200, () => 'k-1')
    const {
      '200': fresh,
      '200 replayed': replayed = 0,
      '409 verification_in_progress': waiting = 0,
      ...others
    } = countOf(answers)
    expect([fresh, replayed + waiting, others]).toEqual([1, 199, {}])
    expect(new Set(answers.filter(({ status }) => status === 200).map(({ text }) => text)).size).toBe(1)
    expect(vendor.questions.length).toBe(asked + 1)
    const late = await parallel(customer, 50, () => 'k-1')
    expect(countOf(late)).toEqual({ '200 replayed': 50 })
    expect(await customer.credits()).toEqual({ available: 99, held: 0, captured: 1 })
  })
})

/** The journal of an account as it is stored, read beside the gateway. */
const journal = (accountId: string) => gateway().journal(accountId)

describe.each([
  ['key', 'suspend_key', ({ keyId }: Customer) => `/api-keys/${keyId}/suspension`],
  ['account', 'suspend_account', () => '/suspension'],
] as const)('a suspension of the %s', (what, entry, path) => {
  const suspend = (customer: Customer) =>
    expectStatus(
      200,
      gateway().asStaff('ops', 'PUT', `/v1/accounts/${customer.accountId}${path(customer)}`, {
        ground: 'fraud',
        note: 'reported',
      }),
    )

  it('while 100 are being asked stops every later one, and lets those 100 end', async () => {
    const customer = await live(500)
    const asked = vendor.questions.length
    const release = vendor.hold()
    const inFlight = parallel(customer, 100, (at) => `k-${at}`)
    await expect.poll(() => vendor.questions.length, { timeout: 10_000 }).toBe(asked + 100)
    await suspend(customer)
    const later = await parallel(customer, 50, (at) => `late-${at}`)
    expect(countOf(later)).toEqual({ [`403 ${what}_suspended`]: 50 })
    release()
    expect(countOf(await inFlight)).toEqual({ '200': 100 })
    expect(vendor.questions.length).toBe(asked + 100)
    expect(await customer.credits()).toEqual({ available: 400, held: 0, captured: 100 })
    expect(countOf(await parallel(customer, 100, (at) => `k-${at}`))).toEqual({ '200 replayed': 100 })
  })

  test.each([0, 5, 20])('in the midst of a crowd, %i ms in, has no hold after it in the journal', async (afterMs) => {
    const customer = await live(500)
    const asked = vendor.questions.length
    let suspended = false
    const callers = Array.from({ length: 20 }, async (_, caller) => {
      const answers: { afterSuspension: boolean; answer: Answer }[] = []
      for (let at = 0; at < 10; at += 1) {
        const afterSuspension = suspended
        answers.push({ afterSuspension, answer: await customer.verify(`k-${caller}-${at}`, 'c-1') })
      }
      return answers
    })
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    await suspend(customer)
    suspended = true
    const all = (await Promise.all(callers)).flat()
    const late = all.filter(({ afterSuspension }) => afterSuspension).map(({ answer }) => answer)
    expect(Object.keys(countOf(late)).filter((name) => name !== `403 ${what}_suspended`)).toEqual([])

    const answered = all.filter(({ answer }) => answer.status === 200).length
    expect(answered + all.filter(({ answer }) => answer.status === 403).length).toBe(200)
    expect(vendor.questions.length).toBe(asked + answered)
    expect(await customer.credits()).toEqual({ available: 500 - answered, held: 0, captured: answered })
    const entries = await journal(customer.accountId)
    const suspension = entries.find(({ kind }) => kind === entry)
    const lastHold = entries.findLast(({ kind }) => kind === 'hold')
    expect(entries.filter(({ kind }) => kind === 'hold')).toHaveLength(answered)
    expect(suspension?.seq).toBeGreaterThan(lastHold?.seq ?? 0)
  })
})
