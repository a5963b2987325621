/**
 * What is sent to a source: the check and its normalised input. Personal data: it lives in memory for one call only and
 * is never logged, stored or put in an error.
 */
export interface Query {
  check: string
  fields: Readonly<Record<string, string>>
}
