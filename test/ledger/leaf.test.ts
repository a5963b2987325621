import { describe, expect, test } from 'vitest'
import { agreeingParties } from '../../src/core/matters/suspension.ts'
import { encodeLeaf, hashLeaf, saltedDigest } from '../../src/ledger/leaf.ts'
import { useTestLedgers } from '../support/ledger.ts'
import { consentInput, holdCommand, madeUp, recordCommand, subjectOne, take } from '../support/ledger-commands.ts'
import { seededCrypto } from '../support/ledger-crypto.ts'
import { RandomHistory } from '../support/ledger-history.ts'
import { act, createKey, fileRotationRequest, hold, seedWorld, settle } from '../support/ledger-world.ts'

const open = useTestLedgers()
const crypto = seededCrypto()

/*
 * Golden bytes. A customer who keeps a proof keeps the bytes of a leaf: whoever has to change a line below has changed the
 * contract, and needs a new version of the encoding beside this one.
 */
describe('the encoding of a leaf, version 1', () => {
  const head = { account: 'acc_0123456789', index: 7, seq: 9, at: 1_722_564_000_000, event: 'capture' }

  test('is canonical JSON: members in order, no white space, UTF-8, integers only', () => {
    const leaf = encodeLeaf(head, {
      verification: 75_762_892_800_013,
      outcome: 'match',
      credits: 1,
      source: null,
      note: '核验 "x"\n',
    })
    expect(leaf).toBe(
      '{"account":"acc_0123456789","at":1722564000000,"credits":1,"event":"capture","index":7,"note":"核验 \\"x\\"\\n","outcome":"match","seq":9,"source":null,"v":1,"verification":75762892800013}',
    )
  })

  test('is hashed as RFC 9162 says: SHA-256 over 0x00 and the bytes', () => {
    const leaf = encodeLeaf(head, { credits: 1 })
    expect(leaf).toBe('{"account":"acc_0123456789","at":1722564000000,"credits":1,"event":"capture","index":7,"seq":9,"v":1}')
    expect(hashLeaf(crypto, leaf)).toBe('2169de444046d2697d80df38aee2db81cb21a08c7f4f63900032b3f4bf82b76e')
    // RFC 9162 §2.1.1, the leaf of no bytes: the first test vector of every implementation.
    expect(hashLeaf(crypto, '')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
    expect(hashLeaf(crypto, '核验')).not.toBe(hashLeaf(crypto, '??'))
  })

  test('salted digests are SHA-256 over the salt and the HMAC, as text', () => {
    expect(saltedDigest(crypto, 'aa', 'bb')).toBe('486b34250bd4400c0aa90516fce9a9c0633a922eb40d0828cf299bc4e825acf4')
  })
})

describe('the leaves of a whole life', () => {
  test('in a fixed world are these bytes and these hashes', () => {
    const ledger = open()
    const world = seedWorld(ledger, { mode: 'test' })
    ledger.clock.advance(1_234)
    const { verificationId } = hold(ledger, world, 'one')
    ledger.clock.advance(321)
    const { verification } = settle(ledger, world, verificationId, 'match')
    const { leaf, leaf_hash } = ledger.row<{ leaf: string; leaf_hash: string }>(
      "SELECT leaf, leaf_hash FROM entries WHERE kind = 'capture'",
    )
    expect(leaf).toBe(
      '{"account":"acc_02gv5gymwq","answer":"ea294650c5000016b9a736549e2a6bdb0fc62a9cdba665126aaa234897e0a614","at":1722564001555,"by":"source","check":"id2","consent":75762892800014,"credits":1,"event":"capture","grant":75762892800006,"index":8,"key":75762892800011,"outcome":"match","seq":10,"source":"source_a","source_reference":"order-1","subject":"826d50c308cbd1deb59d9918f13e8f706cffaf4583bb5ff581fa0dd4e473e5ed","v":1,"verification":75762897854465}',
    )
    expect(leaf_hash).toBe('02f0fd2142bef34db6b4fae8b755d34e640732bc881ff2245113dd664d3b82ac')
    expect(verification.audit).toEqual({ index: 8, leafHash: leaf_hash })
  })

  test('have these members and no others, by event', () => {
    const forms = new Set<string>()
    for (const seed of [31, 32, 33, 34]) {
      const ledger = open()
      const world = seedWorld(ledger, { credits: 40, overrides: { settleWithinDays: 1 } })
      new RandomHistory(ledger, world, seed).run(100)
      for (const kind of ['hold_subject', 'resume_subject'] as const) {
        const { id } = ledger.row<{ id: number }>('SELECT max(id) AS id FROM consents')
        const agreedBy = [...agreeingParties]
        take(act(ledger, world.accountId, { kind, consentId: id, ground: 'subject_objection', note: '', agreedBy }), 'done')
      }
      const flood = Array.from({ length: 70 }, (_, at) => holdCommand(world.credentials, `flood ${at}`, { consent: null }))
      ledger.group(flood)
      const { keyNumber } = createKey(ledger, world.accountId)
      fileRotationRequest(ledger, world.accountId)
      take(act(ledger, world.accountId, { kind: 'rotate_key', keyNumber, graceSeconds: 9 }), 'key')
      take(act(ledger, world.accountId, { kind: 'note_read', what: 'consents', target: null }), 'done')
      ledger.submit({ kind: 'alarm', accountId: world.accountId, alarm: 'late_answer', subject: '7', raised: true })
      take(act(ledger, world.accountId, { kind: 'acknowledge_alarm', alarm: 'late_answer', subject: '7', note: '' }), 'alarm')
      take(act(ledger, world.accountId, { kind: 'revoke_key', keyNumber: world.keyNumber }), 'key')
      ledger.clock.set('2026-01-01T00:00:00+08:00')
      ledger.runDue()
      ledger.runDue()
      take(act(ledger, world.accountId, { kind: 'close_account', note: '' }), 'account')
      for (const { leaf } of ledger.rows<{ leaf: string }>('SELECT leaf FROM entries WHERE leaf IS NOT NULL')) {
        const { v, account, index, seq, at, event, ...facts } = JSON.parse(leaf) as Record<string, unknown>
        expect([v, typeof account, typeof index, typeof seq, typeof at]).toEqual([1, 'string', 'number', 'number', 'number'])
        forms.add(`${String(event)}: ${Object.keys(facts).join(' ')}`)
      }
    }
    expect([...forms].sort()).toEqual([
      'acknowledge_alarm: about alarm note staff',
      'approve: approval change note staff',
      'capture: answer by check consent credits grant key outcome source source_reference subject verification',
      'close_account: cause clause closing document ground note staff',
      'consent_recorded: consent evidence statement',
      'consent_withdrawn: consent source',
      'create_account: note staff',
      'create_key: expires_at key mode note papers scopes staff',
      // Without an agreement that asks for papers, or for a test key.
      'create_key: expires_at key mode note scopes staff',
      'denial: code key',
      'denials_counted: code count key minute',
      'expire: credits grant',
      'file_paper: note paper sealed sha256 staff valid_to what',
      'grant: check credits expires_at grant mode order',
      'hold_subject: consent ground note staff',
      'issue_statement: clause digest from from_seq note period statement to to_seq total_fen',
      'note_read: note staff target what',
      'open_statement: note period staff statement',
      'open_statement: note period statement',
      'propose_settlement: approval change note staff',
      'put_agreement: agreement digest note staff version',
      'record_order: check credits list_fen mode note offer order paid_fen staff',
      'record_party: flag note party staff',
      'record_payment: grant note order paid_fen staff',
      'release: answer by check consent credits grant key outcome source source_reference subject verification',
      'resume_account: note staff',
      'resume_key: key note staff',
      'resume_subject: consent ground note staff',
      'review_paper: decision note paper staff',
      'revoke_key: key note staff',
      'rotate_key: expires_at key note papers replaced_by staff',
      'suspend_account: ground note notice_at staff',
      'suspend_key: ground key note notice_at staff',
    ])
  })

  test('are numbered from 0 without a gap, each hash is that of its leaf', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 40 })
    new RandomHistory(ledger, world, 21).run(50)
    const leaves = ledger.rows<{ leaf: string; leaf_hash: string; leaf_index: number; kind: string; seq: number; at: number }>(
      'SELECT * FROM entries WHERE leaf IS NOT NULL ORDER BY id',
    )
    expect(leaves.map(({ leaf_index }) => leaf_index)).toEqual(leaves.map((_, at) => at))
    for (const { leaf, leaf_hash, leaf_index, kind, seq, at } of leaves) {
      expect(hashLeaf(crypto, leaf)).toBe(leaf_hash)
      expect(JSON.parse(leaf)).toMatchObject({ v: 1, account: world.accountId, index: leaf_index, event: kind, seq, at })
    }
  })

  test('hold nothing that names a person, nor anything that was said about one', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const secrets = [
      '张*',
      '110105********002X',
      'note on a person',
      'reference of the caller',
      subjectOne.digest,
      madeUp('raw answer').digest,
    ]
    const [numberMasked, nameMasked] = ['110105********002X', '张*']
    ledger.submit(
      recordCommand(
        world.credentials,
        consentInput('reference of the caller', { subject: { kind: 'person', digest: subjectOne, numberMasked, nameMasked } }),
      ),
    )
    const { verificationId } = hold(ledger, world, 'one', { reference: 'reference of the caller' })
    settle(ledger, world, verificationId, 'match')
    const { id } = ledger.row<{ id: number }>('SELECT max(id) AS id FROM consents')
    take(
      act(ledger, world.accountId, {
        kind: 'hold_subject',
        consentId: id,
        ground: 'subject_objection',
        note: 'note on a person',
      }),
      'done',
    )
    const leaves = ledger.rows<{ leaf: string }>('SELECT leaf FROM entries WHERE leaf IS NOT NULL').map(({ leaf }) => leaf)
    const salt = ledger.row<{ salt: string }>('SELECT salt FROM data_subjects').salt
    for (const secret of [...secrets, salt]) expect(leaves.filter((leaf) => leaf.includes(secret))).toEqual([])
    // The words are there to be found, only not in a leaf.
    const everything = ledger.connection.serialize()
    for (const secret of [...secrets.slice(0, 5), salt]) expect(everything.includes(secret)).toBe(true)
    expect(leaves.some((leaf) => leaf.includes(saltedDigest(crypto, salt, subjectOne.digest)))).toBe(true)
  })

  test('every ending, every act of staff and every denial has one; a hold has none', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 40 })
    new RandomHistory(ledger, world, 22).run(120)
    const without = ledger.rows<{ kind: string }>('SELECT DISTINCT kind FROM entries WHERE leaf IS NULL ORDER BY kind')
    expect(without.map(({ kind }) => kind)).toEqual(['doubt', 'hold'])
  })
})
