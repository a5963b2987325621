import { z } from 'zod'
import { presets } from '../../src/agreement/presets.ts'
import type { Terms } from '../../src/agreement/terms.ts'
import { InputError } from './op.ts'

export const presetName = z.enum(['S0', 'S1', 'S2', 'S3', 'S4'])

/** The terms of a preset as they stand before any override. */
export const presetOf = (name: string): Terms => {
  const terms = presets.get(name)
  if (!terms) throw new InputError(`input.preset: ${name} is no preset`)
  return terms
}
