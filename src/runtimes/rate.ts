import type { Command, Credentials, Read } from '../core/commands.ts'
import type { Limits } from '../core/limits.ts'
import type { LedgerCore } from '../ledger/index.ts'

const take = async (core: LedgerCore, limiter: Limits, credentials: Credentials): Promise<Credentials> => {
  const limit = core.rateOf(credentials)
  if (!limit) return credentials
  return {
    ...credentials,
    rate: await limiter.take(`${credentials.accountId} ${credentials.keyNumber}`, limit.limit, limit.windowSeconds),
  }
}

/** The same command or reading with the caller's rate taken, where the ledger and its limiter live. Staff and the clock have no rate. */
export const withRate = async <T extends Command | Read>(core: LedgerCore, limiter: Limits, asked: T): Promise<T> => {
  if ('credentials' in asked) return { ...asked, credentials: await take(core, limiter, asked.credentials) }
  if ('reader' in asked && asked.reader.kind === 'key')
    return { ...asked, reader: { ...asked.reader, credentials: await take(core, limiter, asked.reader.credentials) } }
  return asked
}
