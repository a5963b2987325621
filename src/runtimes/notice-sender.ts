import { parseId } from '../core/ids.ts'
import { secretPurpose } from '../core/matters/webhook-endpoint.ts'
import type { Clock, Crypto, LedgerOf, Network, SendNotice } from '../core/ports.ts'
import { unsealText } from '../core/sealed-text.ts'
import { openAliyunSms } from '../notices/aliyun-sms.ts'
import { openEmail, type RenderNotice, type SendEmail } from '../notices/email.ts'
import { openSender } from '../notices/index.ts'
import { openMailApi } from '../notices/mail-api.ts'
import { openSms } from '../notices/sms.ts'
import { renderNotice } from '../notices/templates/render.ts'
import { openTencentSms } from '../notices/tencent-sms.ts'
import { type FindTarget, openWebhook } from '../notices/webhook.ts'
import type { NoticesConfig } from './notice-settings.ts'

/** What the senders of both runtimes are made of. */
export interface SenderParts {
  config: NoticesConfig
  /** To the vendors that the operator has named. */
  network: Network
  /** To the addresses that customers have named. */
  publicNetwork: Network
  clock: Clock
  crypto: Crypto
  ledgerOf: LedgerOf
  /** The mail port of a runtime with sockets; null takes the HTTP mail API, when there is one. */
  smtp: SendEmail | null
}

const render: RenderNotice = ({ scene, language, variables }) => {
  const { title, text } = renderNotice(language, scene, variables)
  return { subject: title, text: `${text}\n` }
}

/** An endpoint as its account's books have it now, its secrets opened for this one sending. */
const findTargetIn =
  ({ ledgerOf, crypto, clock }: SenderParts): FindTarget =>
  async (accountId, endpointId) => {
    const id = parseId(endpointId, 'whe')
    if (id?.accountId !== accountId) return null
    const found = await ledgerOf(accountId).read({
      kind: 'matter',
      reader: { kind: 'staff', sub: 'notices' },
      accountId,
      matter: 'webhook_endpoint',
      id: id.n,
    })
    if (found.kind !== 'read' || found.value.kind !== 'webhook_endpoint' || found.value.state !== 'active') return null
    const { url, secrets } = found.value.data as { url: string; secrets: { sealed: string; until: number | null }[] }
    const now = clock()
    const standing = secrets.filter(({ until }) => until === null || until > now)
    return { url, secrets: standing.map(({ sealed }) => unsealText(crypto, accountId, secretPurpose, sealed)) }
  }

/** Every channel that the settings open. Webhooks need none. */
export const openNoticeSender = (parts: SenderParts): SendNotice => {
  const { config, network, publicNetwork, clock, crypto } = parts
  const sendEmail = parts.smtp ?? (config.mailApi && openMailApi(config.mailApi, { network, clock }))
  const io = { network, clock, randomHex: crypto.randomHex }
  const vendor = config.sms?.vendor
  const sendSms = vendor && (vendor.vendor === 'aliyun' ? openAliyunSms(vendor, io) : openTencentSms(vendor, io))
  return openSender({
    email: sendEmail && openEmail(sendEmail, render),
    sms: sendSms && config.sms ? openSms(sendSms, config.sms.templates) : null,
    webhook: openWebhook({ network: publicNetwork, clock, find: findTargetIn(parts), loopback: config.webhookLoopback }),
  })
}
