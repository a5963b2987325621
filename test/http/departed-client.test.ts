import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { useVendor } from '../support/http-vendor.ts'
import { type Customer, expectStatus, openCustomer, verificationBody } from '../support/http-world.ts'

const { vendor, gateway } = useVendor({ listening: true })

/** Sends a verification on a connection of its own; the returned function cuts the connection without waiting for an answer. */
const sendAndLeave = (customer: Customer, idempotencyKey: string): (() => void) => {
  const body = JSON.stringify(verificationBody('c-1'))
  const sent = request(`${gateway().baseUrl}/v1/verifications`, {
    method: 'POST',
    agent: false,
    headers: {
      Authorization: `Bearer ${customer.key}`,
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      'Idempotency-Key': idempotencyKey,
    },
  })
  // The cut is this side's own; it is no fault of the test.
  sent.on('error', () => {})
  sent.end(body)
  return () => sent.destroy()
}

describe('a client that leaves before its answer', () => {
  it('stops nothing: the verification ends captured, and a replay gets it at no further charge', async () => {
    const customer = await openCustomer(gateway(), { mode: 'live' })
    await expectStatus(201, customer.record('c-1'))
    const asked = vendor.questions.length
    const release = vendor.hold()
    const leave = sendAndLeave(customer, 'k-1')
    await expect.poll(() => vendor.questions.length, { timeout: 10_000 }).toBe(asked + 1)
    leave()
    const early = await customer.verify('k-1', 'c-1')
    expect([early.status, early.code]).toEqual([409, 'verification_in_progress'])
    release()
    await expect.poll(() => customer.credits(), { timeout: 10_000 }).toEqual({ available: 99, held: 0, captured: 1 })

    const replayed = await expectStatus(200, customer.verify('k-1', 'c-1'))
    expect(replayed.headers.get('idempotency-replayed')).toBe('true')
    expect(replayed.body).toMatchObject({ outcome: 'match', state: 'captured' })
    expect(vendor.questions.length).toBe(asked + 1)
    expect(gateway().logLines.filter((line) => line.includes('"event":"fault"'))).toEqual([])
  })

  it('in the midst of its body is nobody: nothing is held and nobody is asked', async () => {
    const customer = await openCustomer(gateway(), { mode: 'live' })
    await expectStatus(201, customer.record('c-1'))
    const asked = vendor.questions.length
    const cut = await new Promise<string>((resolve) => {
      const sent = request(`${gateway().baseUrl}/v1/verifications`, {
        method: 'POST',
        agent: false,
        headers: {
          Authorization: `Bearer ${customer.key}`,
          'Content-Type': 'application/json',
          'Content-Length': 500,
          'Idempotency-Key': 'k-1',
        },
      })
      sent.on('error', (error) => resolve(error.message))
      sent.write('{"check":"id2",', () => setTimeout(() => sent.destroy(new Error('left')), 50))
    })
    expect(cut).toBe('left')
    const whole = await expectStatus(200, customer.verify('k-1', 'c-1'))
    expect(whole.headers.get('idempotency-replayed')).toBeNull()
    expect(vendor.questions.length).toBe(asked + 1)
    expect(await customer.credits()).toEqual({ available: 99, held: 0, captured: 1 })
    expect(gateway().logLines.filter((line) => line.includes('"event":"fault"'))).toEqual([])
  })
})
