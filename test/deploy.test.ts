import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../src/runtimes/config.ts'
import { createKeyring } from '../src/runtimes/key-files.ts'
import { node24, Processes, projectFolder } from './support/process-gateway.ts'

/*
 * The image and the unit cannot be run by a test. What they name can be held against the project: files, commands, settings;
 * and their commands run here, on the files and the packages that the image would have.
 */

const processes = new Processes()
const read = (path: string): string => readFileSync(join(projectFolder, path), 'utf8')
const dockerfile = read('Dockerfile')
const unit = read('deploy/verimeter.service')

const first = (pattern: RegExp, text: string): string => {
  const found = pattern.exec(text)?.[1]
  if (found === undefined) throw new Error(`nothing like ${pattern}`)
  return found
}
/** The files and folders that the image has. */
const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '))
const imageSettings = Object.fromEntries(
  [...dockerfile.matchAll(/(VERIMETER_\w+)=(\S+)/g)].map(([, name = '', value]) => [name, value]),
)
const unitSettings = Object.fromEntries(
  [...unit.matchAll(/^Environment=(VERIMETER_\w+)=(.*)$/gm)].map(([, name = '', value]) => [name, value]),
)
const imageCommand = JSON.parse(first(/^CMD (\[.*\])$/m, dockerfile)) as string[]
const unitCommand = first(/^ExecStart=(.*)$/m, unit).split(' ')
const healthCommand = JSON.parse(first(/^HEALTHCHECK .*CMD (\[.*\])$/m, dockerfile)) as string[]

describe('the settings', () => {
  test.each([
    ['image', imageSettings],
    ['unit', unitSettings],
  ])('of the %s are taken, and are those of production with keys apart from the data', (_name, settings) => {
    const config = readConfig(settings)
    expect(config.mode).toBe('production')
    expect(config.keysDir.startsWith(config.dataDir)).toBe(false)
  })

  test('that do not exist would be found: the control', () => {
    expect(() => readConfig({ ...imageSettings, VERIMETER_DATA_FOLDER: '/data' })).toThrow(ConfigError)
  })

  test('of the image listen to the outside, and its volumes are its folders', () => {
    expect(readConfig(imageSettings).host).toBe('0.0.0.0')
    expect(JSON.parse(first(/^VOLUME (\[.*\])$/m, dockerfile))).toEqual([
      imageSettings.VERIMETER_DATA_DIR,
      imageSettings.VERIMETER_KEYS_DIR,
    ])
  })

  test('of the unit keep the data where systemd makes a folder, and leave a drain its time', () => {
    expect(unitSettings.VERIMETER_DATA_DIR).toBe(`/var/lib/${first(/^StateDirectory=(.*)$/m, unit)}`)
    expect(Number(first(/^TimeoutStopSec=(\d+)$/m, unit)) * 1_000).toBeGreaterThan(readConfig(unitSettings).drainDeadlineMs)
  })
})

describe('the files', () => {
  test('that the image copies exist, and nothing else leaves this machine', () => {
    expect(copied).toContain('src')
    expect(copied.filter((name) => !existsSync(join(projectFolder, name)))).toEqual([])
    const [all, ...letIn] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    expect(all).toBe('*')
    expect(letIn.sort()).toEqual([...new Set(copied)].map((name) => `!${name}`).sort())
  })

  test('run as nobody special', () => {
    expect(dockerfile).toMatch(/^USER node$/m)
    expect(dockerfile.indexOf('USER node')).toBeLessThan(dockerfile.indexOf('CMD ["node"'))
    expect(first(/^User=(.*)$/m, unit)).not.toBe('root')
  })
})

test('the commands of both start the gateway with the files of the image and the packages of `npm ci --omit=dev`', async () => {
  expect(unitCommand.slice(1)).toEqual(imageCommand.slice(1))
  const app = processes.folder()
  for (const name of copied) cpSync(join(projectFolder, name), join(app, name), { recursive: true })
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean }>
  }
  for (const [path, { dev, optional }] of Object.entries(packages)) {
    if (path === '' || dev || optional || path.lastIndexOf('node_modules/') > 0) continue
    mkdirSync(dirname(join(app, path)), { recursive: true })
    symlinkSync(join(projectFolder, path), join(app, path))
  }
  expect(existsSync(join(app, 'node_modules/hono'))).toBe(true)
  expect(existsSync(join(app, 'node_modules/tsx'))).toBe(false)
  createKeyring(join(app, 'keys'))
  const environment = {
    ...imageSettings,
    VERIMETER_HOST: '127.0.0.1',
    VERIMETER_PORT: '0',
    VERIMETER_DATA_DIR: join(app, 'data'),
    VERIMETER_KEYS_DIR: join(app, 'keys'),
    // The image's `node` is this one.
    PATH: [dirname(node24), process.env.PATH].join(delimiter),
  }
  const run = (command: string[], more = {}) =>
    processes.start('sh', ['-c', 'cd "$0" && exec "$@"', app, ...command], { ...environment, ...more })

  const gateway = run(imageCommand)
  await gateway.waitUntil(() => gateway.stderr.includes('"event":"started"'))
  const port = first(/listening on http:\/\/[^ ]+:(\d+)/, gateway.stdout)
  expect(await run(healthCommand, { VERIMETER_PORT: port }).ended).toMatchObject({ code: 0 })
  const backup = run(['node', 'scripts/operator.ts', 'backup', '--to', join(app, 'backup')])
  expect(await backup.ended).toMatchObject({ code: 0, stderr: '' })
  expect(await gateway.end(first(/^STOPSIGNAL (.*)$/m, dockerfile) as NodeJS.Signals)).toMatchObject({ code: 0 })
  expect(await run(healthCommand, { VERIMETER_PORT: port }).ended).toMatchObject({ code: 1 })
})
