import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { renderMessage } from '../../src/agreement/message.ts'
import { sceneNames } from '../../src/core/matters/notice.ts'
import { type NoticeLanguage, renderNotice, templates } from '../../src/notices/templates/render.ts'

const languages = Object.keys(templates) as NoticeLanguage[]

const holesOf = (text: string): string[] => [...text.matchAll(/\{(\w*)\}/g)].map(([, name = '']) => name)

/** The text without what stands in its innermost brackets, from the inside out. */
const flat = (text: string): string => {
  const less = text.replace(/\([^(){}]*\)|\{[^(){}]*\}/g, '')
  return less === text ? text : flat(less)
}

/** From an opening brace on, what stands between it and its partner. */
const braced = (text: string): string => {
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1
    if (text[at] === '}') depth -= 1
    if (depth === 0) return text.slice(1, at)
  }
  return ''
}

/**
 * Every call of `notify` in the source: the scene and the variables that it hands in, read from the text. Of a call that hands
 * in something else than an object that stands there nothing is known, so that its words can have no holes.
 */
const callsIn = (text: string): { scene: string; names: string[] }[] =>
  [...text.matchAll(/\bnotify\(\w+,\s*['`](\w+)[^,]*,\s*(?=(\{|\w))/g)].map((call) => ({
    scene: call[1] ?? '',
    names: flat(call[2] === '{' ? braced(text.slice(call.index + call[0].length)) : '')
      .split(',')
      .flatMap((member) => /^\s*(\w+)/.exec(member)?.[1] ?? []),
  }))

const house = join(import.meta.dirname, '../../src/ledger')
const source = readdirSync(house, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
const calls = source.flatMap(callsIn)

/** What no variable may be named: a template prints ids, codes, numbers, days and instants (S1 §5.2). */
const personal = /name|person|subject_|mobile|phone|address|email|mail|text|note|id_number/

describe.each(languages)('the words in %s', (language) => {
  test.each(sceneNames)('of %s are there and whole', (scene) => {
    const { title, text } = templates[language][scene]
    expect(title).toMatch(/\S/)
    expect(holesOf(title)).toEqual([])
    const filled = Object.fromEntries(holesOf(text).map((name) => [name, 'x']))
    expect(renderMessage(text, filled)).toEqual({ kind: 'text', text: text.replace(/\{\w+\}/g, 'x') })
  })

  test.each(sceneNames)('of %s print nothing of a person', (scene) => {
    expect(holesOf(templates[language][scene].text).filter((name) => personal.test(name))).toEqual([])
  })

  it('ask for nothing that the code does not hand in', () => {
    for (const { scene, names } of calls)
      expect([scene, holesOf(templates[language][scene]?.text ?? '').filter((name) => !names.includes(name))]).toEqual([
        scene,
        [],
      ])
  })
})

test('a scene has the same holes in every language', () => {
  for (const scene of sceneNames)
    expect([scene, holesOf(templates.zh[scene].text).sort()]).toEqual([scene, holesOf(templates.en[scene].text).sort()])
})

test('the calls that hand in variables are found by their text', () => {
  expect(calls.map(({ scene }) => scene)).toEqual(
    expect.arrayContaining(['quota_low', 'expiry_ahead', 'maintenance', 'change', 'ticket_answered', 'verification_settled']),
  )
  expect(calls.length).toBe(source.reduce((sum, text) => sum + [...text.matchAll(/\bnotify\(/g)].length, 0))
  // A control: a call that does not hand in what the text asks for is seen.
  expect(callsIn("notify(at, 'quota_low', { grant: id, check })")).toEqual([{ scene: 'quota_low', names: ['grant', 'check'] }])
  const nested = "notify(at, 'closing', { closing: idOf(closing), clause, ...(at === null ? {} : { ends_at: at }) })"
  expect(callsIn(nested)).toEqual([{ scene: 'closing', names: ['closing', 'clause'] }])
  expect(callsIn("notify(at, 'suspended', toldOf(matter))")).toEqual([{ scene: 'suspended', names: [] }])
})

test('what cannot be filled, or would name a person, is told by its title alone', () => {
  const { title } = templates.en.ticket_answered
  expect(renderNotice('en', 'ticket_answered', { ticket: 'tic_1' })).toEqual({
    title,
    text: 'The provider has answered your ticket tic_1.',
  })
  expect(renderNotice('en', 'ticket_answered', {})).toEqual({ title, text: title })
  expect(renderNotice('en', 'ticket_answered', { ticket: '11010519491231002X' })).toEqual({ title, text: title })
})
