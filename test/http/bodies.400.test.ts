import { expect, it, test } from 'vitest'
import { bodyRoutesOf } from '../support/http-bodies.ts'
import { useGateway } from '../support/http-gateway.ts'

const gateway = useGateway()

/** 张三 as GBK, in a body that says nothing of its encoding: bytes that are no UTF-8. */
const gbk = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xd5, 0xc5, 0xc8, 0xfd]), Buffer.from('"}')])

const malformed: [string, string | Uint8Array][] = [
  ['nothing', ''],
  ['white space', ' \n'],
  ['a cut-off object', '{"reason":"no'],
  ['single quotes', "{'reason':'none'}"],
  ['a comma too many', '{"reason":"none",}'],
  ['two objects', '{}{}'],
  ['a bare word', 'none'],
  ['a raw line break in a text', '{"reason":"a\nb"}'],
  ['GBK', gbk],
  ['half a character', Buffer.from([0x22, 0xe5, 0xbc, 0x22])],
  ['UTF-16', Buffer.from('{}', 'utf16le')],
  ['64 KiB of open brackets', '['.repeat(60_000)],
]

test.each(malformed)('%s is 400 on every route that takes a body', async (_what, raw) => {
  const routes = await bodyRoutesOf(gateway())
  expect(routes.length).toBeGreaterThan(15)
  for (const { name, method, path, call } of routes) {
    // With a length announced and without: the body is read in two ways.
    for (const length of [{}, { 'Content-Length': String(Buffer.byteLength(raw)) }]) {
      const answer = await gateway().call(method, path, { ...call, raw, headers: { ...call.headers, ...length } })
      expect([name, answer.status, answer.code]).toEqual([name, 400, 'body_malformed'])
    }
  }
})

it('reads a body that begins with a byte order mark', async () => {
  const [route] = await bodyRoutesOf(gateway())
  if (!route) throw new Error('no route takes a body')
  const answer = await gateway().call(route.method, route.path, { ...route.call, raw: '\uFEFF{}' })
  expect([answer.status, answer.code]).toEqual([422, 'input_invalid'])
})
