const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/**
 * CRC-32 (ISO-HDLC, as in zlib and IEEE 802.3) of ASCII text, an unsigned 32-bit integer. Finds every error burst of up to 32
 * bits, so any changed character; no protection against intent. Throws RangeError for text that is not ASCII.
 */
export const crc32 = (text: string): number => {
  let value = 0xffffffff
  for (const character of text) {
    const byte = character.charCodeAt(0)
    if (byte > 0x7f) throw new RangeError('only ASCII text has this checksum')
    value = (table[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8)
  }
  return (value ^ 0xffffffff) >>> 0
}
