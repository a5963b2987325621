import { z } from 'zod'
import { shanghaiDay, startOfDayMs } from '../../src/core/shanghai.ts'
import { type Customer, contracts, persons, someTime, verification, withCustomer } from './customer.ts'
import { rawDigestLogged } from './digest.ts'
import type { Answer } from './gateway.ts'
import { count, InputError, instant, type OpTable, type Output, op } from './op.ts'
import { behaviours, upstreams } from './vendor.ts'
import { evidentialEffects, findings, vectorWord } from './words.ts'

const quota = z
  .strictObject({ total: count.min(1), charged: count })
  .refine(({ total, charged }) => charged <= total, 'no more can be charged than there is')
const upstream = z.enum(upstreams)
const check = z.string().regex(/^[a-z0-9_]{1,64}$/, 'a check is written in lower-case letters, digits and _')

const verifyMembers = {
  contract: z.enum(contracts),
  key: z.enum(['active', 'suspended', 'revoked']),
  check,
  quota,
  consent: z
    .strictObject({
      status: z.enum(['active', 'withdrawn', 'expired']),
      subjectMatches: z.boolean(),
      scope: z.array(check).min(1),
      obtainedAt: instant,
    })
    .nullable(),
  at: instant,
  input: z.enum(['valid', 'bad_checksum']),
  upstream,
}
type VerifyInput = z.infer<z.ZodObject<typeof verifyMembers>>

/** The number of the specimen with another check digit. */
const badChecksum = { ...persons.checked, id_number: '110105194912310021' }

/** What a call came to, in the words of the vectors. A fault or a full queue is no answer. */
const decisionOf = (answer: Answer): { decision: 'allow' | 'deny' | 'error'; reason?: string; result?: string } => {
  if (answer.status === 200) return { decision: 'allow', result: answer.word('outcome') }
  const code = answer.word('code')
  if (answer.status === 500 || answer.status === 503) throw new Error(`the gateway did not decide: ${answer.text}`)
  return { decision: answer.status > 500 ? 'error' : 'deny', reason: vectorWord(code) }
}

/** One call, with what it charged and whether the vendor was asked. */
const measured = async (customer: Customer, call: () => Promise<Output>): Promise<Output> => {
  const { vendor } = customer.world
  const asked = vendor.asked()
  const before = await customer.quota()
  const output = await call()
  const after = await customer.quota()
  const adapterCalls = vendor.asked() - asked
  const charged = after.captured - before.captured
  return { ...output, charged, quotaLeft: after.quotaLeft, adapterCalled: adapterCalls > 0, adapterCalls }
}

const verify = (input: VerifyInput): Promise<Output> => {
  const { consent, at } = input
  const instants = [at, ...(consent === null ? [] : [consent.obtainedAt])]
  return withCustomer({ ...input, instants }, async (customer) => {
    const { world } = customer
    const obtain = async (): Promise<void> => {
      if (consent === null) return
      const { subjectMatches, scope, obtainedAt, status } = consent
      await world.setClock(obtainedAt)
      const expiresAt = status === 'expired' ? obtainedAt + 1 : undefined
      const person = subjectMatches ? persons.checked : persons.another
      await customer.record('vector', person, { checks: scope, grantedAt: obtainedAt, expiresAt })
      if (status === 'withdrawn') await customer.withdraw('vector')
    }
    const isLater = consent !== null && consent.obtainedAt > at
    if (!isLater) await obtain()
    await world.setClock(at)
    await customer.stopKey(input.key)
    if (!isLater) await customer.stop(input.contract)
    world.vendor.behave(behaviours[input.upstream])

    const person = input.input === 'valid' ? persons.checked : badChecksum
    const body = verification(consent === null ? null : 'vector', person, { check: input.check })
    // A consent that is obtained after the submission comes while the body of the call is still on its way. A closed account
    // records nothing any more, so its closing waits for that; both stand before the decision.
    const late = async (): Promise<void> => {
      await obtain()
      await customer.stop(input.contract)
    }
    return measured(customer, async () =>
      decisionOf(await (isLater ? customer.askSlowly('vector', body, late) : customer.ask('vector', body))),
    )
  })
}

/** An account with a consent for the person checked, at an instant inside its term. */
const withConsent = <T>(wishes: Parameters<typeof withCustomer>[0], work: (customer: Customer) => Promise<T>): Promise<T> =>
  withCustomer(wishes, async (customer) => {
    await customer.world.setClock(wishes.instants?.[0] ?? someTime)
    await customer.record('vector', persons.checked, { checks: ['id2'], grantedAt: customer.world.now })
    customer.world.vendor.behave(behaviours[wishes.upstream ?? 'match'])
    return work(customer)
  })

const plainCall = verification('vector', persons.checked)

/** The one value of a list of equal ones, or null. */
const only = <T>(values: readonly (T | undefined)[]): T | null => {
  const different = new Set(values)
  const [first] = different
  return different.size === 1 && first !== undefined ? first : null
}

const race = (input: { quota: z.infer<typeof quota>; parallelCalls: number; upstream: z.infer<typeof upstream> }) =>
  withConsent(input, (customer) =>
    measured(customer, async () => {
      const calls = Array.from({ length: input.parallelCalls }, (_, index) => customer.ask(`vector-${index}`, plainCall))
      const decisions = (await Promise.all(calls)).map(decisionOf)
      const denied = decisions.filter(({ decision }) => decision === 'deny')
      return {
        allowed: decisions.filter(({ decision }) => decision === 'allow').length,
        denied: denied.length,
        reason: only(denied.map(({ reason }) => reason)),
      }
    }),
  )

const retry = (input: { idempotencyKey: string; sameBody: boolean; times: number; upstream: z.infer<typeof upstream> }) =>
  withConsent(input, (customer) =>
    measured(customer, async () => {
      const answers: Answer[] = []
      for (let turn = 0; turn < input.times; turn += 1) {
        const body = input.sameBody ? plainCall : { ...plainCall, reference: `turn-${turn}` }
        answers.push(await customer.ask(input.idempotencyKey, body))
      }
      const decisions = answers.map(decisionOf)
      // A delivered answer is repeated byte for byte; a problem names each request, so there the decision counts.
      const said = answers.map(({ status, text }, index) => (status === 200 ? text : JSON.stringify(decisions[index])))
      return { sameResult: only(said) !== null, first: decisions[0], second: decisions[1] }
    }),
  )

/**
 * The partner's words travel in the layout of the source that is asked: `desc` is what it found, in its own language, beside the
 * digit that this vendor has for it, because the same digit means opposite things at two vendors. A finding that nobody knows
 * goes out under its code as it stands.
 */
const fidelity = ({ upstreamRaw }: { upstreamRaw: { code: string; msg: string } }): Promise<Output> =>
  withConsent({}, async (customer) => {
    const { vendor } = customer.world
    const found = findings.get(upstreamRaw.msg)
    vendor.behave({ result: found ? behaviours[found].result : upstreamRaw.code, desc: upstreamRaw.msg })
    const asked = await customer.ask('vector', plainCall)
    const id = asked.status === 200 ? asked.word('id') : asked.word('verification', 'id')
    const kept = await customer.get(`/v1/verifications/${id}`)
    const result = kept.word('outcome')
    const delivered = asked.status === 200 ? asked.word('outcome') : null
    const isChanged = delivered !== null && (delivered !== result || delivered !== found)
    return {
      result,
      rawDigestLogged: rawDigestLogged(customer.world.folder, kept, vendor.sent.at(-1) ?? ''),
      changedByGateway: isChanged,
    }
  })

/** Asks once and reads the code that every answer, list, report and export bears (S1 §2.3). */
const response = (): Promise<Output> =>
  withConsent({}, async (customer) => {
    const { world } = customer
    const day = shanghaiDay(world.now)
    const period = `from=${day}&to=${day}`
    const asked = await customer.ask('vector', plainCall)
    // The report across accounts is fed by the sweep.
    await world.setClock(world.now)
    const csv = await world.asStaff('finance', 'GET', `/v1/reports/usage?${period}&format=csv`)
    const [heading = '', line = ''] = csv.text.split('\r\n')
    const disclaimerCode = only([
      asked.word('usage'),
      (await customer.ask('vector', plainCall)).word('usage'),
      (await customer.get(`/v1/verifications/${asked.word('id')}`)).word('usage'),
      (await customer.get('/v1/verifications')).word('items', 0, 'usage'),
      (await customer.get(`/v1/usage?${period}`)).word('usage'),
      (await world.asStaff('finance', 'GET', `/v1/reports/usage?${period}`)).word('usage'),
      line.split(',')[heading.split(',').indexOf('usage')],
    ])
    return { disclaimerCode, evidentialEffect: disclaimerCode === null ? null : (evidentialEffects[disclaimerCode] ?? null) }
  })

const inflightMembers = {
  termEndExclusive: instant.refine(
    (ms) => ms === startOfDayMs(shanghaiDay(ms)),
    'a term ends at the beginning of a day in Shanghai',
  ),
  receivedAt: instant,
  answeredAt: instant,
  outcome: z.enum(['match', 'mismatch', 'no_record']),
}

/** A call that is received at one instant and answered at a later one, around the end of the term. */
const inflight = ({ termEndExclusive, receivedAt, answeredAt, outcome }: z.infer<z.ZodObject<typeof inflightMembers>>) => {
  if (answeredAt < receivedAt) throw new InputError('input.answeredAt: an answer comes after its question')
  const lastDay = shanghaiDay(termEndExclusive - 1)
  const instants = [Math.min(receivedAt, termEndExclusive) - 86_400_000]
  const term = { start: shanghaiDay(instants[0] ?? 0), end: lastDay }
  return withConsent({ term, instants, upstream: outcome }, async (customer) => {
    const { world } = customer
    await world.setClock(receivedAt)
    const { isAsked, release } = world.vendor.hold()
    const days = `from=${shanghaiDay(receivedAt)}&to=${shanghaiDay(answeredAt)}`
    return measured(customer, async () => {
      const call = customer.ask('vector', plainCall)
      await Promise.race([isAsked, call])
      await world.setClock(answeredAt)
      release()
      const decision = decisionOf(await call)
      const usage = await customer.get(`/v1/usage?${days}&group_by=day&day_of=service`)
      const date = usage.member('rows', 0, 'day') ?? null
      return { allowed: decision.decision === 'allow', ledgerDate: date, ...decision }
    })
  })
}

/** What the gateway does with a call, asked over its routes (contracts.md §3.13). */
export const gateOps: OpTable = {
  'gate.verify': op(verifyMembers, verify),
  'gate.concurrent': op({ quota, parallelCalls: z.int().min(1).max(5_000), upstream }, race),
  'gate.retry': op(
    {
      idempotencyKey: z.string().regex(/^[!#-+\--[\]-~]{1,255}$/, 'an Idempotency-Key is 1 to 255 visible ASCII characters'),
      sameBody: z.boolean(),
      times: z.int().min(2).max(1_000),
      upstream,
    },
    retry,
  ),
  'gate.fidelity': op({ upstreamRaw: z.strictObject({ code: z.string(), msg: z.string() }) }, fidelity),
  'gate.response': op({}, response),
  'gate.inflight': op(inflightMembers, inflight),
}
