import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { openCustomer } from '../support/http-world.ts'

const gateway = useGateway()

interface Line {
  seq: number
  kind: string
  actor: string
  leaf: { index: number; hash: string; text: string } | null
}

test('staff search the journal by day, kind and actor, page by page, and what they get can be proved', async () => {
  const customer = await openCustomer(gateway())
  await customer.record('c-1')
  await customer.verify('k-1', 'c-1')
  const read = async (more: string) => {
    const path = `/v1/accounts/${customer.accountId}/journal?from=2024-08-01&to=2024-08-31${more}`
    const token = await gateway().staffToken({ roles: ['auditor'] })
    return gateway().call('GET', path, { bearer: token, headers: { 'Verimeter-Reason': 'assessment' } })
  }
  const linesOf = (answer: Awaited<ReturnType<typeof read>>) => (answer.body as { items: Line[] }).items

  const all = await read('&limit=100')
  const lines = linesOf(all)
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_line, at) => lines.length - at))
  expect(lines.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['create_account', 'hold', 'capture']))
  expect(all.word('sha256')).toBe(createHash('sha256').update(JSON.stringify(lines)).digest('hex'))
  for (const { leaf } of lines) if (leaf) expect(createHash('sha256').update(`\0${leaf.text}`).digest('hex')).toBe(leaf.hash)

  expect(linesOf(await read('&kind=capture')).map(({ kind }) => kind)).toEqual(['capture'])
  const [hold] = linesOf(await read('&kind=hold'))
  expect(linesOf(await read(`&actor=${hold?.actor}`)).every(({ actor }) => actor === hold?.actor)).toBe(true)
  const first = await read('&limit=2')
  const second = await read(`&limit=2&cursor=${first.word('next')}`)
  // Each reading is itself a line, above those of the page before.
  expect(linesOf(second)[0]?.seq).toBe((linesOf(first)[1]?.seq ?? 0) - 1)
  expect((await read('&kind=nothing')).member('items')).toEqual([])
  expect((await read('&from=2024-09-01')).code).toBe('query_invalid')
})

test('no free text and no salt leaves the journal', async () => {
  const customer = await openCustomer(gateway())
  const path = `/v1/accounts/${customer.accountId}/journal?from=2024-08-01&to=2024-08-31&limit=100`
  const token = await gateway().staffToken({ roles: ['auditor'] })
  const answer = await gateway().call('GET', path, { bearer: token, headers: { 'Verimeter-Reason': 'assessment' } })
  expect(answer.status).toBe(200)
  expect(answer.text).not.toContain('as agreed with the customer')
  expect(answer.text).not.toContain('salt')
})
