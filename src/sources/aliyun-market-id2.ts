import { z } from 'zod'
import type { Outcome } from '../core/outcome.ts'
import type { NetworkRequest, NetworkResult, SourceAnswer, SourceCall, SourceFinding } from '../core/ports.ts'
import { type SigningKey, signHeaders } from './aliyun-signature.ts'
import { fromNetwork, maxResponseBytes, withoutAnswer } from './ask.ts'
import type { Source, SourceIo } from './source.ts'

/** Settings of one pack bought on the Aliyun Market. */
export interface AliyunMarketId2Config {
  /** Such as `https://kzidcardv1.market.alicloudapi.com`. */
  baseUrl: string
  auth: { kind: 'appcode'; appcode: string } | ({ kind: 'signature' } & SigningKey)
  /** Path of the query by our reference; null when the vendor has none, as the public listing has none. */
  queryPath: string | null
  deadlineMs: number
  /** Milliseconds after the hold from which on "not found" is final; without meaning when `queryPath` is null. */
  finalAfterMs: number
}

type Response = Extract<NetworkResult, { kind: 'response' }>

type GatewayReason =
  | 'source_quota_exhausted'
  | 'source_credentials'
  | 'source_throttled'
  | 'source_request_refused'
  | 'source_down'
  /** The gateway had handed the request on, or does not say: the vendor may have done the work. */
  | 'gateway_in_doubt'

/**
 * Six-character codes of `X-Ca-Error-Code` (help.aliyun.com/document_detail/43906.html; the market's own A, B and T rows
 * from public client code). A code that is not here is in doubt.
 */
const gatewayCodes: Readonly<Record<GatewayReason, readonly string[]>> = {
  source_quota_exhausted: ['B403MQ', 'B403ME', 'B403MI'],
  source_credentials: [
    ...['A400AC', 'A401AC', 'A400MA', 'A400IK', 'A403IS', 'A403EP', 'A403PR', 'A403IP', 'A403VN', 'A403AC', 'A403CO'],
    ...['A403IN', 'A403FC', 'I403AA'],
  ],
  source_throttled: ['T429ID', 'T429IN', 'T429GR', 'T429PA', 'T429PR', 'T429SR', 'T429MR'],
  source_request_refused: [
    ...['I400HD', 'I400MH', 'I400BD', 'I400PA', 'I400RU', 'I400CT', 'I400SG', 'I405UM', 'I413RL', 'I413UL', 'I403PT'],
    ...['I404DO', 'I404NF', 'I400I5', 'I400NC', 'I400MP', 'I400IP', 'I400JP', 'I404NR', 'I404SR', 'X403DG'],
  ],
  source_down: [
    // The provider's account, domain or group is out of service.
    ...['B403OD', 'B403MO', 'B451DO', 'B451GO', 'I410GG'],
    // No connection to the vendor: name, address, connect, TLS.
    ...['D504RE', 'D504IL', 'D504CO', 'D504CS'],
    ...['D503BB', 'D503CB', 'X503BZ', 'X500ED', 'X500AM', 'X400PM'],
  ],
  gateway_in_doubt: ['D504TO', 'X504TO', 'X504VE', 'D502FC', 'N502RE', 'X500ER'],
}

const reasonByCode: ReadonlyMap<string, GatewayReason> = new Map(
  (Object.keys(gatewayCodes) as GatewayReason[]).flatMap((reason) => gatewayCodes[reason].map((code) => [code, reason] as const)),
)

/** Beginnings of `X-Ca-Error-Message`, which is all that classic gateway groups send. */
const gatewayMessages: ReadonlyArray<readonly [beginning: string, reason: GatewayReason]> = [
  ['Api Market Subscription', 'source_quota_exhausted'],
  ['Quota Exhausted', 'source_quota_exhausted'],
  ['Quota Expired', 'source_quota_exhausted'],
  ['Expiry of Authorization', 'source_quota_exhausted'],
  ['User Arrears', 'source_quota_exhausted'],
  ['Throttled by', 'source_throttled'],
  ['Unauthorized', 'source_credentials'],
  ['Invalid AppKey', 'source_credentials'],
  ['Invalid AppSecret', 'source_credentials'],
  ['Invalid AppCode', 'source_credentials'],
  ['Timestamp Expired', 'source_credentials'],
  ['Invalid Timestamp', 'source_credentials'],
  ['Invalid Signature', 'source_credentials'],
  ['Empty Signature', 'source_credentials'],
  ['Empty Request Body', 'source_request_refused'],
  ['Invalid Request Body', 'source_request_refused'],
  ['Invalid Param Location', 'source_request_refused'],
  ['Unsupported Multipart', 'source_request_refused'],
  ['Invalid Url', 'source_request_refused'],
  ['Invalid Domain', 'source_request_refused'],
  ['Invalid HttpMethod', 'source_request_refused'],
  ['Invalid Content-MD5', 'source_request_refused'],
  ['API Not Found', 'source_request_refused'],
  ['Nonce Used', 'source_request_refused'],
  ['Service Unavailable', 'source_down'],
  ['Internal Error', 'gateway_in_doubt'],
  ['Failed To Invoke Backend Service', 'gateway_in_doubt'],
  ['Async Service', 'gateway_in_doubt'],
]

/**
 * A refusal of the gateway, or null for an answer of the vendor. A code makes it the gateway's whatever the status; a
 * message alone does so only beside an error status. The body is empty and never read.
 */
const readGateway = ({ status, headers }: Response): SourceAnswer | null => {
  const code = headers['x-ca-error-code'] ?? ''
  const message = headers['x-ca-error-message'] ?? ''
  if (code === '' && (message === '' || status === 200))
    return status === 429 ? withoutAnswer('unavailable', 'source_throttled') : null
  const byMessage = gatewayMessages.find(([beginning]) => message.toLowerCase().startsWith(beginning.toLowerCase()))?.[1]
  // D504CO also stands for a connection that the vendor closed under the request (alibabacloud.com, "Troubleshoot D504CO errors").
  const closed = message.includes('Connection is closed')
  const reason = closed || byMessage === 'gateway_in_doubt' ? 'gateway_in_doubt' : (reasonByCode.get(code) ?? byMessage)
  if (reason === 'gateway_in_doubt') return withoutAnswer('unknown', reason)
  if (reason !== undefined) return withoutAnswer('unavailable', reason)
  if (status === 429) return withoutAnswer('unavailable', 'source_throttled')
  if (status === 503 && headers['retry-after'] !== undefined) return withoutAnswer('unavailable', 'source_down')
  return withoutAnswer('unknown', 'unknown_gateway_code')
}

/** Vendors change between 200 and "200" from one release to the next. */
const vendorCode = z.union([z.string(), z.number()]).transform(String)

const vendorBody = z.object({
  code: vendorCode,
  success: z.boolean().nullish(),
  data: z
    .object({
      result: vendorCode.nullish(),
      order_no: vendorCode.nullish(),
      orderNo: vendorCode.nullish(),
      desc: z.string().nullish().catch(null),
      birthday: vendorCode.nullish(),
      sex: vendorCode.nullish(),
    })
    .nullish(),
})
type VendorBody = z.infer<typeof vendorBody>

interface Verdict {
  outcome: Outcome
  reason: string
  billed: boolean | null
}

/**
 * `data.result` (listing of kzidcardv1; sources.md §1.5 a). Beware: 0 is the match. 3 comes from a sibling product: the
 * number was cancelled, so no current record confirms the pair; it is delivered as `no_record`, and what it costs is unsaid.
 */
const verdicts: ReadonlyMap<string, Verdict> = new Map([
  ['0', { outcome: 'match', reason: 'answered', billed: true }],
  ['1', { outcome: 'mismatch', reason: 'answered', billed: true }],
  ['2', { outcome: 'no_record', reason: 'answered', billed: false }],
  ['3', { outcome: 'no_record', reason: 'id_cancelled', billed: null }],
])
/** `data.desc` says the verdict a second time, in words. Words that are not here say nothing. */
const resultByWords: ReadonlyMap<string, string> = new Map([
  ['一致', '0'],
  ['不一致', '1'],
  ['无记录', '2'],
])
const refusedInput: Verdict = { outcome: 'rejected', reason: 'input_refused', billed: false }
const inDoubt = (reason: string): Verdict => ({ outcome: 'unknown', reason, billed: null })

/** Code 400 is the vendor's "parameter error"; 200 is only "the call worked", and the verdict stands in `data.result`. */
const judge = ({ code, success, data }: VendorBody): Verdict => {
  const result = data?.result ?? null
  if (code === '400') return result === null ? refusedInput : inDoubt('contradictory')
  if (code !== '200' || result === null) return inDoubt('unknown_code')
  if (success === false) return inDoubt('contradictory')
  const verdict = verdicts.get(result)
  if (verdict === undefined) return inDoubt('unknown_code')
  // One damaged byte between the vendor and us makes a mismatch a match; it does not do so in the words, too.
  return (resultByWords.get(data?.desc ?? '') ?? result) === result ? verdict : inDoubt('contradictory')
}

/** Members of all objects inside the value. */
const countMembers = (value: unknown): number =>
  typeof value !== 'object' || value === null
    ? 0
    : Object.values(value).reduce(
        (sum: number, inner) => sum + countMembers(inner),
        Array.isArray(value) ? 0 : Object.keys(value).length,
      )

/**
 * Null for what is no JSON, and for an object that names a member twice: it says two things at once, and the last of two
 * results is not more true than the first (RFC 8259 §4 leaves it open).
 */
const parseJson = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text)
    // In a text that is JSON, a string is the name of a member exactly when a colon follows.
    const named = [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length
    return named === countMembers(value) ? value : null
  } catch {
    return null
  }
}

/** `1949-1-2` and `1949年1月2日` as `19490102`. */
const plainDate = (date: string): string =>
  date
    .split(/\D+/)
    .filter((part) => part !== '')
    .map((part) => part.padStart(2, '0'))
    .join('')

const sexes: ReadonlyMap<string, 'male' | 'female'> = new Map([
  ['男', 'male'],
  ['M', 'male'],
  ['女', 'female'],
  ['F', 'female'],
])

/** True when the demographics cannot be those of the number that was asked: digits 7 to 14 and 17 (GB 11643). */
const isOfSomebodyElse = (data: VendorBody['data'], idNumber: string): boolean => {
  if (!/^\d{17}[\dXx]$/.test(idNumber)) return false
  const birthday = data?.birthday ?? ''
  if (birthday !== '' && plainDate(birthday).slice(0, 8) !== idNumber.slice(6, 14)) return true
  const sex = sexes.get(data?.sex ?? '')
  return sex !== undefined && sex !== (Number(idNumber[16]) % 2 === 1 ? 'male' : 'female')
}

/** The echo of our reference is no part of the listing; a vendor that sends it back must send back ours. */
const echoesAnother = (headers: Readonly<Record<string, string>>, call: SourceCall): boolean => {
  const echo = headers['x-request-reference'] ?? ''
  return echo !== '' && echo !== call.reference
}

const toAnswer = (body: VendorBody, verdict: Verdict, rawDigest: string): SourceAnswer => ({
  outcome: verdict.outcome,
  sourceReference: body.data?.order_no ?? body.data?.orderNo ?? null,
  sourceBilled: verdict.billed,
  reason: verdict.reason,
  rawDigest,
})

/** A whole HTTP response as our answer. Nothing but a well-formed match for this very person becomes `match`. */
const readAnswer = (response: Response, idNumber: string, call: SourceCall, io: SourceIo): SourceAnswer => {
  const rawDigest = response.body === '' ? null : io.digestAnswer(response.body)
  const doubt = (reason: string): SourceAnswer => ({ ...withoutAnswer('unknown', reason), rawDigest })
  if (echoesAnother(response.headers, call)) return doubt('wrong_echo')
  const refusal = readGateway(response)
  if (refusal !== null) return { ...refusal, rawDigest }
  const body = vendorBody.safeParse(parseJson(response.body))
  if (rawDigest === null || !body.success) return doubt(response.status === 200 ? 'unparsable' : 'http_status')
  if (isOfSomebodyElse(body.data.data, idNumber)) return doubt('wrong_echo')
  const verdict = judge(body.data)
  // Some vendors put a business error beside a status such as 400 or 450; a verdict stands only beside 200.
  const credible = response.status === 200 || (verdict === refusedInput && response.status >= 400 && response.status < 500)
  return credible ? toAnswer(body.data, verdict, rawDigest) : doubt('http_status')
}

const foundBody = z.object({ found: z.literal(true), reference: z.string().nullish(), answer: vendorBody })
const notFoundBody = z.object({ found: z.literal(false) })

/** The birth date cannot be compared here: a query by reference does not know the person. */
const readFinding = (response: Response, call: SourceCall, io: SourceIo): SourceFinding => {
  const unclear = (reason: string): SourceFinding => ({ kind: 'unclear', reason })
  if (echoesAnother(response.headers, call)) return unclear('wrong_echo')
  const refusal = readGateway(response)
  if (refusal !== null) return unclear(refusal.reason)
  const json = parseJson(response.body)
  if (response.status === 404) return notFoundBody.safeParse(json).success ? { kind: 'not_executed' } : unclear('http_status')
  if (response.status !== 200) return unclear('http_status')
  const found = foundBody.safeParse(json)
  if (!found.success) return unclear('unparsable')
  const { reference, answer } = found.data
  if (reference !== null && reference !== undefined && reference !== call.reference) return unclear('wrong_echo')
  return { kind: 'executed', answer: toAnswer(answer, judge(answer), io.digestAnswer(response.body)) }
}

/** A version 4 UUID (RFC 9562 §5.4), as the gateway wants its nonce. */
const uuid = (hex: string): string => {
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20, 32)].join('-')
}

const formType = 'application/x-www-form-urlencoded; charset=UTF-8'
const checkPath = '/api-mall/api/id_card/check'

interface Parameters {
  method: 'GET' | 'POST'
  path: string
  query: Record<string, string>
  form: Record<string, string> | null
}

/** The settings, with the address taken apart once. */
type Settings = AliyunMarketId2Config & { base: URL }

const buildRequest = (config: Settings, parameters: Parameters, call: SourceCall, io: SourceIo): NetworkRequest => {
  const { base } = config
  const path = base.pathname.replace(/\/$/, '') + parameters.path
  const search = new URLSearchParams(parameters.query).toString()
  const { method, query, form } = parameters
  const plain: Record<string, string> = {
    // Named because the signature covers it, and clients differ in what they would send by themselves.
    accept: 'application/json',
    // Not part of the gateway's or the vendor's interface; a vendor that does not know it ignores it.
    'x-request-reference': call.reference,
    // What the call rests on, by reference and digest, never the text (S1 §4.2).
    ...(call.consent === null ? {} : { 'x-consent-reference': `${call.consent.id}; sha256=${call.consent.evidenceSha256}` }),
    ...(form === null ? {} : { 'content-type': formType }),
  }
  const headers =
    config.auth.kind === 'appcode'
      ? { ...plain, authorization: `APPCODE ${config.auth.appcode}` }
      : signHeaders({ method, path, query, form, headers: plain }, config.auth, io.clock(), uuid(io.randomHex(16)))
  return {
    method,
    url: base.origin + path + (search === '' ? '' : `?${search}`),
    headers,
    body: form === null ? null : new URLSearchParams(form).toString(),
    deadlineAt: call.deadlineAt,
    maxResponseBytes,
  }
}

/**
 * 身份证二要素 (name and ID number) of the Aliyun Market, product kzidcardv1: `POST /api-mall/api/id_card/check`, form
 * `name` and `idcard`. Authentication by AppCode (help.aliyun.com/document_detail/115437.html) or by signature.
 * Reads `name` and `id_number` of the query; without them nothing is sent.
 */
export const aliyunMarketId2 = (config: AliyunMarketId2Config): Source => {
  const { queryPath } = config
  const settings: Settings = { ...config, base: new URL(config.baseUrl) }
  const source: Source = {
    id: 'aliyun_market_id2',
    mode: 'live',
    checks: ['id2'],
    deadlineMs: config.deadlineMs,
    finalAfterMs: queryPath === null ? null : config.finalAfterMs,
    lookup: async (query, call, io) => {
      const { name, id_number: idNumber } = query.fields
      if (name === undefined || idNumber === undefined) return withoutAnswer('unavailable', 'query_incomplete')
      const parameters: Parameters = { method: 'POST', path: checkPath, query: {}, form: { name, idcard: idNumber } }
      const result = await io.network(buildRequest(settings, parameters, call, io))
      return result.kind === 'response' ? readAnswer(result, idNumber, call, io) : fromNetwork(result)
    },
  }
  if (queryPath === null) return source
  return {
    ...source,
    find: async (call, io) => {
      const parameters: Parameters = { method: 'GET', path: queryPath, query: { reference: call.reference }, form: null }
      const result = await io.network(buildRequest(settings, parameters, call, io))
      return result.kind === 'response' ? readFinding(result, call, io) : { kind: 'unclear', reason: result.reason }
    },
  }
}
