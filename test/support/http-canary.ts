import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { TestGateway } from './http-gateway.ts'

/** The spellings in which a text can lie in bytes: plain, escaped, encoded. */
const formsOf = (text: string): Buffer[] => {
  const utf8 = Buffer.from(text)
  const escaped = Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
    '',
  )
  return [
    utf8,
    Buffer.from(text, 'utf16le'),
    Buffer.from(escaped),
    Buffer.from(JSON.stringify(text).slice(1, -1)),
    Buffer.from(encodeURIComponent(text)),
    Buffer.from(utf8.toString('base64').replace(/=+$/, '')),
    Buffer.from(utf8.toString('base64url')),
    Buffer.from(utf8.toString('hex')),
  ]
}

interface Place {
  name: string
  bytes: Buffer
}

const filesOf = (folder: string): Place[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: relative(folder, path), bytes: readFileSync(path) }))

/** Everything that the gateway left behind: its files, its log, every answer with its headers. */
const placesOf = ({ dataDir, logLines, answers }: TestGateway): Place[] => [
  ...filesOf(dataDir),
  { name: 'log', bytes: Buffer.from(logLines.join('')) },
  ...answers.map(({ request, answer: { status, headers, text } }) => ({
    name: `answer to ${request}`,
    bytes: Buffer.from([status, ...[...headers].map((header) => header.join(': ')), text].join('\n')),
  })),
]

/** Where a secret lies in a form that can be read, as `place: secret`. */
export const findPlain = (gateway: TestGateway, secrets: readonly string[]): string[] => {
  const wanted = secrets.map((secret) => ({ secret, forms: formsOf(secret) }))
  return placesOf(gateway).flatMap(({ name, bytes }) =>
    wanted.filter(({ forms }) => forms.some((form) => bytes.includes(form))).map(({ secret }) => `${name}: ${secret}`),
  )
}
