import { parseApiKey } from './api-key.ts'
import type { Credentials } from './commands.ts'
import type { Crypto } from './ports.ts'
import { type Refusal, refuse } from './refusal.ts'

/**
 * The key of a request, parsed and digested. A key whose form or checksum is wrong is refused here, before any read; the
 * account part of a good one says which ledger to ask (DESIGN.md §2 step 1).
 */
export const readCredentials = (crypto: Crypto, apiKey: string | null, address: string): Credentials | Refusal => {
  if (apiKey === null) return refuse('key_missing')
  const parsed = parseApiKey(apiKey)
  if (!parsed) return refuse('key_malformed')
  const { accountId, keyNumber, mode } = parsed
  return { accountId, keyNumber, mode, secret: crypto.digest('api_key', apiKey), address, rate: null }
}
