import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Files } from '../../src/core/ports.ts'
import { takeBackup } from '../../src/runtimes/backup.ts'
import { openCrypto } from '../../src/runtimes/crypto.ts'
import { openDatabase } from '../../src/runtimes/database.ts'
import { openFolderFiles } from '../../src/runtimes/folder-files.ts'
import { createKeyring, readKeyring } from '../../src/runtimes/key-files.ts'
import { restoreBackup } from '../../src/runtimes/restore.ts'

const root = mkdtempSync(join(tmpdir(), 'verimeter-backup-'))
const keysDir = join(root, 'keys')
const dataDir = join(root, 'data')
const account = 'acc_0000000001'

const filesOf = (folder: string): Files => {
  const { digestKeys, sealRoot } = readKeyring(keysDir)
  return openFolderFiles(join(folder, 'files'), openCrypto(digestKeys, sealRoot))
}

const take = (to: string) =>
  takeBackup({
    dataDir,
    digestKeys: readKeyring(keysDir).digestKeys,
    to: join(root, to),
    clock: () => 0,
    version: '1',
    onProgress: () => undefined,
  })
const restore = (from: string, to: string) =>
  restoreBackup({ from: join(root, from), dataDir: join(root, to), keysDir, clock: () => 0 })

beforeAll(async () => {
  createKeyring(keysDir)
  openDatabase(dataDir).close()
  await filesOf(dataDir).put(account, 'evi_1', new TextEncoder().encode('the authorisation'))
  writeFileSync(join(dataDir, 'files', account, 'evi_2.abc.partial'), 'half')
})
afterAll(() => rmSync(root, { recursive: true }))

test('a backup has the sealed files of accounts, and a restore gives them back', async () => {
  const { files } = await take('first')
  expect(files.map(({ name }) => name)).toEqual([`${account}/evi_1`])
  expect(statSync(join(root, 'first', 'files', account, 'evi_1')).mode & 0o777).toBe(0o600)
  expect(readFileSync(join(root, 'first', 'files', account, 'evi_1'), 'latin1')).not.toContain('authorisation')
  restore('first', 'again')
  expect(new TextDecoder().decode((await filesOf(join(root, 'again')).get(account, 'evi_1')) ?? undefined)).toBe(
    'the authorisation',
  )
})

test.each([
  ['changed', (path: string) => writeFileSync(path, 'something else')],
  ['missing', (path: string) => rmSync(path)],
])('a restore is refused when a file is %s, and leaves neither ledger nor files', async (word, spoil) => {
  await take(`spoilt-${word}`)
  spoil(join(root, `spoilt-${word}`, 'files', account, 'evi_1'))
  expect(() => restore(`spoilt-${word}`, `into-${word}`)).toThrow(/is not the file that the backup was made with/)
  expect(['verimeter.db', 'files'].map((name) => existsSync(join(root, `into-${word}`, name)))).toEqual([false, false])
})
