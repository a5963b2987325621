import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type MessageServer, startMessageVendors } from '../../scripts/simulator/messages.ts'
import type { Network, Sending } from '../../src/core/ports.ts'
import { acs3Authorization, openAliyunSms } from '../../src/notices/aliyun-sms.ts'
import { openSms, type SendSms, type SmsTemplates } from '../../src/notices/sms.ts'
import { openTencentSms, tc3Authorization } from '../../src/notices/tencent-sms.ts'
import { openNetwork } from '../../src/runtimes/network.ts'
import { outgoing } from './notice.ts'

const load = createRequire(import.meta.url)
const aliyunOracle = load('@alicloud/openapi-util') as typeof import('@alicloud/openapi-util')
const tencentOracle = load(
  'tencentcloud-sdk-nodejs-common/tencentcloud/common/sign.js',
) as typeof import('tencentcloud-sdk-nodejs-common/tencentcloud/common/sign.js')

const clock = () => Date.now()
const { network: realNetwork, close } = openNetwork({ clock })
let vendors: MessageServer
let random = 0
const randomHex = (count: number): string => {
  random += 1
  return random.toString(16).padStart(count * 2, '0')
}

beforeAll(async () => {
  vendors = await startMessageVendors({ keyId: 'id', keySecret: 'secret' })
})
afterAll(async () => {
  await vendors.close()
  await close()
})

interface Opening {
  keySecret?: string
  network?: Network
}
const aliyun = ({ keySecret = 'secret', network = realNetwork }: Opening = {}): SendSms =>
  openAliyunSms(
    { vendor: 'aliyun', baseUrl: vendors.url, keyId: 'id', keySecret, signName: '核验' },
    { network, clock, randomHex },
  )
const tencent = ({ keySecret = 'secret', network = realNetwork }: Opening = {}): SendSms =>
  openTencentSms(
    {
      vendor: 'tencent',
      baseUrl: vendors.url,
      keyId: 'id',
      keySecret,
      signName: '核验',
      appId: '1400006666',
      region: 'ap-guangzhou',
    },
    { network, clock },
  )

describe('signatures', () => {
  const keys = { keyId: 'testAccessKeyId', keySecret: 'testAccessKeySecret' }
  const body = 'IdentifyNum=11010519491231002X&ParamType=normal&UserName=%E5%BC%A0%E4%B8%89'
  const headers = {
    host: 'cloudauth.aliyuncs.com',
    'content-type': 'application/x-www-form-urlencoded',
    'x-acs-action': 'Id2MetaVerify',
    'x-acs-version': '2019-03-07',
    'x-acs-date': '2026-01-02T03:04:05Z',
    'x-acs-signature-nonce': 'c0ffee00000000000000000000000001',
    'x-acs-content-sha256': createHash('sha256').update(body).digest('hex'),
  }

  test("of Alibaba Cloud are the reference's and the official package's", () => {
    const ours = acs3Authorization(headers, body, keys)
    expect(ours).toContain('Signature=273b44bf9f78c623c5f4fce0413ed38315e92203ed25b7b08b8d64af6b0d1960')
    const official = aliyunOracle.default.getAuthorization(
      { method: 'POST', pathname: '/', query: {}, headers } as never,
      'ACS3-HMAC-SHA256',
      headers['x-acs-content-sha256'],
      keys.keyId,
      keys.keySecret,
    )
    expect(ours).toBe(official)
  })

  test("of Tencent Cloud are the vendor's published one and the official package's", () => {
    const published = tc3Authorization(
      {
        host: 'cvm.tencentcloudapi.com',
        contentType: 'application/json; charset=utf-8',
        service: 'cvm',
        timestamp: 1551113065,
        body: '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}',
      },
      { keyId: 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE', keySecret: 'Gu5t9xGARNpq86cd98joQYCN3EXAMPLE' },
    )
    expect(published).toContain('Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168')
    const payload = '{"SmsSdkAppId":"1400006666"}'
    const request = {
      host: 'sms.tencentcloudapi.com',
      contentType: 'application/json',
      service: 'sms',
      timestamp: 1767323045,
      body: payload,
    }
    const official = tencentOracle.default.sign3({
      method: 'POST',
      url: 'https://sms.tencentcloudapi.com/',
      payload: Buffer.from(payload),
      timestamp: request.timestamp,
      service: 'sms',
      secretId: 'AKIDEXAMPLE',
      secretKey: 'EXAMPLEKEY',
      multipart: false,
      boundary: '',
      headers: { 'Content-Type': 'application/json' },
    })
    expect(tc3Authorization(request, { keyId: 'AKIDEXAMPLE', keySecret: 'EXAMPLEKEY' })).toBe(official)
  })
})

const templates: SmsTemplates = {
  ticket_answered: { template: 'SMS_100', variables: ['ticket'] },
  'ticket_answered:en': { template: 'SMS_200', variables: [] },
}
const numeric: SmsTemplates = { ticket_answered: { template: '100', variables: ['ticket'] } }
const hourMs = 3_600_000

interface Row {
  name: string
  open(opening?: Opening): SendSms
  registered: SmsTemplates
  vendor: string
  template: string
  codes: [string, Sending][]
}

const table: Row[] = [
  {
    name: 'Alibaba Cloud',
    open: aliyun,
    registered: templates,
    vendor: 'aliyun_sms',
    template: 'SMS_100',
    codes: [
      ['isv.MOBILE_NUMBER_ILLEGAL', { kind: 'refused', reason: 'number_refused' }],
      ['isv.BUSINESS_LIMIT_CONTROL', { kind: 'failed', reason: 'vendor_limit', retryAfterMs: hourMs }],
      ['isv.AMOUNT_NOT_ENOUGH', { kind: 'failed', reason: 'vendor_account', retryAfterMs: hourMs }],
      ['isv.SMS_TEMPLATE_ILLEGAL', { kind: 'refused', reason: 'text_refused' }],
      ['isp.SYSTEM_ERROR', { kind: 'failed', reason: 'vendor_error', retryAfterMs: null }],
      ['isv.SOMETHING_NEW', { kind: 'failed', reason: 'unknown_code', retryAfterMs: hourMs }],
    ],
  },
  {
    name: 'Tencent Cloud',
    open: tencent,
    registered: numeric,
    vendor: 'tencent_sms',
    template: '100',
    codes: [
      ['FailedOperation.PhoneNumberInBlacklist', { kind: 'refused', reason: 'number_refused' }],
      ['InvalidParameterValue.IncorrectPhoneNumber', { kind: 'refused', reason: 'number_refused' }],
      ['LimitExceeded.PhoneNumberDailyLimit', { kind: 'failed', reason: 'vendor_limit', retryAfterMs: hourMs }],
      ['FailedOperation.InsufficientBalanceInSmsPackage', { kind: 'failed', reason: 'vendor_account', retryAfterMs: hourMs }],
      ['InternalError.SendAndRecvFail', { kind: 'refused', reason: 'in_doubt' }],
      ['InternalError.OtherError', { kind: 'failed', reason: 'vendor_error', retryAfterMs: null }],
      ['FailedOperation.SomethingNew', { kind: 'failed', reason: 'unknown_code', retryAfterMs: hourMs }],
    ],
  },
]

describe.each(table)('an SMS by $name', ({ open, registered, vendor, template, codes }) => {
  const number = '13800138000'
  beforeEach(() => vendors.setEnding(number, null))
  const send = (more = {}, opening = {}) => openSms(open(opening), registered)(outgoing({ channel: 'sms', ...more }))

  test('is taken over with its registered template, its variables and our reference', async () => {
    const before = vendors.taken().length
    expect(await send({ to: '+86 138-0013-8000' })).toEqual({ kind: 'sent', reference: expect.stringMatching(/\d/) })
    const values = ['tic_0123456789_00000000001']
    expect(vendors.taken().slice(before)).toEqual([
      { vendor, to: number, template, values, reference: 'not_0123456789_0000000002d' },
    ])
  })

  test.each(codes)('ends by its code %s', async (code, ending) => {
    vendors.setEnding(number, { code })
    expect(await send()).toEqual(ending)
  })

  test.each(['cut', 'garbage'] as const)('that may have left is never sent again: %s', async (ending) => {
    vendors.setEnding(number, ending)
    const before = vendors.requests()
    expect(await send()).toEqual({ kind: 'refused', reason: 'in_doubt' })
    expect(vendors.requests()).toBe(before + 1)
  })

  test('under a wrong secret is a fault of the account, not of the number', async () => {
    const before = vendors.taken().length
    expect(await send({}, { keySecret: 'another' })).toMatchObject({ kind: 'failed', reason: 'vendor_account' })
    expect(vendors.taken()).toHaveLength(before)
  })

  test('that reached nobody is tried again', async () => {
    const gone = await startMessageVendors()
    await gone.close()
    const network: Network = (request) => realNetwork({ ...request, url: request.url.replace(vendors.url, gone.url) })
    expect(await send({}, { network })).toEqual({ kind: 'failed', reason: 'connection_refused', retryAfterMs: null })
  })

  test('without template, variable or number costs nothing', async () => {
    const before = vendors.requests()
    expect(await openSms(open(), {})(outgoing({ channel: 'sms' }))).toEqual({ kind: 'refused', reason: 'no_template' })
    expect(await send({ variables: {} })).toEqual({ kind: 'refused', reason: 'template_variable_missing' })
    expect(await send({ to: '110' })).toEqual({ kind: 'refused', reason: 'number_invalid' })
    expect(vendors.requests()).toBe(before)
  })
})

test('the template of the language comes first', async () => {
  const before = vendors.taken().length
  await openSms(aliyun(), templates)(outgoing({ channel: 'sms', language: 'en' }))
  expect(vendors.taken().slice(before)).toMatchObject([{ template: 'SMS_200', values: [] }])
})
