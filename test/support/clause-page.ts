import { posix } from 'node:path'

/*
 * Reads docs/clauses.md and says what is wrong with it. Pure: files are handed in as {path: text}, so that every fault has its
 * control in test/clauses.test.ts.
 */

export type Files = Readonly<Record<string, string>>

export interface ClauseRow {
  preset: string
  id: string
  words: string
  does: string
  state: string
  where: string
}

export const states = ['enforced', 'recorded', "deployer's duty", 'rule', 'to come']

/** What the summary counts, in its order; a rule that nothing calls is still to come. */
const columns = [['enforced'], ['recorded'], ["deployer's duty"], ['to come', 'rule'], ['rule']]

/** Where the gateway runs: what these reach by imports is not for the tests alone. */
const roots = ['src/http/app.ts', 'src/verify.ts', 'src/sweep.ts', 'src/ledger/index.ts', 'src/sources/index.ts']

/** The cells of every line that is a row of a table of clauses. */
const cellsOf = (page: string): string[][] =>
  page
    .split('\n')
    .filter((line) => /^\| S\d \S/.test(line) && !/^\| S\d \| \d/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )

export const readClauses = (page: string): ClauseRow[] =>
  cellsOf(page).map(([id = '', words = '', does = '', state = '', where = '']) => ({
    preset: id.slice(0, 2),
    id,
    words,
    does,
    state,
    where,
  }))

/** Files that a file reaches by imports, itself included. Imports of types alone are none. */
const reachOf = (files: Files, from: readonly string[]): Set<string> => {
  const reached = new Set<string>()
  const visit = (path: string): void => {
    const text = files[path]
    if (text === undefined || reached.has(path)) return
    reached.add(path)
    for (const [, type, statement, dynamic] of text.matchAll(
      /^(?:import|export) (type )?[^'"`;]*?from '(\.[^']*)'|\bimport\('(\.[^']*)'\)/gm,
    ))
      if (type === undefined) visit(posix.join(posix.dirname(path), statement ?? dynamic ?? ''))
  }
  for (const path of from) visit(path)
  return reached
}

const pathsIn = (text: string, room: string): string[] =>
  [...text.matchAll(/`([\w./-]+\.\w+)`/g)].flatMap(([, path = '']) => (path.startsWith(`${room}/`) ? [path] : []))

const testsIn = (text: string): { path: string; title: string }[] =>
  [...text.matchAll(/`(test\/[\w./-]+)` › "([^"]+)"/g)].map(([, path = '', title = '']) => ({ path, title }))

const findEnforcedFaults = ({ where }: ClauseRow, files: Files, running: Set<string>): string[] => {
  const sources = pathsIn(where, 'src')
  const tests = testsIn(where)
  const reaches = tests.map(({ path }) => reachOf(files, [path]))
  return [
    ...(sources.length === 0 ? ['names no file of src'] : []),
    ...(tests.length === 0 ? ['names no test by its title'] : []),
    ...tests.flatMap(({ path, title }) => (files[path]?.includes(title) ? [] : [`no test of ${path} is called "${title}"`])),
    ...sources.flatMap((path) => (running.has(path) ? [] : [`the gateway does not reach ${path}`])),
    ...sources.flatMap((path) => (reaches.some((reach) => reach.has(path)) ? [] : [`no test of the row reaches ${path}`])),
    ...tests.flatMap(({ path }, n) =>
      sources.some((source) => reaches[n]?.has(source)) ? [] : [`${path} reaches nothing of the row`],
    ),
  ]
}

/** Whether a file has the route of a matter, whose address is its noun and what comes after it. */
const isOfNoun = (text: string, suffix: string): boolean => {
  const [, noun = '', ...rest] = suffix.split('/')
  return text.includes(`noun: '${noun}'`) && (rest.length === 0 || text.includes(`path: '/${rest.join('/')}'`))
}

const findRecordedFaults = ({ where }: ClauseRow, files: Files, running: Set<string>): string[] => {
  const [, fields = '', path] = /^(.*?) of `(?:POST|PUT) (\/v1\/[^`]+)`/.exec(where) ?? []
  if (path === undefined) return ['names no field and route']
  const suffix = path.replace('/v1/accounts/{account_id}', '')
  const door = Object.entries(files).filter(([name]) => name.startsWith('src/http/'))
  const sources = pathsIn(where.split(';')[0] ?? '', 'src')
  return [
    ...(door.some(([, text]) => text.includes(`path: '${suffix}'`) || isOfNoun(text, suffix)) ? [] : [`no route ${path}`]),
    ...[...fields.matchAll(/`(\w+)`/g)].flatMap(([, field]) =>
      door.some(([name, text]) => /\/(?:schemas|matters)\//.test(name) && new RegExp(`\\b${field}:`).test(text))
        ? []
        : [`no field ${field}`],
    ),
    ...(sources.some((source) => running.has(source)) ? [] : ['names no file that stores it']),
  ]
}

const findRuleFaults = ({ where }: ClauseRow, files: Files): string[] => {
  const said = where.split(';')[0] ?? ''
  const sources = pathsIn(said, 'src')
  return [
    ...(sources.some((path) => path.startsWith('src/agreement/')) ? [] : ['names no file of the rule']),
    ...[...said.matchAll(/`([a-z]\w+)`/g)].flatMap(([, name = '']) =>
      sources.some((path) => files[path]?.includes(`export const ${name} =`)) ? [] : [`no rule is called ${name}`],
    ),
  ]
}

const findRowFaults = (row: ClauseRow, files: Files, running: Set<string>): string[] => {
  const missing = ['src', 'test', 'docs']
    .flatMap((room) => pathsIn(row.where, room))
    .filter((path) => files[path] === undefined)
    .map((path) => `no file ${path}`)
  if (row.state === 'enforced') return [...missing, ...findEnforcedFaults(row, files, running)]
  if (row.state === 'recorded') return [...missing, ...findRecordedFaults(row, files, running)]
  if (row.state === 'rule') return [...missing, ...findRuleFaults(row, files)]
  return states.includes(row.state) ? missing : [...missing, `the state "${row.state}" is none`]
}

/** The lines of the summary as the rows have it. */
export const summaryOf = (rows: readonly ClauseRow[]): string[] =>
  [...new Set(rows.map(({ preset }) => preset)), 'all'].map((preset) => {
    const mine = rows.filter((row) => preset === 'all' || row.preset === preset)
    const counts = columns.map((of) => mine.filter(({ state }) => of.includes(state)).length)
    return `| ${[preset, mine.length, ...counts].join(' | ')} |`
  })

/** Everything that is wrong with the page, each as `clause: what`. */
export const findFaults = (page: string, files: Files): string[] => {
  const rows = readClauses(page)
  const running = reachOf(files, roots)
  const ids = rows.map(({ id }) => id)
  return [
    ...cellsOf(page).flatMap((cells) =>
      cells.length === 5 && !cells.includes('') ? [] : [`${cells[0]}: a cell is missing, empty or too many`],
    ),
    ...ids.flatMap((id, n) => (ids.indexOf(id) === n ? [] : [`${id}: stands twice`])),
    ...rows.flatMap((row) => findRowFaults(row, files, running).map((fault) => `${row.id}: ${fault}`)),
    ...summaryOf(rows).flatMap((line) => (page.split('\n').includes(line) ? [] : [`summary: ${line} is not there`])),
  ]
}
