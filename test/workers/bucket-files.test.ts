import { env } from 'cloudflare:test'
import { openBucketFiles } from '../../src/runtimes/bucket-files.ts'
import { openWorkerParts } from '../../src/runtimes/worker-parts.ts'
import { describeFiles } from '../conformance/files.ts'

describeFiles(async () => ({
  files: openBucketFiles(env.FILES, openWorkerParts(env).crypto),
  raw: async (accountId, name) => {
    const found = await env.FILES.get(`${accountId}/${name}`)
    if (!found) throw new Error('there is no such file')
    return new Uint8Array(await found.arrayBuffer())
  },
  replaceRaw: async (accountId, name, sealed) => {
    await env.FILES.put(`${accountId}/${name}`, sealed)
  },
}))
