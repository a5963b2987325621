import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { localCertificate } from './local-certificate.ts'

/** An e-mail as a real SMTP server took it. */
export interface TakenMail {
  from: string
  to: string[]
  secure: boolean
  raw: string
}

/** What the server says instead of taking a mail to this address. `hang`: nothing at all. */
export type MailEnding = { at: 'rcpt' | 'data'; code: number } | 'hang'

export interface MailServer {
  port: number
  taken: TakenMail[]
  connections(): number
  setEnding(to: string, ending: MailEnding | null): void
  close(): Promise<void>
}

/** A real SMTP server on this machine, with STARTTLS under the certificate of the tests. */
export const openMailServer = async (options: SMTPServerOptions = {}): Promise<MailServer> => {
  const taken: TakenMail[] = []
  const endings = new Map<string, MailEnding>()
  let connections = 0
  const refusal = (code: number, to: string) => Object.assign(new Error(`no mail for ${to}`), { responseCode: code })
  const server = new SMTPServer({
    ...localCertificate,
    authOptional: true,
    disableReverseLookup: true,
    onConnect: (_session, done) => {
      connections += 1
      done()
    },
    onRcptTo: ({ address }, _session, done) => {
      const ending = endings.get(address)
      if (ending === 'hang') return
      done(ending?.at === 'rcpt' ? refusal(ending.code, address) : null)
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address)
        const ending = endings.get(to[0] ?? '')
        if (ending !== undefined && ending !== 'hang' && ending.at === 'data') return done(refusal(ending.code, to[0] ?? ''))
        const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address
        taken.push({ from, to, secure: session.secure, raw: Buffer.concat(chunks).toString('utf8') })
        done()
      })
    },
    ...options,
  })
  // A client that goes away in the middle is an everyday thing.
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  return {
    port: (server.server.address() as AddressInfo).port,
    taken,
    connections: () => connections,
    setEnding: (to, ending) => {
      if (ending === null) endings.delete(to)
      else endings.set(to, ending)
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
