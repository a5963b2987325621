/** Stable names of the rules that a name can break. */
export type NameRule = 'name_length' | 'name_characters'

// What a space may stand between: ASCII signs and Latin letters with their marks. Next to a Han character it is a typing accident.
const wordEnd = /[!-~\p{Script=Latin}\p{M}]$/u
const wordStart = /^[!-~\p{Script=Latin}]/u
// Private-use characters count as letters: rare Han characters are still written with them.
const dotVariant = /(?<=[\p{L}\p{M}\p{Co}])[•‧∙・･.．](?=[\p{L}\p{Co}])/gu
const latinEnd = /[\p{Script=Latin}\p{M}]$/u
const latinStart = /^\p{Script=Latin}/u

/**
 * The form of a person's or organisation's name that is sent and compared (sources.md §7.3): white space goes, but a run of it
 * between two Latin words stays as one space; dot variants between two letters become U+00B7. An ASCII full stop between two
 * Latin letters stays: there it abbreviates (`J.P.`) or names a domain. No Unicode normalisation: NFC and NFKC both replace
 * rare Han characters by others.
 */
export const normaliseName = (text: string): string =>
  text
    .trim()
    .replace(/\s+/g, (run, at: number, whole: string) =>
      wordEnd.test(whole.slice(0, at)) && wordStart.test(whole.slice(at + run.length)) ? ' ' : '',
    )
    .replace(dotVariant, (dot, at: number, whole: string) =>
      dot === '.' && latinEnd.test(whole.slice(0, at)) && latinStart.test(whole.slice(at + 1)) ? dot : '\u00B7',
    )

// Invisible characters (controls, zero-width, direction marks, half surrogates) would be billed as a mismatch nobody can see.
const notInOrganisationName = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u
const notInPersonName = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Nd}]/u

const checkName = (normalised: string, maxLength: number, forbidden: RegExp): NameRule | null => {
  // By code point: a character of the CJK extensions is one character, though two UTF-16 units.
  const length = [...normalised].length
  if (length < 2 || length > maxLength) return 'name_length'
  return forbidden.test(normalised) ? 'name_characters' : null
}

/** The first rule that a person's normalised name breaks, or null: 2 to 50 code points, nothing invisible, no digits (sources.md §7.3). */
export const checkPersonName = (normalised: string): NameRule | null => checkName(normalised, 50, notInPersonName)

/** The first rule that an organisation's normalised name breaks, or null: 2 to 100 code points, nothing invisible. */
export const checkOrganisationName = (normalised: string): NameRule | null => checkName(normalised, 100, notInOrganisationName)

/** First code point and a star for each further one, two at most, so that the length of a longer name does not show: `张*`, `欧**`. */
export const maskName = (name: string): string => {
  const [first = '', ...others] = name
  return others.length === 0 ? '*' : `${first}${'*'.repeat(Math.min(others.length, 2))}`
}
