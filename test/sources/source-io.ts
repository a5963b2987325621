import { createHash, randomBytes } from 'node:crypto'
import type { Network, SourceCall } from '../../src/core/ports.ts'
import type { Query } from '../../src/core/query.ts'
import { timers } from '../../src/runtimes/timers.ts'
import type { SourceIo } from '../../src/sources/source.ts'

/** A world for sources: real clock and timers, no network unless one is given. */
export const testIo = (network: Network = async () => ({ kind: 'not_sent', reason: 'not_sent' })): SourceIo => ({
  network,
  clock: Date.now,
  log: () => undefined,
  randomHex: (count) => randomBytes(count).toString('hex'),
  digestAnswer: (raw) => createHash('sha256').update(raw).digest('hex'),
  ...timers,
})

/** The example of GB 11643. */
export const specimen = { name: '张三', id_number: '11010519491231002X' }

export const id2Query = (fields: Record<string, string> = specimen): Query => ({ check: 'id2', fields })

export const callNamed = (reference: string, forMs = 2_000): SourceCall => ({
  reference,
  check: 'id2',
  deadlineAt: Date.now() + forMs,
  consent: null,
})
