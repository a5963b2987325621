import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { afterEach, describe, expect, it, test, vi } from 'vitest'
import { printPdf } from '../../scripts/operator/pdf-printer.ts'
import { startOfTests } from '../support/clock.ts'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus, openUnder } from '../support/http-world.ts'
import { Processes } from '../support/process-gateway.ts'
import { runHere } from '../support/process-operator.ts'

const gateway = useGateway({ listening: true })
const processes = new Processes()

const absent = await printPdf('<html><head></head><body>x</body></html>').then(
  () => null,
  (error: unknown) => (error instanceof Error ? error.message : 'unknown'),
)
const title = (text: string): string => (absent === null ? text : `ABSENT: ${absent}: ${text}`)

afterEach(() => vi.unstubAllEnvs())

/** Everything in the file that is packed, unpacked. */
const unpacked = (pdf: Buffer): string => {
  const parts: string[] = []
  for (let from = pdf.indexOf('stream\n'); from !== -1; from = pdf.indexOf('stream\n', from + 1)) {
    try {
      parts.push(inflateSync(pdf.subarray(from + 7)).toString('latin1'))
    } catch {
      // Not packed, or the end of one.
    }
  }
  return parts.join('\n')
}

const withBill = async () => {
  gateway().clock.now = startOfTests
  const customer = await openUnder(gateway(), 'S4')
  const path = `/v1/accounts/${customer.accountId}/bills`
  const id = (await gateway().asStaff('finance', 'GET', path)).word('items', 0, 'id')
  gateway().clock.set('2024-09-01T00:00:00+08:00')
  await gateway().sweep()
  const token = await gateway().staffToken({ roles: ['finance'] })
  const out = join(processes.folder(), 'bill.pdf')
  const run = (...more: string[]) =>
    runHere(
      ['pdf', '--account', customer.accountId, '--id', id, '--out', out, '--url', gateway().baseUrl, '--token', token, ...more],
      {},
      fetch,
    )
  return { customer, id, out, run }
}

// A browser may be missing or may not start here; then the title says ABSENT and why.
describe('a PDF', () => {
  test.skipIf(absent !== null)(
    title('is the page on A4 with its Chinese text, and its digest stands at the gateway'),
    async () => {
      const { customer, id, out, run } = await withBill()
      const said = await run('--reason', 'for the file')
      expect(said).toMatchObject({ code: 0, stderr: '' })
      const pdf = readFileSync(out)
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
      const text = unpacked(pdf)
      // 伍佰元整, by the table of the face that stands in the file.
      expect(pdf.toString('latin1') + text).toMatch(/NotoSansSC/)
      for (const sign of '伍佰元整') {
        const code = sign.charCodeAt(0).toString(16).padStart(4, '0')
        expect(text.toLowerCase(), sign).toContain(`<${code}>`)
      }
      expect(pdf.toString('latin1') + text).toMatch(/\/MediaBox \[0 0 59[45](?:\.\d+)? 84[12](?:\.\d+)?\]/)
      const list = await expectStatus(200, customer.call('GET', '/v1/printed-copies'))
      expect(list.member('items')).toMatchObject([
        { document: id, draft: false, language: 'zh', sha256: createHash('sha256').update(pdf).digest('hex'), bytes: pdf.length },
      ])
      expect(await run()).toMatchObject({ code: 1, stderr: `operator: ${out} is there already; nothing was printed` })
    },
  )
})

describe('without what it needs', () => {
  it('is one sentence, and nothing is written or recorded', async () => {
    const { customer, out, run } = await withBill()
    vi.stubEnv('VERIMETER_CHROMIUM', '/nowhere/chromium')
    expect(await run()).toMatchObject({
      code: 1,
      stderr: 'operator: VERIMETER_CHROMIUM names /nowhere/chromium, which is not there',
    })
    const text = join(processes.folder(), 'chromium')
    writeFileSync(text, 'no program', { mode: 0o755 })
    vi.stubEnv('VERIMETER_CHROMIUM', text)
    const said = await run()
    expect([said.code, said.stderr.split('\n').length]).toEqual([1, 1])
    expect(said.stderr).toContain('does not start')
    expect((await customer.call('GET', '/v1/printed-copies')).member('items')).toEqual([])
    expect(() => readFileSync(out)).toThrow(/ENOENT/)
  })

  it('is not understood for what is never printed', async () => {
    const { run } = await withBill()
    expect((await run('--kind', 'ticket')).code).toBe(2)
    expect((await run('--language', 'fr')).code).toBe(2)
  })
})
