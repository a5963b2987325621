import { createTransport } from 'nodemailer'
import type { Clock, Sending } from '../core/ports.ts'
import type { SendEmail } from '../notices/email.ts'
import { failed, misconfigured, refused } from '../notices/endings.ts'

/** A mail server that takes our e-mails, and the sender that stands in them. */
export interface SmtpConfig {
  /** `smtp://` (STARTTLS) or `smtps://`, with user and password where the server asks for them. */
  url: string
  /** Such as `Verimeter <notices@example.com>`. */
  from: string
  /** Another certificate authority to trust, as PEM; for a test. */
  ca?: string
  /** One e-mail may take this long altogether. Default 45 seconds. */
  deadlineMs?: number
}

const loopbackHosts = ['localhost', '127.0.0.1', '::1']

/** What a failed sending says, as nodemailer puts it. Its texts hold addresses and the server's words, so they stay here. */
interface Failure {
  code?: string
  command?: string
  permanent?: boolean
}

const endingOf = ({ code = '', command = '', permanent }: Failure): Sending => {
  if (code === 'EAUTH' || code === 'ENOAUTH') return misconfigured('mail_account')
  if (code === 'ETLS' || code === 'EREQUIRETLS') return misconfigured('tls')
  if (permanent === undefined) return failed(code === 'ETIMEDOUT' ? 'timeout' : 'not_reached')
  if (!permanent) return failed('mail_later')
  // A refused sender or greeting is our own account's fault; this recipient has nothing to do with it.
  if (command.startsWith('RCPT')) return refused('recipient_refused')
  return command === 'DATA' ? refused('message_refused') : misconfigured('mail_account')
}

/**
 * The mail port over SMTP. Outside this machine nothing is said in the open: the server must offer TLS 1.2 and a certificate of
 * its name. A deadline covers the whole conversation, so a server that answers a byte a minute keeps nothing waiting.
 */
export const openSmtp = (config: SmtpConfig, clock: Clock): { send: SendEmail; close(): void } => {
  const { hostname, protocol, port, username, password } = new URL(config.url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const secure = protocol === 'smtps:'
  const transport = createTransport({
    host,
    secure,
    ...(port === '' ? {} : { port: Number(port) }),
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    requireTLS: !secure && !loopbackHosts.includes(host),
    tls: { minVersion: 'TLSv1.2', ...(config.ca === undefined ? {} : { ca: config.ca }) },
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    dnsTimeout: 10_000,
    socketTimeout: 20_000,
    maxResponseSize: 64 * 1_024,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  })
  const domain = /@([A-Za-z0-9.-]+)>?$/.exec(config.from)?.[1] ?? 'localhost'
  const deadlineMs = config.deadlineMs ?? 45_000
  return {
    async send({ id, to, subject, text }) {
      const stop = new AbortController()
      const timer = setTimeout(() => stop.abort(), deadlineMs)
      try {
        await transport.sendMail({
          from: config.from,
          to: { name: '', address: to },
          subject,
          text,
          messageId: `<${id}@${domain}>`,
          date: new Date(clock()),
          // Nobody answers a machine, and a machine should not answer this one (RFC 3834).
          headers: { 'Auto-Submitted': 'auto-generated' },
          signal: stop.signal,
        })
        return { kind: 'sent', reference: id }
      } catch (error) {
        return stop.signal.aborted ? failed('deadline') : endingOf(error as Failure)
      } finally {
        clearTimeout(timer)
      }
    },
    close: () => transport.close(),
  }
}
