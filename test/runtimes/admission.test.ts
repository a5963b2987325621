import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, test } from 'vitest'
import type { Sources } from '../../src/core/ports.ts'
import { openAdmission } from '../../src/runtimes/admission.ts'
import { openHttpServer } from '../../src/runtimes/http-server.ts'

const counted: string[][] = []
const metrics = { count: (...labels: string[]) => void counted.push(labels) }

describe('the admission of verifications', () => {
  test('lets in so many that wait for the process, and one more for each that asks a source', async () => {
    const admission = openAdmission(metrics, 2)
    let answer = (): void => {}
    const waiting = new Promise<void>((resolve) => {
      answer = resolve
    })
    const sources = admission.watch({ ask: async () => await waiting } as unknown as Sources)
    const first = admission.enter()
    const second = admission.enter()
    expect([first === null, second === null, admission.enter()]).toEqual([false, false, null])
    const asking = sources.ask('source_a', {} as never, {} as never)
    const third = admission.enter()
    expect([third === null, admission.enter()]).toEqual([false, null])
    answer()
    await asking
    first?.leave()
    first?.leave()
    // Three are inside, one has left and nobody asks: full.
    expect(admission.enter()).toBeNull()
    second?.leave()
    expect(admission.enter()).not.toBeNull()
    expect(counted.every(([, code]) => code === 'overloaded')).toBe(true)
  })

  test('a source that fails is asked no more', async () => {
    const admission = openAdmission(metrics, 1)
    const failing = { ask: () => Promise.reject(new Error('a fault')) } as unknown as Sources
    await expect(admission.watch(failing).ask('source_a', {} as never, {} as never)).rejects.toThrow('a fault')
    admission.enter()
    expect(admission.enter()).toBeNull()
  })
})

describe('the door that is full', () => {
  let server: Server | undefined
  afterEach(() => {
    server?.close()
    server?.closeAllConnections()
  })

  it('turns away verifications with 503 and Retry-After, unread, and nothing else', async () => {
    const releases: (() => void)[] = []
    const read: string[] = []
    const answerTo = async (request: Request): Promise<Response> => {
      const text = await request.text()
      read.push(text)
      if (text === 'slow') await new Promise<void>((resolve) => releases.push(resolve))
      return Response.json({})
    }
    const opened = openHttpServer({ fetch: answerTo }, '127.0.0.1', undefined, openAdmission(metrics, 1))
    server = opened
    await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve))
    const base = `http://127.0.0.1:${(opened.address() as AddressInfo).port}`
    const post = (path: string, body: string) => fetch(`${base}${path}`, { method: 'POST', body })
    const first = post('/v1/verifications', 'slow')
    while (releases.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const refused = await post('/v1/verifications?x=1', 'second')
    expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('content-type')]).toEqual([
      503,
      '1',
      'application/problem+json; charset=utf-8',
    ])
    expect(await refused.json()).toMatchObject({ code: 'overloaded', retry: 'same_key', status: 503 })
    expect((await post('/v1/consents', 'other')).status).toBe(200)
    expect((await fetch(`${base}/v1/verifications`)).status).toBe(200)
    for (const release of releases) release()
    expect((await first).status).toBe(200)
    expect((await post('/v1/verifications', 'third')).status).toBe(200)
    expect(read).not.toContain('second')
  })
})
