import type { Log } from '../core/ports.ts'

/** JSON escapes the control characters below space, and leaves those that a terminal or a line reader may obey all the same. */
const escapeRest = (json: string): string =>
  json.replace(/[\u007f-\u009f\u2028\u2029]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** One JSON object per line. Fields are ids, codes and numbers by the port's contract; no character in a value can break a line or colour a terminal. */
export const openLog =
  (write: (line: string) => void): Log =>
  (event, fields = {}) =>
    write(`${escapeRest(JSON.stringify({ at: new Date().toISOString(), event, ...fields }))}\n`)
