import { createHash, createHmac } from 'node:crypto'

/*
 * The vendors behind notices: Alibaba Cloud's and Tencent Cloud's short messages and an HTTP mail API, as their answers to raw requests. The
 * signatures are recomputed from the raw request by the vendors' documentation; nothing of src is used, so that one mistake is not
 * on both sides.
 */

/** A message that a vendor took over. */
export interface TakenMessage {
  vendor: 'aliyun_sms' | 'tencent_sms' | 'mail'
  to: string
  /** The template of an SMS, the subject of an e-mail. */
  template: string
  /** Values of the template's variables in its order, or the text of an e-mail. */
  values: string[]
  /** What our side calls it. */
  reference: string
}

/** How the next messages to a number or address end: an HTTP status, a vendor's code, or silence. */
export type MessageEnding = { status: number; retryAfter?: string } | { code: string } | 'hang' | 'cut' | 'garbage'

export interface MessageVendorOptions {
  /** What all three take as key id and secret; the mail API takes the secret as its key. */
  keyId?: string
  keySecret?: string
  clock?: () => number
}

export interface MessageVendors {
  answer(raw: RawMessage): MessageReply
  taken(): TakenMessage[]
  /** Requests so far, whether or not they were taken. */
  requests(): number
  /** Decides how messages to this receiver end; null takes it back. */
  setEnding(to: string, ending: MessageEnding | null): void
}

export type MessageHeaders = Record<string, string | string[] | undefined>

/** A request as it came in. */
export interface RawMessage {
  headers: MessageHeaders
  url: URL
  body: string
}

export type MessageReply = { status: number; body: unknown; headers?: Record<string, string> } | 'hang' | 'cut' | 'garbage'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const mac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

const headerOf = (headers: MessageHeaders, name: string): string => {
  const value = headers[name]
  return Array.isArray(value) ? value.join(',') : (value ?? '')
}

/** RFC 3986, as the vendor's signature wants queries. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)

const aliyunWindowMs = 15 * 60_000
const tencentWindowSeconds = 300

/** The vendor's code for what is wrong with an ACS3 signature; null when it is right. */
const acs3Fault = (
  { headers, url, body }: RawMessage,
  keyId: string,
  secret: string,
  now: number,
  nonces: Set<string>,
): string | null => {
  const parts = /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/.exec(
    headerOf(headers, 'authorization'),
  )
  if (!parts) return 'IncompleteSignature'
  const [, credential, signedHeaders = '', signature] = parts
  if (credential !== keyId) return 'InvalidAccessKeyId.NotFound'
  const names = signedHeaders.split(';')
  const must = ['host', 'x-acs-action', 'x-acs-version', 'x-acs-date', 'x-acs-signature-nonce', 'x-acs-content-sha256']
  if (must.some((name) => !names.includes(name))) return 'IncompleteSignature'
  if (headerOf(headers, 'x-acs-content-sha256') !== sha256(body)) return 'SignatureDoesNotMatch'
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const block = names.map((name) => `${name}:${headerOf(headers, name).trim()}\n`).join('')
  const request = `POST\n${url.pathname}\n${query}\n${block}\n${signedHeaders}\n${sha256(body)}`
  const expected = mac(secret, `ACS3-HMAC-SHA256\n${sha256(request)}`).toString('hex')
  if (expected !== signature) return 'SignatureDoesNotMatch'
  const skew = Math.abs(now - Date.parse(headerOf(headers, 'x-acs-date')))
  if (!(skew <= aliyunWindowMs)) return 'InvalidTimeStamp.Expired'
  const nonce = headerOf(headers, 'x-acs-signature-nonce')
  if (nonces.has(nonce)) return 'SignatureNonceUsed'
  nonces.add(nonce)
  return null
}

/** The vendor's code for what is wrong with a TC3 signature; null when it is right. */
const tc3Fault = ({ headers, body }: RawMessage, keyId: string, secret: string, now: number): string | null => {
  const parts =
    /^TC3-HMAC-SHA256 Credential=([^/]+)\/(\d{4}-\d\d-\d\d)\/([a-z]+)\/tc3_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/.exec(
      headerOf(headers, 'authorization'),
    )
  if (!parts) return 'AuthFailure.InvalidAuthorization'
  const [, credential, date = '', service = '', signedHeaders = '', signature] = parts
  if (credential !== keyId) return 'AuthFailure.SecretIdNotFound'
  const names = signedHeaders.split(';')
  if (!names.includes('host') || !names.includes('content-type')) return 'AuthFailure.SignatureFailure'
  const timestamp = headerOf(headers, 'x-tc-timestamp')
  if (!(Math.abs(now / 1_000 - Number(timestamp)) <= tencentWindowSeconds)) return 'AuthFailure.SignatureExpire'
  if (new Date(Number(timestamp) * 1_000).toISOString().slice(0, 10) !== date) return 'AuthFailure.SignatureFailure'
  const block = names.map((name) => `${name}:${headerOf(headers, name).trim().toLowerCase()}\n`).join('')
  const request = `POST\n/\n\n${block}\n${signedHeaders}\n${sha256(body)}`
  const text = `TC3-HMAC-SHA256\n${timestamp}\n${date}/${service}/tc3_request\n${sha256(request)}`
  const signing = mac(mac(mac(`TC3${secret}`, date), service), 'tc3_request')
  return mac(signing, text).toString('hex') === signature ? null : 'AuthFailure.SignatureFailure'
}

/** Text that all of the vendors' answers could repeat; our side must keep it to itself. */
const echo = (raw: RawMessage): string => `refused: ${raw.body}`

/** The three vendors: SMS by the headers of each, mail at `/mail`. */
export const openMessageVendors = (options: MessageVendorOptions = {}): MessageVendors => {
  const { keyId = 'simulator', keySecret = 'simulator', clock = Date.now } = options
  const taken: TakenMessage[] = []
  const endings = new Map<string, MessageEnding>()
  const nonces = new Set<string>()
  const mailKeys = new Map<string, string>()
  let requests = 0

  const forced = (to: string, refuse: (code: string) => MessageReply): MessageReply | null => {
    const ending = endings.get(to)
    if (ending === undefined) return null
    if (typeof ending === 'string') return ending
    if ('code' in ending) return refuse(ending.code)
    return {
      status: ending.status,
      body: { message: to },
      ...(ending.retryAfter === undefined ? {} : { headers: { 'retry-after': ending.retryAfter } }),
    }
  }

  const answerAliyun = (raw: RawMessage): MessageReply => {
    const refuse = (code: string, status = 200): MessageReply => ({
      status,
      body: { Code: code, Message: echo(raw), RequestId: 'r' },
    })
    const fault = acs3Fault(raw, keyId, keySecret, clock(), nonces)
    if (fault !== null) return refuse(fault, 400)
    if (headerOf(raw.headers, 'x-acs-action') !== 'SendSms' || headerOf(raw.headers, 'x-acs-version') !== '2017-05-25')
      return refuse('InvalidAction.NotFound', 404)
    const form = new URLSearchParams(raw.body)
    const [to, template] = [form.get('PhoneNumbers') ?? '', form.get('TemplateCode') ?? '']
    const reply = forced(to, refuse)
    if (reply !== null) return reply
    if (!/^1\d{10}$/.test(to)) return refuse('isv.MOBILE_NUMBER_ILLEGAL')
    if (!form.get('SignName')) return refuse('isv.SMS_SIGNATURE_ILLEGAL')
    if (!/^SMS_\d+$/.test(template)) return refuse('isv.SMS_TEMPLATE_ILLEGAL')
    const values = Object.values(JSON.parse(form.get('TemplateParam') ?? '{}') as Record<string, string>)
    taken.push({ vendor: 'aliyun_sms', to, template, values, reference: form.get('OutId') ?? '' })
    return { status: 200, body: { Code: 'OK', Message: 'OK', BizId: `9006195${taken.length}^0`, RequestId: 'r' } }
  }

  const answerTencent = (raw: RawMessage): MessageReply => {
    const refuse = (Code: string): MessageReply => ({
      status: 200,
      body: { Response: { Error: { Code, Message: echo(raw) }, RequestId: 'r' } },
    })
    const fault = tc3Fault(raw, keyId, keySecret, clock())
    if (fault !== null) return refuse(fault)
    if (headerOf(raw.headers, 'x-tc-action') !== 'SendSms' || headerOf(raw.headers, 'x-tc-version') !== '2021-01-11')
      return refuse('InvalidAction')
    const wanted = JSON.parse(raw.body) as {
      PhoneNumberSet: string[]
      SmsSdkAppId: string
      TemplateId: string
      TemplateParamSet: string[]
      SessionContext: string
    }
    const to = (wanted.PhoneNumberSet[0] ?? '').replace(/^\+86/, '')
    const status = (Code: string, SerialNo = ''): MessageReply => ({
      status: 200,
      body: {
        Response: { SendStatusSet: [{ SerialNo, PhoneNumber: `+86${to}`, Fee: 1, Code, Message: echo(raw) }], RequestId: 'r' },
      },
    })
    const reply = forced(to, status)
    if (reply !== null) return reply
    if (!/^\d+$/.test(wanted.TemplateId)) return status('FailedOperation.TemplateIncorrectOrUnapproved')
    taken.push({
      vendor: 'tencent_sms',
      to,
      template: wanted.TemplateId,
      values: wanted.TemplateParamSet,
      reference: wanted.SessionContext,
    })
    return status('Ok', `5000:${taken.length}`)
  }

  const answerMail = (raw: RawMessage): MessageReply => {
    const refuse = (status: number): MessageReply => ({ status, body: { name: 'refused', message: echo(raw) } })
    if (headerOf(raw.headers, 'authorization') !== `Bearer ${keySecret}`) return refuse(401)
    const { to: [to = ''] = [], subject, text } = JSON.parse(raw.body) as { to: string[]; subject: string; text: string }
    const reply = forced(to, () => refuse(422))
    if (reply !== null) return reply
    const key = headerOf(raw.headers, 'idempotency-key')
    const known = mailKeys.get(key)
    if (known !== undefined) return { status: 200, body: { id: known } }
    taken.push({ vendor: 'mail', to, template: subject, values: [text], reference: key })
    mailKeys.set(key, `mail-${taken.length}`)
    return { status: 200, body: { id: `mail-${taken.length}` } }
  }

  const answer = (raw: RawMessage): MessageReply => {
    requests += 1
    if (raw.url.pathname === '/mail') return answerMail(raw)
    if (raw.headers['x-acs-action'] !== undefined) return answerAliyun(raw)
    return raw.headers['x-tc-action'] !== undefined ? answerTencent(raw) : { status: 404, body: {} }
  }

  return {
    answer,
    taken: () => [...taken],
    requests: () => requests,
    setEnding: (to, ending) => {
      if (ending === null) endings.delete(to)
      else endings.set(to, ending)
    },
  }
}
