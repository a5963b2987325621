import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { openFolderFiles } from '../../src/runtimes/folder-files.ts'
import { describeFiles } from '../conformance/files.ts'
import { seededCrypto } from '../support/ledger-crypto.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const open = () => {
  const data = mkdtempSync(join(tmpdir(), 'verimeter-files-'))
  folders.push(data)
  const folder = join(data, 'files')
  return { folder, files: openFolderFiles(folder, seededCrypto()) }
}

describeFiles(async () => {
  const { folder, files } = open()
  return {
    files,
    raw: async (accountId, name) => Uint8Array.from(readFileSync(join(folder, accountId, name))),
    replaceRaw: async (accountId, name, sealed) => writeFileSync(join(folder, accountId, name), sealed),
  }
})

it('leaves nothing half written beside a file, and lets nobody else read it', async () => {
  const { folder, files } = open()
  await Promise.all(Array.from({ length: 5 }, () => files.put('acc_0000000001', 'doc_1', new Uint8Array(10))))
  const home = join(folder, 'acc_0000000001')
  expect(readdirSync(home)).toEqual(['doc_1'])
  expect([statSync(home).mode & 0o777, statSync(join(home, 'doc_1')).mode & 0o777]).toEqual([0o700, 0o600])
})

it.each(['..', '../keys', 'a/b', '', 'A', '.hidden', 'x'.repeat(129)])('refuses the name %j', async (name) => {
  const { files } = open()
  await expect(files.put('acc_0000000001', name, new Uint8Array())).rejects.toThrow(RangeError)
  await expect(files.get(name, 'doc_1')).rejects.toThrow(RangeError)
})
