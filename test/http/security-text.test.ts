import { expect, it } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus } from '../support/http-world.ts'

const path = '/.well-known/security.txt'
const contact = 'mailto:security@example.com'
const silent = useGateway()
const told = useGateway({ config: { door: { securityContact: contact, metricsToken: null, logRequests: false } } })

it('security.txt is not found where the operator names no contact', async () => {
  expect((await silent().call('GET', path)).code).toBe('not_found')
})

it('security.txt names the contact, and expires in the future and within a year on whatever day it is read (RFC 9116)', async () => {
  for (const day of ['2024-02-28T23:59:59.999Z', '2024-02-29T00:00:00Z', '2026-12-31T15:59:59Z', '2030-06-01T12:00:00Z']) {
    told().clock.set(day)
    const answer = await expectStatus(200, told().call('GET', path))
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    const fields = new Map(
      answer.text
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/: (.*)/s, 2) as [string, string]),
    )
    expect([...fields.keys()]).toEqual(['Contact', 'Expires', 'Preferred-Languages'])
    expect(fields.get('Contact')).toBe(contact)
    const expires = fields.get('Expires') ?? ''
    expect(expires).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    const aheadDays = (Date.parse(expires) - Date.parse(day)) / 86_400_000
    expect(aheadDays).toBeGreaterThan(30)
    expect(aheadDays).toBeLessThan(365)
  }
})
