import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { containsResidentId } from '../../src/core/resident-id.ts'
import { type Example, examples } from '../../src/http/docs/examples/index.ts'
import { persons } from '../support/http-world.ts'
import { HttpClient } from '../support/process-client.ts'
import { type Ended, node24, Processes } from '../support/process-gateway.ts'

/* The examples of the guide, run as they stand there against a gateway as `npm start` runs it. */

const processes = new Processes()
let environment: Record<string, string>
let customer: HttpClient

beforeAll(async () => {
  const { baseUrl, apiKey } = await processes.gateway({ VERIMETER_DATA_DIR: processes.folder() })
  if (apiKey === null) throw new Error('the first start printed no key')
  environment = { VERIMETER_URL: baseUrl, VERIMETER_KEY: apiKey }
  customer = new HttpClient(baseUrl, apiKey)
})

const exampleOf = (language: string): Example => {
  const example = examples.find((one) => one.language === language)
  if (!example) throw new Error(`there is no example in ${language}`)
  return example
}

/** How each tested example is started, as its second line says. */
const commands: Record<string, (file: string) => [command: string, args: string[]]> = {
  curl: (file) => ['sh', [file]],
  TypeScript: (file) => [node24, [file]],
}

const run = (language: string, more: Record<string, string> = {}): Promise<Ended> => {
  const { file, text } = exampleOf(language)
  const path = join(processes.folder(), file)
  writeFileSync(path, text)
  const [command, args] = commands[language]?.(path) ?? ['false', []]
  return processes.start(command, args, { ...environment, ...more }).ended
}

const asPerson = ({ id_number, name }: { id_number: string; name: string }): Record<string, string> => ({
  PERSON_NUMBER: id_number,
  PERSON_NAME: name,
})

const jsonLines = (text: string): unknown[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)

const available = async (): Promise<number> => {
  const { totals } = (await customer.ask('GET', '/v1/balance')) as { totals: { available: number }[] }
  return totals[0]?.available ?? Number.NaN
}

it('every example that is said to be tested is run here, and no other', () => {
  expect(Object.keys(commands)).toEqual(examples.filter(({ tested }) => tested).map(({ language }) => language))
  expect(examples.map(({ language }) => language)).toEqual(['curl', 'TypeScript', 'Python', 'Java', 'Go'])
})

test.each(examples)(
  '$language takes address and key from outside, and no number of a person stands in an address',
  ({ text }) => {
    expect(text).toMatch(/VERIMETER_URL/)
    expect(text).not.toMatch(/vm_(?:live|test)_\w{10}/)
    const paths = [...text.matchAll(/\/v1\/[^\s'"]*/g)].map(([path]) => path)
    expect(paths.length).toBeGreaterThan(3)
    for (const path of paths)
      expect([path, containsResidentId(path), /number|name|PERSON/i.test(path)]).toEqual([path, false, false])
  },
)

describe.each(Object.keys(commands))('the example in %s', (language) => {
  it('records, verifies, reads and withdraws', async () => {
    const before = await available()
    const { code, stdout, stderr } = await run(language)
    expect([code, stderr]).toEqual([0, ''])
    expect(jsonLines(stdout)).toMatchObject([
      { outcome: 'match', charged: true, credits: 1, available: before - 1 },
      { totals: [{ check: 'id2', available: before - 1 }] },
      { totals: { verifications: expect.any(Number) } },
      { state: 'withdrawn', withdrawal_source: 'data_subject', uses: 1 },
    ])
    expect(stdout).not.toContain(persons.match.id_number)
  })

  it('sends the same key again after a 504, until the answer is there, and pays once', async () => {
    const before = await available()
    const { code, stdout, stderr } = await run(language, asPerson(persons.unknownThenMatch))
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^504: again with the same key in 1 s\n/)])
    expect(jsonLines(stdout)[0]).toMatchObject({ outcome: 'match', charged: true })
    expect(await available()).toBe(before - 1)
  })

  it('ends with the problem when a change is needed first, and pays nothing', async () => {
    const before = await available()
    const { code, stdout, stderr } = await run(language, asPerson(persons.unavailable))
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/source_unavailable/)
    expect(stderr).toMatch(/new_key/)
    expect(stderr).not.toContain(persons.unavailable.id_number)
    expect(await available()).toBe(before)
  })
})
