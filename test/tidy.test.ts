import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, it, test } from 'vitest'

/*
 * Keeps the house (DESIGN.md §1): which room may import which, where a platform may be named, and the small habits that a
 * reviewer should not have to mention. `findFaults` is a pure function over {path: text}, so that every rule has a control
 * below: a made-up tree that must fail.
 */

type Tree = Record<string, string>

/** Which rooms and which packages a room may import; its own files always. */
const rooms: Record<string, { rooms: string[]; packages: string[] }> = {
  core: { rooms: [], packages: [] },
  verify: { rooms: ['core'], packages: [] },
  agreement: { rooms: ['core'], packages: [] },
  ledger: { rooms: ['agreement', 'core'], packages: ['drizzle-orm'] },
  directory: { rooms: ['core'], packages: ['drizzle-orm'] },
  sources: { rooms: ['core'], packages: ['@noble/hashes', 'zod'] },
  notices: { rooms: ['agreement', 'core'], packages: ['@noble/hashes', 'standardwebhooks'] },
  documents: { rooms: ['agreement', 'core'], packages: ['csv-stringify', 'fflate', 'hono'] },
  http: { rooms: ['verify', 'documents', 'notices', 'core'], packages: ['hono', '@hono/zod-openapi', 'zod', 'jose'] },
  console: { rooms: ['http', 'documents', 'verify', 'core'], packages: ['hono'] },
}

/** The one room that may name a platform, import every room and every package, read the clock and reach the network. */
const platformRoom = 'runtimes'

const platformWord = /^(?:node|cloudflare):|(?:^|\/)(?:process|better-sqlite3|undici)(?:\/|$)/

/** What a room uses without importing it, although it must be handed in. */
const ambient: [RegExp, string][] = [
  [/(?<![.\w$])process(?:\?\.\w|\.\w|\[)|\bglobalThis\s*\.\s*process\b/g, 'process.'],
  [/\bDate\s*\.\s*now\b/g, 'Date.now()'],
  [/\bnew\s+Date\b(?!\s*\(\s*[^)\s])/g, 'new Date() without an argument'],
  [/\bMath\s*\.\s*random\b/g, 'Math.random'],
  [/\bcrypto\s*\.\s*(?:randomUUID|getRandomValues)\b/g, 'randomness of crypto'],
  [/(?<![.\w$])fetch\s*\(|\bglobalThis\s*\.\s*fetch\b/g, 'global fetch'],
]

const defaultExport = /\bexport\s+default\b|\bexport\s*\{[^}]*\bdefault\s*[,}]/g
/** Cloudflare starts a Worker by the default export of its entry, so there it cannot be avoided. */
const mayExportDefault = ['src/runtimes/worker.ts', 'src/runtimes/sql-text.d.ts']

const leftover = /biome-ignore|@ts-ignore|@ts-expect-error|\bTODO\b|\bFIXME\b/g
const kebabName = /^(?:README\.md|[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)*)$/
const maxLines = 400
const maxLinesOf: Record<string, number> = { 'src/verify.ts': 150 }

/**
 * The text twice, each as long as before: `code` without comments, `bare` also without what stands inside strings, templates
 * and regular expressions. A word in a comment or in a sentence is then no use of it.
 */
const strip = (text: string): { code: string; bare: string } => {
  const code = text.split('')
  const bare = text.split('')
  const blank = (units: string[], from: number, to: number) => {
    for (let at = from; at < to; at += 1) if (units[at] !== '\n') units[at] = ' '
  }
  const matchAt = (pattern: RegExp, at: number): number => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0].length ?? 0
  }
  // For each open hole `${` of a template: how many braces are open inside it.
  const holes: number[] = []
  for (let at = 0; at < text.length; ) {
    const unit = text.charAt(at)
    const comment = matchAt(/\/\/[^\n]*|\/\*[\s\S]*?\*\//y, at)
    const hole = holes.at(-1)
    const string = matchAt(/'(?:\\[\s\S]|[^'\\\n])*'?|"(?:\\[\s\S]|[^"\\\n])*"?/y, at)
    const template =
      unit === '`' || (unit === '}' && hole === 0) ? matchAt(/[`}](?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{)?/y, at) : 0
    const mayBeRegExp = unit === '/' && /(?:^|[(,=:[!&|?{};]|=>|\breturn)\s*$/.test(bare.slice(Math.max(0, at - 80), at).join(''))
    const regExp = mayBeRegExp ? matchAt(/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y, at) : 0
    if (comment > 0) {
      blank(code, at, at + comment)
      blank(bare, at, at + comment)
      at += comment
    } else if (string > 0 || regExp > 0) {
      blank(bare, at + 1, at + Math.max(string, regExp) - 1)
      at += Math.max(string, regExp)
    } else if (template > 0) {
      if (unit === '}') holes.pop()
      if (text.slice(at, at + template).endsWith('${')) holes.push(0)
      blank(bare, at + 1, at + template - 1)
      at += template
    } else {
      if (hole !== undefined && unit === '{') holes[holes.length - 1] = hole + 1
      if (hole !== undefined && unit === '}') holes[holes.length - 1] = hole - 1
      at += 1
    }
  }
  return { code: code.join(''), bare: bare.join('') }
}

const roomOf = (path: string): string | null =>
  ['src/verify.ts', 'src/sweep.ts', 'src/deliver.ts'].includes(path) ? 'verify' : (/^src\/([^/]+)\//.exec(path)?.[1] ?? null)

/** Why a file of this room may not import this, or null. */
const importFault = (path: string, room: string, specifier: string): string | null => {
  const allowed = rooms[room]
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(path), specifier)
    if (!target.startsWith('src/')) return allowed ? `${room} may not import from outside src: ${specifier}` : null
    const targetRoom = roomOf(target)
    if (targetRoom === room || !allowed || (targetRoom && allowed.rooms.includes(targetRoom))) return null
    return `${room} may not import ${targetRoom ?? target}`
  }
  if (!allowed) return null
  if (platformWord.test(specifier)) return `only ${platformRoom} may name the platform: ${specifier}`
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  return allowed.packages.includes(name) ? null : `${room} may not import the package ${name}`
}

/** Every broken rule of the house as `path:line: what`, in the order of the paths. */
const findFaults = (tree: Tree): string[] => {
  const faults: string[] = []
  const roomsSeen = new Set<string>()
  for (const [path, text] of Object.entries(tree).sort(([left], [right]) => (left < right ? -1 : 1))) {
    const fault = (at: number, what: string) => faults.push(`${path}:${text.slice(0, at).split('\n').length}: ${what}`)
    for (const segment of path.split('/')) {
      if (!kebabName.test(segment)) fault(0, `not in kebab-case: ${segment}`)
      if (/^utils?(?:\.|$)/.test(segment)) fault(0, `a name that says nothing: ${segment}`)
    }
    if (!path.startsWith('src/')) continue
    const room = roomOf(path)
    if (room === null || (room !== platformRoom && !rooms[room])) {
      fault(0, `belongs to no room: ${path}`)
      continue
    }
    if (room !== 'verify') roomsSeen.add(room)

    const lines = text.replace(/\n$/, '').split('\n').length
    const limit = maxLinesOf[path] ?? maxLines
    if (lines > limit) fault(text.length - 1, `${lines} lines, more than ${limit}`)
    for (const match of text.matchAll(leftover)) fault(match.index, `left over: ${match[0]}`)
    if (!/\.tsx?$/.test(path)) continue

    const { code, bare } = strip(text)
    for (const match of bare.matchAll(/(?<![.\w$])(?:from|import\s*\(?|require\s*\()\s*(['"])/g)) {
      const start = match.index + match[0].length
      const what = importFault(path, room, code.slice(start, code.indexOf(match[1] ?? '', start)))
      if (what) fault(match.index, what)
    }
    if (!mayExportDefault.includes(path)) for (const match of bare.matchAll(defaultExport)) fault(match.index, 'default export')
    if (room === platformRoom) continue
    for (const [pattern, name] of ambient)
      for (const match of bare.matchAll(pattern)) fault(match.index, `handed in elsewhere: ${name}`)
  }
  for (const room of roomsSeen) if (!(`src/${room}/README.md` in tree)) faults.push(`src/${room}/README.md:1: missing`)
  return faults
}

const readTree = (...folders: string[]): Tree => {
  const house = join(import.meta.dirname, '..')
  const tree: Tree = {}
  for (const folder of folders) {
    for (const entry of readdirSync(join(house, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const full = join(entry.parentPath, entry.name)
      tree[full.slice(house.length + 1).replaceAll('\\', '/')] = readFileSync(full, 'utf8')
    }
  }
  return tree
}

describe('the house', () => {
  it('is tidy', () => {
    const tree = readTree('src', 'scripts')
    expect(Object.keys(tree)).toContain('src/core/README.md')
    expect(findFaults(tree)).toEqual([])
  })
})

describe('the controls', () => {
  /** One file of a room that has its README, and the faults that it must have. */
  const control = (path: string, text: string) => {
    const room = roomOf(path)
    return findFaults({ [path]: text, ...(room ? { [`src/${room}/README.md`]: '' } : {}) })
  }
  const ofVerify = (text: string) => findFaults({ 'src/verify.ts': text })

  test.each([
    ['core', '../ledger/a.ts', 'ledger'],
    ['core', '../verify.ts', 'verify'],
    ['agreement', '../ledger/a.ts', 'ledger'],
    ['ledger', '../sources/a.ts', 'sources'],
    ['ledger', '../directory/a.ts', 'directory'],
    ['directory', '../agreement/a.ts', 'agreement'],
    ['sources', '../agreement/a.ts', 'agreement'],
    ['notices', '../ledger/a.ts', 'ledger'],
    ['documents', '../http/a.ts', 'http'],
    ['http', '../console/a.ts', 'console'],
    ['http', '../ledger/a.ts', 'ledger'],
    ['http', '../agreement/a.ts', 'agreement'],
    ['console', '../runtimes/a.ts', 'runtimes'],
    ['core', '../a.ts', 'src/a.ts'],
  ])('%s may not import %s', (room, specifier, target) => {
    expect(control(`src/${room}/a.ts`, `\nimport type { A } from '${specifier}'\n`)).toEqual([
      `src/${room}/a.ts:2: ${room} may not import ${target}`,
    ])
  })

  test.each([
    "import '../ledger/a.ts'",
    "export * from '../ledger/a.ts'",
    "export type { A } from '../ledger/a.ts'",
    "import {\n  a,\n} from '../ledger/a.ts'".replaceAll('\n', ' '),
    "const a = await import('../ledger/a.ts')",
    "let a: import('../ledger/a.ts').A",
    'import a from "../ledger/a.ts"',
    "/* the ledger */ import { a } from /* not */ '../ledger/a.ts' // or is it",
    "const quote = /['\"`]/; import { a } from '../ledger/a.ts'",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a program
    "const text = `${`${'}'}`}`; import { a } from '../ledger/a.ts'",
  ])('an arrow cannot hide in %j', (line) => {
    expect(control('src/core/a.ts', line)).toEqual(['src/core/a.ts:1: core may not import ledger'])
  })

  it('sees verify, sub-folders and what lies outside src', () => {
    expect(ofVerify("import { a } from './ledger/a.ts'")).toEqual(['src/verify.ts:1: verify may not import ledger'])
    expect(control('src/ledger/decide/a.ts', "import { a } from '../../http/a.ts'")).toEqual([
      'src/ledger/decide/a.ts:1: ledger may not import http',
    ])
    expect(control('src/core/a.ts', "import { a } from '../../test/a.ts'")).toEqual([
      'src/core/a.ts:1: core may not import from outside src: ../../test/a.ts',
    ])
  })

  test.each([
    ['core', 'zod', 'zod'],
    ['verify', 'hono', 'hono'],
    ['agreement', 'drizzle-orm', 'drizzle-orm'],
    ['documents', 'zod', 'zod'],
    ['notices', 'nodemailer', 'nodemailer'],
    ['sources', '@noble/ciphers/aes.js', '@noble/ciphers'],
    ['ledger', 'zod/v4', 'zod'],
    ['http', 'drizzle-orm', 'drizzle-orm'],
    ['console', '@hono/zod-openapi', '@hono/zod-openapi'],
    ['core', 'fs', 'fs'],
  ])('%s may not import the package %s', (room, specifier, name) => {
    const path = room === 'verify' ? 'src/verify.ts' : `src/${room}/a.ts`
    const tree = { [path]: `import { a } from '${specifier}'`, [`src/${room}/README.md`]: '' }
    if (room === 'verify') delete tree['src/verify/README.md']
    expect(findFaults(tree)).toEqual([`${path}:1: ${room} may not import the package ${name}`])
  })

  test.each(['node:fs', 'cloudflare:workers', 'process', 'better-sqlite3', 'drizzle-orm/better-sqlite3', 'undici'])(
    'only runtimes may name %s',
    (specifier) => {
      const line = `import { a } from '${specifier}'`
      expect(control('src/ledger/a.ts', line)).toEqual([`src/ledger/a.ts:1: only runtimes may name the platform: ${specifier}`])
      expect(control('src/runtimes/a.ts', line)).toEqual([])
    },
  )

  test.each([
    ['process.env.A', 'process.'],
    ['process?.env', 'process.'],
    ["process['env']", 'process.'],
    ['globalThis.process', 'process.'],
    ['Date.now()', 'Date.now()'],
    ['const clock = Date.now', 'Date.now()'],
    ['new Date()', 'new Date() without an argument'],
    ['new Date( /* now */ )', 'new Date() without an argument'],
    ['Number(new Date)', 'new Date() without an argument'],
    ['Math.random()', 'Math.random'],
    ['crypto.randomUUID()', 'randomness of crypto'],
    ['globalThis.crypto.getRandomValues(a)', 'randomness of crypto'],
    ["fetch('https://example.com')", 'global fetch'],
    ['globalThis.fetch', 'global fetch'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a program
    ['const a = `at ${Date.now()}`', 'Date.now()'],
  ])('%s is handed in', (line, name) => {
    expect(control('src/http/a.ts', `\n\n${line}`)).toEqual([`src/http/a.ts:3: handed in elsewhere: ${name}`])
    expect(control('src/runtimes/a.ts', line)).toEqual([])
  })

  test.each([
    'export default 1',
    'export  default class A {}',
    'const a = 1; export { a as default }',
    "export { default } from './b.ts'",
  ])('a default export is found: %s', (line) => {
    expect(control('src/runtimes/a.ts', line)).toEqual(['src/runtimes/a.ts:1: default export'])
    expect(control('src/runtimes/worker.ts', line)).toEqual([])
  })

  it('finds long files', () => {
    expect(control('src/core/a.ts', 'a\n'.repeat(400))).toEqual([])
    expect(control('src/core/a.ts', 'a\n'.repeat(401))).toEqual(['src/core/a.ts:401: 401 lines, more than 400'])
    expect(ofVerify('a\n'.repeat(150))).toEqual([])
    expect(ofVerify('a\n'.repeat(151))).toEqual(['src/verify.ts:151: 151 lines, more than 150'])
  })

  test.each([
    'src/core/residentId.ts',
    'src/core/resident_id.ts',
    'src/core/Resident.ts',
    'src/core/SubFolder/a.ts',
    'scripts/runIt.ts',
  ])('%s is not in kebab-case', (path) => {
    expect(control(path, '').filter((fault) => fault.includes('kebab-case'))).toHaveLength(1)
  })

  test.each(['src/core/utils/a.ts', 'src/core/utils.ts', 'scripts/util.ts'])('%s says nothing', (path) => {
    expect(control(path, '').filter((fault) => fault.includes('says nothing'))).toHaveLength(1)
  })

  test.each(['biome-ignore', '@ts-ignore', '@ts-expect-error', 'TODO', 'FIXME'])('%s is left over', (word) => {
    expect(control('src/core/a.ts', `// ${word}: later`)).toEqual([`src/core/a.ts:1: left over: ${word}`])
    expect(control('src/core/notes.md', `${word}`)).toEqual([`src/core/notes.md:1: left over: ${word}`])
  })

  it('finds a room without README and a file without room', () => {
    expect(findFaults({ 'src/core/a.ts': '' })).toEqual(['src/core/README.md:1: missing'])
    expect(findFaults({ 'src/helpers/a.ts': '' })).toEqual(['src/helpers/a.ts:1: belongs to no room: src/helpers/a.ts'])
    expect(findFaults({ 'src/a.ts': '' })).toEqual(['src/a.ts:1: belongs to no room: src/a.ts'])
  })

  it('finds every fault of a file, in its place', () => {
    expect(control('src/core/a.ts', "import 'zod'\nDate.now()\nDate.now()")).toEqual([
      'src/core/a.ts:1: core may not import the package zod',
      'src/core/a.ts:2: handed in elsewhere: Date.now()',
      'src/core/a.ts:3: handed in elsewhere: Date.now()',
    ])
  })

  it('leaves alone what is allowed', () => {
    const tree: Tree = {
      'src/verify.ts': "import type { Ledger } from './core/ports.ts'",
      'src/console/a.tsx':
        "import { html } from 'hono/html'\nimport { b } from '../http/b.ts'\nimport { verify } from '../verify.ts'",
      'src/http/a.ts':
        "import { z } from '@hono/zod-openapi'\nimport { verify } from '../verify.ts'\nimport { a } from '../documents/a.ts'",
      'src/ledger/decide/a.ts':
        "import { a } from '../b.ts'\nimport { c } from '../../agreement/c.ts'\nimport { sql } from 'drizzle-orm/sqlite-core'",
      'src/sources/a.ts': "import { md5 } from '@noble/hashes/legacy.js'\nimport { a } from './b.ts'",
      'src/runtimes/a.ts':
        "import { a } from '../console/a.tsx'\nimport sql from '../../drizzle/a.sql'\nimport 'node:fs'\nDate.now()",
      'src/core/a.ts': [
        '// process.env and Date.now() in a comment, import x from "zod"',
        "const a = 'process.env, Date.now(), from \\'zod\\''",
        'const b = `new Date() fetch(`',
        'const c = /Math.random/.test(a)',
        'const d = new Date(ms).toISOString()',
        'const e = deps.fetch(request)',
        'const f = { process: 1 }.process',
        'const g = Array.from("zod")',
        "const h = half / 2 // it's",
      ].join('\n'),
      'scripts/run-it.ts': "import 'node:fs'\nprocess.exit(0) // TODO",
    }
    for (const room of ['console', 'http', 'ledger', 'sources', 'runtimes', 'core']) tree[`src/${room}/README.md`] = 'process.env'
    expect(findFaults(tree)).toEqual([])
  })
})
