/** That a route is on its way out, and where its callers should go. */
export interface Deprecation {
  /** From when on it is deprecated, milliseconds since the Unix epoch; it may lie ahead. */
  since: number
  /** When it stops answering, not before `since`. */
  sunset: number
  /** A page that says why and what to do instead. */
  page: string
  /** The address that takes its place, where there is one. */
  successor?: string
}

/**
 * Deprecation (RFC 9745, a date of structured fields), Sunset (RFC 8594, an HTTP date) and the links between them. Throws at
 * start when a route would stop before it is deprecated.
 */
export const deprecationHeaders = ({ since, sunset, page, successor }: Deprecation): Record<string, string> => {
  if (sunset < since) throw new Error('a route cannot stop answering before it is deprecated')
  const links = [
    `<${page}>; rel="deprecation"; type="text/html"`,
    `<${page}>; rel="sunset"; type="text/html"`,
    ...(successor === undefined ? [] : [`<${successor}>; rel="successor-version"`]),
  ]
  return {
    Deprecation: `@${Math.floor(since / 1000)}`,
    Sunset: new Date(sunset).toUTCString(),
    Link: links.join(', '),
  }
}
