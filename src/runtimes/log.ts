import type { Log } from '../core/ports.ts'

/** One JSON object per line. Fields are ids, codes and numbers by the port's contract; control characters cannot break a line, because JSON escapes them. */
export const openLog =
  (write: (line: string) => void): Log =>
  (event, fields = {}) =>
    write(`${JSON.stringify({ at: new Date().toISOString(), event, ...fields })}\n`)
