import { z } from 'zod'
import type { AliyunSmsConfig } from '../notices/aliyun-sms.ts'
import type { MailApiConfig } from '../notices/mail-api.ts'
import type { SmsTemplates } from '../notices/sms.ts'
import type { TencentSmsConfig } from '../notices/tencent-sms.ts'
import { ConfigError, secureUrl } from './setting.ts'
import type { SmtpConfig } from './smtp.ts'

/** How notices leave this installation; null where a channel is not set up. */
export interface NoticesConfig {
  /** SMTP needs a socket, so only Node has it. */
  smtp: SmtpConfig | null
  mailApi: MailApiConfig | null
  sms: { vendor: AliyunSmsConfig | TencentSmsConfig; templates: SmsTemplates } | null
  /** Whether webhooks may go to this very machine by http, for development. */
  webhookLoopback: boolean
}

/** Nobody is told anything but in the list of its notices and by webhook. */
export const noNotices: NoticesConfig = { smtp: null, mailApi: null, sms: null, webhookLoopback: false }

const smsTemplates = z
  .string()
  .transform((text, ctx) => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      ctx.addIssue({ code: 'custom' })
      return z.NEVER
    }
  })
  .pipe(
    z.record(
      z.string().regex(/^[a-z_]{1,64}(?::(?:zh|en))?$/),
      z.strictObject({
        template: z.string().regex(/^[A-Za-z0-9_]{1,64}$/),
        variables: z.array(z.string().regex(/^[a-z_]{1,64}$/)),
      }),
    ),
  )

const smtpUrl = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : null
  return url !== null && ['smtp:', 'smtps:'].includes(url.protocol) && url.hostname !== '' && ['', '/'].includes(url.pathname)
})

const visible = z.string().regex(/^[!-~]{1,500}$/)

export const noticeSettings = {
  VERIMETER_SMTP_URL: {
    schema: smtpUrl,
    says: 'the address of a mail server, such as smtp://user:password@mail.example.com:587',
  },
  VERIMETER_MAIL_FROM: {
    schema: z.string().regex(/^(?:[^<>\r\n"@]{1,100} <)?[^\s<>@,;:"]{1,64}@[A-Za-z0-9.-]{1,253}>?$/),
    says: 'a sender, such as Verimeter <notices@example.com>',
  },
  VERIMETER_MAIL_API_URL: { schema: secureUrl, says: 'the https address to which the mail API takes a message' },
  VERIMETER_MAIL_API_KEY: { schema: visible, says: 'the key of the mail API' },
  VERIMETER_SMS_VENDOR: { schema: z.enum(['aliyun', 'tencent']), says: '`aliyun` or `tencent`' },
  VERIMETER_SMS_URL: { schema: secureUrl, says: "the https address of the vendor's API" },
  VERIMETER_SMS_KEY_ID: { schema: visible, says: 'the AccessKey id or SecretId of the SMS vendor' },
  VERIMETER_SMS_KEY_SECRET: { schema: visible, says: 'the AccessKey secret or SecretKey of the SMS vendor' },
  VERIMETER_SMS_SIGN_NAME: {
    schema: z.string().regex(/^[^\r\n]{1,64}$/),
    says: 'the signature that is registered at the SMS vendor',
  },
  VERIMETER_SMS_APP_ID: { schema: z.string().regex(/^\d{1,20}$/), says: "the SmsSdkAppId of Tencent's console" },
  VERIMETER_SMS_REGION: {
    schema: z.string().regex(/^[a-z0-9-]{1,40}$/),
    says: 'a region of Tencent Cloud, such as ap-guangzhou',
  },
  VERIMETER_SMS_TEMPLATES: {
    schema: smsTemplates,
    says: 'JSON such as {"quota_low": {"template": "SMS_1", "variables": ["percent"]}}',
  },
  VERIMETER_WEBHOOK_LOOPBACK: { schema: z.enum(['on', 'off']), says: '`on` or `off`' },
} as const
type Name = keyof typeof noticeSettings

/** Reads one of these settings. */
export type ReadNoticeSetting = <N extends Name>(name: N) => z.infer<(typeof noticeSettings)[N]['schema']> | undefined

const readMail = (read: ReadNoticeSetting): Pick<NoticesConfig, 'smtp' | 'mailApi'> => {
  const url = read('VERIMETER_SMTP_URL')
  const from = read('VERIMETER_MAIL_FROM')
  const apiUrl = read('VERIMETER_MAIL_API_URL')
  const key = read('VERIMETER_MAIL_API_KEY')
  if ((apiUrl === undefined) !== (key === undefined))
    throw new ConfigError('VERIMETER_MAIL_API_URL and VERIMETER_MAIL_API_KEY belong together')
  if (url !== undefined && apiUrl !== undefined)
    throw new ConfigError('set either VERIMETER_SMTP_URL or VERIMETER_MAIL_API_URL, not both')
  if (url === undefined && apiUrl === undefined) {
    if (from !== undefined)
      throw new ConfigError('VERIMETER_MAIL_FROM needs VERIMETER_SMTP_URL or VERIMETER_MAIL_API_URL beside it')
    return { smtp: null, mailApi: null }
  }
  if (from === undefined) throw new ConfigError('VERIMETER_MAIL_FROM must be set when a way to send e-mails is')
  return {
    smtp: url === undefined ? null : { url, from },
    mailApi: apiUrl === undefined || key === undefined ? null : { url: apiUrl, key, from },
  }
}

const vendorUrls = { aliyun: 'https://dysmsapi.aliyuncs.com', tencent: 'https://sms.tencentcloudapi.com' }

const readSms = (read: ReadNoticeSetting): NoticesConfig['sms'] => {
  const vendor = read('VERIMETER_SMS_VENDOR')
  const keyId = read('VERIMETER_SMS_KEY_ID')
  const keySecret = read('VERIMETER_SMS_KEY_SECRET')
  const signName = read('VERIMETER_SMS_SIGN_NAME')
  const templates = read('VERIMETER_SMS_TEMPLATES')
  const appId = read('VERIMETER_SMS_APP_ID')
  const region = read('VERIMETER_SMS_REGION')
  const url = read('VERIMETER_SMS_URL')
  if (vendor === undefined) {
    if ([keyId, keySecret, signName, templates, appId, region, url].some((value) => value !== undefined))
      throw new ConfigError('VERIMETER_SMS_VENDOR must be set when another VERIMETER_SMS_ setting is')
    return null
  }
  if (keyId === undefined || keySecret === undefined || signName === undefined || templates === undefined)
    throw new ConfigError(
      'VERIMETER_SMS_VENDOR needs VERIMETER_SMS_KEY_ID, VERIMETER_SMS_KEY_SECRET, VERIMETER_SMS_SIGN_NAME and VERIMETER_SMS_TEMPLATES beside it',
    )
  const common = { baseUrl: url ?? vendorUrls[vendor], keyId, keySecret, signName }
  if (vendor === 'aliyun') {
    if (appId !== undefined || region !== undefined)
      throw new ConfigError('VERIMETER_SMS_APP_ID and VERIMETER_SMS_REGION are for the vendor `tencent` alone')
    return { vendor: { vendor, ...common }, templates }
  }
  if (appId === undefined) throw new ConfigError('VERIMETER_SMS_APP_ID must be set for the vendor `tencent`')
  return { vendor: { vendor, ...common, appId, region: region ?? 'ap-guangzhou' }, templates }
}

/** How notices leave, by the settings. Throws ConfigError. */
export const readNotices = (read: ReadNoticeSetting): NoticesConfig => ({
  ...readMail(read),
  sms: readSms(read),
  webhookLoopback: read('VERIMETER_WEBHOOK_LOOPBACK') === 'on',
})
