import type { AbuseTerms } from '../agreement/abuse-terms.ts'
import type { AbusePattern } from '../core/matters/usage-flag.ts'

/** Things that are remembered per key and pattern in each of two generations; the older one is forgotten when the newer is full. */
const generationSize = 1_024

/** Keys that are watched at the same time; the longest unused is forgotten first. */
const mostKeys = 500

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** Asia/Shanghai is UTC+8 and knows no summer time. */
const shanghaiMs = 8 * hourMs
const nightHours = 5
/** Days that slow probing by night is added up over. */
const nightDays = 7

/** Enough of a digest to tell things apart: 28 bits, a small integer, which a map keeps without an allocation. */
const shortOf = (digest: string): number => Number.parseInt(digest.slice(0, 7), 16)

/** The same of what a caller named a consent by: no cryptography, only the same each time. */
const shortOfName = (name: number | string): number => {
  if (typeof name === 'number') return name % 0x10000000
  let hash = 0
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  return hash >>> 4
}

/** How many different things have come with each thing, over the last one to two thousand of them. */
class Spread {
  private young = new Map<number, number | Set<number>>()
  private old = new Map<number, number | Set<number>>()

  /** The number of different things that have come with `one`, when `other` is a new one; 0 when it was known. */
  add(one: number, other: number): number {
    const before = this.old.get(one)
    if (before === other || (typeof before === 'object' && before.has(other))) return 0
    const known = typeof before === 'object' ? before.size : before === undefined ? 0 : 1
    const now = this.young.get(one)
    if (now === undefined) {
      if (this.young.size >= generationSize) {
        this.old = this.young
        this.young = new Map()
      }
      this.young.set(one, other)
      return known + 1
    }
    if (typeof now === 'object') return now.has(other) ? 0 : known + now.add(other).size
    if (now === other) return 0
    this.young.set(one, new Set([now, other]))
    return known + 2
  }
}

/** A finding at every multiple of the limit, so that a ladder can be climbed step by step. */
const isStep = (count: number, limit: number | null): boolean => limit !== null && count > 0 && count % limit === 0

/** What one `match` takes back of the `mismatch`es that speak against it: the likelihoods at 25 % and 5 % mismatches. */
const matchTakesBack = 0.15

/** Counts of one Shanghai day that begins at noon, so that a night lies in one of them. */
interface DayCount {
  day: number
  all: number
  night: number
}

class KeyWatch {
  readonly names = new Spread()
  readonly numbers = new Spread()
  readonly births = new Spread()
  readonly consents = new Spread()
  private readonly mismatched = new Spread()
  private against = 0
  private nextMismatches: number | null = null
  private days: DayCount[] = []
  private firstAt: number | null = null
  private nextNight = 0
  private networkDay = -1
  private readonly networks = new Set<string>()
  private known = new Set<string>()

  /** One more answer about a person; a person that is asked about again counts once. */
  answer(number: number, mismatch: boolean, limit: number | null): boolean {
    if (limit === null) return false
    if (!mismatch) {
      this.against = Math.max(0, this.against - matchTakesBack)
      if (this.against === 0) this.nextMismatches = null
      return false
    }
    if (this.mismatched.add(number, 0) === 0) return false
    this.against += 1
    const next = this.nextMismatches ?? limit
    if (this.against < next) return false
    this.nextMismatches = next + limit
    return true
  }

  /** One more check, by day or by night. Nothing is said of a key in its first day, when every share is made of little. */
  hour(now: number, night: AbuseTerms['night']): boolean {
    if (night === null) return false
    this.firstAt ??= now
    const day = Math.floor((now + shanghaiMs - dayMs / 2) / dayMs)
    const isNight = (now + shanghaiMs) % dayMs < nightHours * hourMs
    let today = this.days.at(-1)
    if (!today || today.day !== day) {
      today = { day, all: 0, night: 0 }
      this.days = [...this.days.filter((count) => count.day > day - nightDays), today]
      this.nextNight = 0
    }
    today.all += 1
    if (!isNight) return false
    today.night += 1
    if (now - this.firstAt < dayMs) return false
    const week = this.days.reduce((sum, count) => ({ all: sum.all + count.all, night: sum.night + count.night }), {
      all: 0,
      night: 0,
    })
    const most = [today, week]
      .filter((count) => count.night >= night.least && count.night * 100 > count.all * night.percent)
      .reduce((highest, count) => Math.max(highest, count.night), 0)
    if (most === 0 || most < this.nextNight) return false
    // The next step of the ladder after half as many again.
    this.nextNight = most + Math.ceil(night.least / 2)
    return true
  }

  /** True when this check comes from the network that is one too many of those that are new today. */
  network(address: string, now: number, limit: number | null): boolean {
    if (limit === null || this.known.has(address)) return false
    const day = Math.floor((now + shanghaiMs) / dayMs)
    if (day !== this.networkDay) {
      this.networkDay = day
      this.networks.clear()
    }
    // What is remembered is bounded; a key that is used from more networks than that is an alarm long before.
    if (this.known.size >= generationSize) this.known = new Set()
    this.known.add(address)
    this.networks.add(address)
    return this.networks.size === limit
  }
}

/** One check, as far as the watch knows it. Digests only. */
export interface Sighting {
  keyNumber: number
  number: string | null
  name: string | null
  birth: string | null
  /** How the call named its consent. */
  consent: number | string | null
  /** The caller's network, or null where its address is not known. */
  network: string | null
  now: number
}

export interface Findings {
  pattern: AbusePattern | null
  /** The key is used from too many new networks (S1 §2.3). */
  shared: boolean
}

const nothing: Findings = { pattern: null, shared: false }

/**
 * What the writer remembers of the latest checks of each key, so that probing of the register is seen while it goes on
 * (reliability.md §4.8). Memory alone: a restart forgets it, and what was found stands in the account's books. The cost is a
 * few map accesses per check. Counts follow the checks and not the clock, so slow probing is seen as soon as fast.
 */
export class ProbeWatch {
  private readonly keys = new Map<number, KeyWatch>()

  private of(keyNumber: number): KeyWatch {
    let key = this.keys.get(keyNumber)
    if (key) return key
    key = new KeyWatch()
    this.keys.set(keyNumber, key)
    for (const oldest of this.keys.keys()) {
      if (this.keys.size <= mostKeys) break
      this.keys.delete(oldest)
    }
    return key
  }

  /** One check, held or refused for its consent. */
  see(sighting: Sighting, terms: AbuseTerms): Findings {
    const key = this.of(sighting.keyNumber)
    const number = sighting.number === null ? null : shortOf(sighting.number)
    const name = sighting.name === null ? null : shortOf(sighting.name)
    const birth = sighting.birth === null ? null : shortOf(sighting.birth)
    const consent = sighting.consent === null ? null : shortOfName(sighting.consent)
    let pattern: AbusePattern | null = null
    const find = (found: AbusePattern, is: boolean): void => {
      if (is) pattern ??= found
    }
    if (number !== null && name !== null) {
      find('many_names_of_one_number', isStep(key.names.add(number, name), terms.namesPerNumber))
      find('many_numbers_of_one_name', isStep(key.numbers.add(name, number), terms.numbersPerName))
    }
    if (number !== null && birth !== null)
      find('numbers_in_sequence', isStep(key.births.add(birth, number), terms.numbersPerBirthday))
    if (number !== null && consent !== null)
      find('many_persons_of_one_consent', isStep(key.consents.add(consent, number), terms.personsPerConsent))
    find('at_night', key.hour(sighting.now, terms.night))
    const shared = sighting.network !== null && key.network(sighting.network, sighting.now, terms.newNetworksPerDay)
    return pattern === null && !shared ? nothing : { pattern, shared }
  }

  /** The answer to a check: whether it was a `mismatch`. */
  answered(keyNumber: number, subjectId: number, mismatch: boolean, terms: AbuseTerms): AbusePattern | null {
    return this.of(keyNumber).answer(shortOfName(subjectId), mismatch, terms.mismatches) ? 'mismatches' : null
  }

  /** Forgets everything: what it remembers may not have been stored. */
  clear(): void {
    this.keys.clear()
  }
}
