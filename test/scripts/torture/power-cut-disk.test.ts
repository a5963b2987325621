import { describe, expect, test } from 'vitest'
import { Disk, variants } from '../../../scripts/torture/power-cut-disk.ts'
import { type Operation, parseTrace } from '../../../scripts/torture/strace.ts'

const hex = (text: string): string => [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
const file = (path: string, descriptor = 5): string => `${descriptor}<${hex(path)}>`
const wrote = (path: string, at: number, text: string): Operation => ({ kind: 'write', path, at, bytes: Buffer.from(text) })

describe('a recording', () => {
  test('is read as what was done, in order, without what failed', () => {
    const lines = [
      `7 mkdir("${hex('/r/d')}", 0700) = 0`,
      `7 mkdir("${hex('/r/d')}", 0700) = -1 EEXIST (File exists)`,
      `7 openat(AT_FDCWD<${hex('/')}>, "${hex('/r/d/a')}", O_WRONLY|O_CREAT|O_TRUNC, 0600) = ${file('/r/d/a')}`,
      `7 write(${file('/r/d/a')}, "${hex('one')}", 3) = 3`,
      `7 pwrite64(${file('/r/d/a')}, "${hex('two')}", 3, 4096) = 3`,
      `7 fsync(${file('/r/d/a')}) = -1 EIO (Input/output error)`,
      `7 fdatasync(${file('/r/d/a')}) = 0`,
      `7 ftruncate(${file('/r/d/a')}, 0x10) = 0`,
      `7 rename("${hex('/r/d/a')}", "${hex('/r/d/b')}") = 0`,
      `7 unlink("${hex('/r/d/b')}") = 0`,
      `7 writev(${file('socket:[9]')}, [{iov_base="${hex('HTTP')}", iov_len=4}, {iov_base="${hex('/1.1')}", iov_len=4}], 2) = 8`,
      `7 read(${file('socket:[9]')}, "${hex('POST')}", 65536) = 4`,
    ]
    expect(parseTrace(lines.join('\n'))).toEqual([
      { kind: 'folder', path: '/r/d' },
      { kind: 'create', path: '/r/d/a' },
      { kind: 'truncate', path: '/r/d/a', size: 0 },
      { kind: 'append', path: '/r/d/a', bytes: Buffer.from('one') },
      wrote('/r/d/a', 4096, 'two'),
      { kind: 'sync', path: '/r/d/a' },
      { kind: 'truncate', path: '/r/d/a', size: 16 },
      { kind: 'rename', path: '/r/d/a', to: '/r/d/b' },
      { kind: 'unlink', path: '/r/d/b' },
      { kind: 'sent', socket: 'socket:[9]', text: 'HTTP/1.1' },
      { kind: 'received', socket: 'socket:[9]', text: 'POST' },
    ])
  })

  test('counts a sync from its return and an answer from its beginning, also when the process was killed in it', () => {
    const sync = `fsync(${file('/r/a')}`
    const sent = (text: string): string => `write(${file('socket:[9]')}, "${hex(text)}", 1`
    const cut = [`7 ${sync} <unfinished ...>`, `8 ${sent('1')} <unfinished ...>`, `7 <... fsync resumed>) = 0`]
    expect(parseTrace([...cut, '8 <... write resumed>) = 1', `8 ${sent('2')} <unfinished ...>`].join('\n'))).toEqual([
      { kind: 'sent', socket: 'socket:[9]', text: '1' },
      { kind: 'sync', path: '/r/a' },
      { kind: 'sent', socket: 'socket:[9]', text: '2' },
    ])
  })
})

describe('the disk after a power cut', () => {
  const half = (): number => 0.5
  const diskAfter = (...operations: Operation[]): Disk => {
    const disk = new Disk('/r')
    for (const operation of operations) disk.apply(operation)
    return disk
  }
  const texts = (disk: Disk, variant: (typeof variants)[number]): Record<string, string> =>
    Object.fromEntries([...disk.afterPowerCut(variant, half)].map(([path, bytes]) => [path, bytes.toString()]))

  test('has for certain only what was synced, the name by its folder', () => {
    const made: Operation[] = [{ kind: 'create', path: '/r/a' }, wrote('/r/a', 0, 'old'), { kind: 'sync', path: '/r/a' }]
    expect(texts(diskAfter(...made), 'none')).toEqual({})
    const named = diskAfter(...made, { kind: 'sync', path: '/r' }, wrote('/r/a', 0, 'new'))
    expect(texts(named, 'none')).toEqual({ '/r/a': 'old' })
    expect(texts(named, 'all')).toEqual({ '/r/a': 'new' })
    expect(named.atRisk).toBe(1)
    named.apply({ kind: 'sync', path: '/r/a' })
    for (const variant of variants) expect(texts(named, variant)).toEqual({ '/r/a': 'new' })
  })

  test('has no file whose folder is lost', () => {
    const disk = diskAfter(
      { kind: 'folder', path: '/r/d' },
      { kind: 'create', path: '/r/d/a' },
      wrote('/r/d/a', 0, 'x'),
      { kind: 'sync', path: '/r/d/a' },
      { kind: 'sync', path: '/r/d' },
    )
    expect(texts(disk, 'none')).toEqual({})
    disk.apply({ kind: 'sync', path: '/r' })
    expect(texts(disk, 'none')).toEqual({ '/r/d/a': 'x' })
  })

  test('may have the old name or the new one, and a removed file again', () => {
    const disk = diskAfter(
      { kind: 'create', path: '/r/a' },
      wrote('/r/a', 0, 'x'),
      { kind: 'sync', path: '/r/a' },
      { kind: 'sync', path: '/r' },
    )
    disk.apply({ kind: 'rename', path: '/r/a', to: '/r/b' })
    expect(texts(disk, 'none')).toEqual({ '/r/a': 'x' })
    expect(texts(disk, 'all')).toEqual({ '/r/b': 'x' })
    disk.apply({ kind: 'sync', path: '/r' })
    disk.apply({ kind: 'unlink', path: '/r/b' })
    expect(texts(disk, 'none')).toEqual({ '/r/b': 'x' })
    expect(texts(disk, 'all')).toEqual({})
  })

  test('may have a last write of whole sectors only', () => {
    const disk = diskAfter({ kind: 'create', path: '/r/a' }, { kind: 'sync', path: '/r' }, wrote('/r/a', 0, 'x'.repeat(2048)))
    expect(texts(disk, 'torn')['/r/a']).toHaveLength(1024)
  })

  test('leaves out the lock and the index of the WAL, which a start makes anew', () => {
    const disk = diskAfter({ kind: 'create', path: '/r/verimeter.db-shm' }, { kind: 'create', path: '/r/gateway.lock' })
    expect(texts(disk, 'all')).toEqual({})
  })
})
