import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type MessageEnding, openMessageVendors } from '../../scripts/simulator/message-vendors.ts'
import { noNotices } from '../../src/runtimes/notice-settings.ts'
import { TestClock } from '../support/clock.ts'
import { openTestGateway, type TestGateway } from '../support/http-gateway.ts'
import { Receiver } from '../support/http-receiver.ts'
import { type Customer, expectStatus, openCustomer } from '../support/http-world.ts'

const email = 'ops.canary@customer.example'
const mobile = '13800138765'
const secret = 'notice-secret'
const reason = 'as agreed'

const receiver = new Receiver()
let vendors: ReturnType<typeof openMessageVendors>
let now: () => number

/** What the vendors say through the one address at which both runtimes find them. */
const answerAll = (): void => {
  receiver.reply = ({ path, headers, body }) => {
    const reply = vendors.answer({ headers, url: new URL(path, 'http://simulator'), body })
    return typeof reply === 'string' ? 'cut' : reply
  }
}

const tell = async (gateway: TestGateway, customer: Customer): Promise<string> => {
  const ticket = await expectStatus(201, customer.call('POST', '/v1/tickets', { json: { topic: 'fault', text: 'no answer' } }))
  const steps = `/v1/accounts/${customer.accountId}/tickets/${ticket.word('id')}/steps`
  await expectStatus(200, gateway.asStaff('ops', 'POST', steps, { step: 'replied', reason }))
  return ticket.word('id')
}

describe.each(['aliyun', 'tencent'] as const)('a customer with every kind of address, its SMS by %s', (vendor) => {
  let gateway: TestGateway
  let customer: Customer
  const template = vendor === 'aliyun' ? 'SMS_100' : '100'

  beforeAll(async () => {
    await receiver.open()
    now = () => gateway.clock.now
    const common = { baseUrl: receiver.url, keyId: 'id', keySecret: secret, signName: '核验' }
    gateway = await openTestGateway({
      config: {
        notices: {
          ...noNotices,
          mailApi: { url: `${receiver.url}/mail`, key: secret, from: 'Verimeter <notices@verimeter.example>' },
          sms: {
            vendor:
              vendor === 'aliyun' ? { vendor, ...common } : { vendor, ...common, appId: '1400006666', region: 'ap-guangzhou' },
            templates: { ticket_answered: { template, variables: ['ticket'] } },
          },
        },
      },
    })
    expect(gateway.clock).toBeInstanceOf(TestClock)
  })
  afterAll(async () => {
    await gateway.close()
    await receiver.close()
  })
  beforeEach(async () => {
    receiver.reset()
    vendors = openMessageVendors({ keyId: 'id', keySecret: secret, clock: () => now() })
    answerAll()
    customer = await openCustomer(gateway)
    for (const [channel, address] of [
      ['email', email],
      ['sms', mobile],
    ])
      await expectStatus(201, customer.call('POST', '/v1/contacts', { json: { channel, address } }))
    // Each change of an address is told, too; that is another test's.
    await gateway.sweep()
    vendors = openMessageVendors({ keyId: 'id', keySecret: secret, clock: () => now() })
  })

  it('is told on each of them, once', async () => {
    const ticket = await tell(gateway, customer)
    await gateway.sweep()
    await gateway.sweep()
    const taken = vendors.taken().filter(({ values }) => values.some((value) => value.includes(ticket)))
    expect(taken.map(({ vendor: by, to, template: text }) => [by, to, text]).sort()).toEqual(
      [
        ['mail', email, '工单已答复'],
        [`${vendor}_sms`, mobile, template],
      ].sort(),
    )
    expect(taken.every(({ reference }) => /^not_/.test(reference))).toBe(true)
  })

  it.each([
    [
      'for good',
      { code: vendor === 'aliyun' ? 'isv.MOBILE_NUMBER_ILLEGAL' : 'FailedOperation.PhoneNumberInBlacklist' },
      'number_refused',
    ],
    ['in doubt, and it is not sent again', 'cut', 'in_doubt'],
  ] as [string, MessageEnding, string][])('whose SMS is refused %s', async (_how, ending, word) => {
    vendors.setEnding(mobile, ending)
    await tell(gateway, customer)
    await gateway.sweep()
    vendors.setEnding(mobile, null)
    gateway.clock.advance(7 * 86_400_000)
    await gateway.sweep()
    expect(vendors.taken().filter(({ to }) => to === mobile)).toEqual([])
    expect(gateway.logLines.join('\n')).toContain(`"reason":"${word}"`)
  })

  it('whose mail is down is told later, by the schedule', async () => {
    vendors.setEnding(email, { status: 503, retryAfter: '60' })
    await tell(gateway, customer)
    await gateway.sweep()
    vendors.setEnding(email, null)
    gateway.clock.advance(59_000)
    await gateway.sweep()
    expect(vendors.taken().filter(({ to }) => to === email)).toEqual([])
    gateway.clock.advance(1_000)
    await gateway.sweep()
    expect(vendors.taken().filter(({ to }) => to === email)).toHaveLength(1)
  })

  it('finds its addresses and what the vendors wrote in no log and no journal', async () => {
    for (const ending of [null, { code: 'isv.SOMETHING_NEW' }, { status: 500 }, 'cut'] as const) {
      for (const to of [email, mobile]) vendors.setEnding(to, ending)
      await tell(gateway, customer)
      await gateway.sweep()
    }
    const journal = JSON.stringify(await gateway.journal(customer.accountId))
    for (const text of [...gateway.logLines, journal]) expect(text).not.toMatch(/ops\.canary|13800138765|refused: |notice-secret/)
    expect(gateway.logLines.some((line) => line.includes('notice_sending'))).toBe(true)
  })
})
