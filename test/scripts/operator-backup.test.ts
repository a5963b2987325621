import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { createKeyring } from '../../src/runtimes/key-files.ts'
import { Processes } from '../support/process-gateway.ts'
import { runHere } from '../support/process-operator.ts'

const processes = new Processes()
const root = processes.folder()
const dataDir = join(root, 'data')
const keysDir = join(root, 'keys')
const restored = join(root, 'restored')
const backup = join(root, 'backup')
const environment = { VERIMETER_DATA_DIR: dataDir, VERIMETER_KEYS_DIR: keysDir }
const time = '\\d{4}-\\d\\d-\\d\\dT[\\d:.]+\\+08:00'

beforeAll(async () => {
  createKeyring(keysDir)
  expect(await runHere(['account', 'create', '--name', 'Example Ltd'], environment)).toMatchObject({ code: 0 })
})

test('backup says what is in it, until when it reaches, and that the keys are not', async () => {
  const { code, stdout, stderr } = await runHere(['backup', '--to', backup], environment)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const [made, reaches, keys] = stdout.split('\n')
  expect(made).toMatch(
    new RegExp(`^backup made in ${backup}: 1 accounts, 1 journal entries, 0 verifications, [\\d.]+ MB; every invariant holds$`),
  )
  expect(reaches).toMatch(new RegExp(`^everything answered before ${time} is in it$`))
  expect(keys).toContain(`key files are not in it: keep a copy of ${keysDir} in another place`)
})

test('backup and restore that are refused are one sentence', async () => {
  const again = await runHere(['backup', '--to', backup], environment)
  expect(again).toEqual({
    code: 1,
    stdout: '',
    stderr: `operator: ${backup} is there already and not an empty folder; every backup gets a folder of its own`,
  })
  const into = await runHere(['restore', '--from', backup], environment)
  expect(into).toMatchObject({ code: 1, stdout: '' })
  expect(into.stderr).toMatch(/^operator: \S+ is not empty \(\S+\); [^\n]+$/)
})

test('restore says until when it reaches and what it cannot know, and verify repeats it', async () => {
  const { code, stdout, stderr } = await runHere(['restore', '--from', backup, '--data-dir', restored], environment)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(new RegExp(`^restored into ${restored}: 1 accounts, 1 journal entries, .*; every invariant holds\n`))
  expect(stdout).toMatch(new RegExp(`\nit reaches until ${time}; the last journal entry is of ${time}\n`))
  expect(stdout).toContain('the backup cannot tell how much that was')
  const verified = await runHere(['verify'], { ...environment, VERIMETER_DATA_DIR: restored })
  expect(verified.stdout).toMatch(
    new RegExp(`every invariant holds\nrestored at ${time} from a backup that reaches until ${time}; what was done between`),
  )
  expect((await runHere(['verify'], environment)).stdout).toMatch(/every invariant holds$/)
})
