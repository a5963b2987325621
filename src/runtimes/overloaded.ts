/** Nothing was stored, and the caller may come back. */
export class Overloaded extends Error {
  readonly overloaded = true
}
