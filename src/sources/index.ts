import type { Sources } from '../core/ports.ts'
import { type AliyunMarketId2Config, aliyunMarketId2 } from './aliyun-market-id2.ts'
import { ask, find, withoutAnswer } from './ask.ts'
import { Health } from './health.ts'
import { sandbox } from './sandbox.ts'
import { sandboxRegisters } from './sandbox-registers.ts'
import type { Source, SourceIo } from './source.ts'

/** Settings of the sources; null leaves a source out. */
export interface SourcesConfig {
  aliyunMarketId2: AliyunMarketId2Config | null
  /** By source id: what one billed call costs, in millionths of a yuan, where the source does not say so itself. */
  costsMicroYuan?: Readonly<Record<string, number>>
}

/** The registered sources, one line each, in the order in which they are asked. */
export const registeredSources = (config: SourcesConfig): Source[] =>
  [sandbox(), ...sandboxRegisters(), ...(config.aliyunMarketId2 === null ? [] : [aliyunMarketId2(config.aliyunMarketId2)])].map(
    (source): Source => {
      const costMicroYuan = config.costsMicroYuan?.[source.id]
      return costMicroYuan === undefined ? source : { ...source, costMicroYuan }
    },
  )

/**
 * The sources as the life of a verification sees them (`Sources` in core/ports.ts). Neither `ask` nor `find` throws; an id
 * that is not registered is `unavailable`, or `unclear` for `find`. Throws at once when two sources share an id.
 */
export const openSources = (sources: Source[], io: SourceIo): Sources => {
  const byId = new Map(sources.map((source) => [source.id, source]))
  if (byId.size !== sources.length) throw new Error('Two sources have the same id.')
  const health = new Health(sources, io.clock)
  return {
    candidates: (check, mode) =>
      sources.filter((source) => source.mode === mode && source.checks.includes(check)).map((source) => source.id),
    ask: async (sourceId, query, call) => {
      const source = byId.get(sourceId)
      if (source === undefined) return withoutAnswer('unavailable', 'source_not_registered')
      const askedAt = io.clock()
      const answer = await ask(source, query, call, io)
      health.note(sourceId, answer.outcome, io.clock() - askedAt)
      return answer
    },
    find: async (sourceId, call) => {
      const source = byId.get(sourceId)
      return source === undefined ? { kind: 'unclear', reason: 'source_not_registered' } : find(source, call, io)
    },
    finalAfterMs: (sourceId) => byId.get(sourceId)?.finalAfterMs ?? null,
    health: () => health.read(),
  }
}
