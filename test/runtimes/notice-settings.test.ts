import { describe, expect, test } from 'vitest'
import { ConfigError, readNoticeSettings } from '../../src/runtimes/config.ts'
import { noNotices } from '../../src/runtimes/notice-settings.ts'

const refusal = (environment: Record<string, string>): string => {
  try {
    readNoticeSettings(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  throw new Error(`taken: ${JSON.stringify(environment)}`)
}

const smtp = { VERIMETER_SMTP_URL: 'smtp://user:p%40ss@mail.example.com:587', VERIMETER_MAIL_FROM: 'Verimeter <a@example.com>' }
const api = { VERIMETER_MAIL_API_URL: 'https://mail.example.com/emails', VERIMETER_MAIL_API_KEY: 'key' }
const templates =
  '{"quota_low": {"template": "SMS_1", "variables": ["percent"]}, "quota_low:en": {"template": "2", "variables": []}}'
const sms = {
  VERIMETER_SMS_VENDOR: 'aliyun',
  VERIMETER_SMS_KEY_ID: 'id',
  VERIMETER_SMS_KEY_SECRET: 'secret',
  VERIMETER_SMS_SIGN_NAME: '核验',
  VERIMETER_SMS_TEMPLATES: templates,
}

test('without settings nothing but webhooks and the list of notices is there', () => {
  expect(readNoticeSettings({})).toEqual(noNotices)
})

describe('e-mail', () => {
  test('goes by SMTP or by an HTTP mail API', () => {
    expect(readNoticeSettings(smtp)).toMatchObject({
      smtp: { url: smtp.VERIMETER_SMTP_URL, from: 'Verimeter <a@example.com>' },
      mailApi: null,
    })
    expect(readNoticeSettings({ ...api, VERIMETER_MAIL_FROM: 'a@example.com' })).toMatchObject({
      smtp: null,
      mailApi: { url: 'https://mail.example.com/emails', key: 'key', from: 'a@example.com' },
    })
  })

  test.each([
    [{ VERIMETER_SMTP_URL: smtp.VERIMETER_SMTP_URL }, /^VERIMETER_MAIL_FROM must be set/],
    [{ VERIMETER_MAIL_FROM: 'a@example.com' }, /^VERIMETER_MAIL_FROM needs/],
    [{ ...smtp, ...api }, /not both$/],
    [{ VERIMETER_MAIL_API_URL: api.VERIMETER_MAIL_API_URL }, /belong together$/],
    [{ ...smtp, VERIMETER_SMTP_URL: 'http://mail.example.com' }, /^VERIMETER_SMTP_URL must be the address of a mail server/],
    [{ ...smtp, VERIMETER_MAIL_FROM: 'a@example.com\r\nBcc: b@example.com' }, /^VERIMETER_MAIL_FROM must be a sender/],
    [{ ...api, VERIMETER_MAIL_API_URL: 'http://mail.example.com/' }, /^VERIMETER_MAIL_API_URL must be the https address/],
  ])('is refused half or wrong: %j', (environment, says) => {
    expect(refusal(environment as Record<string, string>)).toMatch(says)
  })
})

describe('SMS', () => {
  test('goes by one vendor, with its registered templates', () => {
    expect(readNoticeSettings(sms).sms).toEqual({
      vendor: { vendor: 'aliyun', baseUrl: 'https://dysmsapi.aliyuncs.com', keyId: 'id', keySecret: 'secret', signName: '核验' },
      templates: JSON.parse(templates),
    })
    const tencent = { ...sms, VERIMETER_SMS_VENDOR: 'tencent', VERIMETER_SMS_APP_ID: '1400006666' }
    expect(readNoticeSettings(tencent).sms?.vendor).toMatchObject({ appId: '1400006666', region: 'ap-guangzhou' })
  })

  test.each([
    [{ VERIMETER_SMS_KEY_ID: 'id' }, /^VERIMETER_SMS_VENDOR must be set/],
    [{ ...sms, VERIMETER_SMS_KEY_SECRET: '' }, /^VERIMETER_SMS_VENDOR needs/],
    [{ ...sms, VERIMETER_SMS_VENDOR: 'tencent' }, /^VERIMETER_SMS_APP_ID must be set/],
    [{ ...sms, VERIMETER_SMS_APP_ID: '1' }, /for the vendor `tencent` alone$/],
    [{ ...sms, VERIMETER_SMS_TEMPLATES: '{' }, /^VERIMETER_SMS_TEMPLATES must be JSON/],
    [{ ...sms, VERIMETER_SMS_TEMPLATES: '{"quota_low": {"template": "1"}}' }, /^VERIMETER_SMS_TEMPLATES must be JSON/],
    [{ ...sms, VERIMETER_SMS_URL: 'http://sms.example.com' }, /^VERIMETER_SMS_URL must be the https address/],
    [{ ...sms, VERIMETER_SMS_VENDOR: 'other' }, /^VERIMETER_SMS_VENDOR must be `aliyun` or `tencent`$/],
  ])('is refused half or wrong: %j', (environment, says) => {
    expect(refusal(environment as Record<string, string>)).toMatch(says)
  })
})

test('webhooks reach this machine only where it says so', () => {
  expect(readNoticeSettings({ VERIMETER_WEBHOOK_LOOPBACK: 'on' }).webhookLoopback).toBe(true)
  expect(refusal({ VERIMETER_WEBHOOK_LOOPBACK: 'yes' })).toBe('VERIMETER_WEBHOOK_LOOPBACK must be `on` or `off`')
})
