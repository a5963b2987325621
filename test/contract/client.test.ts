import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { persons } from '../support/http-world.ts'
import { node24, Processes, projectFolder } from '../support/process-gateway.ts'

/* A client as a customer makes one: types generated from the document that a gateway serves, and openapi-fetch over them. */

const processes = new Processes()
const mainJob = readFileSync(new URL('../client/main-job.ts', import.meta.url), 'utf8')
let environment: Record<string, string>
let folder: string

beforeAll(async () => {
  const { baseUrl, apiKey } = await processes.gateway({ VERIMETER_DATA_DIR: processes.folder() })
  environment = { VERIMETER_URL: baseUrl, VERIMETER_KEY: apiKey ?? '' }
  folder = processes.folder()
  symlinkSync(join(projectFolder, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const { scripts } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
  const [, generator = ''] = scripts['client:types']?.split(' ') ?? []
  const made = await processes.start(node24, [generator, `${baseUrl}/openapi.json`, '-o', join(folder, 'schema.ts')]).ended
  expect(made).toMatchObject({ code: 0 })
})

/** Changes of the main job that the types must refuse. */
const breaks: Record<string, [from: string, to: string]> = {
  'a member that is not there': ["check: 'id2',", "check: 'id2', chek: 'id2',"],
  'a member of another type': ['separate_consent: true', "separate_consent: 'yes'"],
  'a member that is missing': ["  purpose: 'real_name_registration',\n", ''],
  'a value that is not listed': ["type: 'click'", "type: 'tick'"],
  'an address that nobody serves': ["'/v1/balance'", "'/v1/balances'"],
  'a header that is missing': ["header: { 'idempotency-key': idempotencyKey }", 'header: {}'],
  'a member of the answer that is not there': ['verified.outcome', 'verified.result'],
  'a retry rule that is none': ["=== 'same_key'", "=== 'same'"],
}

describe('the types of the client', () => {
  let complaints: string[]

  beforeAll(async () => {
    const programs = [mainJob, ...Object.values(breaks).map(([from, to]) => mainJob.replace(from, to))]
    for (const [at, program] of programs.entries()) writeFileSync(join(folder, `job-${at}.ts`), program)
    const compilerOptions = { noEmit: true, strict: true, target: 'es2024', module: 'esnext', moduleResolution: 'bundler' }
    const more = { skipLibCheck: true, allowImportingTsExtensions: true, types: ['node'] }
    const project = { compilerOptions: { ...compilerOptions, ...more }, include: ['job-*.ts'] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project))
    const { stdout } = await processes.start(join(projectFolder, 'node_modules/.bin/tsc'), ['-p', folder]).ended
    complaints = stdout.split('\n').filter((line) => line.includes('error TS'))
  })

  const complaintsOf = (at: number): string[] => complaints.filter((line) => line.includes(`job-${at}.ts(`))

  it('allow the main job as it stands, and the compiler speaks of nothing else', () => {
    expect(complaintsOf(0)).toEqual([])
    expect(complaints.filter((line) => !/job-[1-9]\.ts\(/.test(line))).toEqual([])
  })

  test.each(Object.keys(breaks).map((what, at) => [what, at + 1] as const))('the control: refuse %s', (what, at) => {
    expect(mainJob).toContain(breaks[what]?.[0])
    expect(complaintsOf(at)).not.toEqual([])
  })
})

describe('the generated client', () => {
  it('records, verifies, reads, withdraws', async () => {
    writeFileSync(join(folder, 'main-job.ts'), mainJob)
    const { code, stdout, stderr } = await processes.start(node24, [join(folder, 'main-job.ts')], environment).ended
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject({
      consent: { state: 'active', reference: 'client-1' },
      verified: { outcome: 'match', charged: true, available: 29_999 },
      replayed: true,
      read: { state: 'captured', outcome: 'match' },
      available: 29_999,
      withdrawn: { state: 'withdrawn', uses: 1 },
      refused: { code: 'consent_withdrawn', retry: 'no' },
    })
    expect(stdout).not.toContain(persons.match.id_number)
  })
})
