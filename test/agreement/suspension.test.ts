import { describe, expect, test } from 'vitest'
import { presets } from '../../src/agreement/presets.ts'
import { judgeSuspension } from '../../src/agreement/suspension.ts'

const s1 = presets.get('S1')
if (!s1) throw new Error('S1 is a preset')

const at = Date.parse('2024-09-02T10:00:00+08:00')

/** S1 §6.1, ground by ground: written out again here, so that a change of the preset shows. */
const atOnce = [
  'gambling',
  'porn',
  'cash_out',
  'money_laundering',
  'terror_finance',
  'fraud',
  'counterfeit',
  'scam',
  'other_illegal',
  'unlawful_use',
  'network_attack',
  'authority_order',
  'key_leaked',
  'abnormal_usage',
]
const afterNotice = ['breach', 'evidence_overdue']

describe('suspension under S1', () => {
  test('SUSP-01: a breach, with a notice that is deemed delivered at this instant, without any waiting time', () => {
    expect(judgeSuspension(s1.suspension, 'breach', at, at)).toEqual({ allowed: true })
  })

  test('SUSP-02: a breach without a notice is no suspension', () => {
    expect(judgeSuspension(s1.suspension, 'breach', null, at)).toEqual({ allowed: false, reason: 'notice_required' })
  })

  test('the grounds of the preset are these, no more and no fewer', () => {
    expect(Object.keys(s1.suspension).sort()).toEqual([...atOnce, ...afterNotice].sort())
  })

  test.each(atOnce)('%s allows it at once, with or without a notice', (ground) => {
    for (const notice of [null, at - 1, at + 1])
      expect(judgeSuspension(s1.suspension, ground, notice, at)).toEqual({ allowed: true })
  })

  test.each(afterNotice)('%s needs a notice that is deemed delivered by then', (ground) => {
    const needed = { allowed: false, reason: 'notice_required' }
    expect(judgeSuspension(s1.suspension, ground, null, at)).toEqual(needed)
    expect(judgeSuspension(s1.suspension, ground, at + 1, at)).toEqual(needed)
    expect(judgeSuspension(s1.suspension, ground, at, at)).toEqual({ allowed: true })
    expect(judgeSuspension(s1.suspension, ground, at - 1, at)).toEqual({ allowed: true })
  })

  test.each(['', 'mood', 'Breach', 'constructor', '__proto__', 'toString'])('"%s" is no ground', (ground) => {
    expect(judgeSuspension(s1.suspension, ground, at, at)).toEqual({ allowed: false, reason: 'ground_unknown' })
  })
})
