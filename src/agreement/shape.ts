/** What a member may hold: a test of a single value, or the shapes of its own members by name. */
export type Shape = ((value: unknown) => boolean) | { readonly [member: string]: Shape }

export const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isPositive = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0

export const isOneOf =
  (words: readonly unknown[]) =>
  (value: unknown): boolean =>
    words.includes(value)

/** True for null too. */
export const orNull =
  (check: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === null || check(value)

export const isListOf =
  (check: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(check)

/** Members under names that nobody lists beforehand. */
export const isRecordOf =
  (check: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    isPlain(value) && Object.values(value).every(check)

export const isFlag = (value: unknown): boolean => typeof value === 'boolean'

/** An object of exactly these members. */
export const isObjectOf =
  (shape: { readonly [member: string]: Shape }) =>
  (value: unknown): boolean =>
    isPlain(value) && findShapeFaults(shape, value).length === 0

/** A name as a fault may repeat it: one that could be a member's, and not whatever text was sent. */
export const shown = (name: string): string => (/^[a-z_]\w{0,39}$/.test(name) ? name : '?')

/** What is wrong with a value, by the path of its members: unknown, missing or malformed. Empty when nothing is. */
export const findShapeFaults = (shape: Shape, value: unknown, path = ''): string[] => {
  if (typeof shape === 'function') return shape(value) ? [] : [path]
  if (!isPlain(value)) return [path]
  const at = (member: string) => (path === '' ? member : `${path}.${member}`)
  const unknown = Object.keys(value).filter((member) => !Object.hasOwn(shape, member))
  return [
    ...unknown.map((member) => `${at(shown(member))}: unknown`),
    ...Object.entries(shape).flatMap(([member, inner]) =>
      findShapeFaults(inner, Object.hasOwn(value, member) ? value[member] : undefined, at(member)),
    ),
  ]
}

/**
 * One object over another, member by member; lists and single values are replaced whole, and so is an object of another
 * `kind`, whose members mean something else.
 */
export const mergeMembers = (base: unknown, given: unknown): unknown => {
  if (!isPlain(base) || !isPlain(given)) return given
  if (Object.hasOwn(given, 'kind') && given.kind !== base.kind) return given
  const names = new Set([...Object.keys(base), ...Object.keys(given)])
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      Object.hasOwn(given, name) ? mergeMembers(Object.hasOwn(base, name) ? base[name] : undefined, given[name]) : base[name],
    ]),
  )
}
