import { createHash } from 'node:crypto'

/** How the simulated vendor treats one call. "Executed" means that it did the work and booked it. */
export const behaviours = [
  /** Executed, answered at once. */
  'normal',
  /** Refused by the gateway in front of the vendor (503, `D503CB`); not executed. */
  'refuse',
  /** Connection reset; not executed. */
  'reset_before',
  /** Executed, then the connection is reset. */
  'reset_after',
  /** Executed, never answered. */
  'hang',
  /** Executed, answered one byte at a time. */
  'drip',
  /** Executed, answered with fewer bytes than announced. */
  'short',
  /** Executed, answered with an HTML page. */
  'garbage',
  /** Executed, answered with the birth date of somebody else. */
  'wrong_echo',
  /** Refused by the gateway: the pack is used up (403, `B403MQ`); not executed. */
  'quota_exhausted',
  /** Refused by the gateway: too many requests (429, `T429PA`); not executed. */
  'throttled',
  /** Executed, answered after `lateMs`. */
  'late',
  /** Executed, answered with a result code that nobody documented. */
  'unknown_code',
  /** Executed, answered with a bare 500 by something in between. */
  'error_after',
] as const
export type Behaviour = (typeof behaviours)[number]

/** True when the text names a behaviour. */
export const isBehaviour = (text: string): text is Behaviour => behaviours.some((behaviour) => behaviour === text)

/** Shares of 256 for `--mix`; the rest is `normal`. */
const mixShares: ReadonlyArray<readonly [Behaviour, number]> = [
  ['reset_before', 16],
  ['reset_after', 16],
  ['hang', 16],
  ['short', 8],
  ['garbage', 8],
  ['refuse', 8],
  ['drip', 8],
  ['late', 8],
  ['wrong_echo', 4],
  ['throttled', 2],
  ['unknown_code', 2],
  ['error_after', 4],
]

const draw = (seed: string, text: string): number => createHash('sha256').update(`${seed}:${text}`).digest().readUInt8()

/** The behaviour of a mixed run: a pure function of seed and reference, so that a run can be repeated. */
export const mixedBehaviour = (seed: string, reference: string): Behaviour => {
  let left = draw(seed, `behaviour:${reference}`)
  for (const [behaviour, share] of mixShares) {
    if (left < share) return behaviour
    left -= share
  }
  return 'normal'
}

/**
 * `data.result` for a person: 0 match, 1 mismatch, 2 no record. The specimen of GB 11643 belongs to 张三; everybody else is
 * drawn from the seed, so that the same question always has the same answer.
 */
export const resultFor = (seed: string, name: string, idNumber: string): '0' | '1' | '2' => {
  if (idNumber === '11010519491231002X') return name === '张三' ? '0' : '1'
  const left = draw(seed, `result:${idNumber}:${name}`)
  if (left < 154) return '0'
  return left < 230 ? '1' : '2'
}
