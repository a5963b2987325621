import { expect, it, vi } from 'vitest'
import { type Credits, type InputTarget, runInput } from '../../scripts/torture/input-run.ts'
import { type Role, type TestGateway, useGateway } from '../support/http-gateway.ts'

/* The made-up requests of `npm run torture:input`, a few of them on every runtime. */

vi.setConfig({ testTimeout: 300_000 })

const gateway = useGateway()
const seed = 20_261_122
const requests = 600

const nothing: Credits = { available: 0, held: 0, captured: 0, expired: 0, refunded: 0 }

/** The gateway under test as a run wants it. Credits are read as staff read them, of every account that somebody paid for. */
const targetOf = (under: TestGateway): InputTarget => {
  const paid = new Set<string>()
  let calls = 0
  return {
    send: async ({ method, path, headers, body }) => {
      calls += 1
      const from = `2001:db8:1::${calls.toString(16)}`
      const answer = await under.send(method, path, { headers, from, ...(body === undefined ? {} : { raw: body }) })
      const account = /^\/v1\/accounts\/(acc_\w+)\/payments$/.exec(path)?.[1]
      if (account !== undefined && answer.status === 201) paid.add(account)
      return answer
    },
    staffToken: (role) => under.staffToken({ sub: `fuzz-${role}`, roles: [role], claims: {} }),
    credits: async () => {
      const sums = { ...nothing }
      for (const account of paid) {
        const answer = await under.asStaff('auditor' satisfies Role, 'GET', `/v1/accounts/${account}/grants`)
        for (const grant of (answer.body as { grants: Credits[] }).grants)
          for (const name of Object.keys(sums) as (keyof Credits)[]) sums[name] += grant[name]
      }
      return sums
    },
    faults: () => under.logLines.filter((line) => line.includes('"event":"fault"')).length,
    // Every gateway of the suites is held against its books when it closes.
    violations: async () => [],
  }
}

it(`no one of ${requests} made-up requests gets more than it should`, async () => {
  const report = await runInput(targetOf(gateway()), { seed, requests })
  expect(report.findings).toEqual([])
  expect(report.void).toEqual([])
})

it('a refusal that takes a credit is found (the control)', async () => {
  const target = targetOf(gateway())
  let taken = 0
  const thief: InputTarget = {
    ...target,
    send: async (sent) => {
      const answer = await target.send(sent)
      if (answer.status === 422) taken += 1
      return answer
    },
    credits: async () => {
      const sums = await target.credits()
      return { ...sums, available: sums.available - taken, captured: sums.captured + taken }
    },
  }
  const { findings } = await runInput(thief, { seed, requests: 60 })
  expect(findings.some(({ what }) => what.startsWith('credits moved from'))).toBe(true)
})
