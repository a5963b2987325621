import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { missedMutants, runCommand } from '../../scripts/torture/input.ts'
import { openInputGateway } from '../../scripts/torture/input-gateway.ts'
import { type InputTarget, runInput } from '../../scripts/torture/input-run.ts'

/* Made-up requests against the embedded gateway in this process; `npm run torture:input` sends more of them. */

vi.setConfig({ testTimeout: 400_000 })

const folder = mkdtempSync(join(tmpdir(), 'verimeter-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Seeds are fixed, so that a run is green or red for everybody; the command draws new ones. */
const seed = 20_261_122

it('no request of the first thousands gets more than it should', async () => {
  const gateway = openInputGateway()
  const report = await runInput(gateway, { seed, requests: 10_000 })
  await gateway.close()
  expect(report.findings).toEqual([])
  expect(report.void).toEqual([])
  expect(report.requests).toBe(10_000)
})

it('every broken gateway is found (the controls)', async () => {
  expect(await missedMutants(seed, 800)).toEqual([])
})

it('a gateway that refuses everything proves nothing', async () => {
  const gateway = openInputGateway()
  let isSetUp = false
  const shut: InputTarget = {
    ...gateway,
    credits: async () => {
      isSetUp = true
      return gateway.credits()
    },
    send: (sent) => gateway.send(isSetUp ? { ...sent, headers: {} } : sent),
  }
  const report = await runInput(shut, { seed, requests: 300 })
  await gateway.close()
  expect(report.void).toContain('fewer than a tenth of the requests succeeded')
})

it('the command says its seed and writes what it found', async () => {
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  const file = join(folder, 'report.json')
  expect(await runCommand(['--requests', '300', '--seed', '7', '--json', file])).toBe(0)
  expect(lines[0]).toBe('seed 7')
  const report = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  expect(report).toMatchObject({ seed: 7, requests: 300, findings: [], void: [], controls: { missed: [] } })
  vi.restoreAllMocks()
})

it.each([[['--requests', 'many']], [['--requests', '0']], [['--seed', 'x']], [['--unknown']]])(
  'a command line that nobody understands is exit 2: %j',
  async (args) => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {})
    expect(await runCommand(args)).toBe(2)
    expect(said).toHaveBeenCalledOnce()
    vi.restoreAllMocks()
  },
)
