import type { R2Bucket } from '@cloudflare/workers-types'
import type { Crypto, Files } from '../core/ports.ts'

/** Files in a bucket, under the account's id. The platform answers a put when it is durable. */
export const openBucketFiles = (bucket: R2Bucket, crypto: Pick<Crypto, 'seal' | 'unseal'>): Files => ({
  async put(accountId, name, bytes) {
    await bucket.put(`${accountId}/${name}`, crypto.seal(accountId, name, bytes))
  },
  async get(accountId, name) {
    const found = await bucket.get(`${accountId}/${name}`)
    return found && crypto.unseal(accountId, name, new Uint8Array(await found.arrayBuffer()))
  },
  remove: (accountId, name) => bucket.delete(`${accountId}/${name}`),
})
