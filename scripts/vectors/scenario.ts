import { z } from 'zod'
import { InputError, type Op, type OpTable, op } from './op.ts'
import { playS0, s0Members } from './scenario/s0.ts'
import { playS1, s1Members } from './scenario/s1.ts'
import { playS2, s2Members } from './scenario/s2.ts'
import { playS3, s3Members } from './scenario/s3.ts'
import { playS4, s4Members } from './scenario/s4.ts'

/** One preset's story each: what its input holds, and how it is played on a gateway. */
const plays: Readonly<Record<string, Op>> = {
  S0: op({ preset: z.literal('S0'), ...s0Members }, playS0),
  S1: op({ preset: z.literal('S1'), ...s1Members }, playS1),
  S2: op({ preset: z.literal('S2'), ...s2Members }, playS2),
  S3: op({ preset: z.literal('S3'), ...s3Members }, playS3),
  S4: op({ preset: z.literal('S4'), ...s4Members }, playS4),
}

const presetOf = (input: unknown): string =>
  typeof input === 'object' && input !== null && 'preset' in input ? String(input.preset) : ''

/** The five agreements from beginning to end, over the routes of a gateway (contracts.md §4). */
export const scenarioOps: OpTable = {
  scenario: (input) => {
    const play = plays[presetOf(input)]
    if (!play) throw new InputError('input.preset: a scenario is of S0, S1, S2, S3 or S4')
    return play(input)
  },
}
