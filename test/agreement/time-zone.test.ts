import { expect, it } from 'vitest'
import { Child } from '../../scripts/torture/processes.ts'
import { node24 } from '../support/process-gateway.ts'

/** What the time rules answer on a machine that stands in this zone. */
const answersIn = async (zone: string): Promise<{ answers: { workdays: string[] }; control: number[] }> => {
  const { code, stdout, stderr } = await new Child(node24, ['test/support/agreement-answers.ts'], { TZ: zone }).ended
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

it('no time rule hangs on the time zone of the machine', async () => {
  const shanghai = await answersIn('Asia/Shanghai')
  expect(shanghai.answers.workdays).toHaveLength(747)
  for (const zone of ['UTC', 'America/New_York', 'Pacific/Kiritimati']) {
    const elsewhere = await answersIn(zone)
    expect(elsewhere.answers).toEqual(shanghai.answers)
    // The control does hang on it, so the zone was really another one.
    expect(elsewhere.control).not.toEqual(shanghai.control)
  }
})
