import type { Context } from 'hono'
import { parseApiKey } from '../core/api-key.ts'
import { isAccountId } from '../core/ids.ts'
import { bearerOf } from './caller.ts'
import type { AppDeps } from './deps.ts'
import type { AppEnv } from './env.ts'

/** The account that a request is about: of its key, which may be wrong, or of the address that staff called. */
const accountOf = (c: Context<AppEnv>): string | null => {
  const named = c.req.param('account_id')
  if (named !== undefined && isAccountId(named)) return named
  return parseApiKey(bearerOf(c) ?? '')?.accountId ?? null
}

/** Counts each answer and, where it is wished, logs it. It reads the status alone and never touches the answer. */
export const openObserver = (deps: AppDeps): ((c: Context<AppEnv>, status: number) => void) => {
  const { metrics, log, logRequests, ticks } = deps
  return (c, status) => {
    const route = c.get('route') ?? 'none'
    const durationMs = ticks() - c.get('arrivedAt')
    metrics.count('verimeter_http_requests_total', route, String(status))
    metrics.observe('verimeter_http_request_seconds', durationMs / 1000, route)
    const code = c.get('problemCode')
    if (code !== undefined) metrics.count('verimeter_refusals_total', code)
    if (!logRequests) return
    log('request', {
      // The method is the caller's word where no route has it.
      method: /^[A-Z]{1,10}$/.test(c.req.method) ? c.req.method : 'other',
      route,
      status,
      ...(code === undefined ? {} : { code }),
      duration_ms: Math.round(durationMs * 1000) / 1000,
      request_id: c.get('requestId'),
      trace_id: c.get('trace').traceId,
      account: accountOf(c),
    })
  }
}
