import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { type Files, findFaults, readClauses, states } from './support/clause-page.ts'

/* docs/clauses.md says of every clause of the agreements how far it is kept. Here the page is held against the project. */

const house = join(import.meta.dirname, '..')

const readFiles = (folder: string): Files =>
  Object.fromEntries(
    readdirSync(join(house, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:ts|md)$/.test(entry.name) && !entry.parentPath.includes('node_modules'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(house.length + 1).replaceAll('\\', '/'), readFileSync(path, 'utf8')]),
  )

const files: Files = { ...readFiles('src'), ...readFiles('test'), ...readFiles('docs') }
const page = files['docs/clauses.md'] ?? ''
const rows = readClauses(page)

/** Rows of the clause tables of the five agreements. */
const clausesOf = { S1: 51, S0: 30, S2: 41, S3: 75, S4: 26 }

describe('the page of the clauses', () => {
  it('has every clause of every preset', () => {
    const counted = Object.entries(clausesOf).map(([preset]) => [preset, rows.filter((row) => row.preset === preset).length])
    expect(Object.fromEntries(counted)).toEqual(clausesOf)
    expect(rows).toHaveLength(223)
  })

  it('names files, tests, routes and rules that there are, and counts its rows', () => {
    expect(findFaults(page, files)).toEqual([])
  })

  it('has a row in each state but for what is still to come, of which nothing is left', () => {
    expect(states.filter((state) => !rows.some((row) => row.state === state))).toEqual(['rule', 'to come'])
  })
})

describe('the controls', () => {
  /** The page with the first row that the pattern finds changed, and the faults that are new then. */
  const faultsAfter = (pattern: RegExp | string, by: string): string[] => {
    const changed = page.replace(pattern, by)
    expect(changed).not.toBe(page)
    return findFaults(changed, files)
  }

  test.each<[string, RegExp | string, string, RegExp]>([
    [
      'a file of src that is missing',
      '`src/ledger/decide/acts.ts`; `test',
      '`src/ledger/decide/act.ts`; `test',
      /^S1 一 order: no file src\/ledger/,
    ],
    [
      'a test file that is missing',
      '`test/ledger/races.test.ts`',
      '`test/ledger/race.test.ts`',
      /^S1 一 spec: no file test\/ledger/,
    ],
    ['a title that no test has', '"the last credit"', '"the very last credit"', /^S1 一 spec: no test of .* is called/],
    ['no test', ' › "the last credit"', '', /^S1 一 spec: names no test by its title/],
    [
      'a test that does not reach the file',
      '`test/ledger/races.test.ts` › "the last credit"',
      '`test/core/money.test.ts` › "reduces"',
      /^S1 一 spec: no test of the row reaches/,
    ],
    [
      'a rule that is said to be enforced',
      '| enforced | `src/agreement/contract-terms.ts`, `src/agreement/capitals.ts` `isSpelledAs`',
      '| enforced | `src/agreement/price.ts` `findDiscount`',
      /^S3 §2\.2: the gateway does not reach/,
    ],
    [
      'an unknown state',
      '| enforced | `src/agreement/contract-terms.ts`',
      '| done | `src/agreement/contract-terms.ts`',
      /^S3 §2\.2: the state "done" is none/,
    ],
    ['a clause that stands twice', '| S1 一 spec |', '| S1 一 order |', /^S1 一 order: stands twice/],
    ['an empty cell', '| 按次购买 |', '| |', /^S1 一 payment form: a cell is missing/],
    [
      'a rule that nobody wrote',
      '| enforced | `src/agreement/contract-terms.ts`, `src/agreement/capitals.ts` `isSpelledAs`',
      '| rule | `src/agreement/capitals.ts` `isWrittenAs`',
      /^S3 §2\.2: no rule is called isWrittenAs/,
    ],
    ['a route that is none', /`paid_fen` of `POST [^`]+`/, '`paid_fen` of `POST /v1/offers`', /^S1 一 prices: no route/],
    ['a field that is none', '`paid_fen` of', '`paid_yuan` of', /^S1 一 prices: no field paid_yuan/],
    ['a number of the summary', /^\| S1 \| 51 \| \d+/m, '| S1 | 51 | 51', /^summary: \| S1 \| 51/],
  ])('%s is reported', (_what, pattern, by, fault) => {
    expect(faultsAfter(pattern, by).filter((found) => fault.test(found))).toHaveLength(1)
  })
})

describe('the clauses of the agreements', () => {
  const path = join(house, '../shared/reference/contracts.md')
  const isThere = existsSync(path)
  test(
    isThere ? 'are those of the page, in their order' : 'ABSENT: the collection of the clauses, so the ids were not compared',
    () => {
      if (!isThere) return
      const collection =
        readFileSync(path, 'utf8')
          .split(/^# /m)
          .find((part) => part.startsWith('2. ')) ?? ''
      const ids = [...collection.matchAll(/^\| (S\d .*?) \| /gm)].map(([, id]) => id)
      expect(rows.map(({ id }) => id)).toEqual(ids)
    },
  )
})
