/** An address as bits: 32 of IPv4 or 128 of IPv6. IPv4-mapped IPv6 addresses (RFC 4291 §2.5.5.2) are read as IPv4. */
interface Bits {
  size: 32 | 128
  value: bigint
}

const parseV4 = (text: string): bigint | null => {
  const parts = text.split('.')
  if (parts.length !== 4 || parts.some((part) => !/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255)) return null
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n)
}

const parseV6 = (text: string): bigint | null => {
  const tail = text.slice(text.lastIndexOf(':') + 1)
  const v4 = tail.includes('.') ? parseV4(tail) : null
  if (tail.includes('.') && v4 === null) return null
  const plain =
    v4 === null ? text : `${text.slice(0, text.lastIndexOf(':') + 1)}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`
  const halves = plain.split('::')
  if (halves.length > 2) return null
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')))
  const head = groups[0] ?? []
  const rest = groups[1] ?? []
  const missing = 8 - head.length - rest.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  const all = halves.length === 2 ? [...head, ...Array<string>(missing).fill('0'), ...rest] : head
  if (all.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return null
  return all.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n)
}

const parseAddress = (text: string): Bits | null => {
  if (!text.includes(':')) {
    const value = parseV4(text)
    return value === null ? null : { size: 32, value }
  }
  const value = parseV6(text)
  if (value === null) return null
  return value >> 32n === 0xffffn ? { size: 32, value: value & 0xffff_ffffn } : { size: 128, value }
}

const parseRange = (text: string): { bits: Bits; length: number } | null => {
  const slash = text.indexOf('/')
  const bits = parseAddress(slash === -1 ? text : text.slice(0, slash))
  if (!bits) return null
  if (slash === -1) return { bits, length: bits.size }
  const suffix = text.slice(slash + 1)
  return /^\d{1,3}$/.test(suffix) && Number(suffix) <= bits.size ? { bits, length: Number(suffix) } : null
}

/** The network that an address belongs to: its /24, of IPv6 its /48; null for what is no address. */
export const networkOf = (address: string): string | null => {
  if (!address.includes(':')) return parseV4(address) === null ? null : address.slice(0, address.lastIndexOf('.'))
  const bits = parseAddress(address)
  if (!bits) return null
  return bits.size === 32
    ? [24n, 16n, 8n].map((shift) => (bits.value >> shift) & 255n).join('.')
    : (bits.value >> 80n).toString(16)
}

/** True for an IPv4 or IPv6 address or a range in CIDR form (RFC 4632). */
export const isAddressRange = (text: string): boolean => parseRange(text) !== null

/** Whether the address lies in one of the ranges. An empty list allows every address; an unreadable address is allowed by none. */
export const isAddressAllowed = (address: string, ranges: readonly string[]): boolean => {
  if (ranges.length === 0) return true
  const bits = parseAddress(address)
  if (!bits) return false
  return ranges.some((text) => {
    const range = parseRange(text)
    if (!range || range.bits.size !== bits.size) return false
    const shift = BigInt(bits.size - range.length)
    return bits.value >> shift === range.bits.value >> shift
  })
}
