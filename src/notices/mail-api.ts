import type { Clock, Network, Sending } from '../core/ports.ts'
import type { SendEmail } from './email.ts'
import { failed, misconfigured, pauseOf, plainReference, readObject, refused, sendingMs, withoutResponse } from './endings.ts'

/** Settings of a mail service that is reached by HTTP. */
export interface MailApiConfig {
  url: string
  key: string
  /** The sender, such as `Verimeter <notices@example.com>`. */
  from: string
}

const endingOf = (status: number, pauseMs: number | null): Sending => {
  // The key, the sender or the plan is wrong: nothing that this recipient could have done.
  if ([401, 402, 403, 404, 405].includes(status)) return misconfigured('mail_account')
  if (status === 429) return failed('mail_limit', pauseMs)
  if (status === 409 || status >= 500 || status < 400) return failed('mail_error', pauseMs)
  return refused('message_refused')
}

/**
 * The mail port over an HTTP mail API, for runtimes without SMTP: one POST of `{from, to, subject, text}` with a bearer key and an
 * `Idempotency-Key`, answered 2xx with `{id}` (the form that Resend made common). A repeated message is told by its key.
 */
export const openMailApi =
  (config: MailApiConfig, { network, clock }: { network: Network; clock: Clock }): SendEmail =>
  async ({ id, to, subject, text }) => {
    const result = await network({
      method: 'POST',
      url: config.url,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${config.key}`,
        'idempotency-key': id,
      },
      body: JSON.stringify({ from: config.from, to: [to], subject, text }),
      deadlineAt: clock() + sendingMs,
      maxResponseBytes: 16_384,
    })
    if (result.kind !== 'response') return withoutResponse(result)
    const { status, headers, body } = result
    if (status >= 200 && status < 300) return { kind: 'sent', reference: plainReference(readObject(body).id) }
    return endingOf(status, pauseOf(headers, clock()))
  }
