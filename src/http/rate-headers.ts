import type { RateState } from '../core/refusal.ts'

/**
 * RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-10): lists of strings with parameters. The one
 * policy, "key", is the limit that protects the gateway; the credits that were bought stand in the answers.
 */
export const rateHeaders = (rate: RateState | null): Record<string, string> =>
  rate
    ? {
        'RateLimit-Policy': `"key";q=${rate.limit};w=${rate.windowSeconds}`,
        RateLimit: `"key";r=${rate.remaining};t=${rate.resetSeconds}`,
      }
    : {}
