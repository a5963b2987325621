import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/core/canonical-json.ts'
import { makeId } from '../../src/core/ids.ts'
import { RunningInclusion } from '../../src/core/merkle.ts'
import { toRfc3339 } from '../../src/core/shanghai.ts'
import { makeChargeEvidence } from '../../src/documents/charge-evidence.ts'
import { checkEvidence } from '../../src/documents/verify-evidence.ts'

const crypto = { sha256: (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex') }

const accountId = 'acc_0123456789'
const at = Date.parse('2024-08-02T10:00:00+08:00')
const leaf = canonicalJson({
  v: 1,
  account: accountId,
  index: 5,
  seq: 9,
  at,
  event: 'capture',
  verification: 7,
  check: 'id2',
  outcome: 'match',
  credits: 1,
  grant: 3,
  key: 4,
  consent: 6,
  by: 'source',
  source: 'source_a',
  source_reference: 'T-1',
})
const terms = canonicalJson({ preset: 'S1', checks: { id2: { credits: 1 } } })

/** A sound file about the leaf 5 of a log of 11. */
const soundFile = (): string => {
  const hash = crypto.sha256(`\0${leaf}`)
  const running = new RunningInclusion(crypto, { index: 5, size: 11 })
  running.add(Array.from({ length: 11 }, (_, each) => (each === 5 ? hash : crypto.sha256(`\0leaf ${each}`))))
  const ids = {
    id: makeId('ver', accountId, 7),
    consent_id: makeId('con', accountId, 6),
    api_key_id: makeId('key', accountId, 4),
  }
  return makeChargeEvidence(
    crypto,
    {
      accountId,
      dispute: { id: makeId('cdi', accountId, 8), verification_id: ids.id, text: 'asked twice' },
      call: {
        ...ids,
        check: 'id2',
        state: 'captured',
        charged: true,
        outcome: 'match',
        credits: 1,
        source: { id: 'source_a', reference: 'T-1', said_at: null },
        audit: { index: 5, leaf_hash: hash },
      },
      consent: { id: ids.consent_id, data_subject: { number_masked: '110105********002X', name_masked: '张*' } },
      evidenceFile: null,
    },
    {
      agreement: { version: 1, digest: crypto.sha256(terms), terms },
      entries: [
        { seq: 8, kind: 'hold', at, actor: 'key:4', credits: 1, leaf: null },
        { seq: 9, kind: 'capture', at, actor: 'key:4', credits: 1, leaf: { index: 5, hash, text: leaf } },
      ],
    },
    running.proof(),
  )
}

const isSound = (text: string): boolean => checkEvidence(crypto, text).every(({ holds }) => holds)

/** The checks that fail, by how they begin. */
const failing = (text: string): string[] =>
  checkEvidence(crypto, text)
    .filter(({ holds }) => !holds)
    .map(({ name }) => name)

type Json = { [name: string]: unknown }

/** The file with something changed by somebody who makes the digest of the file anew. */
const forged = (change: (file: Record<string, Json & Json[]>) => void): string => {
  const { digest: _digest, ...rest } = JSON.parse(soundFile()) as Json
  change(rest as Record<string, Json & Json[]>)
  return canonicalJson({ ...rest, digest: crypto.sha256(canonicalJson(rest)) })
}

describe('an evidence file', () => {
  test('that nobody touched is sound, and is canonical JSON', () => {
    expect(failing(soundFile())).toEqual([])
    expect(soundFile()).toBe(canonicalJson(JSON.parse(soundFile())))
  })

  test('with any one byte changed is not', () => {
    const bytes = Buffer.from(soundFile())
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (place, difference) => {
        const changed = Buffer.from(bytes)
        changed[place] = (changed[place] ?? 0) ^ difference
        expect(isSound(changed.toString('utf8'))).toBe(false)
      }),
      { numRuns: 400 },
    )
    for (let place = 0; place < bytes.length; place += 16) {
      const changed = Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 16)])
      expect(isSound(changed.toString('utf8'))).toBe(false)
    }
  })

  const forgeries: [string, (file: Record<string, Json & Json[]>) => void, string][] = [
    ['another outcome', (file) => Object.assign(file.call ?? {}, { outcome: 'mismatch' }), 'the call'],
    ['more credits', (file) => Object.assign(file.call ?? {}, { credits: 2 }), 'the call'],
    ['another key', (file) => Object.assign(file.call ?? {}, { api_key_id: makeId('key', accountId, 5) }), 'the call'],
    ['another source', (file) => Object.assign(file.call ?? {}, { source: null }), 'the call'],
    ['another consent', (file) => Object.assign(file.consent ?? {}, { id: makeId('con', accountId, 9) }), 'the call'],
    [
      'another dispute',
      (file) => Object.assign(file.dispute ?? {}, { verification_id: makeId('ver', accountId, 9) }),
      'the call',
    ],
    ['other terms', (file) => Object.assign(file.agreement ?? {}, { terms: '{"preset":"S1"}' }), 'the agreement'],
    ['another preset', (file) => Object.assign(file.agreement ?? {}, { preset: 'S0' }), 'the agreement'],
    ['another root', (file) => Object.assign(file.log ?? {}, { root: '0'.repeat(64) }), 'the leaf is in the log'],
    // One of the same shape (12 for 11) is for the root to tell, which is compared with one that was had by another way.
    ['another size', (file) => Object.assign(file.log ?? {}, { size: 6 }), 'the leaf is in the log'],
    ['another place', (file) => Object.assign(file.log ?? {}, { index: 4 }), 'the capture'],
    ['a shorter way', (file) => Object.assign(file.log ?? {}, { path: [] }), 'the leaf is in the log'],
    ['a later time', (file) => Object.assign(file.entries?.[1] ?? {}, { at: toRfc3339(at + 1) }), 'every leaf'],
    [
      'a leaf of its own, with its hash',
      (file) => {
        const text = leaf.replace('"match"', '"mismatch"')
        Object.assign(file.entries?.[1] ?? {}, { leaf: { index: 5, hash: crypto.sha256(`\0${text}`), text } })
      },
      'the capture',
    ],
    ['no leaf', (file) => Object.assign(file.entries?.[1] ?? {}, { leaf: null }), 'every leaf'],
    ['another account', (file) => Object.assign(file, { account_id: 'acc_0000000000' }), 'every leaf'],
  ]
  test.each(forgeries)('that was forged with %s, and digested anew, is not', (_what, change, check) => {
    const found = failing(forged(change))
    expect(found.some((name) => name.startsWith(check))).toBe(true)
    // The digest was made anew, so it is not what tells.
    expect(found.some((name) => name.startsWith('nothing of it'))).toBe(false)
  })

  test.each(['', '[]', 'null', '{}', '{"format":"verimeter-charge-evidence/2"}', '{"format":"verimeter-charge-evidence/1"}'])(
    'that is none (%s) is not sound, and nothing breaks',
    (text) => {
      expect(isSound(text)).toBe(false)
    },
  )
})
