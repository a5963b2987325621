import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NetworkRequest, NetworkResult } from '../../src/core/ports.ts'
import { openNetwork } from '../../src/runtimes/network.ts'
import { openPublicNetwork, type Resolve } from '../../src/runtimes/public-network.ts'

let server: Server
let port = 0
let reached = 0
beforeAll(async () => {
  server = createServer((request, response) => {
    reached += 1
    if (request.url === '/redirect') response.writeHead(302, { location: `http://127.0.0.1:${port}/secret` }).end()
    else if (request.url === '/long') response.end('x'.repeat(100_000))
    else response.end('inside')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => server.close())

const request = (url: string, more: Partial<NetworkRequest> = {}): NetworkRequest => ({
  method: 'POST',
  url,
  headers: {},
  body: '{}',
  deadlineAt: Date.now() + 3_000,
  maxResponseBytes: 1_024,
  ...more,
})

/** One request through a network whose names lead where the test says. */
const askBy = async (
  url: string,
  resolve: Resolve,
  more: { loopback?: boolean } & Partial<NetworkRequest> = {},
): Promise<NetworkResult> => {
  const { loopback = false, ...rest } = more
  const { network, close } = openPublicNetwork({ clock: Date.now, loopback, resolve })
  try {
    return await network(request(url, rest))
  } finally {
    await close()
  }
}
const leadsTo =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

const notPublic: NetworkResult = { kind: 'not_sent', reason: 'address_not_public' }

describe('the network to what customers name', () => {
  test.each([
    ['127.0.0.1'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['10.1.2.3'],
    ['169.254.169.254'],
    ['100.100.100.200'],
    ['fd00::1'],
    ['0.0.0.0'],
    // One public address does not make up for the other.
    ['8.8.8.8', '127.0.0.1'],
  ])('connects to no name that leads to %s', async (...addresses) => {
    expect(await askBy(`http://hooks.example.com:${port}/`, leadsTo(...addresses))).toEqual(notPublic)
    expect(reached).toBe(0)
  })

  test.each(['127.0.0.1', '0x7f.1', '2130706433', '[::1]', '[::ffff:7f00:1]', '0'])(
    'connects to no such address: %s',
    async (host) => {
      expect(await askBy(`http://${host}:${port}/`, leadsTo('8.8.8.8'))).toEqual(notPublic)
      expect(reached).toBe(0)
    },
  )

  test('judges the address of the connection, not of an earlier lookup', async () => {
    const answers = ['8.8.8.8', '127.0.0.1']
    const rebinding: Resolve = async () => [{ address: answers.shift() ?? '127.0.0.1', family: 4 }]
    // What a check before the connection would have seen.
    expect((await rebinding('hooks.example.com'))[0]?.address).toBe('8.8.8.8')
    expect(await askBy(`http://hooks.example.com:${port}/`, rebinding)).toEqual(notPublic)
    expect(reached).toBe(0)
  })

  test('says when a name leads nowhere', async () => {
    const lost: Resolve = async () => {
      throw Object.assign(new Error('lost'), { code: 'ENOTFOUND' })
    }
    expect(await askBy('https://hooks.example.com/', lost)).toEqual({ kind: 'not_sent', reason: 'name_not_resolved' })
  })
})

test('control: without the judgement the same name is reached', async () => {
  const { network, close } = openNetwork({
    clock: Date.now,
    lookup: (_name, _options, answer) => answer(null, [{ address: '127.0.0.1', family: 4 }]),
  })
  expect(await network(request(`http://hooks.example.com:${port}/`))).toMatchObject({ kind: 'response', body: 'inside' })
  await close()
  expect(reached).toBe(1)
})

test('this machine can be let in for development; a redirect leads nowhere even then', async () => {
  const before = reached
  const moved = await askBy(`http://hooks.example.com:${port}/redirect`, leadsTo('127.0.0.1'), { loopback: true })
  expect(moved).toMatchObject({ kind: 'response', status: 302 })
  expect(reached).toBe(before + 1)
})

test('a long answer counts by its status alone where nothing else is asked', async () => {
  const url = `http://127.0.0.1:${port}/long`
  const resolve = leadsTo('127.0.0.1')
  expect(await askBy(url, resolve, { loopback: true })).toEqual({ kind: 'in_doubt', reason: 'too_large' })
  expect(await askBy(url, resolve, { loopback: true, statusOnly: true })).toMatchObject({
    kind: 'response',
    status: 200,
    body: '',
  })
})
