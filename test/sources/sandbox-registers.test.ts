import { expect, test } from 'vitest'
import { checks, readInput } from '../../src/core/checks.ts'
import { registerChecks } from '../../src/core/register-checks.ts'
import { openSources } from '../../src/sources/index.ts'
import { registerRowViews, sandboxRegisters } from '../../src/sources/sandbox-registers.ts'
import { testIo } from './source-io.ts'

const sources = () => openSources(sandboxRegisters(), testIo())
const ask = async (check: string, fields: Record<string, string>) => {
  const call = { reference: 'ver_1', check, deadlineAt: Date.now() + 5_000, consent: null }
  return (await sources().ask(`sandbox_${check}`, { check, fields }, call)).outcome
}

test('twelve registers, each a source of its own for one check (S3 附件1 模块7, 模块8)', () => {
  expect(sandboxRegisters().map(({ id, checks }) => [id, checks])).toEqual(
    registerChecks.map(({ code }) => [`sandbox_${code}`, [code]]),
  )
  expect(registerChecks).toHaveLength(12)
})

test.each(registerRowViews)(
  '$check answers its published row, another name and another subject',
  async ({ check, data_subject }) => {
    const known = checks.get(check)
    if (!known) throw new Error('the check is in the catalogue')
    expect(readInput(known, data_subject, '2026-01-01')).toEqual({ kind: 'input', fields: data_subject })
    expect(await ask(check, data_subject)).toBe('match')
    expect(await ask(check, { ...data_subject, name: '另一名称' })).toBe('mismatch')
    const stranger = known.subject === 'person' ? { id_number: '440524188001010014' } : { uscc: '91350206MA32JUL977' }
    expect(await ask(check, { ...data_subject, ...stranger })).toBe('no_record')
  },
)
