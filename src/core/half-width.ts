/**
 * Full-width forms (U+FF01 to U+FF5E, as Chinese input methods type them) become their ASCII letters, digits and signs; every
 * other character stays. For numbers and codes only: names keep the characters that they were given (sources.md §7.3).
 */
export const toHalfWidth = (text: string): string =>
  text.replace(/[\uFF01-\uFF5E]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
