import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, it, test } from 'vitest'

/*
 * A rule that only the vectors can reach is no rule of the gateway. What an op file imports of `src` has to be reached, by name
 * and from declaration to declaration, from a route, from the life of a verification, from the sweep or from the ledger behind
 * them. `findReached` is a pure function over {path: text}; the controls below show that it misses nothing.
 */

type Tree = Record<string, string>

const roots = ['src/http/app.ts', 'src/verify.ts', 'src/sweep.ts', 'src/ledger/index.ts']

/** Functions of `src` that op files use and nothing else reaches yet, each with the reason: `path name: reason`. */
const notYetReached: string[] = [
  'src/agreement/calendar.ts countWorkdays: deadlines are shown and acted on once the clock of the agreements is built',
  'src/agreement/sla.ts isServiceMet: requests for evidence and tickets have no routes yet',
  'src/agreement/penalty.ts findPenalty: payments come in parts, and findPenaltyOfParts judges them',
  'src/agreement/price.ts findDiscount: an order shows both prices, and nobody asks for the discount',
  'src/agreement/proration.ts prorate: a bill takes days over days of the month as the quantity of its line',
  'src/agreement/settlement.ts settlePacks: packs are settled one by one, each by its own captured credits',
  'src/agreement/vat.ts addTax: it checks a printed table, and nobody states a net amount',
  'src/core/money.ts parseYuan: amounts come in fen',
]

interface Import {
  /** The name in the file that imports, and the name in the file that it comes from; `*` is a namespace. */
  local: string
  name: string
  from: string
}

interface Source {
  imports: Import[]
  /** Text of each declaration at the outermost level, by its name. */
  declarations: Map<string, string>
}

/** Without comments and without what stands in quotes after `from`: only words of the program are left. */
const stripped = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;{}(),])\/\/[^\n]*/g, '$1')

const importLine = /^(import|export)\s+(type\s+)?(?:\*\s+as\s+(\w+)|\{([^}]*)\})\s+from\s+'(\.[^']*)'/gm
const declarationLine = /^(?:export\s+)?(?:async\s+)?(?:const|let|function|class)\s+(\w+)/gm

const readSource = (path: string, text: string): Source => {
  const code = stripped(text)
  const imports: Import[] = []
  const declarations = new Map<string, string>()
  for (const [, kind, type, namespace, names = '', specifier = ''] of code.matchAll(importLine)) {
    if (type !== undefined) continue
    const from = posix.join(posix.dirname(path), specifier)
    if (namespace !== undefined) imports.push({ local: namespace, name: '*', from })
    for (const part of names.split(',').map((name) => name.trim())) {
      if (part === '' || part.startsWith('type ')) continue
      const [name = '', local = name] = part.split(/\s+as\s+/)
      imports.push({ local, name, from })
      // What is handed on is reached when somebody imports it from here.
      if (kind === 'export') declarations.set(local, local)
    }
  }
  const found = [...code.matchAll(declarationLine)]
  found.forEach((match, index) => {
    declarations.set(match[1] ?? '', code.slice(match.index, found[index + 1]?.index))
  })
  return { imports, declarations }
}

/** Words of a text that can be names: what stands in strings is no use of it, what stands in the holes of a template is. */
const wordsOf = (text: string): Set<string> =>
  new Set(text.replace(/'(?:\\.|[^'\\\n])*'/g, "''").match(/(?<!\w|(?<!\.\.)\.)[A-Za-z_]\w*(?:\.\w+)?/g) ?? [])

/** Every declaration that the roots reach, as `path name`. */
const findReached = (tree: Tree, from: readonly string[]): Set<string> => {
  const sources = new Map(Object.entries(tree).map(([path, text]) => [path, readSource(path, text)]))
  const reached = new Set<string>()
  const visit = (path: string, name: string): void => {
    const source = sources.get(path)
    const text = source?.declarations.get(name)
    if (!source || text === undefined || reached.has(`${path} ${name}`)) return
    reached.add(`${path} ${name}`)
    for (const word of wordsOf(text)) {
      const [first = '', member = ''] = word.split('.')
      for (const { local, name: imported, from: target } of source.imports)
        if (local === first) visit(target, imported === '*' ? member : imported)
      if (source.declarations.has(first)) visit(path, first)
    }
  }
  for (const path of from) for (const name of sources.get(path)?.declarations.keys() ?? []) visit(path, name)
  return reached
}

/** What the files of the ops import of `src`, but for runtimes: that room starts the gateway and is above everything. */
const findUsed = (tree: Tree): string[] => {
  const used = Object.entries(tree)
    .filter(([path]) => path.startsWith('scripts/vectors/'))
    .flatMap(([path, text]) => readSource(path, text).imports)
    .filter(({ from }) => from.startsWith('src/') && !from.startsWith('src/runtimes/'))
    .map(({ name, from }) => `${from} ${name}`)
  return [...new Set(used)].sort()
}

const findUnreached = (tree: Tree, from: readonly string[] = roots): string[] => {
  const reached = findReached(tree, from)
  return findUsed(tree).filter((use) => !reached.has(use))
}

const readTree = (): Tree => {
  const house = join(import.meta.dirname, '../..')
  const tree: Tree = {}
  for (const folder of ['src', 'scripts/vectors']) {
    for (const entry of readdirSync(join(house, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue
      const full = join(entry.parentPath, entry.name)
      tree[full.slice(house.length + 1).replaceAll('\\', '/')] = readFileSync(full, 'utf8')
    }
  }
  return tree
}

describe('what the ops use of src', () => {
  const tree = readTree()

  it('is reached by the gateway, but for what is listed', () => {
    expect(findUnreached(tree)).toEqual(notYetReached.map((line) => line.slice(0, line.indexOf(':'))).sort())
  })

  it('is looked for in all of it', () => {
    expect(findUsed(tree)).toContain('src/agreement/term.ts findTerm')
    for (const root of roots) expect(Object.keys(tree)).toContain(root)
    const reached = findReached(tree, roots)
    expect(reached).toContain('src/ledger/decide/hold.ts judgeConsent')
    expect(reached).toContain('src/documents/usage-report.ts usageCsv')
    expect(reached).not.toContain('src/runtimes/gateway.ts openGateway')
  })
})

describe('the controls', () => {
  const op = { 'scripts/vectors/a.ts': "import { rule } from '../../src/agreement/rule.ts'\nrule()" }
  const rule = { 'src/agreement/rule.ts': 'export const rule = () => helper()\nconst helper = () => 1' }
  const root = (text: string): Tree => ({ ...op, ...rule, 'src/verify.ts': text })
  const unreached = ['src/agreement/rule.ts rule']

  test.each([
    ['nobody', "import { other } from './agreement/rule.ts'\nexport const verify = () => other()"],
    ['an import alone', "import { rule } from './agreement/rule.ts'\nexport const verify = () => 1"],
    ['a type', "import type { rule } from './agreement/rule.ts'\nexport const verify = (a: typeof rule) => a"],
    ['a type among names', "import { type rule } from './agreement/rule.ts'\nexport const verify = (a: typeof rule) => a"],
    ['a comment', "import { rule } from './agreement/rule.ts'\n/* rule() */\nexport const verify = () => 1 // rule()"],
    ['a string', "import { rule } from './agreement/rule.ts'\nexport const verify = () => 'rule()'"],
    ['a member of that name', "import { rule } from './agreement/rule.ts'\nexport const verify = (a) => a.rule()"],
    ['another file of that name', "import { rule } from './core/rule.ts'\nexport const verify = () => rule()"],
  ])('by %s it is not reached', (_who, text) => {
    expect(findUnreached(root(text))).toEqual(unreached)
  })

  test.each([
    ['a call', "import { rule } from './agreement/rule.ts'\nexport const verify = () => rule()"],
    ['another name', "import { rule as judge } from './agreement/rule.ts'\nexport const verify = () => judge()"],
    ['a spread', "import { rule } from './agreement/rule.ts'\nexport const verify = () => ({ ...rule() })"],
    ['a namespace', "import * as rules from './agreement/rule.ts'\nexport const verify = () => rules.rule()"],
    ['a template', `import { rule } from './agreement/rule.ts'\nexport const verify = () => \`\${rule()}\``],
    [
      'a private function',
      "import { rule } from './agreement/rule.ts'\nexport const verify = () => own()\nconst own = () => rule()",
    ],
    ['a list over lines', "import {\n  rule,\n} from './agreement/rule.ts'\nexport const verify = [\n  rule,\n]"],
  ])('by %s it is reached', (_who, text) => {
    expect(findUnreached(root(text))).toEqual([])
  })

  it('what only an unreached function calls is not reached', () => {
    const tree = {
      ...rule,
      'scripts/vectors/a.ts': "import { deep } from '../../src/core/deep.ts'",
      'src/core/deep.ts': 'export const deep = () => 1',
      'src/core/both.ts': "import { deep } from './deep.ts'\nexport const unused = () => deep()\nexport const used = () => 2",
      'src/verify.ts': "import { used } from './core/both.ts'\nexport const verify = () => used()",
    }
    expect(findUnreached(tree)).toEqual(['src/core/deep.ts deep'])
    const mended = { ...tree, 'src/verify.ts': "import { unused } from './core/both.ts'\nexport const verify = () => unused()" }
    expect(findUnreached(mended)).toEqual([])
  })

  it('what is handed on by another file is reached', () => {
    const tree = {
      ...root("import { rule } from './agreement/all.ts'\nexport const verify = () => rule()"),
      'src/agreement/all.ts': "export { rule } from './rule.ts'",
    }
    expect(findUnreached(tree)).toEqual([])
  })

  it('an op that imports what does not exist is found', () => {
    const tree = { ...root(''), 'scripts/vectors/a.ts': "import { gone } from '../../src/agreement/rule.ts'" }
    expect(findUnreached(tree)).toEqual(['src/agreement/rule.ts gone'])
  })
})
