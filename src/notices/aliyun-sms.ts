import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Clock, Network, Sending } from '../core/ports.ts'
import { failed, misconfigured, plainReference, readObject, refused, sendingMs } from './endings.ts'
import type { SendSms } from './sms.ts'

/** Settings of Alibaba Cloud's short message service (短信服务, Dysmsapi 2017-05-25). */
export interface AliyunSmsConfig {
  vendor: 'aliyun'
  /** Such as `https://dysmsapi.aliyuncs.com`. */
  baseUrl: string
  keyId: string
  keySecret: string
  /** The registered signature that stands before each text. */
  signName: string
}

const hexSha256 = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)))

/** Percent-encoding of RFC 3986, which leaves fewer characters alone than the language's own. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/**
 * The `Authorization` of a POST to `/` without query by ACS3-HMAC-SHA256 (help.aliyun.com, "V3 request signature"): every
 * header that is handed in is signed; names are lower-case.
 */
export const acs3Authorization = (
  headers: Readonly<Record<string, string>>,
  body: string,
  { keyId, keySecret }: Pick<AliyunSmsConfig, 'keyId' | 'keySecret'>,
): string => {
  const names = Object.keys(headers).sort()
  const block = names.map((name) => `${name}:${(headers[name] ?? '').trim()}\n`).join('')
  const canonical = ['POST', '/', '', block, names.join(';'), hexSha256(body)].join('\n')
  const signature = bytesToHex(hmac(sha256, utf8ToBytes(keySecret), utf8ToBytes(`ACS3-HMAC-SHA256\n${hexSha256(canonical)}`)))
  return `ACS3-HMAC-SHA256 Credential=${keyId},SignedHeaders=${names.join(';')},Signature=${signature}`
}

const codes = (kind: 'number' | 'text' | 'limit' | 'account' | 'vendor', ...names: string[]) =>
  names.map((name) => [name, kind] as const)

/**
 * What its codes mean (help.aliyun.com, "API error codes" of the short message service). None of them sends anything; one that
 * is not here is not tried again soon.
 */
const kindByCode: ReadonlyMap<string, 'number' | 'text' | 'limit' | 'account' | 'vendor'> = new Map([
  ...codes('number', 'isv.MOBILE_NUMBER_ILLEGAL', 'isv.PHONE_NUMBER_ILLEGAL', 'isv.COUNTRY_RESTRICTED'),
  ...codes('number', 'isv.NOT_SUPPORTED_COUNTRY', 'MOBILE_IN_BLACK', 'isv.BLACK_LIST', 'isv.MOBILE_BLACK_LIST'),
  ...codes('text', 'isv.SMS_TEMPLATE_ILLEGAL', 'isv.TEMPLATE_MISSING_PARAMETERS', 'isv.TEMPLATE_PARAMS_ILLEGAL'),
  ...codes('text', 'isv.INVALID_JSON_PARAM', 'isv.PARAM_LENGTH_LIMIT', 'isv.BLACK_KEY_CONTROL_LIMIT'),
  ...codes('text', 'isv.PARAM_NOT_SUPPORT_URL', 'isv.INVALID_PARAMETERS'),
  ...codes('limit', 'isv.BUSINESS_LIMIT_CONTROL', 'isv.DAY_LIMIT_CONTROL', 'isv.MONTH_LIMIT_CONTROL', 'Throttling.User'),
  ...codes('limit', 'Throttling', 'Throttling.Api'),
  ...codes('account', 'isv.AMOUNT_NOT_ENOUGH', 'isv.OUT_OF_SERVICE', 'isv.PRODUCT_UN_SUBSCRIPT', 'isv.PRODUCT_UNSUBSCRIBE'),
  ...codes('account', 'isv.ACCOUNT_NOT_EXISTS', 'isv.ACCOUNT_ABNORMAL', 'isp.RAM_PERMISSION_DENY'),
  ...codes(
    'account',
    'isv.SMS_SIGNATURE_ILLEGAL',
    'isv.SMS_SIGN_ILLEGAL',
    'isv.SIGN_NAME_ILLEGAL',
    'isv.BILLING_DEDUCTION_ERROR',
  ),
  ...codes('account', 'SignatureDoesNotMatch', 'InvalidAccessKeyId.NotFound', 'InvalidAccessKeyId.Inactive', 'Forbidden.RAM'),
  ...codes('account', 'InvalidTimeStamp.Expired', 'SignatureNonceUsed'),
  ...codes('vendor', 'isp.SYSTEM_ERROR', 'isp.GATEWAY_ERROR', 'ServiceUnavailable', 'InternalError'),
])

const endingOf = (code: string): Sending => {
  switch (kindByCode.get(code)) {
    case 'number':
      return refused('number_refused')
    case 'text':
      return refused('text_refused')
    case 'limit':
      return failed('vendor_limit', 3_600_000)
    case 'account':
      return misconfigured('vendor_account')
    case 'vendor':
      return failed('vendor_error')
    default:
      return misconfigured('unknown_code')
  }
}

/**
 * `SendSms` of Alibaba Cloud. The number stands in the body, never in the address. What may have been taken over without an
 * answer is not sent again: the vendor has no key by which it would tell a repeated one.
 */
export const openAliyunSms =
  (config: AliyunSmsConfig, io: { network: Network; clock: Clock; randomHex(count: number): string }): SendSms =>
  async ({ number, template, values, reference }) => {
    const now = io.clock()
    const body = Object.entries({
      PhoneNumbers: number,
      SignName: config.signName,
      TemplateCode: template,
      ...(values.length === 0 ? {} : { TemplateParam: JSON.stringify(Object.fromEntries(values)) }),
      OutId: reference,
    })
      .map(([name, value]) => `${name}=${encode(value)}`)
      .join('&')
    const sent = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-acs-action': 'SendSms',
      'x-acs-version': '2017-05-25',
      'x-acs-date': `${new Date(now).toISOString().slice(0, 19)}Z`,
      'x-acs-signature-nonce': io.randomHex(16),
      'x-acs-content-sha256': hexSha256(body),
    }
    // The host is signed too; the network writes it by itself.
    const authorization = acs3Authorization({ ...sent, host: new URL(config.baseUrl).host }, body, config)
    const result = await io.network({
      method: 'POST',
      url: `${config.baseUrl.replace(/\/+$/, '')}/`,
      headers: { ...sent, accept: 'application/json', authorization },
      body,
      deadlineAt: now + sendingMs,
      maxResponseBytes: 16_384,
    })
    if (result.kind === 'not_sent') return failed(result.reason)
    if (result.kind === 'in_doubt') return refused('in_doubt')
    const { Code: code, BizId: id } = readObject(result.body)
    if (code === 'OK' && result.status === 200) return { kind: 'sent', reference: plainReference(id) }
    // A bare answer of something in between does not say what the vendor has done.
    return typeof code === 'string' ? endingOf(code) : refused('in_doubt')
  }
