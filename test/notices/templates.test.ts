import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { renderMessage } from '../../src/agreement/message.ts'
import { type Scene, scenes } from '../../src/core/matters/notice.ts'
import { type NoticeLanguage, renderNotice, templates } from '../../src/notices/templates/render.ts'

const sceneNames = Object.keys(scenes) as Scene[]
const languages = Object.keys(templates) as NoticeLanguage[]

const holesOf = (text: string): string[] => [...text.matchAll(/\{(\w*)\}/g)].map(([, name = '']) => name)

/** Every call of `notify` in the source: the scene and the variables that it hands in, read from the text. */
const callsIn = (text: string): { scene: string; names: string[] }[] =>
  [...text.matchAll(/\bnotify\(at,\s*'(\w+)',\s*\{([^}]*)\},?\s*\)/g)].map(([, scene = '', members = '']) => ({
    scene,
    names: members.split(',').flatMap((member) => /^\s*(\w+)/.exec(member)?.[1] ?? []),
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
      expect([scene, holesOf(templates[language][scene as Scene].text).filter((name) => !names.includes(name))]).toEqual([
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
  // Scenes that have holes are told by somebody, or by staff's own writing.
  const silent = sceneNames.filter((scene) => holesOf(templates.en[scene].text).length > 0 && scene !== 'written')
  expect(silent.filter((scene) => !calls.some((call) => call.scene === scene))).toEqual([])
  // A control: a call that does not hand in what the text asks for is seen.
  expect(callsIn("notify(at, 'quota_low', { grant: id, check })")).toEqual([{ scene: 'quota_low', names: ['grant', 'check'] }])
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
