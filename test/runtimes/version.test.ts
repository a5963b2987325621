import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { describe, expect, test } from 'vitest'
import { gatewayEntry, node24, operatorEntry, Processes } from '../support/process-gateway.ts'

const processes = new Processes()

/** Makes Node 24 say that it is this version, before anything else runs. */
const pretending = (version: string): string[] => {
  const code = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`
  return [node24, '--import', `data:text/javascript,${encodeURIComponent(code)}`]
}

/** The Node that this machine brings along, where it is 20 or 21: there the embedded store would crash for real. */
const hostNodes = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => `${folder}/node`)
  .filter((path) => /^2[01]\./.test(spawnSync(path, ['-p', 'process.versions.node']).stdout?.toString() ?? ''))
  .slice(0, 1)

const start = (command: string[], entry: string, args: string[] = []) => {
  const [executable = '', ...options] = [...command, '--import', 'tsx', entry, ...args]
  return processes.start(executable, options, { VERIMETER_PORT: '0', VERIMETER_DATA_DIR: processes.folder() }).ended
}

describe.each([
  ['a pretended Node 20', pretending('20.19.4')],
  ['a pretended Node 21', pretending('21.7.3')],
  ...hostNodes.map((path): [string, string[]] => ['the Node of this machine', [path]]),
])('on %s', (_name, command) => {
  test.each([
    [
      'the gateway',
      gatewayEntry,
      /^verimeter: Node \d+\.\d+\.\d+ is too old; start with `npm start`, which brings Node 24 along\n$/,
    ],
    ['the operator', operatorEntry, /^operator: Node \d+\.\d+\.\d+ is too old; run it with `npm run operator -- …`, [^\n]+\n$/],
  ])('%s says so in one sentence and exits 1', async (_who, entry, sentence) => {
    const ended = await start(command, entry, ['help'])
    expect(ended).toMatchObject({ code: 1, signal: null, stdout: '' })
    expect(ended.stderr).toMatch(sentence)
  })
})

test('on a Node that is new enough the operator runs', async () => {
  expect(await start(pretending('22.0.0'), operatorEntry, ['help'])).toMatchObject({ code: 0, stderr: '' })
})

test.each([gatewayEntry, operatorEntry])('%s imports nothing before the check', (entry) => {
  const code = readFileSync(entry, 'utf8')
  expect(code).not.toMatch(/^import\b/m)
  expect(code.indexOf('await import(')).toBeGreaterThan(code.indexOf('process.exit(1)'))
})
