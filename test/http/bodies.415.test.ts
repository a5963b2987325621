import { expect, test } from 'vitest'
import { bodyRoutesOf } from '../support/http-bodies.ts'
import { useGateway } from '../support/http-gateway.ts'

const gateway = useGateway()

test.each([
  '',
  'text/plain',
  'text/json',
  'application/jsonp',
  'application/json-patch+json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=a',
  'application/json; charset=gbk',
  'application/json; charset=utf-16',
  'text/plain, application/json',
])('Content-Type "%s" is 415 on every route that takes a body', async (mediaType) => {
  for (const { name, method, path, call } of await bodyRoutesOf(gateway())) {
    const answer = await gateway().call(method, path, {
      ...call,
      raw: '{}',
      headers: { ...call.headers, 'Content-Type': mediaType },
    })
    expect([name, answer.status, answer.code]).toEqual([name, 415, 'media_type_unsupported'])
  }
})

test.each(['application/json', 'APPLICATION/JSON', 'application/json;charset=utf-8', 'application/json ; charset="UTF-8"'])(
  'Content-Type "%s" is read on every route that takes a body',
  async (mediaType) => {
    for (const { name, method, path, call } of await bodyRoutesOf(gateway())) {
      const answer = await gateway().call(method, path, {
        ...call,
        raw: '[]',
        headers: { ...call.headers, 'Content-Type': mediaType },
      })
      expect([name, answer.status, answer.code]).toEqual([name, 422, 'input_invalid'])
      expect(answer.member('errors', 0)).toEqual({ pointer: '', rule: 'type_object' })
    }
  },
)

test.each(['gzip', 'br', 'deflate', 'gzip, identity', 'x'])(
  'Content-Encoding "%s" is 415 on every route, because nothing is unpacked',
  async (coding) => {
    for (const { name, method, path, call } of await bodyRoutesOf(gateway())) {
      const headers = { ...call.headers, 'Content-Encoding': coding }
      const answer = await gateway().call(method, path, { ...call, raw: '{}', headers })
      expect([name, answer.status, answer.code]).toEqual([name, 415, 'media_type_unsupported'])
    }
  },
)
