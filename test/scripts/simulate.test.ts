import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { behaviours } from '../../scripts/simulator/behaviour.ts'
import { orderPath } from '../../scripts/simulator/simulator.ts'
import { type Ended, Processes } from '../support/process-gateway.ts'

const processes = new Processes()
const simulate = (...args: string[]) => processes.run('scripts/simulate.ts', args)

test('the simulated vendor says what to set, answers, keeps its book, and stops on SIGTERM', async () => {
  const book = join(processes.folder(), 'book.jsonl')
  const child = simulate('--port', '0', '--book', book, '--appcode', 'mine')
  await child.waitUntil(() => child.stdout.includes('Stop with Ctrl-C'))
  expect(child.stdout).toContain(orderPath)
  expect(child.stdout).toContain('AppCode "mine"')
  const url = /listens on (http:\S+)\. /.exec(child.stdout)?.[1] ?? ''

  const ask = (appcode: string) =>
    fetch(`${url}/api-mall/api/id_card/check`, {
      method: 'POST',
      headers: { authorization: `APPCODE ${appcode}`, 'x-request-reference': 'ver_1' },
      body: new URLSearchParams({ name: '张三', idcard: '11010519491231002X' }),
    })
  expect((await ask('another')).status).toBe(400)
  expect(await (await ask('mine')).json()).toMatchObject({ success: true, data: { result: 0 } })
  const headers = { authorization: 'APPCODE mine' }
  expect(await (await fetch(`${url}${orderPath}?reference=ver_1`, { headers })).json()).toMatchObject({ found: true })

  expect(await child.end('SIGTERM')).toMatchObject({ code: 0, stderr: '' })
  const lines = readFileSync(book, 'utf8').trim().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as { reference: string }).reference)).toEqual(['ver_1'])
  expect(readFileSync(book, 'utf8')).not.toMatch(/11010519491231002X|张三/)
})

test('--help names every behaviour', async () => {
  const { code, stdout } = await simulate('--help').ended
  expect(code).toBe(0)
  for (const behaviour of behaviours) expect(stdout).toContain(behaviour)
})

describe('a command line that cannot be is one sentence and exit 1', () => {
  const expectSentence = (ended: Ended, sentence: RegExp): void => {
    expect(ended).toMatchObject({ code: 1, stdout: '' })
    expect(ended.stderr).toMatch(/^[^\n]+\n$/)
    expect(ended.stderr).toMatch(sentence)
  }

  test.each<[string[], RegExp]>([
    [['--behaviour', 'sulk'], /^--behaviour takes one of normal, refuse, /],
    [['--port', 'x'], /^--port takes a whole number\.$/m],
    [['--app-key', 'k'], /^--app-key and --app-secret belong together\.$/m],
    [['--frobnicate'], /^Unknown option '--frobnicate'/],
  ])('%j', async (args, sentence) => {
    expectSentence(await simulate(...args).ended, sentence)
  })

  test('a taken port', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => holder.once('listening', resolve))
    const { port } = holder.address() as { port: number }
    expectSentence(await simulate('--port', String(port)).ended, /EADDRINUSE/)
    holder.close()
  })
})
