import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MessageServer, startMessageVendors } from '../../scripts/simulator/messages.ts'
import { type EmailMessage, openEmail, type SendEmail } from '../../src/notices/email.ts'
import { openMailApi } from '../../src/notices/mail-api.ts'
import { openNetwork } from '../../src/runtimes/network.ts'
import { openSmtp } from '../../src/runtimes/smtp.ts'
import { localCertificate } from '../support/local-certificate.ts'
import { type MailServer, openMailServer } from '../support/mail-server.ts'
import { outgoing } from './notice.ts'

const from = '核验 <notices@verimeter.example>'
const id = 'not_0123456789_0000000002d'
const message = (more: Partial<EmailMessage> = {}): EmailMessage => ({
  id,
  to: 'ops@example.com',
  subject: '工单已答复：请查看',
  text: `工单已答复。\n.一行以点开头\n${'长'.repeat(600)}\n${'x'.repeat(1_200)}\n`,
  ...more,
})

/** A mail port, the other side of it, and how that side is made to behave. */
interface Rig {
  send: SendEmail
  /** Subject and text of what was taken, decoded. */
  taken(): { to: string; subject: string; text: string }[]
  refuse(to: string, kind: 'for_good' | 'for_now' | 'hang'): void
  close(): Promise<void>
}

const header = (raw: string, name: string): string => {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]/g, ' ')
  const line = head.split('\r\n').find((text) => text.toLowerCase().startsWith(`${name}:`)) ?? ''
  return line
    .slice(name.length + 1)
    .trim()
    .replaceAll(/\?= =\?/g, '?==?')
    .replaceAll(/=\?utf-8\?(b|q)\?([^?]*)\?=/gi, (_all, how: string, text: string) =>
      how.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString()
        : decodeURIComponent(text.replaceAll('_', '%20').replaceAll('=', '%')),
    )
}

const bodyOf = (raw: string): string => {
  const body = raw.slice(raw.indexOf('\r\n\r\n') + 4)
  const how = header(raw, 'content-transfer-encoding')
  const text =
    how === 'base64'
      ? Buffer.from(body, 'base64').toString()
      : how === 'quoted-printable'
        ? Buffer.from(
            body
              .replaceAll(/=\r\n/g, '')
              .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
            'latin1',
          ).toString()
        : body
  return text.replaceAll('\r\n', '\n')
}

const smtpRig = async (): Promise<Rig & { server: MailServer }> => {
  const server = await openMailServer()
  const port = openSmtp({ url: `smtp://localhost:${server.port}`, from, ca: localCertificate.cert, deadlineMs: 5_000 }, Date.now)
  return {
    server,
    send: port.send,
    taken: () => server.taken.map(({ to, raw }) => ({ to: to[0] ?? '', subject: header(raw, 'subject'), text: bodyOf(raw) })),
    refuse: (to, kind) => server.setEnding(to, kind === 'hang' ? 'hang' : { at: 'rcpt', code: kind === 'for_good' ? 550 : 451 }),
    close: async () => {
      port.close()
      await server.close()
    },
  }
}

const apiRig = async (): Promise<Rig> => {
  const vendors: MessageServer = await startMessageVendors({ keySecret: 'mail-key' })
  const { network, close } = openNetwork({ clock: Date.now })
  return {
    // Shorter than the port's own ten seconds, so that silence is heard sooner.
    send: openMailApi(
      { url: `${vendors.url}/mail`, key: 'mail-key', from },
      { network: (request) => network({ ...request, deadlineAt: Date.now() + 5_000 }), clock: Date.now },
    ),
    taken: () => vendors.taken().map(({ to, template, values }) => ({ to, subject: template, text: values[0] ?? '' })),
    refuse: (to, kind) => vendors.setEnding(to, kind === 'hang' ? 'hang' : { status: kind === 'for_good' ? 422 : 503 }),
    close: async () => {
      await vendors.close()
      await close()
    },
  }
}

describe.each([
  ['SMTP', smtpRig],
  ['an HTTP mail API', apiRig],
] as [string, () => Promise<Rig>][])('the mail port over %s', (_name, open) => {
  let rig: Rig
  beforeAll(async () => {
    rig = await open()
  })
  afterAll(() => rig.close())

  test('hands over subject and text to the letter: Chinese, long lines, a dot at the beginning', async () => {
    expect(await rig.send(message())).toMatchObject({ kind: 'sent' })
    expect(rig.taken()).toEqual([{ to: 'ops@example.com', subject: message().subject, text: message().text }])
  })

  test('is refused for good by who refuses for good', async () => {
    rig.refuse('gone@example.com', 'for_good')
    expect(await rig.send(message({ to: 'gone@example.com' }))).toMatchObject({ kind: 'refused' })
  })

  test('fails for now by who refuses for now, or says nothing', async () => {
    rig.refuse('later@example.com', 'for_now')
    expect(await rig.send(message({ to: 'later@example.com' }))).toMatchObject({ kind: 'failed' })
    rig.refuse('silent@example.com', 'hang')
    expect(await rig.send(message({ to: 'silent@example.com' }))).toEqual({
      kind: 'failed',
      reason: 'deadline',
      retryAfterMs: null,
    })
  })

  test('says nothing of address, text or the words of the other side', async () => {
    for (const to of ['gone@example.com', 'later@example.com']) {
      const said = JSON.stringify(await rig.send(message({ to })))
      expect(said).toMatch(/^\{"kind":"(?:refused|failed)","reason":"[a-z_]+"(?:,"retryAfterMs":\w+)?\}$/)
    }
  })

  test.each([
    'a@example.com, b@example.com',
    'a@example.com\r\nBcc: b@example.com',
    'A <a@example.com>',
    '"a b"@example.com',
    'a@example.com;b@example.com',
    'a@[127.0.0.1]',
    'a',
    '',
  ])('takes one address and nothing else: %j', async (to) => {
    const before = rig.taken().length
    const send = openEmail(rig.send, () => ({ subject: 's', text: 't' }))
    expect(await send(outgoing({ channel: 'email', to }))).toEqual({ kind: 'refused', reason: 'address_invalid' })
    expect(rig.taken()).toHaveLength(before)
  })

  test('keeps a subject in its line', async () => {
    const subject = 'a\r\nBcc: b@example.com\r\n\r\nhello'
    expect(await rig.send(message({ id: 'not_1', subject }))).toMatchObject({ kind: 'sent' })
    expect(rig.taken().at(-1)?.to).toBe('ops@example.com')
    expect(rig.taken().at(-1)?.text).toBe(message().text)
  })
})

describe('SMTP', () => {
  test('is spoken under TLS, with one Message-ID for every try', async () => {
    const rig = await smtpRig()
    await rig.send(message())
    await rig.send(message())
    for (const { raw, secure, from: sender } of rig.server.taken) {
      expect([secure, sender]).toEqual([true, 'notices@verimeter.example'])
      expect(header(raw, 'message-id')).toBe(`<${id}@verimeter.example>`)
      expect(header(raw, 'auto-submitted')).toBe('auto-generated')
      expect(header(raw, 'from')).toContain('核验')
    }
    expect(rig.server.taken).toHaveLength(2)
    await rig.close()
  })

  test('is not spoken to a certificate that nobody vouches for', async () => {
    const server = await openMailServer()
    const port = openSmtp({ url: `smtp://localhost:${server.port}`, from }, Date.now)
    expect(await port.send(message())).toMatchObject({ kind: 'failed' })
    expect(server.taken).toEqual([])
    port.close()
    await server.close()
  })

  test('outside this machine is not spoken without TLS', async () => {
    // The name is another one for this machine, which a rule about names cannot know.
    const server = await openMailServer({ hideSTARTTLS: true })
    const port = openSmtp({ url: `smtp://127.0.0.2:${server.port}`, from }, Date.now)
    const sending = await port.send(message())
    expect(sending).toMatchObject({ kind: 'failed' })
    expect(server.taken).toEqual([])
    port.close()
    await server.close()
  })

  test.each([
    [
      { at: 'data', code: 554 },
      { kind: 'refused', reason: 'message_refused' },
    ],
    [
      { at: 'data', code: 452 },
      { kind: 'failed', reason: 'mail_later', retryAfterMs: null },
    ],
    [
      { at: 'rcpt', code: 550 },
      { kind: 'refused', reason: 'recipient_refused' },
    ],
    [
      { at: 'rcpt', code: 450 },
      { kind: 'failed', reason: 'mail_later', retryAfterMs: null },
    ],
  ] as const)('ends by the code of the server: %j', async (ending, expected) => {
    const rig = await smtpRig()
    rig.server.setEnding('ops@example.com', ending)
    expect(await rig.send(message())).toEqual(expected)
    await rig.close()
  })

  test('with a wrong password is our fault, and not the recipient’s', async () => {
    const server = await openMailServer({
      authOptional: false,
      onAuth: ({ username, password }, _session, done) =>
        username === 'user' && password === 'p@ss' ? done(null, { user: 'user' }) : done(new Error('no')),
    })
    const url = (password: string) => `smtp://user:${encodeURIComponent(password)}@localhost:${server.port}`
    const ca = localCertificate.cert
    const wrong = openSmtp({ url: url('wrong'), from, ca }, Date.now)
    expect(await wrong.send(message())).toEqual({ kind: 'failed', reason: 'mail_account', retryAfterMs: 3_600_000 })
    const right = openSmtp({ url: url('p@ss'), from, ca }, Date.now)
    expect(await right.send(message())).toMatchObject({ kind: 'sent' })
    wrong.close()
    right.close()
    await server.close()
  })

  test('to nobody fails for now', async () => {
    const server = await openMailServer()
    await server.close()
    const port = openSmtp({ url: `smtp://127.0.0.1:${server.port}`, from }, Date.now)
    expect(await port.send(message())).toEqual({ kind: 'failed', reason: 'not_reached', retryAfterMs: null })
    port.close()
  })
})
