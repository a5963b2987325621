import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Clock, Network, Sending } from '../core/ports.ts'
import { failed, misconfigured, plainReference, readObject, refused, sendingMs } from './endings.ts'
import type { SendSms } from './sms.ts'

/** Settings of Tencent Cloud's short message service (短信, sms 2021-01-11). */
export interface TencentSmsConfig {
  vendor: 'tencent'
  /** Such as `https://sms.tencentcloudapi.com`. */
  baseUrl: string
  keyId: string
  keySecret: string
  signName: string
  /** `SmsSdkAppId` of the application in the vendor's console. */
  appId: string
  region: string
}

const service = 'sms'
const contentType = 'application/json; charset=utf-8'

const hexSha256 = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)))
const mac = (key: Uint8Array, text: string): Uint8Array => hmac(sha256, key, utf8ToBytes(text))

/** What TC3-HMAC-SHA256 signs of a POST to `/`. */
export interface Tc3Request {
  host: string
  contentType: string
  service: string
  /** Seconds since the Unix epoch. */
  timestamp: number
  body: string
}

/** The `Authorization` of a POST by TC3-HMAC-SHA256 over `content-type` and `host` (cloud.tencent.com, "Signature v3"). */
export const tc3Authorization = (
  request: Tc3Request,
  { keyId, keySecret }: Pick<TencentSmsConfig, 'keyId' | 'keySecret'>,
): string => {
  const signed = 'content-type;host'
  const block = `content-type:${request.contentType}\nhost:${request.host}\n`
  const canonical = ['POST', '/', '', block, signed, hexSha256(request.body)].join('\n')
  const day = new Date(request.timestamp * 1_000).toISOString().slice(0, 10)
  const scope = `${day}/${request.service}/tc3_request`
  const text = ['TC3-HMAC-SHA256', request.timestamp, scope, hexSha256(canonical)].join('\n')
  const key = [day, request.service, 'tc3_request'].reduce(mac, utf8ToBytes(`TC3${keySecret}`))
  return `TC3-HMAC-SHA256 Credential=${keyId}/${scope}, SignedHeaders=${signed}, Signature=${bytesToHex(mac(key, text))}`
}

/**
 * What its codes mean (cloud.tencent.com, "Error codes" of SendSms), the longest beginning first. None of them sends anything;
 * one that is not here is not tried again soon.
 */
const endings: readonly (readonly [beginning: string, ending: Sending])[] = [
  ['FailedOperation.PhoneNumberInBlacklist', refused('number_refused')],
  ['InvalidParameterValue.IncorrectPhoneNumber', refused('number_refused')],
  ['UnsupportedOperation.UnsupportedRegion', refused('number_refused')],
  ['UnsupportedOperation.UnsuportedRegion', refused('number_refused')],
  ['FailedOperation.TemplateIncorrectOrUnapproved', refused('text_refused')],
  ['FailedOperation.TemplateParamSetNotMatchApprovedTemplate', refused('text_refused')],
  ['FailedOperation.TemplateIdNotExist', refused('text_refused')],
  ['FailedOperation.ContainSensitiveWord', refused('text_refused')],
  ['InvalidParameterValue.TemplateParameter', refused('text_refused')],
  ['InvalidParameterValue.ProhibitedUseUrlInTemplateParameter', refused('text_refused')],
  ['InvalidParameterValue.ContentLengthLimit', refused('text_refused')],
  ['LimitExceeded.', failed('vendor_limit', 3_600_000)],
  ['RequestLimitExceeded', failed('vendor_limit', 60_000)],
  ['FailedOperation.SignatureIncorrectOrUnapproved', misconfigured('vendor_account')],
  ['FailedOperation.InsufficientBalanceInSmsPackage', misconfigured('vendor_account')],
  ['UnauthorizedOperation', misconfigured('vendor_account')],
  ['AuthFailure', misconfigured('vendor_account')],
  ['InvalidParameterValue.SdkAppId', misconfigured('vendor_account')],
  // The vendor's own timeout may have come after the sending.
  ['InternalError.SendAndRecvFail', refused('in_doubt')],
  ['InternalError.RequestTimeException', misconfigured('vendor_account')],
  ['InternalError', failed('vendor_error')],
]

const endingOf = (code: string): Sending =>
  endings.find(([beginning]) => code.startsWith(beginning))?.[1] ?? misconfigured('unknown_code')

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** The first code that the answer states: of the one number, or of the request; null when it states none. */
const codeOf = (response: Record<string, unknown>): { code: string; serial: unknown } | null => {
  const error = asObject(response.Error)
  const statuses = Array.isArray(response.SendStatusSet) ? response.SendStatusSet : []
  const status = asObject(statuses[0])
  const code = error.Code ?? status.Code
  return typeof code === 'string' ? { code, serial: status.SerialNo } : null
}

/** `SendSms` of Tencent Cloud. What may have been taken over without an answer is not sent again. */
export const openTencentSms =
  (config: TencentSmsConfig, io: { network: Network; clock: Clock }): SendSms =>
  async ({ number, template, values, reference }) => {
    const now = io.clock()
    const timestamp = Math.floor(now / 1_000)
    const { host } = new URL(config.baseUrl)
    const body = JSON.stringify({
      PhoneNumberSet: [`+86${number}`],
      SmsSdkAppId: config.appId,
      SignName: config.signName,
      TemplateId: template,
      TemplateParamSet: values.map(([, value]) => value),
      SessionContext: reference,
    })
    const result = await io.network({
      method: 'POST',
      url: `${config.baseUrl.replace(/\/+$/, '')}/`,
      headers: {
        'content-type': contentType,
        'x-tc-action': 'SendSms',
        'x-tc-version': '2021-01-11',
        'x-tc-region': config.region,
        'x-tc-timestamp': String(timestamp),
        authorization: tc3Authorization({ host, contentType, service, timestamp, body }, config),
      },
      body,
      deadlineAt: now + sendingMs,
      maxResponseBytes: 16_384,
    })
    if (result.kind === 'not_sent') return failed(result.reason)
    if (result.kind === 'in_doubt') return refused('in_doubt')
    const found = codeOf(asObject(readObject(result.body).Response))
    // A bare answer of something in between does not say what the vendor has done.
    if (found === null) return refused('in_doubt')
    return found.code === 'Ok' ? { kind: 'sent', reference: plainReference(found.serial) } : endingOf(found.code)
  }
