import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { addDocumentKeys, createKeyring, isKeyringAbsent, readKeyring } from '../src/runtimes/key-files.ts'
import { publicKeyOf } from '../src/runtimes/keyring.ts'
import { createSandboxAccount } from '../src/runtimes/sandbox-account.ts'
import { signStaffToken } from '../src/runtimes/staff-token.ts'
import { welcome } from '../src/runtimes/welcome.ts'
import { overFetch } from './operator/transport.ts'

const help = `The Worker in a local workerd, with the same welcome as npm start.

npm run dev:worker -- [--port 8788] [--dir data-worker]

The folder holds the key files and workerd's storage: objects, D1, R2.`

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8788' },
    dir: { type: 'string', default: 'data-worker' },
    help: { type: 'boolean', default: false },
  },
})

const wrangler = ['node_modules/wrangler/bin/wrangler.js']
const quiet = { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: 'true' }

/** The secrets of a deployment, from key files, and the settings of the source, as wrangler reads them for a local run. */
const writeSecrets = (keysDir: string, path: string): void => {
  const oneLine = (name: string): string => JSON.stringify(JSON.parse(readFileSync(join(keysDir, name), 'utf8')))
  const secrets = {
    VERIMETER_MASTER_KEY: readFileSync(join(keysDir, 'master.key'), 'utf8').trim(),
    VERIMETER_KEYRING: oneLine('keyring.json'),
    VERIMETER_DOCUMENT_KEYS: oneLine('document-signing.json'),
    VERIMETER_STAFF_KEY: JSON.stringify(publicKeyOf(readKeyring(keysDir).staffIssuer)),
  }
  const settings = Object.entries(process.env).filter(([name]) => name.startsWith('VERIMETER_ALIYUN_'))
  const lines = [...Object.entries(secrets), ...settings].map(([name, value]) => `${name}='${value}'`)
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 })
}

const waitFor = async (url: string, isOver: () => boolean): Promise<void> => {
  for (;;) {
    if (isOver()) throw new Error('workerd ended before it answered; its output is above')
    if (
      await fetch(url).then(
        (response) => response.ok,
        () => false,
      )
    )
      return
    await new Promise((again) => setTimeout(again, 200))
  }
}

const run = async (): Promise<void> => {
  if (values.help) {
    console.log(help)
    return
  }
  const dir = resolve(values.dir)
  const keysDir = join(dir, 'keys')
  const state = join(dir, 'state')
  const secrets = join(dir, 'worker.env')
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  if (isKeyringAbsent(keysDir)) createKeyring(keysDir)
  addDocumentKeys(keysDir)
  writeSecrets(keysDir, secrets)
  const isFirst = !existsSync(state)

  const migrated = spawnSync(
    process.execPath,
    [...wrangler, 'd1', 'migrations', 'apply', 'DIRECTORY', '--local', '--persist-to', state],
    {
      env: quiet,
      encoding: 'utf8',
    },
  )
  if (migrated.status !== 0) throw new Error(`the directory's migrations failed:\n${migrated.stdout}${migrated.stderr}`)

  const options = ['dev', '--local', '--ip', '127.0.0.1', '--port', values.port, '--persist-to', state, '--env-file', secrets]
  const worker = spawn(
    process.execPath,
    [...wrangler, ...options, '--log-level', 'warn', '--show-interactive-dev-session=false'],
    {
      env: quiet,
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  let over = false
  worker.on('exit', (code) => {
    over = true
    process.exit(code ?? 1)
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => worker.kill(signal))

  const baseUrl = `http://127.0.0.1:${values.port}`
  await waitFor(`${baseUrl}/health`, () => over)
  let apiKey: string | null = null
  if (isFirst) {
    const token = await signStaffToken(readKeyring(keysDir).staffIssuer, { sub: 'setup', roles: ['admin'], hours: 1 }, Date.now())
    const api = overFetch(
      (path, init) => fetch(`${baseUrl}${path}`, init),
      { token, reason: 'first start' },
      async () => {},
    )
    apiKey = (await createSandboxAccount((method, path, body) => api.call(method, path, body), Date.now())).apiKey
  }
  console.log(welcome('local workerd', baseUrl, apiKey, Date.now()))
}

await run()
