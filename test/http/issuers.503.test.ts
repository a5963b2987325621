import { afterAll, beforeAll, expect, it } from 'vitest'
import { newAddress, useGateway } from '../support/http-gateway.ts'
import { StaffIssuer } from '../support/staff-issuer.ts'

let corp: StaffIssuer
beforeAll(async () => {
  corp = await StaffIssuer.open(() => gateway().clock.now)
})
const gateway = useGateway(() => ({ config: { oidc: corp.config } }))
afterAll(() => corp.close())

const ask = (bearer: string, from = newAddress()) => gateway().call('GET', '/v1/accounts', { bearer, from })

it('a provider whose keys cannot be had is 503 for its own staff and nobody else, and is not hammered', async () => {
  corp.answer = 'cut'
  const address = newAddress()
  // More often than failing tokens may come from one address: that the keys are missing is not the caller's failure.
  for (let time = 0; time < 40; time += 1) {
    const answer = await ask(await corp.token(), address)
    expect([answer.status, answer.code, answer.headers.get('retry-after')]).toEqual([503, 'overloaded', '5'])
    expect(answer.member('reason')).toBe('issuer_keys_unavailable')
  }
  expect(corp.fetches).toBe(1)
  expect((await ask(await gateway().staffToken())).status).toBe(200)
  expect((await ask(await corp.token({ claims: { iss: 'https://login.example.org' } }))).status).toBe(401)
  // What cannot be good whatever the keys are is told at once.
  expect((await ask(await corp.token({ header: { alg: 'none' }, secret: null }))).status).toBe(401)
  expect(gateway().logLines.filter((line) => line.includes('issuer_keys_failed'))).toHaveLength(1)

  corp.answer = null
  gateway().clock.advance(5_000)
  expect((await ask(await corp.token(), address)).status).toBe(200)
})

it('a provider that goes down later stops nobody', async () => {
  corp.answer = { body: {}, status: 500 }
  const before = corp.fetches
  gateway().clock.advance(11 * 60_000)
  for (let time = 0; time < 20; time += 1) {
    expect((await ask(await corp.token())).status).toBe(200)
    expect((await ask(await corp.token({ header: { kid: `made-up-${time}` } }))).status).toBe(401)
  }
  expect(corp.fetches).toBe(before + 1)
  expect(gateway().logLines.filter((line) => line.includes('"fault"'))).toEqual([])
})
