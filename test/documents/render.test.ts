import { afterEach, describe, expect, it, test } from 'vitest'
import { formatValue } from '../../src/documents/format-value.ts'
import { partiesOf } from '../../src/documents/parties.ts'
import { renderCsv } from '../../src/documents/render-csv.ts'
import { renderHtml } from '../../src/documents/render-html.ts'
import { renderJson } from '../../src/documents/render-json.ts'
import { draft, fixture, hostileName, issuedAt } from '../support/printed-fixture.ts'

const zh = { language: 'zh', dataSha256: null } as const
const en = { language: 'en', dataSha256: null } as const

describe('a value', () => {
  test.each([
    ['fen', -5, '-0.05', '-0.05'],
    ['fen', 123_456_789, '1234567.89', '1,234,567.89'],
    ['fen', 0, '0.00', '0.00'],
    ['micro_yuan', 1_234_500_000, '1234.500000', '1,234.500000'],
    ['micro_yuan', -1, '-0.000001', '-0.000001'],
    ['integer', 30_000, '30000', '30,000'],
    ['time', issuedAt, '2024-08-31T23:59:59.999+08:00', '2024-08-31 23:59:59'],
    ['day', '2024-08-31', '2024-08-31', '2024-08-31'],
    ['text', '1234', '1234', '1234'],
    ['fen', null, '', ''],
  ] as const)('of %s, %s, is %s for programs and %s for people', (kind, value, forPrograms, forPeople) => {
    expect([formatValue(kind, value, 'program'), formatValue(kind, value, 'person')]).toEqual([forPrograms, forPeople])
  })

  it('of money that is no whole number is refused instead of rounded', () => {
    for (const kind of ['fen', 'micro_yuan'] as const) expect(() => formatValue(kind, 0.5, 'program')).toThrow(RangeError)
  })
})

describe('the parties', () => {
  const sides = { customer: { name: 'One', uscc: null }, provider: null }

  it('are called by the words of the contract, the first side first', () => {
    const named = (customer: string, provider: string) =>
      partiesOf({ ...sides, printedAs: { customer, provider } }).map(({ role, printedAs }) => [role, printedAs])
    expect(named('A', 'B')).toEqual([
      ['customer', '甲方'],
      ['provider', '乙方'],
    ])
    expect(named('B', 'A')).toEqual([
      ['provider', '甲方'],
      ['customer', '乙方'],
    ])
    expect(named('user', 'platform')).toEqual([
      ['customer', '用户'],
      ['provider', '平台'],
    ])
  })
})

describe('the document as JSON', () => {
  it('says everything once, amounts in yuan as text, the total in capital characters', () => {
    const document = JSON.parse(renderJson(fixture))
    expect(document).toMatchObject({
      kind: 'statement',
      number: 'sta_0123456789_00000000001',
      draft: false,
      issued_at: '2024-08-31T23:59:59.999+08:00',
      facts: { period: '2024-08', cut_off: 1_234_567, balance_yuan: '-0.05', reference: null },
      totals: {
        net: { amount_yuan: '754.72', capitals: null },
        total: { amount_yuan: '800.05', capitals: '捌佰元零伍分' },
      },
    })
    expect(document.tables.charges[1]).toEqual({
      day: '2024-08-31',
      text: '+1',
      credits: -1,
      amount_yuan: '-0.05',
      cost_yuan: '-0.000001',
      at: null,
    })
    expect(document.tables.corrections).toEqual([])
  })

  it('of a draft says so', () => {
    expect(JSON.parse(renderJson(draft))).toMatchObject({ draft: true, issued_at: null, totals: {} })
  })
})

describe('the document as CSV', () => {
  const linesOf = (text: string | null): string[] => (text ?? '').split('\r\n')

  it('begins with a byte order mark and has every table under its name', () => {
    const lines = linesOf(renderCsv(fixture, 'zh', null))
    expect(lines[0]).toBe('\ufeffdocument')
    expect(lines[1]).toBe('item,value')
    for (const name of ['charges', 'corrections', 'document_totals']) expect(lines).toContain(name)
    expect(lines).toContain('合计,800.05,捌佰元零伍分')
  })

  it('runs nothing in a spreadsheet, and leaves amounts below 0 to be added up', () => {
    const text = renderCsv(fixture, 'zh', 'charges') ?? ''
    expect(text).toContain(`"'=HYPERLINK(""https://evil.example"",""x"")<script>`)
    expect(linesOf(text).at(-2)).toBe("2024-08-31,'+1,-1,-0.05,-0.000001,")
    const named = { ...fixture, parties: fixture.parties.map((party) => ({ ...party, name: hostileName })) }
    expect(renderCsv(named, 'zh', null)).not.toMatch(/(?:^|,|\n)"?=/)
  })

  it('is one table by its key, and nothing for a key that is none', () => {
    expect(linesOf(renderCsv(fixture, 'en', 'charges'))[0]).toBe('\ufeffday,text,credits,amount_yuan,cost_yuan,at')
    expect(renderCsv(fixture, 'en', 'corrections')).toBe('\ufefftext\r\n')
    expect(renderCsv(fixture, 'en', 'nothing')).toBeNull()
  })
})

describe('the document as a page', () => {
  it('escapes whatever somebody is called', async () => {
    const parties = fixture.parties.map((party) => ({ ...party, name: hostileName, printedAs: hostileName, uscc: hostileName }))
    const words = { zh: hostileName, en: hostileName }
    const hostile = {
      ...fixture,
      parties,
      number: hostileName,
      title: words,
      notes: [words],
      facts: [{ key: 'x', label: words, kind: 'text' as const, value: hostileName }],
    }
    const page = await renderHtml(hostile, zh)
    expect(page).not.toContain('<script')
    expect(page.match(/<\/style>/g)).toHaveLength(1)
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#39;&quot;')
  })

  it('has no script, and loads nothing from anywhere', async () => {
    const page = await renderHtml(fixture, zh)
    expect(page).not.toMatch(/<(?:script|link|img|iframe|object)|\burl\(|@import|\bsrc=|\bhref=|\bon\w+=/)
  })

  it('prints the amount in capital characters, and a place for seal, signature and day of each side', async () => {
    const page = await renderHtml(fixture, zh)
    expect(page).toContain('人民币（大写）：捌佰元零伍分')
    expect(page).toContain('（小写）¥800.05')
    expect(page.match(/（盖章）：/g)).toHaveLength(2)
    expect(page.match(/授权代表签字：/g)).toHaveLength(2)
    expect(page.match(/年　　月　　日/g)).toHaveLength(2)
    const one = await renderHtml({ ...fixture, places: ['provider'] }, zh)
    expect(one.match(/（盖章）：/g)).toHaveLength(1)
  })

  it('is marked while it is a draft, and not after', async () => {
    expect(await renderHtml(draft, zh)).toContain('<div class="mark">草稿</div>')
    expect(await renderHtml(draft, en)).toContain('<div class="mark">DRAFT</div>')
    for (const wishes of [zh, en]) expect(await renderHtml(fixture, wishes)).not.toContain('class="mark"')
  })

  it('speaks one language at a time', async () => {
    const english = await renderHtml({ ...fixture, parties: [], tables: [], totals: [] }, en)
    expect(english).toContain('<html lang="en">')
    expect(english.replace(/<style>[\s\S]*<\/style>/, '')).not.toMatch(/\p{Script=Han}/u)
    expect(await renderHtml(fixture, zh)).toContain('<html lang="zh-CN">')
  })

  it('turns a table of many columns, so that it stays on the sheet, and only then', async () => {
    const columns = Array.from({ length: 13 }, (_, at) => ({
      key: `c${at}`,
      label: { zh: `列${at}`, en: `Column ${at}` },
      kind: 'integer' as const,
    }))
    const row = Object.fromEntries(columns.map(({ key }, at) => [key, at * 1_000]))
    const page = (wide: typeof columns, rows: (typeof row)[]) =>
      renderHtml({ ...fixture, tables: [{ key: 'wide', title: { zh: '宽表', en: 'Wide' }, columns: wide, rows }] }, zh)
    expect(await page(columns, [row, row])).toContain('<tr><th>列12</th><td class="n">12,000</td><td class="n">12,000</td></tr>')
    for (const straight of [page(columns.slice(1), [row]), page(columns, Array(5).fill(row)), page(columns, [])])
      expect(await straight).toContain('<th>列11</th><th>列12</th>')
  })

  it('names the digest of its data', async () => {
    expect(await renderHtml(fixture, { language: 'zh', dataSha256: 'ab'.repeat(32) })).toContain('ab'.repeat(32))
  })
})

describe('every format', () => {
  const here = process.env.TZ
  afterEach(() => {
    if (here === undefined) delete process.env.TZ
    else process.env.TZ = here
  })

  it('gives the same bytes twice, and in every time zone', async () => {
    const all = async () => [
      renderJson(fixture),
      renderCsv(fixture, 'zh', null),
      renderCsv(fixture, 'en', null),
      await renderHtml(fixture, zh),
      await renderHtml(fixture, en),
    ]
    const first = await all()
    expect(await all()).toEqual(first)
    for (const zone of ['America/Los_Angeles', 'Pacific/Kiritimati', 'UTC']) {
      process.env.TZ = zone
      expect(await all()).toEqual(first)
    }
  })
})
