import { isAddressAllowed } from '../../core/address.ts'
import type { Credentials, Scope } from '../../core/commands.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import type { Book, Rows } from '../book.ts'

export type CallerFinding = { kind: 'caller'; key: Rows['apiKeys']; account: Rows['accounts'] } | Refusal

/**
 * Whether the key is genuine and lives. A key that does not exist, belongs to another account or has another secret is told
 * apart by nothing.
 */
export const judgeKey = (book: Book, credentials: Credentials, now: number): CallerFinding => {
  const account = book.account()
  const key = account ? book.get('apiKeys', credentials.keyNumber) : null
  const known =
    key &&
    account &&
    key.accountId === credentials.accountId &&
    key.mode === credentials.mode &&
    key.secretKeyId === credentials.secret.keyId &&
    key.secretDigest === credentials.secret.digest
  if (!known) return refuse('key_unknown')
  if (key.revokedAt !== null && now >= key.revokedAt) return refuse('key_revoked')
  if (key.expiresAt !== null && now >= key.expiresAt) return refuse('key_expired')
  return { kind: 'caller', key, account }
}

/**
 * Who is calling: key, rate, scope, address, in this order (DESIGN.md §2 step 3). Whether the caller is suspended is asked
 * later, because a suspended caller still gets the answers that it paid for. What a key may always do has no scope.
 */
export const judgeCredentials = (book: Book, credentials: Credentials, scope: Scope | null, now: number): CallerFinding => {
  const caller = judgeKey(book, credentials, now)
  if (caller.kind === 'refused') return caller
  const rate = credentials.rate
  // A key that is slowed down for what it did is told so, and not that it is too fast.
  if (rate?.exceeded) return refuse(caller.key.throttle === null ? 'rate_limited' : 'abnormal_usage', { rate })
  const more = rate ? { rate } : {}
  if (scope !== null && !caller.key.scopes.includes(scope)) return refuse('key_scope', more)
  if (!isAddressAllowed(credentials.address, caller.key.addresses)) return refuse('address_not_allowed', more)
  return caller
}
