import { normaliseResidentId } from '../core/resident-id.ts'

export type Message =
  | { kind: 'text'; text: string }
  | { kind: 'missing_variable'; name: string }
  | { kind: 'template_malformed' }
  | { kind: 'personal_data_in_message' }

const hole = /\{([^{}]*)\}/g

// A date as an identity number writes it. The check character is not asked for: a number with one wrong digit is still about
// a person. The 15-digit form stands alone, because it hides in any longer number.
const date = '(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])'
const idNumber = new RegExp(`[1-9]\\d{5}(?:18|19|20)\\d{2}${date}\\d{3}[\\dX]|(?<!\\d)[1-8]\\d{7}${date}\\d{3}(?!\\d)`)

const isPersonal = (text: string): boolean => idNumber.test(normaliseResidentId(text))

/**
 * A template with every `{name}` filled in, once: what a value holds is never read as a template. A variable that is missing or
 * empty is named, since nothing half-filled is sent; a text with an identity number that is not masked is refused (S1 §5.2).
 */
export const renderMessage = (template: string, variables: Readonly<Record<string, string>>): Message => {
  const textOf = (name: string): string => (Object.hasOwn(variables, name) ? (variables[name] ?? '') : '')
  const names = [...template.matchAll(hole)].map(([, name = '']) => name)
  const rest = template.replace(hole, '')
  if (names.includes('') || /[{}]/.test(rest)) return { kind: 'template_malformed' }
  const missing = names.find((name) => textOf(name).trim() === '')
  if (missing !== undefined) return { kind: 'missing_variable', name: missing }
  const text = template.replace(hole, (_, name: string) => textOf(name))
  return isPersonal(text) ? { kind: 'personal_data_in_message' } : { kind: 'text', text }
}
