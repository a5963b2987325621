import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Crypto, Files } from '../core/ports.ts'

/** The folder inside the data folder. */
export const filesFolder = 'files'

const isName = (text: string): boolean => /^[a-z0-9][a-z0-9._-]{0,127}$/.test(text)

const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/**
 * Files in a folder, one sub-folder for each account. A file appears whole or not at all, and is durable with its name when
 * `put` resolves. Throws RangeError for a name that is none of ours.
 */
export const openFolderFiles = (folder: string, crypto: Pick<Crypto, 'seal' | 'unseal' | 'randomHex'>): Files => {
  const pathOf = (accountId: string, name: string): string => {
    if (!isName(accountId) || !isName(name)) throw new RangeError('a file is named by ids')
    return join(folder, accountId, name)
  }
  return {
    async put(accountId, name, bytes) {
      const path = pathOf(accountId, name)
      const home = join(folder, accountId)
      const first = await mkdir(home, { recursive: true, mode: 0o700 })
      if (first !== undefined) {
        await syncFolder(join(folder, '..'))
        await syncFolder(folder)
      }
      const partial = `${path}.${crypto.randomHex(8)}.partial`
      const file = await open(partial, 'wx', 0o600)
      try {
        await file.writeFile(crypto.seal(accountId, name, bytes))
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(partial, path)
      await syncFolder(home)
    },

    async get(accountId, name) {
      try {
        return crypto.unseal(accountId, name, await readFile(pathOf(accountId, name)))
      } catch (error) {
        if (isAbsent(error)) return null
        throw error
      }
    },

    async remove(accountId, name) {
      await rm(pathOf(accountId, name), { force: true })
      await syncFolder(join(folder, accountId)).catch((error: unknown) => {
        if (!isAbsent(error)) throw error
      })
    },
  }
}
