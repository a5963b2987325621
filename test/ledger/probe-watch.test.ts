import { describe, expect, test } from 'vitest'
import { type AbuseTerms, abuseTerms } from '../../src/agreement/abuse-terms.ts'
import type { AbusePattern } from '../../src/core/matters/usage-flag.ts'
import { ProbeWatch, type Sighting } from '../../src/ledger/probe-watch.ts'

/*
 * X12 (reliability.md §4.8): six shapes of probing at three speeds, mixed one to one into honest traffic of which 2 % are
 * mismatches. Each shape is watched for with its own pattern alone, so that none is caught by another one's luck.
 */

const minuteMs = 60_000
const dayMs = 1_440 * minuteMs
/** Noon of a Shanghai day. */
const noon = Date.parse('2024-08-01T12:00:00+08:00')

const seeded = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** What stands for a keyed digest here: the same for the same text. */
const digestOf = (text: string): string => {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return ((hash ^ (hash >>> 13)) >>> 0).toString(16).padStart(8, '0')
}

interface Check {
  number: string
  name: string
  birth: string
  consent: string
  mismatch: boolean
}

/** Persons as they come: one in ten bears one of 300 common names, and one in twenty comes again, sometimes with a slip in the name. */
const honestTraffic = (seed: number, areas = 3_000) => {
  const random = seeded(seed)
  const recent: Check[] = []
  return (): Check => {
    const again = random() < 0.05 ? recent[Math.floor(random() * recent.length)] : undefined
    const mismatch = random() < 0.02
    if (again)
      return random() < 0.5 ? again : { ...again, name: `${again.name} slip ${Math.floor(random() * 2)}`, mismatch: true }
    const name = random() < 0.1 ? `common ${Math.floor(random() * 300)}` : `name ${Math.floor(random() * 1_000_000)}`
    const birth = `${Math.floor(random() * areas)}-${Math.floor(random() * 20_000)}`
    const number = `${birth}-${Math.floor(random() * 999)}`
    const check = { number, name, birth, consent: `of ${number} ${name}`, mismatch }
    recent.push(check)
    if (recent.length > 500) recent.shift()
    return check
  }
}

const shapes: Record<AbusePattern, (at: number) => Check> = {
  many_names_of_one_number: (at) => check({ number: 'target', name: `guess ${at}`, birth: 'b' }),
  many_numbers_of_one_name: (at) => check({ number: `guess ${at * 7_919}`, name: 'target', birth: `b ${at}` }),
  numbers_in_sequence: (at) => check({ number: `110105-19491231-${at}`, name: `n ${at}`, birth: '110105-19491231' }),
  many_persons_of_one_consent: (at) => check({ number: `p ${at}`, name: `n ${at}`, birth: `b ${at}`, consent: 'the one' }),
  mismatches: (at) => check({ number: `m ${at}`, name: `n ${at}`, birth: `b ${at}` }),
  at_night: (at) => check({ number: `v ${at}`, name: `n ${at}`, birth: `b ${at}`, mismatch: false }),
}
const check = (known: Partial<Check> & Pick<Check, 'number' | 'name' | 'birth'>): Check => ({
  consent: `of ${known.number} ${known.name}`,
  mismatch: true,
  ...known,
})

const switchOf: Record<AbusePattern, keyof AbuseTerms> = {
  many_names_of_one_number: 'namesPerNumber',
  many_numbers_of_one_name: 'numbersPerName',
  numbers_in_sequence: 'numbersPerBirthday',
  many_persons_of_one_consent: 'personsPerConsent',
  mismatches: 'mismatches',
  at_night: 'night',
}
const off: AbuseTerms = {
  ...abuseTerms,
  namesPerNumber: null,
  numbersPerName: null,
  numbersPerBirthday: null,
  personsPerConsent: null,
  mismatches: null,
  night: null,
  newNetworksPerDay: null,
}

const sightingOf = ({ number, name, birth, consent }: Check, now: number): Sighting => ({
  keyNumber: 7,
  number: digestOf(number),
  name: digestOf(name),
  birth: digestOf(birth),
  consent,
  network: '203.0.113',
  now,
})

/** One check through the watch, with its answer. */
const pass = (watch: ProbeWatch, terms: AbuseTerms, one: Check, now: number): AbusePattern[] => {
  const seen = watch.see(sightingOf(one, now), terms).pattern
  const answered = watch.answered(7, Number.parseInt(digestOf(one.number), 16), one.mismatch, terms)
  return [seen, answered].filter((pattern) => pattern !== null)
}

/** When the attacker's check with this number comes: at its speed, and by night where that is its shape. */
const timeOf = (pattern: AbusePattern, at: number, gapMs: number): number => {
  const start = noon + 3 * dayMs
  if (pattern !== 'at_night') return start + at * gapMs
  const perNight = Math.max(1, Math.floor((5 * 60 * minuteMs) / gapMs))
  return start + 12 * 60 * minuteMs + Math.floor(at / perNight) * dayMs + (at % perNight) * gapMs
}

/** The number of attacking checks at each finding. */
const findingsOf = (pattern: AbusePattern, gapMs: number, terms: AbuseTerms, seed: number): number[] => {
  const watch = new ProbeWatch()
  const honest = honestTraffic(seed)
  const random = seeded(seed + 1)
  // Three days of honest traffic first, as much a day as the attack will be, 4 % of it by night.
  const perDay = 60
  const calm = (from: number, count: number): void => {
    for (let at = 0; at < count; at += 1) {
      const hour = random() < 0.04 ? 12 + random() * 5 : random() * 12
      const found = pass(watch, terms, honest(), from + hour * 60 * minuteMs)
      expect(found).toEqual([])
    }
  }
  for (let day = 0; day < 3; day += 1) calm(noon + day * dayMs, perDay)
  const steps: number[] = []
  for (let at = 0; at < 200; at += 1) {
    const now = timeOf(pattern, at, gapMs)
    if (pass(watch, terms, shapes[pattern](at), now).includes(pattern)) steps.push(at + 1)
    if (pass(watch, terms, honest(), now - (pattern === 'at_night' ? 6 * 60 * minuteMs : 0)).length > 0) steps.push(-at)
  }
  return steps
}

const speeds: [string, number][] = [
  ['twenty a second', 50],
  ['one a second', 1_000],
  ['one in ten minutes', 10 * minuteMs],
]

describe.each(Object.keys(shapes) as AbusePattern[])('%s', (pattern) => {
  test.each(speeds)('at %s climbs three steps before the 200th check', (_speed, gapMs) => {
    const terms = { ...off, [switchOf[pattern]]: abuseTerms[switchOf[pattern]] }
    const steps = findingsOf(pattern, gapMs, terms, 11)
    expect(steps.length).toBeGreaterThanOrEqual(3)
    expect(Math.min(...steps)).toBeGreaterThan(0)
    expect(steps[2]).toBeLessThan(200)
  })

  test('is not seen by a watch that is switched off', () => {
    for (const [, gapMs] of speeds) expect(findingsOf(pattern, gapMs, off, 11)).toEqual([])
  })
})

describe('honest traffic', () => {
  test.each([
    ['of the whole country', 3_000, 5],
    ['of one county', 1, 6],
  ])('%s raises nothing in 100,000 checks', (_where, areas, seed) => {
    const watch = new ProbeWatch()
    const honest = honestTraffic(seed, areas)
    const random = seeded(seed + 1)
    const found: AbusePattern[] = []
    for (let at = 0; at < 100_000; at += 1) {
      // 2,000 checks a day; 4 % of them by night.
      const day = Math.floor(at / 2_000)
      const hour = at % 25 === 0 ? 12 + random() * 5 : ((at % 2_000) / 2_000) * 12
      found.push(...pass(watch, abuseTerms, honest(), noon + day * dayMs + hour * 60 * minuteMs))
    }
    expect(found).toEqual([])
  })

  test('of a key that begins at night raises nothing in its first day', () => {
    const watch = new ProbeWatch()
    const honest = honestTraffic(9)
    for (let at = 0; at < 500; at += 1)
      expect(pass(watch, abuseTerms, honest(), noon + 12 * 60 * minuteMs + at * 30_000)).toEqual([])
  })
})

describe('new networks of a key', () => {
  const from = (watch: ProbeWatch, network: string, now = noon) =>
    watch.see({ ...sightingOf(honestTraffic(3)(), now), network }, { ...abuseTerms, newNetworksPerDay: 3 }).shared

  test('are told once a day, when there are too many', () => {
    const watch = new ProbeWatch()
    expect(['a', 'a', 'b', 'b', 'c', 'd', 'a'].map((network) => from(watch, network))).toEqual([
      false,
      false,
      false,
      false,
      true,
      false,
      false,
    ])
    // The known ones are not new on another day.
    expect(['a', 'b', 'c', 'e', 'f'].map((network) => from(watch, network, noon + dayMs))).toEqual(Array(5).fill(false))
    expect(from(watch, 'g', noon + dayMs)).toBe(true)
  })
})

test('more keys than are remembered, each with traffic of its own, raise nothing', () => {
  const watch = new ProbeWatch()
  const random = seeded(4)
  const sightings = Array.from({ length: 20_000 }, (_, at) => {
    const part = (name: string) => digestOf(`${name} ${random()}`)
    return { keyNumber: at % 700, number: part('n'), name: part('m'), birth: part('b'), consent: at, network: null, now: noon }
  })
  for (const sighting of sightings) expect(watch.see(sighting, abuseTerms)).toEqual({ pattern: null, shared: false })
})
