import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Limits } from '../core/limits.ts'
import type { RateState } from '../core/refusal.ts'

/**
 * Rate limits in the memory of the process that owns the ledger. One limiter per pair of limit and window, made when an
 * agreement first asks for it; their number is that of different agreements, not of callers.
 */
export const openLimiter = (): Limits => {
  const limiters = new Map<string, RateLimiterMemory>()
  return {
    async take(name, limit, windowSeconds) {
      const key = `${limit}/${windowSeconds}`
      let limiter = limiters.get(key)
      if (!limiter) {
        limiter = new RateLimiterMemory({ points: limit, duration: windowSeconds })
        limiters.set(key, limiter)
      }
      const stateOf = (result: RateLimiterRes, exceeded: boolean): RateState => ({
        limit,
        windowSeconds,
        remaining: Math.max(0, result.remainingPoints),
        resetSeconds: Math.max(0, Math.ceil(result.msBeforeNext / 1000)),
        exceeded,
      })
      try {
        return stateOf(await limiter.consume(name), false)
      } catch (result) {
        if (result instanceof RateLimiterRes) return stateOf(result, true)
        throw result
      }
    },
  }
}
