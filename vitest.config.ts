import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { configDefaults, defineConfig } from 'vitest/config'
import { makeDocumentKeys } from './src/runtimes/document-keys.ts'
import { makeKeyFiles, publicKeyOf, readIssuerKey } from './src/runtimes/keyring.ts'

const timeouts = { testTimeout: 30_000, hookTimeout: 30_000 }

/** HTTP suites about a socket of the gateway's own or a file beside it, which the Workers runtime does not have. */
const needSocketOrFiles = ['test/http/problems.socket.test.ts', 'test/http/departed-client.test.ts', 'test/http/system.test.ts']

/** Bindings of the Worker under test: fresh keys, and the directory's migrations, which a deployment applies with wrangler. */
const workerBindings = async () => {
  const keys = makeKeyFiles()
  const issuer = keys['staff-issuer.json']
  return {
    VERIMETER_MASTER_KEY: keys['master.key'],
    VERIMETER_KEYRING: keys['keyring.json'],
    VERIMETER_STAFF_KEY: JSON.stringify(publicKeyOf(readIssuerKey(issuer))),
    VERIMETER_DOCUMENT_KEYS: makeDocumentKeys(),
    TEST_STAFF_PRIVATE_KEY: issuer,
    TEST_DIRECTORY_MIGRATIONS: await readD1Migrations('drizzle/directory'),
  }
}

/** The part of the suites' support that stands for the runtime. */
const inWorkers = (name: string) => ({
  find: new RegExp(`^\\./${name}\\.ts$`),
  replacement: `${import.meta.dirname}/test/workers/${name}.ts`,
})

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default', './test/support/part-times.ts'],
    projects: [
      {
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'test/workers/**'],
          ...timeouts,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            main: './test/workers/worker-under-test.ts',
            wrangler: { configPath: './wrangler.toml' },
            miniflare: { bindings: await workerBindings() },
          })),
        ],
        // The HTTP suites run as they are; only what stands under them is another runtime.
        resolve: { alias: ['http-backend', 'vendor-socket'].map(inWorkers) },
        test: {
          name: 'workers',
          include: ['test/workers/**/*.test.ts', 'test/http/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...needSocketOrFiles],
          setupFiles: ['test/workers/setup.ts'],
          ...timeouts,
        },
      },
    ],
  },
})
