import type { D1Migration } from '@cloudflare/vitest-plugin'
import type { WorkerEnv } from '../../src/runtimes/worker-parts.ts'

declare global {
  namespace Cloudflare {
    interface Env extends WorkerEnv {
      TEST_DIRECTORY_MIGRATIONS: D1Migration[]
      TEST_STAFF_PRIVATE_KEY: string
    }
    interface GlobalProps {
      mainModule: typeof import('./worker-under-test.ts')
    }
  }
}
