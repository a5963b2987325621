/* What an attacker, a careless client and a good one put into a request: drawn from a seed, so that a run can be repeated. */

export interface Random {
  /** A whole number from 0 to `below` - 1. */
  below(below: number): number
  chance(share: number): boolean
  pick<T>(list: readonly T[]): T
}

/** Mulberry32: 32 bits of state, the same numbers on every runtime. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    chance: (share) => next() < share,
    pick: (list) => {
      if (list.length === 0) throw new Error('nothing to pick from')
      return list[below(list.length)] as (typeof list)[number]
    },
  }
}

/** Stands in what is sent and must not be read in any problem. Upper case, so that it is no harmless name of a member. */
export const canary = 'ZQXJ7CANARY'

/** The specimens of the sandbox that are answered at once, with the reference of the consent that is recorded for each. */
export const specimens = [
  { consent: 'fuzz-match', id_number: '11010519491231002X', name: '张三' },
  { consent: 'fuzz-mismatch', id_number: '11010519491231002X', name: '李四' },
  { consent: 'fuzz-none', id_number: '440524188001010014', name: '张三' },
  { consent: 'fuzz-rejected', id_number: '810000199408230021', name: '张三' },
] as const

const nested = (depth: number): unknown => {
  let value: unknown = 1
  for (let at = 0; at < depth; at += 1) value = at % 2 === 0 ? [value] : { a: value }
  return value
}

const longTexts = [129, 201, 501, 4_000, 60_000, 70_000]

/** A text that no route expects. Every one of them holds the canary where it has room for it. */
const hostileText = (random: Random): string =>
  random.pick<() => string>([
    () => '',
    () => ' ',
    () => canary,
    () => `${canary}\0`,
    () => `${canary}\ud800`,
    () => `\u202e${canary}\ufeff`,
    () => `${canary}'; DROP TABLE grants; --`,
    () => `<script>${canary}</script>`,
    () => `../../${canary}`,
    () => `${canary}\r\nX-Injected: 1`,
    () => `${canary}\u001b[31m`,
    () => canary + 'a'.repeat(random.pick(longTexts)),
    () => `${canary}${'😀'.repeat(random.pick([1, 50, 500]))}`,
    () => '１１０１０５１９４９１２３１００２Ｘ',
    () => '110105194912310021',
    () => '2024-02-30',
    () => '9999-12-31T23:59:60Z',
    () => '+275760-09-13T00:00:00.000Z',
    () => '0x10',
    () => '__proto__',
    () => 'constructor',
    () => 'toString',
  ])()

/** A value of any kind at any edge. */
export const hostileValue = (random: Random): unknown =>
  random.pick<() => unknown>([
    () => null,
    () => random.chance(0.5),
    () => random.pick([0, -0, -1, 1.5, 1e-300, 2 ** 31, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 1e21, 1e308]),
    () => hostileText(random),
    () => hostileText(random),
    () => hostileText(random),
    () => [],
    () => ({}),
    () => [canary, null, [canary]],
    () => Array.from({ length: random.pick([21, 51, 501]) }, (_none, at) => at),
    () => ({ [canary]: canary }),
    () => JSON.parse(`{"__proto__":{"${canary}":1},"constructor":{"prototype":{"isAdmin":true}}}`) as unknown,
    () => nested(random.pick([10, 1_000, 3_000])),
  ])()

export type Schema = Record<string, unknown>

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a good client says under this name, for what a schema alone does not tell. */
const wordsByName: Readonly<Record<string, (random: Random) => unknown>> = {
  check: () => 'id2',
  checks: () => ['id2'],
  purpose: () => 'real_name_registration',
  purposes: () => ['real_name_registration'],
  sources: () => ['sandbox', 'aliyun_market_id2'],
  ground: (random) => random.pick(['fraud', 'subject_objection', 'overdue', 'test']),
  preset: (random) => random.pick(['S1', 'S1', 'S1', 'S1', 'S1', 'S0', 'S2', 'S3', 'S4']),
  overrides: () => ({ term: { start: '2024-07-28', end: '2099-07-29' }, rate: { limit: 1_000_000, windowSeconds: 60 } }),
  granted_at: () => '2024-08-01T09:00:00+08:00',
  addresses: () => [],
  mode: () => 'test',
  credits: (random) => random.pick([1, 100, 1_000_000_000]),
  url: () => 'https://example.com/notice',
}

/** A value that the schema allows, as far as one can tell from it. */
export const validValue = (schema: Schema, schemas: Record<string, Schema>, random: Random, name = ''): unknown => {
  const reference = typeof schema.$ref === 'string' ? schemas[schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)] : undefined
  if (reference) return validValue(reference, schemas, random, name)
  const word = wordsByName[name]
  if (word) return word(random)
  if (Array.isArray(schema.enum)) return random.pick(schema.enum as unknown[])
  switch (schema.type) {
    case 'object':
      return validObject(schema, schemas, random)
    case 'array':
      return [validValue(isObject(schema.items) ? schema.items : {}, schemas, random)]
    case 'integer': {
      const { minimum = 0, maximum = 100 } = schema as { minimum?: number; maximum?: number }
      return random.pick([minimum, maximum, Math.floor((minimum + maximum) / 2)])
    }
    case 'boolean':
      return random.chance(0.9)
    case 'string':
      return validText(schema, random)
    default:
      return null
  }
}

const validObject = (schema: Schema, schemas: Record<string, Schema>, random: Random): unknown => {
  if (schema.additionalProperties === true) {
    const { id_number, name } = random.pick(specimens)
    return { id_number, name }
  }
  const required = new Set(Array.isArray(schema.required) ? schema.required : [])
  const members = Object.entries(isObject(schema.properties) ? schema.properties : {})
  return Object.fromEntries(
    members
      .filter(([name]) => required.has(name) || random.chance(wordsByName[name] ? 0.7 : 0.15))
      .map(([name, member]) => [name, validValue(isObject(member) ? member : {}, schemas, random, name)]),
  )
}

const validText = (schema: Schema, random: Random): string => {
  const { pattern = '', format, minLength = 1, maxLength = 20 } = schema as Record<string, never>
  if (format === 'date-time') return '2030-08-01T09:00:00+08:00'
  if (format === 'date') return random.pick(['2024-08-01', '2024-08-31'])
  if (format === 'uri') return 'https://example.com/'
  if (String(pattern).includes('{64}')) return 'ab'.repeat(32)
  if (String(pattern).includes('\\/')) return 'text/plain'
  return `word${random.below(1_000_000)}`.slice(0, Math.max(minLength, Math.min(maxLength, 20)))
}
