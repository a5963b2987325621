import { parseId } from '../../src/core/ids.ts'
import { behaviours } from '../simulator/behaviour.ts'
import type { Life, LifeCustomer } from './life.ts'
import { consentBody, type SpecimenName, verificationBody } from './questions.ts'
import { seededRandom } from './random.ts'

const dayMs = 86_400_000
const callsPerBehaviour = 4
const extraNormal = 40

/** Every behaviour of the vendor, many calls side by side, two customers with the same Idempotency-Keys. */
const everyBehaviour = async (life: Life, pair: LifeCustomer[], random: () => number): Promise<void> => {
  for (const behaviour of behaviours) {
    life.simulator.setBehaviour(behaviour)
    const count = callsPerBehaviour + (behaviour === 'normal' ? extraNormal : 0)
    await Promise.all(
      Array.from({ length: count }, () => {
        const name: SpecimenName = random() < 0.7 ? 'match' : 'mismatch'
        return pair.map((customer) => life.ask(customer, customer.book.add(true, verificationBody(name))))
      }).flat(),
    )
  }
  life.simulator.setBehaviour('normal')
}

/** Two customers with the same Idempotency-Key, and each again at once, while the key is still in memory alone. */
const retriesAtOnce = async (life: Life, pair: LifeCustomer[]): Promise<void> => {
  for (let round = 0; round < 10; round += 1) {
    const calls = pair.map((customer) => ({ customer, call: customer.book.add(true, verificationBody('match')) }))
    life.check(new Set(calls.map(({ call }) => call.key)).size === 1, 'void: the customers use different keys')
    for (let time = 0; time < 3; time += 1) await Promise.all(calls.map(({ customer, call }) => life.ask(customer, call)))
  }
}

/** The vendor did the work and the gateway never hears of it: the hold runs past its deadline. */
const lostAnswers = async (life: Life, customer: LifeCustomer): Promise<void> => {
  life.losingAnswers = true
  const before = life.simulator.book().length
  const calls = [1, 2, 3].map(() => customer.book.add(true, verificationBody('match')))
  for (const call of calls) void life.send(customer, call)
  while (life.simulator.book().length < before + calls.length) await new Promise((resolve) => setTimeout(resolve, 5))
  // The vendor's answers are on their way; the gateway takes them and forgets them.
  await new Promise((resolve) => setTimeout(resolve, 500))
  life.losingAnswers = false
}

/** Two packs: the older one is used up first, and the last credit is sold once. */
const lastCredits = async (life: Life): Promise<void> => {
  const customer = await life.openCustomer([3, 3])
  for (let call = 0; call < 3; call += 1) await life.ask(customer, customer.book.add(true, verificationBody('match')))
  const { grants } = await life.staff('GET', `/v1/accounts/${customer.accountId}/grants`)
  const captured = (grants as { id: string; captured: number }[])
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((grant) => grant.captured)
  life.check(captured.join() === '3,0', `the packs were used ${captured.join()} and not in their order`)
  const before = life.simulator.book().length
  const crowd = Array.from({ length: 20 }, () => customer.book.add(true, verificationBody('match')))
  const answers = await Promise.all(crowd.map(async (call) => ({ call, answer: await life.send(customer, call) })))
  for (const { call, answer } of answers) {
    if (answer.status === 200) customer.book.note(call, answer)
    else customer.book.calls.splice(customer.book.calls.indexOf(call), 1)
  }
  const statuses = answers.map(({ answer }) => answer.status).sort()
  life.check(statuses.filter((status) => status === 200).length === 3, `20 calls for 3 credits: ${statuses.join()}`)
  life.check(life.simulator.book().length === before + 3, 'more was asked of the vendor than was paid for')
}

/** A consent that counts its uses, a suspension of the key and of the account, each from the very next call on. */
const standing = async (life: Life, customer: LifeCustomer): Promise<void> => {
  const twice = verificationBody('match', { consent_reference: 'twice' })
  await life.record(customer, consentBody('match', { reference: 'twice', max_uses: 2 }))
  for (let use = 0; use < 2; use += 1) await life.ask(customer, customer.book.add(true, twice))
  await life.expectRefusal(customer, twice, 'consent_used_up')

  const account = `/v1/accounts/${customer.accountId}`
  const answered = customer.book.calls.find(({ delivered }) => delivered !== null)
  for (const [path, code] of [
    [`${account}/api-keys/${customer.keyId}/suspension`, 'key_suspended'],
    [`${account}/suspension`, 'account_suspended'],
  ] as const) {
    await life.ask(customer, customer.book.add(true, verificationBody('match')))
    await life.staff('PUT', path, { ground: 'fraud', note: 'torture' })
    await life.expectRefusal(customer, verificationBody('match'), code)
    if (answered) await life.ask(customer, answered)
    await life.staff('DELETE', path, { reason: 'torture' })
    await life.ask(customer, customer.book.add(true, verificationBody('match')))
  }
}

/** An ending that comes a second time, and says something else, changes nothing. */
const lateAnswers = async (life: Life, customer: LifeCustomer): Promise<void> => {
  const answered = customer.book.calls.filter(({ delivered }) => delivered?.outcome === 'match').slice(0, 3)
  for (const call of answered) {
    const id = parseId(call.delivered?.verificationId ?? '', 'ver')
    if (!id) throw new Error('an answer without an id')
    const answer = {
      outcome: 'unavailable',
      sourceReference: null,
      sourceBilled: false,
      reason: 'late',
      rawDigest: null,
    } as const
    const settled = await life.gateway.ledger
      .submit({ kind: 'settle', accountId: id.accountId, verificationId: id.n, sourceId: null, answer, by: 'source' })
      .catch(() => null)
    life.check(settled?.late === true, `a second ending was taken or failed: ${call.delivered?.verificationId}`)
    await life.ask(customer, call)
  }
}

const open = (customer: LifeCustomer) => customer.book.calls.filter((call) => call.delivered === null && !call.unavailable)

const retryOpen = (life: Life, customers: LifeCustomer[]): Promise<unknown> =>
  Promise.all(customers.flatMap((customer) => open(customer).map((call) => life.ask(customer, call))))

/** The vendor is asked what became of each doubt; what nobody can read stays in doubt for days, and no timer ends it before. */
const settleEverything = async (life: Life, customers: LifeCustomer[]): Promise<void> => {
  for (let round = 0; round < 3; round += 1) await life.advance(12_000)
  await retryOpen(life, customers)
  const unread = new Set(life.simulator.book().flatMap(({ reference, result }) => (result === '7' ? (reference ?? []) : [])))
  const stays = customers.flatMap(open)
  life.check(unread.size > 0, 'void: the vendor gave no answer that nobody can read')
  life.check(
    stays.length === unread.size && stays.every(({ pending }) => unread.has(pending?.verificationId ?? '')),
    `${stays.length} calls stay in doubt, and ${unread.size} answers cannot be read`,
  )
  await life.advance(dayMs)
  await retryOpen(life, customers)
  life.check(customers.flatMap(open).length === unread.size, 'a doubt was ended before its time')
  await life.advance(3 * dayMs)
  await retryOpen(life, customers)
  life.check(customers.flatMap(open).length === 0, 'a doubt outlived the time for settling')
}

/** Every answered key again: the same bytes, nothing asked, nothing charged. */
const replays = async (life: Life, customers: LifeCustomer[]): Promise<void> => {
  const sums = async (): Promise<string> =>
    JSON.stringify(
      await Promise.all(customers.map(({ accountId }) => life.staff('GET', `/v1/accounts/${accountId}/grants`))),
      (name, value) => (name === 'as_of' ? undefined : value),
    )
  const [before, asked] = [await sums(), life.simulator.book().length]
  for (const customer of customers)
    await Promise.all(customer.book.calls.filter(({ delivered }) => delivered).map((call) => life.ask(customer, call)))
  life.check((await sums()) === before, 'a replay moved credits')
  life.check(life.simulator.book().length === asked, 'a replay asked the vendor')
}

/** Plays all scenes. Everything that is wrong ends in `life.violations`. */
export const playScenes = async (life: Life, seed: number): Promise<void> => {
  const random = seededRandom(seed)
  const pair = [await life.openCustomer([10_000]), await life.openCustomer([10_000])]
  const [first, second] = pair
  if (!first || !second) throw new Error('two customers were opened')
  await everyBehaviour(life, pair, random)
  await retriesAtOnce(life, pair)
  await lastCredits(life)
  await standing(life, first)
  await lateAnswers(life, second)
  await replays(life, pair)
  await lostAnswers(life, second)
  await settleEverything(life, pair)
  await replays(life, pair)
  life.finish()
}
