import { describe, expect, it } from 'vitest'
import type { Files } from '../../src/core/ports.ts'

const accountA = 'acc_0000000001'
const accountB = 'acc_0000000002'
const text = (bytes: Uint8Array | null): string | null => bytes && new TextDecoder().decode(bytes)
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content)

/** Files under test, with the reach of a test into what is stored. */
export interface FilesUnderTest {
  files: Files
  /** What is stored, sealed. */
  raw(accountId: string, name: string): Promise<Uint8Array>
  /** Puts other sealed bytes in its place. */
  replaceRaw(accountId: string, name: string, sealed: Uint8Array): Promise<void>
}

/** What every store of files promises. */
export const describeFiles = (open: () => Promise<FilesUnderTest>): void => {
  describe('files of accounts', () => {
    it('come back as they were put, and another account has none under the name', async () => {
      const { files } = await open()
      await files.put(accountA, 'evi_1', bytes('本人同意'))
      expect(text(await files.get(accountA, 'evi_1'))).toBe('本人同意')
      expect(await files.get(accountB, 'evi_1')).toBeNull()
      expect(await files.get(accountA, 'evi_2')).toBeNull()
    })

    it('are replaced whole, and removed more than once without complaint', async () => {
      const { files } = await open()
      await files.put(accountA, 'doc_1', bytes('a first text that is long'))
      await files.put(accountA, 'doc_1', bytes('second'))
      expect(text(await files.get(accountA, 'doc_1'))).toBe('second')
      await files.remove(accountA, 'doc_1')
      await files.remove(accountA, 'doc_1')
      await files.remove(accountB, 'never')
      expect(await files.get(accountA, 'doc_1')).toBeNull()
    })

    it('hold also nothing, and bytes of any value', async () => {
      const { files } = await open()
      const all = Uint8Array.from({ length: 70_000 }, (_none, at) => at % 256)
      await files.put(accountA, 'empty', new Uint8Array())
      await files.put(accountA, 'all', all)
      expect((await files.get(accountA, 'empty'))?.length).toBe(0)
      const back = (await files.get(accountA, 'all')) ?? new Uint8Array()
      expect([back.length, back.every((byte, at) => byte === at % 256)]).toEqual([70_000, true])
    })

    it('stand sealed: not readable, and never twice the same', async () => {
      const { files, raw } = await open()
      await files.put(accountA, 'doc_1', bytes('PLAINTEXT'))
      const first = await raw(accountA, 'doc_1')
      await files.put(accountA, 'doc_1', bytes('PLAINTEXT'))
      const second = await raw(accountA, 'doc_1')
      expect(new TextDecoder('latin1').decode(first)).not.toContain('PLAINTEXT')
      expect(first).not.toEqual(second)
    })

    it('that were changed, or put under another account or name, are not opened', async () => {
      const { files, raw, replaceRaw } = await open()
      await files.put(accountA, 'doc_1', bytes('one'))
      await files.put(accountB, 'doc_1', bytes('two'))
      await files.put(accountA, 'doc_2', bytes('three'))
      const sealed = await raw(accountA, 'doc_1')
      for (const at of [0, 1, 5, 20, sealed.length - 1]) {
        const flipped = Uint8Array.from(sealed)
        flipped[at] = (flipped[at] ?? 0) ^ 1
        await replaceRaw(accountA, 'doc_1', flipped)
        await expect(files.get(accountA, 'doc_1')).rejects.toThrow()
      }
      await replaceRaw(accountA, 'doc_1', sealed)
      expect(text(await files.get(accountA, 'doc_1'))).toBe('one')
      await replaceRaw(accountB, 'doc_1', sealed)
      await expect(files.get(accountB, 'doc_1')).rejects.toThrow()
      await replaceRaw(accountA, 'doc_2', sealed)
      await expect(files.get(accountA, 'doc_2')).rejects.toThrow()
    })
  })
}
