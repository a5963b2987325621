import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { presets } from '../../src/agreement/presets.ts'
import { isSuspensionRule, judgeSuspension, type SuspensionFacts } from '../../src/agreement/suspension.ts'

const tableOf = (preset: string) => {
  const terms = presets.get(preset)
  if (!terms) throw new Error(`${preset} is no preset`)
  return terms.suspension
}

const at = Date.parse('2024-09-02T10:00:00+08:00')
const nothing: SuspensionFacts = { noticeDeemedAt: null, dueLastDay: null }
const judge = (preset: string, ground: string, facts: Partial<SuspensionFacts> = {}, when = at) =>
  judgeSuspension(tableOf(preset), ground, { ...nothing, ...facts }, when)

/** Ground by ground, written out again here, so that a change of a preset shows. */
const common = {
  breach: 'after_notice',
  evidence_overdue: 'after_notice',
  other_illegal: 'at_once',
  unlawful_use: 'at_once',
  network_attack: 'at_once',
  authority_order: 'at_once',
  key_leaked: 'at_once',
  abnormal_usage: 'at_once',
  subject_objection: 'subject_at_once',
}
const atOnce = (...grounds: string[]) => Object.fromEntries(grounds.map((ground) => [ground, 'at_once']))

test.each([
  ['S0', { ...common, law: 'after_notice' }],
  [
    'S1',
    {
      ...common,
      ...atOnce('gambling', 'porn', 'cash_out', 'money_laundering', 'terror_finance', 'fraud', 'counterfeit', 'scam'),
    },
  ],
  [
    'S2',
    {
      ...atOnce(...Object.keys(common), 'content', 'false_data', 'at_will'),
      ...atOnce(
        ...['constitution', 'state_security', 'state_honour', 'heroes', 'terrorism', 'ethnic_hatred', 'religion', 'rumour']
          .concat('obscene', 'violence', 'defamation', 'privacy', 'minors', 'illegal_assembly', 'forbidden_by_law')
          .map((kind) => `content_${kind}`),
      ),
      ...atOnce('reverse_engineering', 'data_tampering', 'forged_instructions', 'plug_in', 'unauthorised_tool', 'interference'),
      subject_objection: 'subject_at_once',
    },
  ],
  [
    'S3',
    {
      ...common,
      content: 'after_advance_notice',
      network_attack: 'at_once_with_report',
      filing: 'at_once',
    },
  ],
  ['S4', { ...common, overdue: 'when_overdue' }],
])('%s has these grounds, no more and no fewer', (preset, table) => {
  expect(tableOf(preset)).toEqual(table)
})

describe('each rule', () => {
  test('after a notice: deemed delivered by then, without any waiting time', () => {
    const refused = { allowed: false, reason: 'notice_required' }
    expect(judge('S1', 'breach')).toEqual(refused)
    expect(judge('S1', 'evidence_overdue', { noticeDeemedAt: at + 1 })).toEqual(refused)
    for (const noticeDeemedAt of [at, at - 1, at - 10 ** 9])
      expect(judge('S4', 'breach', { noticeDeemedAt })).toMatchObject({
        allowed: true,
        effectiveAt: at,
        noticeAfterwards: false,
        scope: 'account',
      })
  })

  test('after an advance notice: the same instant is not in advance', () => {
    const refused = { allowed: false, reason: 'advance_notice_required' }
    for (const noticeDeemedAt of [null, at, at + 1]) expect(judge('S3', 'content', { noticeDeemedAt })).toEqual(refused)
    expect(judge('S3', 'content', { noticeDeemedAt: at - 1 })).toMatchObject({ allowed: true, effectiveAt: at })
  })

  test('at once: whatever the notice, which follows', () => {
    for (const noticeDeemedAt of [null, at - 1, at + 1])
      expect(judge('S2', 'breach', { noticeDeemedAt })).toEqual({
        allowed: true,
        effectiveAt: at,
        scope: 'account',
        noticeAfterwards: true,
        keepRecords: false,
        reportToAuthority: false,
        resumeOn: null,
      })
  })

  test('an attack leaves duties under S3, and none under S1', () => {
    expect(judge('S3', 'network_attack')).toMatchObject({ allowed: true, keepRecords: true, reportToAuthority: true })
    expect(judge('S1', 'network_attack')).toMatchObject({ allowed: true, keepRecords: false, reportToAuthority: false })
  })

  test('overdue: from the first millisecond of the first overdue day in Shanghai', () => {
    const dueLastDay = '2025-02-28'
    const endMs = Date.parse('2025-02-28T16:00:00Z')
    expect(judge('S4', 'overdue', { dueLastDay }, endMs - 1)).toEqual({ allowed: false, reason: 'not_overdue' })
    expect(judge('S4', 'overdue', { dueLastDay }, endMs)).toMatchObject({ allowed: true, effectiveAt: endMs })
    expect(judge('S4', 'overdue')).toEqual({ allowed: false, reason: 'not_overdue' })
    expect(judge('S1', 'overdue', { dueLastDay }, endMs)).toEqual({ allowed: false, reason: 'ground_unknown' })
  })

  test('an objection stops one person until the three sides agree', () => {
    expect(judge('S3', 'subject_objection')).toMatchObject({ scope: 'subject', resumeOn: 'three_party_agreement' })
  })

  test.each(['', 'mood', 'Breach', 'constructor', '__proto__', 'toString'])('"%s" is no ground', (ground) => {
    for (const preset of presets.keys())
      expect(judge(preset, ground, { noticeDeemedAt: at })).toEqual({ allowed: false, reason: 'ground_unknown' })
    expect(isSuspensionRule(ground)).toBe(false)
  })
})

test('where a notice is needed, nothing is suspended before it, on any ground of any preset', () => {
  const everyGround = [...presets].flatMap(([preset, { suspension }]) =>
    Object.entries(suspension).map(([ground, rule]) => ({ preset, ground, rule })),
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...everyGround),
      fc.option(fc.integer({ min: -3, max: 3 }), { nil: null }),
      ({ preset, ground, rule }, aheadMs) => {
        const noticeDeemedAt = aheadMs === null ? null : at + aheadMs
        const found = judge(preset, ground, { noticeDeemedAt, dueLastDay: '2024-09-01' })
        const needs = rule === 'after_notice' || rule === 'after_advance_notice'
        if (!needs) expect(found).toMatchObject({ allowed: true, effectiveAt: at, noticeAfterwards: true })
        else if (found.allowed) expect(noticeDeemedAt !== null && noticeDeemedAt <= found.effectiveAt).toBe(true)
        else expect(noticeDeemedAt === null || noticeDeemedAt >= at).toBe(true)
      },
    ),
  )
})
