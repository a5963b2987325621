import type { Context } from 'hono'
import type { z } from 'zod'
import { canonicalJson } from '../core/canonical-json.ts'
import type { InputFault } from '../core/refusal.ts'
import type { AppEnv } from './env.ts'
import type { DoorCode } from './problems.ts'

/** A single request; a batch may be larger. Bytes. */
export const largestBody = 65_536
export const largestBatchBody = 1_048_576

export type BodyReading = { kind: 'json'; value: unknown; text: string } | { kind: 'door'; code: DoorCode }

/** Reads a JSON body of at most `limit` bytes. A larger one is not read to its end. */
export const readJson = async (c: Context<AppEnv>, limit: number): Promise<BodyReading> => {
  const mediaType = c.req.header('content-type') ?? ''
  if (!/^application\/json\s*(;|$)/i.test(mediaType)) return { kind: 'door', code: 'media_type_unsupported' }
  const text = await readText(c, limit)
  if (text === null) return { kind: 'door', code: 'body_too_large' }
  try {
    return { kind: 'json', value: JSON.parse(text), text }
  } catch {
    return { kind: 'door', code: 'body_malformed' }
  }
}

const readText = async (c: Context<AppEnv>, limit: number): Promise<string | null> => {
  const declared = c.req.header('content-length')
  if (declared !== undefined) return Number(declared) > limit ? null : c.req.text()
  const reader = c.req.raw.body?.getReader()
  if (!reader) return ''
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.byteLength
    if (size > limit) {
      await reader.cancel()
      return null
    }
    text += decoder.decode(value, { stream: true })
  }
}

/** One fixed spelling of a body, whatever the order of its members. A body that has none is its own text. */
export const canonicalBody = (value: unknown, text: string): string => {
  try {
    return canonicalJson(value)
  } catch {
    return text
  }
}

const harmlessName = /^[a-z_]{1,40}$/

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

const pointerOf = (path: (string | number)[]): string => path.map((part) => `/${part}`).join('')

const ruleOf = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'member_missing' : `type_${issue.expected}`
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
