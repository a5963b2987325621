import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { alarmKinds, runbookOf } from '../src/core/alarms.ts'

/* Every alarm leads to a page that says what it means, what to look at, what to do and when it clears. */

const house = join(import.meta.dirname, '..')
const runbook = readFileSync(join(house, 'docs/runbook.md'), 'utf8')

/** Kinds that a text raises: `raiseAlarm(draft, book, 'kind', …)` and `alarm: 'kind'`. */
const kindsIn = (text: string): string[] =>
  [...text.matchAll(/raiseAlarm\([^,()]+,[^,()]+,\s*'([^']+)'|\balarm: '([^']+)'/g)].map(
    ([, first, second]) => first ?? second ?? '',
  )

/** How often the text raises an alarm at all, whatever stands for its kind. */
const raisesIn = (text: string): number => [...text.matchAll(/raiseAlarm\((?:at\.)?(?:draft|instead)\b|\balarm: '/g)].length

const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((section): [string, string] => [section.slice(0, section.indexOf('\n')).trim(), section]),
)

const source = readdirSync(join(house, 'src'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))

describe('the runbook', () => {
  it('knows every kind that the source raises, and the list of kinds no other', () => {
    const raised = new Set(source.flatMap(kindsIn))
    expect([...raised].sort()).toEqual(Object.keys(alarmKinds).sort())
    // One raise passes on the kind of a command, which stands elsewhere as `alarm: '…'`.
    expect(source.reduce((sum, text) => sum + raisesIn(text), 0)).toBe(source.flatMap(kindsIn).length + 1)
  })

  it.each(Object.keys(alarmKinds))('says of %s what it means, what to look at, what to do and when it clears', (kind) => {
    const section = sections.get(kind) ?? ''
    for (const part of ['What it means.', 'What to look at.', 'What to do.', 'When it clears.'])
      expect([kind, part, new RegExp(`\\*\\*${part}\\*\\* \\S.{30,}`).test(section)]).toEqual([kind, part, true])
    expect(runbookOf(kind)).toBe(`docs/runbook.md#${kind}`)
  })

  it('control: a kind that is raised without a heading is found', () => {
    expect(kindsIn("raiseAlarm(draft, book, 'nobody_knows', '')")).toEqual(['nobody_knows'])
    expect(kindsIn("submit({ kind: 'alarm', alarm: 'nobody_knows' })")).toEqual(['nobody_knows'])
    expect(sections.has('nobody_knows')).toBe(false)
  })
})
