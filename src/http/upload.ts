import type { Context } from 'hono'
import { largestFile, readBytes } from './body.ts'
import type { AppEnv } from './env.ts'
import { problem } from './problem.ts'

/** A body that is taken as it comes: any media type, at most `largestFile` bytes, nothing unpacked. */
export const readFileBody = async (c: Context<AppEnv>): Promise<Uint8Array | Response> => {
  const isNamed = /^[a-z]+\/[a-z0-9.+-]{1,80}\s*(?:;.*)?$/i.test(c.req.header('content-type') ?? '')
  if (!isNamed || !/^(?:identity)?$/i.test(c.req.header('content-encoding') ?? '')) return problem(c, 'media_type_unsupported')
  try {
    const read = await readBytes(c, largestFile)
    if (read === null) return problem(c, 'body_too_large')
    const whole = new Uint8Array(read)
    return whole.length === 0 ? problem(c, 'body_malformed') : whole
  } catch {
    // Broken off by a caller who has gone.
    return problem(c, 'body_malformed')
  }
}

/** A file as an answer; never of a type that a browser would run. */
export const fileAnswer = (name: string, bytes: Uint8Array, more: Record<string, string> = {}): Response =>
  new Response(new Uint8Array(bytes), {
    status: 200,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename="${name}"`,
      'Cache-Control': 'no-store',
      ...more,
    },
  })
