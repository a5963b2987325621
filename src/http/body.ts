import type { Context } from 'hono'
import type { z } from 'zod'
import { canonicalJson } from '../core/canonical-json.ts'
import type { InputFault } from '../core/refusal.ts'
import type { AppEnv } from './env.ts'
import type { DoorCode } from './problems.ts'

/** A single request; a batch may be larger. Bytes. */
export const largestBody = 65_536
export const largestBatchBody = 1_048_576
/** A text of an authorisation: a scan or a signed PDF. */
export const largestFile = 10_485_760

/** Fatal: a decoder that mends GBK would put other characters into a name, and the source would bill the mismatch. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

export type BodyReading = { kind: 'json'; value: unknown; text: string } | { kind: 'door'; code: DoorCode }

/** Other parameters than the one encoding that JSON has (RFC 8259 §8.1) are refused: nobody here would honour them. */
const jsonMediaType = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i

/** Reads a JSON body of at most `limit` bytes. A larger one is not read to its end. */
export const readJson = async (c: Context<AppEnv>, limit: number): Promise<BodyReading> => {
  if (!jsonMediaType.test(c.req.header('content-type') ?? '')) return { kind: 'door', code: 'media_type_unsupported' }
  // Nothing is unpacked here (RFC 9110 §8.4): a few bytes could be gigabytes, and a plain body under a false name is a mistake.
  if (!/^(?:identity)?$/i.test(c.req.header('content-encoding') ?? '')) return { kind: 'door', code: 'media_type_unsupported' }
  try {
    const bytes = await readBytes(c, limit)
    if (bytes === null) return { kind: 'door', code: 'body_too_large' }
    const text = utf8.decode(bytes)
    return { kind: 'json', value: JSON.parse(text), text }
  } catch {
    // Not UTF-8, not JSON, or broken off by a caller who has gone: no fault of the gateway.
    return { kind: 'door', code: 'body_malformed' }
  }
}

/** The body as it came, at most `limit` bytes; null when there is more, of which no more is read. */
export const readBytes = async (c: Context<AppEnv>, limit: number): Promise<ArrayBuffer | Uint8Array | null> => {
  const declared = c.req.header('content-length')
  if (declared !== undefined) return Number(declared) > limit ? null : c.req.arrayBuffer()
  const reader = c.req.raw.body?.getReader()
  if (!reader) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return joined(chunks, size)
    size += value.byteLength
    if (size > limit) {
      await reader.cancel()
      return null
    }
    chunks.push(value)
  }
}

const joined = (chunks: Uint8Array[], size: number): Uint8Array => {
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}

/** Judges a value. Issues keep what they are about, so that a missing member can be told from one of a wrong type. */
export const judge = <S extends z.ZodType>(schema: S, value: unknown): z.ZodSafeParseResult<z.output<S>> =>
  schema.safeParse(value, { reportInput: true })

/** One fixed spelling of a body, whatever the order of its members. A body that has none is its own text. */
export const canonicalBody = (value: unknown, text: string): string => {
  try {
    return canonicalJson(value)
  } catch {
    return text
  }
}

/** Names such as `sha256`; never one that could be a number of a person. */
const harmlessName = /^[a-z_]{1,36}\d{0,3}$/

/** Broken rules of a schema as JSON pointers and rule names. Names of unknown members are shown only when they cannot hold a value. */
export const faultsOf = (error: z.ZodError, base: (string | number)[] = []): InputFault[] =>
  error.issues.flatMap((issue): InputFault[] => {
    const path = [
      ...base,
      ...issue.path.map((part) => (typeof part === 'number' || harmlessName.test(String(part)) ? String(part) : '*')),
    ]
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        pointer: pointerOf(harmlessName.test(key) ? [...path, key] : path),
        rule: 'member_unknown',
      }))
    return [{ pointer: pointerOf(path), rule: ruleOf(issue) }]
  })

/** Without those of the data subject, whose members are judged by the rules of its check. */
export const outsideSubject = (faults: InputFault[]): InputFault[] =>
  faults.filter(({ pointer }) => pointer !== '/data_subject' && !pointer.startsWith('/data_subject/'))

const pointerOf = (path: (string | number)[]): string => path.map((part) => `/${part}`).join('')

const ruleOf = (issue: z.core.$ZodIssue): string => {
  if (issue.input === undefined) return 'member_missing'
  switch (issue.code) {
    case 'invalid_type':
      return `type_${issue.expected === 'record' ? 'object' : issue.expected}`
    case 'too_big':
      return 'too_large'
    case 'too_small':
      return 'too_small'
    case 'invalid_value':
      return 'value_not_listed'
    case 'custom':
      return typeof issue.params?.rule === 'string' ? issue.params.rule : 'not_valid'
    default:
      return 'format'
  }
}
