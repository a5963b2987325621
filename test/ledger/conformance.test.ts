import { describe, expect, test } from 'vitest'
import type { Command, ResultOf } from '../../src/core/commands.ts'
import { type JournalLine, type LedgerHost, ledgerScript, playLedgerScript } from '../conformance/ledger.ts'
import { digestStatements } from '../conformance/statement.ts'
import { plainTranscript } from '../conformance/transcript.ts'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'

const open = useTestLedgers()

/** The in-memory ledger as a host of the script; `meddle` comes before every commit. */
const hostOf = (ledger: TestLedger, meddle: (ledger: TestLedger, command: Command) => void = () => undefined): LedgerHost => ({
  ledger: {
    async submit<C extends Command>(command: C): Promise<ResultOf<C>> {
      meddle(ledger, command)
      return ledger.submit(command)
    },
    read: async (read) => ledger.read(read),
  },
  crypto: ledger.crypto,
  setNow: (ms) => {
    ledger.clock.now = ms
  },
  due: async () => ledger.core.due(),
  doubts: async () => ledger.core.doubts(),
  journal: async () =>
    ledger.rows<JournalLine>(
      `SELECT seq, kind, at, actor, verification_id AS verificationId, grant_id AS grantId, credits, body,
        leaf_index AS leafIndex, leaf, leaf_hash AS leafHash FROM entries ORDER BY seq`,
    ),
  restart: async () => ledger.restart(),
})

describe('the conformance script on the in-memory ledger', () => {
  test('gives the same transcript each time', async () => {
    const first = await playLedgerScript(hostOf(open()))
    expect(await playLedgerScript(hostOf(open()))).toEqual(first)
    expect(first.steps).toHaveLength(ledgerScript.length)
  })

  test('gives the same transcript when the process ends before every commit and the derived tables lag', async () => {
    const first = await playLedgerScript(hostOf(open()))
    const shaken = hostOf(open(), (ledger) => {
      ledger.core.flushDerived(1)
      ledger.restart()
    })
    expect(await playLedgerScript(shaken)).toEqual(first)
  })

  test('a transcript is plain data, so that it can be compared across runtimes', async () => {
    const transcript = await playLedgerScript(hostOf(open()))
    expect(JSON.parse(JSON.stringify(transcript))).toEqual(transcript)
  })

  test('visits every ending, and every kind of line that a journal can have', async () => {
    const { steps, journal } = await playLedgerScript(hostOf(open()))
    const results = JSON.stringify(steps)
    for (const word of ['held', 'replayed', 'captured', 'released', 'quota_exhausted', 'term_expired', 'source_unknown'])
      expect(results).toContain(`"${word}"`)
    const kinds = new Set(journal.map(({ kind }) => kind))
    for (const kind of ['hold', 'capture', 'release', 'doubt', 'expire', 'denial', 'denials_counted', 'approve', 'rotate_key'])
      expect(kinds).toContain(kind)
  })

  test.each<[string, (ledger: TestLedger, command: Command) => void]>([
    [
      'a clock that is a millisecond off once',
      (ledger, command) => {
        if (command.kind === 'withdraw_consent') ledger.clock.advance(1)
      },
    ],
    [
      'a random byte too many',
      (ledger, command) => {
        if (command.kind === 'withdraw_consent') ledger.crypto.randomHex(1)
      },
    ],
    [
      'a lost index entry',
      (ledger, command) => {
        if (command.kind !== 'alarm') return
        ledger.core.flushDerived(1_000)
        ledger.connection.exec('DELETE FROM used_keys')
      },
    ],
  ])('%s shows in the transcript', async (_what, meddle) => {
    const good = await playLedgerScript(hostOf(open()))
    const bad = await playLedgerScript(hostOf(open({ sound: false }), meddle))
    expect(bad).not.toEqual(good)
  })
})

test('the transcript is the one that every runtime must play', async () => {
  const transcript = JSON.stringify(plainTranscript(await playLedgerScript(hostOf(open()))), null, 1)
  await expect(`${transcript}\n`).toMatchFileSnapshot('../conformance/transcript.json')
})

test('the statements of the history are the same bytes in every format, for the other runtime to be compared with', async () => {
  const host = hostOf(open())
  await playLedgerScript(host)
  const digests = await digestStatements(host)
  expect(digests.length).toBeGreaterThan(3)
  const again = hostOf(open(), (ledger) => {
    ledger.core.flushDerived(1)
    ledger.restart()
  })
  await playLedgerScript(again)
  expect(await digestStatements(again)).toEqual(digests)
  await expect(`${JSON.stringify(digests, null, 2)}\n`).toMatchFileSnapshot('../conformance/statement-digests.json')
})
