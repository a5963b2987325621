import type { Recording } from './power-cut-record.ts'
import type { Operation } from './strace.ts'

/**
 * Which verifications were told of before the disk had them: between the request and the call of the source there must be a
 * sync of the WAL, and another one between that call and the answer. What this finds is a list of ids with the step.
 */
export const syncFaults = (operations: readonly Operation[], answered: Recording['answered']): string[] => {
  const read = new Map<string, number>()
  const called = new Map<string, number>()
  const told = new Map<string, number>()
  const syncs: number[] = []
  for (const [at, operation] of operations.entries()) {
    if (operation.kind === 'sync' && operation.path.endsWith('-wal')) syncs.push(at)
    if (operation.kind === 'received') {
      const key = /^POST \/v1\/verifications .*?\r\nidempotency-key: ([\w-]+)\r\n/is.exec(operation.text)?.[1]
      if (key !== undefined) read.set(key, at)
    }
    if (operation.kind !== 'sent') continue
    const reference = /^(?:POST|GET) .*?\r\nx-request-reference: (ver_\w+)\r\n/is.exec(operation.text)?.[1]
    if (reference !== undefined) called.set(reference, at)
    const id = /^HTTP\/1\.1 200 .*"id":"(ver_\w+)"/s.exec(operation.text)?.[1]
    if (id !== undefined) told.set(id, at)
  }
  const isSyncedBetween = (from: number | undefined, to: number | undefined): boolean =>
    from !== undefined && to !== undefined && syncs.some((at) => at > from && at < to)
  return answered.flatMap(({ key, verificationId }) => [
    ...(isSyncedBetween(read.get(key), called.get(verificationId))
      ? []
      : [`${verificationId}: asked before its hold was synced`]),
    ...(isSyncedBetween(called.get(verificationId), told.get(verificationId))
      ? []
      : [`${verificationId}: answered before its ending was synced`]),
  ])
}
