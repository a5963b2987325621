import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type Channel, type DeliveryRules, type Dispatch, deliveryDay, judgeDelivery } from '../../src/agreement/delivery.ts'
import { type DeliveryReadings, deliveryRulesOf } from '../../src/agreement/delivery-table.ts'

const at = (text: string) => Date.parse(text)
const tables = new Map<string, (readings: DeliveryReadings) => DeliveryRules>(Object.entries(deliveryRulesOf))
const rulesOf = (preset: string, emsSecondDay: 1 | 2 = 2) => {
  const rules = tables.get(preset)?.({ emsSecondDay })
  if (!rules) throw new Error(`${preset} has no delivery rules`)
  return rules
}
const judge = (preset: string, dispatch: Dispatch) => judgeDelivery(rulesOf(preset), dispatch)
const deliveredAt = (text: string) => ({ kind: 'delivered_at', atMs: at(text) })
const deliveredOn = (day: string) => ({ kind: 'delivered_on', day })
const notDelivered = (reason: string) => ({ kind: 'not_delivered', reason })

describe('S0, and S4 which takes its rules', () => {
  test.each(['S0', 'S4'])('%s: EMS at noon of the second day', (preset) => {
    const posted: Dispatch = { channel: 'ems', postedAt: at('2026-02-27T22:00:00+08:00') }
    expect(judge(preset, posted)).toEqual(deliveredAt('2026-03-01T12:00:00+08:00'))
    expect(judgeDelivery(rulesOf(preset, 1), posted)).toEqual(deliveredAt('2026-02-28T12:00:00+08:00'))
    expect(judge(preset, { ...posted, addressCorrect: false })).toEqual(notDelivered('wrong_address'))
    expect(judge(preset, { channel: 'ems', postmarkOn: '2026-02-27' })).toEqual(deliveredAt('2026-03-01T12:00:00+08:00'))
  })

  it('by hand with a signed receipt, and no refusal stands for it', () => {
    const handed: Dispatch = { channel: 'personal', handedAt: at('2025-05-02T09:00:00+08:00') }
    expect(judge('S0', { ...handed, signed: true })).toEqual(deliveredAt('2025-05-02T09:00:00+08:00'))
    expect(judge('S0', handed)).toEqual(notDelivered('no_signed_receipt'))
    expect(judge('S0', { ...handed, refused: true })).toEqual(notDelivered('no_signed_receipt'))
  })

  it('e-mail and fax when shown sent, whether or not they arrived', () => {
    const shownSentAt = at('2025-05-02T09:00:00.123+08:00')
    for (const channel of ['email', 'fax'])
      expect(judge('S0', { channel, shownSentAt, arrivedAt: shownSentAt + 9e6 })).toEqual({
        kind: 'delivered_at',
        atMs: shownSentAt,
      })
    expect(judge('S0', { channel: 'email', arrivedAt: shownSentAt })).toEqual(notDelivered('not_recorded'))
    expect(judge('S0', { channel: 'email', shownSentAt, addressCorrect: false })).toEqual(notDelivered('wrong_address'))
  })
})

describe('S1', () => {
  test.each(['email', 'site_message', 'sms'])('%s when shown sent', (channel) => {
    expect(judge('S1', { channel, shownSentAt: at('2024-10-05T01:02:03Z') })).toEqual(deliveredAt('2024-10-05T01:02:03Z'))
  })

  test.each(['ems', 'personal', 'fax', 'announcement'])('%s is no channel', (channel) => {
    const everything = { shownSentAt: 0, postedAt: 0, handedAt: 0, signed: true, sentAt: 0 }
    expect(judge('S1', { channel, ...everything })).toEqual(notDelivered('channel_not_in_contract'))
  })
})

describe('S2', () => {
  test.each(['email', 'letter', 'ems', 'announcement', 'sms', 'site_message', 'im'])(
    '%s on the Shanghai day of sending',
    (channel) => {
      expect(judge('S2', { channel, sentAt: at('2025-06-30T15:59:59Z') })).toEqual(deliveredOn('2025-06-30'))
      expect(judge('S2', { channel, sentAt: at('2025-06-30T16:00:00Z') })).toEqual(deliveredOn('2025-07-01'))
    },
  )

  it('knows no delivery by hand', () => {
    expect(judge('S2', { channel: 'personal', handedAt: 0, signed: true })).toEqual(notDelivered('channel_not_in_contract'))
  })
})

describe('S3', () => {
  test.each([
    ['2024-12-30', true, '2025-01-02'],
    ['2024-12-30', false, '2025-01-04'],
    ['2024-12-30', undefined, '2025-01-04'],
  ])('EMS with the postmark %s, in one city %s: %s', (postmarkOn, sameCity, day) => {
    expect(judge('S3', { channel: 'ems', postmarkOn, sameCity })).toEqual(deliveredOn(day))
  })

  it('by hand on the day of signing, or of a refusal', () => {
    expect(judge('S3', { channel: 'personal', signedOn: '2025-08-09' })).toEqual(deliveredOn('2025-08-09'))
    expect(judge('S3', { channel: 'personal', handedAt: at('2025-08-09T16:30:00Z'), signed: true })).toEqual(
      deliveredOn('2025-08-10'),
    )
    expect(judge('S3', { channel: 'personal', atAddressOn: '2025-08-09', refused: true })).toEqual(deliveredOn('2025-08-09'))
    expect(judge('S3', { channel: 'personal', atAddressOn: '2025-08-09' })).toEqual(notDelivered('no_signed_receipt'))
    expect(judge('S3', { channel: 'personal', signedOn: '2025-08-09', signed: false })).toEqual(notDelivered('no_signed_receipt'))
  })

  it('e-mail on arrival, to the agreed address, on light matters', () => {
    const mail: Dispatch = { channel: 'email', arrivedAt: at('2025-08-09T10:00:00Z'), agreedAddress: 'desk@bureau.example' }
    expect(judge('S3', mail)).toEqual(deliveredAt('2025-08-09T10:00:00Z'))
    expect(judge('S3', { ...mail, subject: 'maintenance_window' })).toEqual(deliveredAt('2025-08-09T10:00:00Z'))
    for (const subject of ['termination', 'dispute', 'validity'])
      expect(judge('S3', { ...mail, subject })).toEqual(notDelivered('channel_not_allowed_for_subject'))
    for (const agreedAddress of ['/', '', ' / ', undefined])
      expect(judge('S3', { ...mail, agreedAddress })).toEqual(notDelivered('channel_not_in_contract'))
    expect(judge('S3', { ...mail, arrivedAt: undefined, shownSentAt: 1 })).toEqual(notDelivered('not_recorded'))
  })

  it('takes weighty matters by EMS and by hand', () => {
    expect(judge('S3', { channel: 'ems', postmarkOn: '2025-08-01', subject: 'termination' })).toEqual(deliveredOn('2025-08-06'))
    expect(judge('S3', { channel: 'personal', signedOn: '2025-08-01', subject: 'dispute' })).toEqual(deliveredOn('2025-08-01'))
  })
})

describe('every preset', () => {
  const presets = ['S0', 'S1', 'S2', 'S3', 'S4']
  const every: Channel[] = ['personal', 'ems', 'letter', 'email', 'fax', 'sms', 'im', 'site_message', 'announcement']

  it('delivers nothing by a channel that nobody named', () => {
    for (const preset of presets)
      for (const channel of ['pigeon', 'toString', '__proto__'])
        expect(judge(preset, { channel, sentAt: 0 })).toEqual(notDelivered('channel_not_in_contract'))
  })

  it('delivers nothing of which nothing is recorded', () => {
    for (const preset of presets)
      for (const channel of every) expect(judge(preset, { channel, signed: true }).kind).toBe('not_delivered')
  })

  it('delivers no earlier when the dispatch is later', () => {
    const instants = fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2100-01-01T00:00:00Z') })
    fc.assert(
      fc.property(fc.constantFrom(...presets), fc.constantFrom(...every), instants, instants, (preset, channel, one, other) => {
        const dayOf = (ms: number) => {
          const facts = { postedAt: ms, sentAt: ms, shownSentAt: ms, arrivedAt: ms, handedAt: ms }
          return deliveryDay(judge(preset, { channel, signed: true, agreedAddress: 'desk@bureau.example', ...facts })) ?? ''
        }
        expect(dayOf(Math.min(one, other)) <= dayOf(Math.max(one, other))).toBe(true)
      }),
    )
  })

  it('counts on from the Shanghai day of the delivery', () => {
    expect(deliveryDay({ kind: 'delivered_at', atMs: at('2025-08-09T16:00:00Z') })).toBe('2025-08-10')
    expect(deliveryDay({ kind: 'delivered_on', day: '2025-08-09' })).toBe('2025-08-09')
    expect(deliveryDay({ kind: 'not_delivered', reason: 'wrong_address' })).toBeNull()
  })
})
