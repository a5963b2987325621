import { beforeAll, describe, expect, it, test } from 'vitest'
import type { JsonSchema } from '../../scripts/torture/contract.ts'
import { type BodyRoute, bodyRoutesOf } from '../support/http-bodies.ts'
import { type Answer, useGateway } from '../support/http-gateway.ts'
import { type Customer, openCustomer, verificationBody } from '../support/http-world.ts'

const gateway = useGateway()

/** What somebody would send who hopes that a body is written into the books as it comes, or into an object of the process. */
const aliens = [
  'granted',
  'available',
  'account_id',
  'price',
  'charged',
  'secret',
  'roles',
  '__proto__',
  'constructor',
  'prototype',
]

type Level = { path: (string | 0)[]; open: boolean }

const resolve = (schema: JsonSchema): JsonSchema => {
  const name = /^#\/components\/schemas\/(\w+)$/.exec(String(schema.$ref ?? ''))?.[1]
  return name === undefined ? schema : (gateway().document.components.schemas[name] ?? schema)
}

/** Every object that a schema describes, by the way to it; `open` where members that it does not name are allowed. */
const levelsOf = (schema: JsonSchema, path: (string | 0)[] = []): Level[] => {
  const { type, properties, additionalProperties, items, anyOf, oneOf, allOf } = resolve(schema) as Record<string, unknown>
  const levels: Level[] = type === 'object' || properties ? [{ path, open: additionalProperties !== false }] : []
  for (const [name, member] of Object.entries((properties ?? {}) as Record<string, JsonSchema>))
    levels.push(...levelsOf(member, [...path, name]))
  if (items) levels.push(...levelsOf(items as JsonSchema, [...path, 0]))
  for (const variant of [anyOf, oneOf, allOf].flatMap((each) => (each ?? []) as JsonSchema[]))
    levels.push(...levelsOf(variant, path))
  return levels
}

/** JSON text of `base` with one more member in the object at this way; as text, because `__proto__` is no ordinary member in code. */
const withMember = (base: unknown, path: (string | 0)[], alien: string): string => {
  const [step, ...rest] = path
  if (step === undefined) {
    const members = Object.entries((base ?? {}) as object).map(
      ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
    )
    return `{${[...members, `${JSON.stringify(alien)}:1`].join(',')}}`
  }
  if (step === 0) return `[${withMember(Array.isArray(base) ? base[0] : undefined, rest, alien)}]`
  const { [step]: inner, ...others } = (typeof base === 'object' && base !== null ? base : {}) as Record<string, unknown>
  const members = Object.entries(others).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
  return `{${[...members, `${JSON.stringify(step)}:${withMember(inner, rest, alien)}`].join(',')}}`
}

const pointerOf = (path: (string | 0)[]): string => path.map((step) => `/${step}`).join('')

let routes: BodyRoute[]
let customer: Customer

beforeAll(async () => {
  routes = await bodyRoutesOf(gateway())
  customer = await openCustomer(gateway())
  await customer.record('c-1')
})

/** How many lines stand in the journals of the accounts that are called. */
const lines = async (): Promise<number> => {
  const others = routes.flatMap(({ path }) => /^\/v1\/accounts\/(acc_\w+)/.exec(path)?.[1] ?? [])
  const journals = await Promise.all([...new Set([customer.accountId, ...others])].map((id) => gateway().journal(id)))
  return journals.flat().length
}

/** Bodies that get as far as the judging of members where an empty one is refused for something else first. */
const bases: Record<string, () => unknown> = { 'POST /v1/verifications': () => verificationBody('c-1') }

/** Objects whose members are data, and are judged by somebody else than the schema of the body. */
const openBodies = [
  'PUT /v1/accounts/{account_id}/agreement /overrides',
  'POST /v1/accounts/{account_id}/amendments /overrides',
  'POST /v1/verifications /data_subject',
  'POST /v1/consents /data_subject',
]

const bodySchemaOf = ({ spec }: BodyRoute): JsonSchema => {
  const content = gateway().document.paths[spec.path]?.[spec.method]?.requestBody?.content['application/json']
  if (!content) throw new Error(`${spec.path} has no body in the document`)
  return content.schema
}

const send = (route: BodyRoute, raw: string): Promise<Answer> =>
  gateway().call(route.method, route.path, {
    ...route.call,
    raw,
    // The route of the customer with a consent, where the body has to be a good one.
    ...(bases[route.name] ? { bearer: customer.key } : {}),
  })

describe('the objects that a route takes', () => {
  it('are closed in the document, but for those whose members are data', () => {
    const open = routes.flatMap((route) =>
      levelsOf(bodySchemaOf(route))
        .filter((level) => level.open)
        .map(({ path }) => `${route.name} ${pointerOf(path)}`),
    )
    expect([...new Set(open)].sort()).toEqual([...openBodies].sort())
    expect(routes.length).toBeGreaterThan(15)
  })

  test.each(aliens)('refuse the member %s on every level of every body, and nothing is written', async (alien) => {
    const before = await lines()
    let sent = 0
    let denied = 0
    for (const route of routes)
      for (const { path } of levelsOf(bodySchemaOf(route))) {
        if (openBodies.includes(`${route.name} ${pointerOf(path)}`) && path[0] !== 'data_subject') continue
        const answer = await send(route, withMember(bases[route.name]?.(), path, alien))
        const where = `${route.name} ${pointerOf([...path, alien])}`
        const faults = JSON.stringify(answer.member('errors') ?? answer.body)
        // A batch is judged item by item.
        const status = route.spec.path.endsWith('/batch') && path.includes(0) ? 200 : 422
        expect([where, answer.status]).toEqual([where, status])
        expect([where, faults]).toEqual([where, expect.stringContaining(`/${alien}","rule":"member_unknown"`)])
        sent += 1
        if (bases[route.name]) denied += 1
      }
    expect(sent).toBeGreaterThan(20)
    // A call that is refused by its input is a line of the audit log, and nothing else.
    expect(await lines()).toBe(before + denied)
    expect(Object.hasOwn(Object.prototype, 'granted')).toBe(false)
  })

  it.each(['granted', '__proto__', 'constructor'])('refuse the agreement %s, which no agreement has', async (alien) => {
    const path = `/v1/accounts/${customer.accountId}/agreement`
    const raw = `{"preset":"S1","reason":"as agreed","overrides":{"${alien}":1}}`
    const answer = await gateway().call('PUT', path, { bearer: await gateway().staffToken(), raw })
    expect([answer.status, answer.code]).toEqual([422, 'agreement_incomplete'])
  })
})

/** Objects whose names are data: a whole document, the input schema of a check, the made-up persons of the sandbox, counts by outcome. */
const openAnswers = [
  'GET /openapi.json ',
  'GET /v1/checks /checks/0/data_subject',
  'GET /v1/interface ',
  'GET /v1/checks /sandbox/0/data_subject',
  'GET /v1/sources /items/0/ended',
  'GET /v1/sources /items/0/observed/outcomes',
]

it('the objects that a route answers with are closed in the document', () => {
  const open: string[] = []
  let closed = 0
  for (const { method, path } of gateway().app.routes)
    for (const response of Object.values(gateway().document.paths[path]?.[method]?.responses ?? {}))
      for (const { schema } of Object.values(response.content))
        for (const level of levelsOf(schema)) {
          if (level.open) open.push(`${method.toUpperCase()} ${path} ${pointerOf(level.path)}`)
          else closed += 1
        }
  // Terms are shown as they are stored and digested, and documents by the names of their kind: their shape is the agreement's affair.
  const isData = /\/terms$|\/document \/(?:facts|tables|totals)$/
  const others = new Set(open.filter((where) => !isData.test(where)))
  expect([...others].sort()).toEqual([...openAnswers].sort())
  expect(closed).toBeGreaterThan(100)
})

it('the walk finds an object that is open (the control)', () => {
  const object = { type: 'object', properties: {} }
  const schema = {
    type: 'object',
    additionalProperties: false,
    properties: { list: { type: 'array', items: { anyOf: [object] } } },
  }
  expect(levelsOf(schema)).toEqual([
    { path: [], open: false },
    { path: ['list', 0], open: true },
  ])
})
