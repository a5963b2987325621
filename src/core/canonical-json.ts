const isPlainObject = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Printable ASCII that JSON writes as it is: nearly every text here, and neither of the two steps below is needed for it. */
const plain = /^[ !#-[\]-~]*$/

const quote = (text: string): string => {
  if (plain.test(text)) return `"${text}"`
  // RFC 8785 §3.2.2.2: text that UTF-8 cannot carry has no canonical form.
  if (!text.isWellFormed()) throw new TypeError('canonical JSON has no lone surrogates')
  return JSON.stringify(text)
}

/**
 * The one text of a value: object members sorted by UTF-16 code unit, no white space. RFC 8785 (JCS), restricted to strings,
 * booleans, null, safe integers, arrays and plain objects of them, so that no number has two spellings. Throws TypeError for
 * anything else (also for undefined members), never with the value in its message.
 */
export const canonicalJson = (value: unknown): string => {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError('canonical JSON holds safe integers only')
    return String(value)
  }
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`
  if (typeof value === 'object' && isPlainObject(value)) {
    const members = value as Record<string, unknown>
    let text = ''
    // Without a comparison of its own, sort goes by UTF-16 code unit.
    for (const name of Object.keys(members).sort())
      text += `${text === '' ? '' : ','}${quote(name)}:${canonicalJson(members[name])}`
    return `{${text}}`
  }
  throw new TypeError(`canonical JSON cannot hold this ${typeof value}`)
}
