import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NetworkRequest, NetworkResult, SourceAnswer } from '../../src/core/ports.ts'
import { type AliyunMarketId2Config, aliyunMarketId2 } from '../../src/sources/aliyun-market-id2.ts'
import { ask, find } from '../../src/sources/ask.ts'
import { callNamed, id2Query, specimen, testIo } from './source-io.ts'

const config: AliyunMarketId2Config = {
  baseUrl: 'https://kzidcardv1.market.alicloudapi.com/',
  auth: { kind: 'appcode', appcode: 'code' },
  queryPath: '/order',
  deadlineMs: 5_000,
  finalAfterMs: 60_000,
}

const body = (data: unknown, more: Record<string, unknown> = {}): string =>
  JSON.stringify({ msg: '成功', success: true, code: 200, data, ...more })
const matching = { result: 0, order_no: 'o1', desc: '一致', sex: '男', birthday: '19491231', address: '北京市' }
// Digit 17 of 11010519491231002X is 2: even, a woman.
const own = { ...matching, sex: '女' }

const respond = (status: number, text: string, headers: Record<string, string> = {}): NetworkResult => ({
  kind: 'response',
  status,
  headers,
  body: text,
})

const lookup = (result: NetworkResult, more: Partial<AliyunMarketId2Config> = {}, fields = specimen): Promise<SourceAnswer> =>
  ask(
    aliyunMarketId2({ ...config, ...more }),
    id2Query(fields),
    callNamed('ver_1'),
    testIo(async () => result),
  )

const seek = (result: NetworkResult) =>
  find(
    aliyunMarketId2(config),
    callNamed('ver_1'),
    testIo(async () => result),
  )

describe('what is sent', () => {
  const sent = async (more: Partial<AliyunMarketId2Config>, act: 'lookup' | 'find'): Promise<NetworkRequest> => {
    const requests: NetworkRequest[] = []
    const io = testIo(async (request) => {
      requests.push(request)
      return { kind: 'not_sent', reason: 'not_sent' }
    })
    const source = aliyunMarketId2({ ...config, ...more })
    await (act === 'lookup' ? ask(source, id2Query(), callNamed('ver_1'), io) : find(source, callNamed('ver_1'), io))
    const [request] = requests
    if (request === undefined || requests.length !== 1) throw new Error('not one request')
    return request
  }

  test('by AppCode', async () => {
    const call = await sent({}, 'lookup')
    expect(call).toMatchObject({
      method: 'POST',
      url: 'https://kzidcardv1.market.alicloudapi.com/api-mall/api/id_card/check',
      headers: {
        accept: 'application/json',
        authorization: 'APPCODE code',
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'x-request-reference': 'ver_1',
      },
      body: 'name=%E5%BC%A0%E4%B8%89&idcard=11010519491231002X',
      maxResponseBytes: 65_536,
    })
  })

  test('by signature: a new nonce each time, and no secret', async () => {
    const auth = { kind: 'signature', appKey: 'key', appSecret: 'very-secret' } as const
    const [first, second] = [await sent({ auth }, 'lookup'), await sent({ auth }, 'lookup')]
    expect(first.headers['x-ca-nonce']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(first.headers['x-ca-nonce']).not.toBe(second.headers['x-ca-nonce'])
    expect(first.headers).not.toHaveProperty('authorization')
    expect(JSON.stringify(first)).not.toContain('very-secret')
  })

  test('a query by reference names no person', async () => {
    const call = await sent({}, 'find')
    expect(call).toMatchObject({
      method: 'GET',
      url: 'https://kzidcardv1.market.alicloudapi.com/order?reference=ver_1',
      body: null,
    })
    expect(call.headers).not.toHaveProperty('content-type')
  })

  test('a base URL may have a path', async () => {
    expect((await sent({ baseUrl: 'http://127.0.0.1:9/market' }, 'lookup')).url).toBe(
      'http://127.0.0.1:9/market/api-mall/api/id_card/check',
    )
  })

  test('without name or number nothing is sent', async () => {
    const source = aliyunMarketId2(config)
    const io = testIo(() => Promise.reject(new Error('sent')))
    for (const fields of [{}, { name: '张三' }, { id_number: specimen.id_number }] as Record<string, string>[]) {
      expect(await ask(source, id2Query(fields), callNamed('ver_1'), io)).toMatchObject({
        outcome: 'unavailable',
        reason: 'query_incomplete',
      })
    }
  })

  test('without a query path there is no query by reference', async () => {
    const source = aliyunMarketId2({ ...config, queryPath: null })
    expect(source.finalAfterMs).toBeNull()
    expect(source.find).toBeUndefined()
    expect(aliyunMarketId2(config).finalAfterMs).toBe(60_000)
  })
})

describe('answers of the vendor', () => {
  test.each<[string, string, SourceAnswer['outcome'], string, boolean | null]>([
    ['0', body(own), 'match', 'answered', true],
    ['"0"', body({ ...own, result: '0' }), 'match', 'answered', true],
    ['0 with "200"', body(own, { code: '200' }), 'match', 'answered', true],
    ['0 without demographics', body({ result: 0 }), 'match', 'answered', true],
    ['0 with empty demographics', body({ result: 0, birthday: '', sex: '' }), 'match', 'answered', true],
    ['0 without success', JSON.stringify({ code: 200, data: { result: 0 } }), 'match', 'answered', true],
    ['0 with a written date', body({ ...own, birthday: '1949-12-31' }), 'match', 'answered', true],
    ['0 with a Chinese date', body({ ...own, birthday: '1949年12月31日' }), 'match', 'answered', true],
    ['0 with date and time', body({ ...own, birthday: '1949-12-31 00:00:00' }), 'match', 'answered', true],
    ['0 with a numeric date', body({ ...own, birthday: 19491231 }), 'match', 'answered', true],
    ['0 with a sex that is not in the table', body({ ...own, sex: '未知' }), 'match', 'answered', true],
    ['1', body({ ...own, result: 1, desc: '不一致' }), 'mismatch', 'answered', true],
    ['0 in other words', body({ ...own, desc: '验证通过' }), 'match', 'answered', true],
    ['0 with words that are none', body({ ...own, desc: 7 }), 'match', 'answered', true],
    ['0 and the words of 1', body({ ...own, desc: '不一致' }), 'unknown', 'contradictory', null],
    ['1 and the words of 0', body({ ...own, result: 1 }), 'unknown', 'contradictory', null],
    ['2 and the words of 0', body({ ...own, result: 2 }), 'unknown', 'contradictory', null],
    ['2', body({ result: 2 }), 'no_record', 'answered', false],
    ['3', body({ result: 3 }), 'no_record', 'id_cancelled', null],
    ['code 400', body(null, { code: 400, success: false }), 'rejected', 'input_refused', false],
    ['code "400" without data', '{"code":"400"}', 'rejected', 'input_refused', false],
    ['code 400 with a verdict', body(own, { code: 400 }), 'unknown', 'contradictory', null],
    ['success false with a verdict', body(own, { success: false }), 'unknown', 'contradictory', null],
    ['4', body({ ...own, result: 4 }), 'unknown', 'unknown_code', null],
    ['7', body({ ...own, result: 7 }), 'unknown', 'unknown_code', null],
    ['-1', body({ ...own, result: -1 }), 'unknown', 'unknown_code', null],
    ['"00"', body({ ...own, result: '00' }), 'unknown', 'unknown_code', null],
    ['""', body({ ...own, result: '' }), 'unknown', 'unknown_code', null],
    ['constructor', body({ ...own, result: 'constructor' }), 'unknown', 'unknown_code', null],
    ['no result', body({ order_no: 'o1' }), 'unknown', 'unknown_code', null],
    ['null for a result', body({ result: null }), 'unknown', 'unknown_code', null],
    ['no data', body(null), 'unknown', 'unknown_code', null],
    ['code 0', body(own, { code: 0 }), 'unknown', 'unknown_code', null],
    ['code 500', body(own, { code: 500 }), 'unknown', 'unknown_code', null],
    ['code 201', body(own, { code: 201 }), 'unknown', 'unknown_code', null],
    ['false for a result', body({ ...own, result: false }), 'unknown', 'unparsable', null],
    ['a list for a result', body({ ...own, result: [0] }), 'unknown', 'unparsable', null],
    ['no code', JSON.stringify({ data: own }), 'unknown', 'unparsable', null],
    ['"true" for success', body(own, { success: 'true' }), 'unknown', 'unparsable', null],
    ['a list', `[${body(own)}]`, 'unknown', 'unparsable', null],
    ['a text', '"match"', 'unknown', 'unparsable', null],
    ['null', 'null', 'unknown', 'unparsable', null],
    ['a cut body', body(own).slice(0, -1), 'unknown', 'unparsable', null],
    ['HTML', '<html>ok</html>', 'unknown', 'unparsable', null],
    ['nothing', '', 'unknown', 'unparsable', null],
    ['somebody else’s birthday', body({ ...own, birthday: '19491230' }), 'unknown', 'wrong_echo', null],
    ['half a birthday', body({ ...own, birthday: '194912' }), 'unknown', 'wrong_echo', null],
    ['the other sex', body(matching), 'unknown', 'wrong_echo', null],
    ['the other sex, in letters', body({ ...own, sex: 'M' }), 'unknown', 'wrong_echo', null],
    ['a mismatch of somebody else', body({ ...own, result: 1, birthday: '19000101' }), 'unknown', 'wrong_echo', null],
  ])('%s', async (_name, text, outcome, reason, sourceBilled) => {
    const answer = await lookup(respond(200, text))
    expect(answer).toMatchObject({ outcome, reason, sourceBilled })
    expect(answer.rawDigest).toEqual(text === '' ? null : expect.stringMatching(/^[0-9a-f]{64}$/))
  })

  test.each([
    [{ order_no: 'A-1' }, 'A-1'],
    [{ orderNo: 'A-2' }, 'A-2'],
    [{ order_no: 17 }, '17'],
    [{}, null],
    [{ order_no: '11010519491231002X-1' }, null],
    [{ order_no: '订单' }, null],
  ])('order number of %j', async (order, sourceReference) => {
    expect((await lookup(respond(200, body({ result: 0, ...order })))).sourceReference).toBe(sourceReference)
  })

  test('nothing but our members leaves the source', async () => {
    const answer = await lookup(respond(200, body(own)))
    expect(Object.keys(answer).sort()).toEqual(['outcome', 'rawDigest', 'reason', 'sourceBilled', 'sourceReference'])
    expect(JSON.stringify(answer)).not.toMatch(/北京|一致|19491231|张三/)
  })

  test('a number without birth date in it cannot be compared', async () => {
    const foreign = { name: '张三', id_number: 'KAZ110090123105' }
    expect((await lookup(respond(200, body(own)), {}, foreign)).outcome).toBe('match')
  })

  test.each([
    [400, body(null, { code: 400 }), 'rejected', 'input_refused'],
    [450, body(null, { code: 400 }), 'rejected', 'input_refused'],
    [500, body(null, { code: 400 }), 'unknown', 'http_status'],
    [201, body(own), 'unknown', 'http_status'],
    [206, body(own), 'unknown', 'http_status'],
    [302, body(own), 'unknown', 'http_status'],
    [400, body(own), 'unknown', 'http_status'],
    [400, '', 'unknown', 'http_status'],
    [401, '', 'unknown', 'http_status'],
    [403, '', 'unknown', 'http_status'],
    [404, '', 'unknown', 'http_status'],
    [500, '', 'unknown', 'http_status'],
    [500, body(own), 'unknown', 'http_status'],
    [502, '<html>', 'unknown', 'http_status'],
    [503, '', 'unknown', 'http_status'],
    [504, '', 'unknown', 'http_status'],
    [429, '', 'unavailable', 'source_throttled'],
    [429, body(own), 'unavailable', 'source_throttled'],
  ])('status %d with %s: %s', async (status, text, outcome, reason) => {
    expect(await lookup(respond(status, text))).toMatchObject({ outcome, reason })
  })

  test('a 503 with Retry-After that the gateway did not sign is in doubt', async () => {
    expect(await lookup(respond(503, '', { 'retry-after': '1' }))).toMatchObject({ outcome: 'unknown', reason: 'http_status' })
  })

  test('an echo of another reference is somebody else’s answer', async () => {
    const echo = (reference: string) => lookup(respond(200, body(own), { 'x-request-reference': reference }))
    expect(await echo('ver_2')).toMatchObject({ outcome: 'unknown', reason: 'wrong_echo', sourceReference: null })
    expect(await echo('ver_1')).toMatchObject({ outcome: 'match' })
    expect(await echo('')).toMatchObject({ outcome: 'match' })
  })

  test('network endings', async () => {
    expect(await lookup({ kind: 'not_sent', reason: 'connection_refused' })).toMatchObject({
      outcome: 'unavailable',
      reason: 'connection_refused',
    })
    expect(await lookup({ kind: 'in_doubt', reason: 'reset' })).toMatchObject({ outcome: 'unknown', reason: 'reset' })
  })
})

describe('refusals of the gateway', () => {
  const table: Record<string, string> = {
    'B403MQ B403ME B403MI': 'source_quota_exhausted',
    'B403OD B403MO B451DO B451GO I410GG': 'source_down',
    'A400AC A401AC A400MA A400IK A403IS A403EP A403PR A403IP A403VN A403AC A403CO A403IN A403FC I403AA': 'source_credentials',
    'T429ID T429IN T429GR T429PA T429PR T429SR T429MR': 'source_throttled',
    'I400HD I400MH I400BD I400PA I400RU I400CT I400SG I405UM I413RL I413UL I403PT I404DO I404NF': 'source_request_refused',
    'I400I5 I400NC I400MP I400IP I400JP I404NR I404SR X403DG': 'source_request_refused',
    'D504RE D504IL D504CO D504CS D503BB D503CB X503BZ X500ED X500AM X400PM': 'source_down',
    'D504TO X504TO X504VE D502FC N502RE X500ER': 'gateway_in_doubt',
    'Z999ZZ D500XX constructor': 'unknown_gateway_code',
  }
  const rows = Object.entries(table).flatMap(([codes, reason]) => codes.split(' ').map((code) => [code, reason] as const))

  test.each(rows)('%s: %s', async (code, reason) => {
    const status = Number(code.slice(1, 4)) || 500
    const headers = { 'x-ca-error-code': code, 'x-ca-error-message': 'some text' }
    const outcome = reason === 'gateway_in_doubt' || reason === 'unknown_gateway_code' ? 'unknown' : 'unavailable'
    expect(await lookup(respond(status, '', headers))).toEqual({
      outcome,
      reason,
      sourceReference: null,
      sourceBilled: null,
      rawDigest: null,
    })
    // A body that looks like an answer does not make it one.
    expect(await lookup(respond(200, body(own), headers))).toMatchObject({ outcome, reason })
  })

  test.each([
    [403, 'Quota Exhausted', 'source_quota_exhausted'],
    [403, 'Quota Expired', 'source_quota_exhausted'],
    [403, 'Expiry of Authorization', 'source_quota_exhausted'],
    [403, 'Api Market Subscription quota exhausted', 'source_quota_exhausted'],
    [403, 'User Arrears', 'source_quota_exhausted'],
    [403, 'Throttled by USER Flow Control', 'source_throttled'],
    [403, 'Throttled by DOMAIN Flow Control', 'source_throttled'],
    [403, 'Unauthorized', 'source_credentials'],
    [400, 'Invalid AppKey', 'source_credentials'],
    [400, 'Invalid AppSecret', 'source_credentials'],
    [400, 'Invalid AppCode `not exists`', 'source_credentials'],
    [400, 'Timestamp Expired', 'source_credentials'],
    [400, 'Invalid Timestamp', 'source_credentials'],
    [400, 'Invalid Signature, Server StringToSign:POST#application/json#', 'source_credentials'],
    [401, 'Empty Signature', 'source_credentials'],
    [400, 'Nonce Used', 'source_request_refused'],
    [400, 'Empty Request Body', 'source_request_refused'],
    [400, 'Invalid Request Body', 'source_request_refused'],
    [400, 'Invalid Param Location', 'source_request_refused'],
    [400, 'Unsupported Multipart', 'source_request_refused'],
    [400, 'Invalid Url', 'source_request_refused'],
    [400, 'Invalid Domain', 'source_request_refused'],
    [400, 'Invalid HttpMethod', 'source_request_refused'],
    [400, 'Invalid Content-MD5', 'source_request_refused'],
    [400, 'API Not Found', 'source_request_refused'],
    [503, 'Service Unavailable', 'source_down'],
    [429, 'slow down', 'source_throttled'],
    [500, 'Internal Error', 'gateway_in_doubt'],
    [500, 'Failed To Invoke Backend Service', 'gateway_in_doubt'],
    [504, 'Async Service', 'gateway_in_doubt'],
    [500, 'something new', 'unknown_gateway_code'],
    [503, 'something new', 'unknown_gateway_code'],
  ])('classic %d %s: %s', async (status, message, reason) => {
    const answer = await lookup(respond(status, '', { 'x-ca-error-message': message }))
    const outcome = reason === 'gateway_in_doubt' || reason === 'unknown_gateway_code' ? 'unknown' : 'unavailable'
    expect(answer).toMatchObject({ outcome, reason })
  })

  test('the message helps where the code is new, and overrules it where the vendor may have been reached', async () => {
    const both = (code: string, message: string) =>
      lookup(respond(504, '', { 'x-ca-error-code': code, 'x-ca-error-message': message }))
    expect(await both('B403XX', 'Api Market Subscription something')).toMatchObject({ reason: 'source_quota_exhausted' })
    expect(await both('D504CO', "Backend service connect failed 'Connection refused'")).toMatchObject({ outcome: 'unavailable' })
    expect(await both('D504CO', "Backend service connect failed 'Connection is closed'")).toMatchObject({
      outcome: 'unknown',
      reason: 'gateway_in_doubt',
    })
  })

  test('503 with Retry-After from the gateway is definite, whatever its code', async () => {
    const headers = { 'x-ca-error-code': 'X503ZZ', 'retry-after': '2' }
    expect(await lookup(respond(503, '', headers))).toMatchObject({ outcome: 'unavailable', reason: 'source_down' })
  })

  test('a message alone beside 200 is a remark, not a refusal', async () => {
    expect(await lookup(respond(200, body(own), { 'x-ca-error-message': 'OK' }))).toMatchObject({ outcome: 'match' })
  })
})

describe('query by reference', () => {
  const found = (answer: string, more: Record<string, unknown> = {}): string =>
    JSON.stringify({ found: true, answer: JSON.parse(answer), ...more })

  test.each([
    [body({ result: 0, order_no: 'o1' }), { outcome: 'match', sourceReference: 'o1', sourceBilled: true }],
    [body({ result: '1' }), { outcome: 'mismatch', sourceBilled: true }],
    [body({ result: 2 }), { outcome: 'no_record', sourceBilled: false }],
    [body({ result: 3 }), { outcome: 'no_record', reason: 'id_cancelled', sourceBilled: null }],
    [body(null, { code: 400 }), { outcome: 'rejected', sourceBilled: false }],
  ])('%s was executed', async (answer, expected) => {
    expect(await seek(respond(200, found(answer)))).toMatchObject({ kind: 'executed', answer: expected })
  })

  test('not found is not executed', async () => {
    expect(await seek(respond(404, '{"found":false}'))).toEqual({ kind: 'not_executed' })
  })

  test.each<[string, NetworkResult, string]>([
    ['a result that nobody documented', respond(200, found(body({ result: 7 }))), 'unknown_code'],
    ['a contradiction', respond(200, found(body({ result: 0 }, { success: false }))), 'contradictory'],
    ['not found beside 200', respond(200, '{"found":false}'), 'unparsable'],
    ['found beside 404', respond(404, found(body({ result: 0 }))), 'http_status'],
    ['a 404 of a web server', respond(404, '<html>'), 'http_status'],
    ['a 404 of the gateway', respond(404, '{"found":false}', { 'x-ca-error-code': 'I404NF' }), 'source_request_refused'],
    ['a refusal', respond(403, '', { 'x-ca-error-code': 'B403MQ' }), 'source_quota_exhausted'],
    ['a fault', respond(500, found(body({ result: 0 }))), 'http_status'],
    ['HTML', respond(200, '<html>'), 'unparsable'],
    ['an answer of no shape', respond(200, '{"found":true,"answer":{}}'), 'unparsable'],
    ['the answer to another reference', respond(200, found(body({ result: 0 }), { reference: 'ver_2' })), 'wrong_echo'],
    ['the echo of another reference', respond(404, '{"found":false}', { 'x-request-reference': 'ver_2' }), 'wrong_echo'],
    ['a reset', { kind: 'in_doubt', reason: 'reset' }, 'reset'],
    ['a closed port', { kind: 'not_sent', reason: 'connection_refused' }, 'connection_refused'],
  ])('%s is unclear', async (_name, result, reason) => {
    expect(await seek(result)).toEqual({ kind: 'unclear', reason })
  })

  test('the answer to our reference is ours', async () => {
    expect(await seek(respond(200, found(body({ result: 0 }), { reference: 'ver_1' })))).toMatchObject({ kind: 'executed' })
  })
})

describe('whatever a vendor sends', () => {
  const scalar = fc.oneof(
    fc.constantFrom(0, 1, 2, 3, '0', '1', '200', 200, 400, true, false, null, ''),
    fc.integer(),
    fc.string(),
  )
  const demographic = fc.constantFrom('19491231', '1949-12-31', '19491230', '', '男', '女', '未知', 'M', 19491231)
  const shaped = fc.record(
    {
      code: scalar,
      success: scalar,
      msg: scalar,
      data: fc.oneof(
        scalar,
        fc.record({ result: scalar, order_no: scalar, birthday: demographic, sex: demographic }, { requiredKeys: [] }),
      ),
    },
    { requiredKeys: [] },
  )
  const nearMatch = fc.record({
    code: fc.constantFrom<unknown>(200, '200', 201, 400),
    success: fc.constantFrom<unknown>(true, false, null),
    data: fc.record({
      result: fc.constantFrom<unknown>(0, '0', 1, '00', false),
      birthday: demographic,
      sex: fc.constantFrom('男', '女', '', '未知'),
    }),
  })
  const text = fc.oneof(
    { weight: 4, arbitrary: nearMatch.map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: shaped.map((value) => JSON.stringify(value)) },
    fc.json(),
    fc.string(),
    fc.constant('<html><body>502 Bad Gateway</body></html>'),
    nearMatch.map((value) => JSON.stringify(value).slice(0, -2)),
  )
  const headers = fc.dictionary(
    fc.constantFrom('x-ca-error-code', 'x-ca-error-message', 'retry-after', 'x-request-reference', 'content-type'),
    fc.oneof(fc.constantFrom('', 'ver_1', 'ver_2', 'B403MQ', 'D504TO', 'Quota Exhausted', '1'), fc.string()),
    { maxKeys: 2, noNullPrototype: true },
  )
  const status = fc.oneof(
    { weight: 3, arbitrary: fc.constant(200) },
    fc.constantFrom(201, 204, 301, 400, 403, 429, 450, 500, 503, 504),
    fc.integer({ min: 100, max: 999 }),
  )

  /** Written apart from the adapter: what a well-formed match for this person is. */
  const isTrueMatch = (code: number, raw: string, sent: Record<string, string>): boolean => {
    if (code !== 200 || (sent['x-ca-error-code'] ?? '') !== '') return false
    if (!['', 'ver_1'].includes(sent['x-request-reference'] ?? '')) return false
    const { code: called, success, data } = JSON.parse(raw)
    const sex = data.sex ?? ''
    const birthday = String(data.birthday ?? '').replaceAll('-', '')
    return (
      String(called) === '200' &&
      success !== false &&
      String(data.result) === '0' &&
      ['', '19491231'].includes(birthday) &&
      !['男', 'M'].includes(sex)
    )
  }

  test('never throws, is always one of our endings, and is a match only if it is one', async () => {
    let matches = 0
    await fc.assert(
      fc.asyncProperty(status, text, headers, async (code, raw, sent) => {
        const source = aliyunMarketId2(config)
        const io = testIo(async () => respond(code, raw, sent))
        const answer = await source.lookup(id2Query(), callNamed('ver_1'), io)
        if (answer.outcome === 'match') {
          matches += 1
          expect(isTrueMatch(code, raw, sent)).toBe(true)
        }
        expect((await ask(source, id2Query(), callNamed('ver_1'), io)).outcome).toBe(answer.outcome)
        await source.find?.(callNamed('ver_1'), io)
      }),
      { numRuns: 3_000 },
    )
    expect(matches).toBeGreaterThan(0)
  })

  test('every well-formed match is one', async () => {
    const answer = await lookup(respond(200, body(own)))
    expect(isTrueMatch(200, body(own), {})).toBe(true)
    expect(answer.outcome).toBe('match')
  })
})

test('the market is told the reference of the consent and the digest of its text, never the text', async () => {
  const sent: NetworkRequest[] = []
  const io = testIo(async (request) => {
    sent.push(request)
    return respond(200, body(own))
  })
  const consent = { id: 'con_0000000000_00000000007', evidenceSha256: 'ab'.repeat(32) }
  await ask(aliyunMarketId2(config), id2Query(), { ...callNamed('ver_1'), consent }, io)
  await ask(aliyunMarketId2(config), id2Query(), callNamed('ver_2'), io)
  expect(sent.map(({ headers }) => headers['x-consent-reference'])).toEqual([
    `con_0000000000_00000000007; sha256=${'ab'.repeat(32)}`,
    undefined,
  ])
})
