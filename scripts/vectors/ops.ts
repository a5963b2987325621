import { formatOps } from './formats.ts'
import { gateOps } from './gate.ts'
import type { OpTable } from './op.ts'
import { termOps } from './term.ts'

/** One table for each family of ops. */
const families: readonly OpTable[] = [formatOps, gateOps, termOps]

/** Every op that is built, by the name that the vectors call it. */
export const ops: OpTable = families.reduce((all, family) => {
  const twice = Object.keys(family).find((name) => Object.hasOwn(all, name))
  if (twice !== undefined) throw new Error(`two families have the op ${twice}`)
  return Object.assign(all, family)
}, {})
