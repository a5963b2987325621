import { expect, test } from 'vitest'
import { type ExportPart, exportParts } from '../../src/core/reads.ts'
import { useTestLedgers } from '../support/ledger.ts'
import { answerOf, staffReader, take } from '../support/ledger-commands.ts'
import { hold, seedWorld, settle } from '../support/ledger-world.ts'

const open = useTestLedgers()

test('what a source bills the reseller is in no part of what is handed over', () => {
  const ledger = open()
  const world = seedWorld(ledger)
  const { verificationId } = hold(ledger, world, 'one')
  settle(ledger, world, verificationId, 'match', { answer: answerOf('match', { costMicroYuan: 15_973 }) })
  expect(ledger.row('SELECT source_cost_micro_yuan AS cost FROM outcomes')).toEqual({ cost: 15_973 })
  const { accountId } = world
  const linesOf = (part: ExportPart): string[] =>
    take(
      ledger.read({ kind: 'export', reader: staffReader, accountId, part, uptoSeq: 1_000_000, after: 0, limit: 1_000 }),
      'read',
    ).value.lines
  const lines = exportParts.flatMap(linesOf)
  expect(lines.some((line) => line.includes(`${verificationId}`))).toBe(true)
  for (const line of lines) expect(line).not.toMatch(/15973|cost/i)
})
