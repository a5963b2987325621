import { afterAll, vi } from 'vitest'
import { Processes as Started } from '../../scripts/torture/processes.ts'

export {
  type Child,
  type Ended,
  type Environment,
  type GatewayChild,
  gatewayEntry,
  node24,
  operatorEntry,
  pause,
  projectFolder,
} from '../../scripts/torture/processes.ts'

/** Processes and folders of one test file: what still runs when the file is done is killed, and the folders go. */
export class Processes extends Started {
  constructor() {
    super()
    // A process takes a second to start, and many more on a machine that is busy with something else.
    vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })
    afterAll(() => this.close())
  }
}
