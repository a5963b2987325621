import { spawnSync } from 'node:child_process'

/*
 * The system calls of a process as a list of what they did to files and sockets, read from what strace wrote. Nothing here
 * knows about SQLite: a later reader decides what a power cut would have kept.
 */

/** One thing that a process did, in the order in which it could have had an effect. Paths are absolute. */
export type Operation =
  | { kind: 'create'; path: string }
  | { kind: 'folder'; path: string }
  | { kind: 'unlink'; path: string }
  | { kind: 'rename'; path: string; to: string }
  | { kind: 'write'; path: string; at: number; bytes: Buffer }
  /** Written at the end of what the file has. */
  | { kind: 'append'; path: string; bytes: Buffer }
  | { kind: 'truncate'; path: string; size: number }
  /** The file, or the names in the folder, are on the disk from here on. */
  | { kind: 'sync'; path: string }
  | { kind: 'sent'; socket: string; text: string }
  | { kind: 'received'; socket: string; text: string }

const traced =
  'write,writev,sendmsg,sendto,pwrite64,pwritev,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2,openat,mkdir,mkdirat,read,recvfrom'

/** Longest buffer that a line shows; SQLite writes pages of 4 KiB, and answers are shorter than this. */
const longestBuffer = 65_536

/** Why strace cannot be used here, or null. */
export const straceAbsence = (): string | null => {
  const tried = spawnSync('strace', ['-f', '-o', '/dev/null', '-e', 'trace=fsync', 'true'], { encoding: 'utf8' })
  if (tried.error) return 'strace is not installed (apt-get install -y strace)'
  return tried.status === 0 ? null : `strace may not trace here (${tried.stderr.trim().split('\n').at(-1) ?? ''})`
}

/** Arguments that come before the command whose calls are recorded into `file`. */
export const recordArguments = (file: string): string[] => [
  ...['-f', '-y', '-xx', '-s', String(longestBuffer), '-e', 'signal=none', '--seccomp-bpf', '-o', file],
  ...['-e', `trace=${traced}`],
]

const unhex = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex')

const stringsOf = (text: string): Buffer[] => [...text.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex]) => unhex(hex ?? ''))

/** What stands between the angle brackets of the first descriptor: a path, or `socket:[inode]`. */
const targetOf = (text: string): string => {
  const hex = /^\w+\((?:\d+|AT_FDCWD)<((?:\\x[0-9a-f]{2})+)>/.exec(text)?.[1]
  return hex === undefined ? '' : unhex(hex).toString('latin1')
}

const operationsOf = (call: string, text: string): Operation[] => {
  const result = Number(/\)\s+= (-?\d+)/.exec(text)?.[1] ?? Number.NaN)
  // A call that failed did nothing. One that never returned may have done it, which matters for what was sent.
  if (result < 0) return []
  const path = targetOf(text)
  const isSocket = path.startsWith('socket:')
  const strings = stringsOf(text)
  const bytes = Buffer.concat(strings)
  switch (call) {
    case 'write':
    case 'writev':
    case 'sendmsg':
    case 'sendto':
      if (isSocket) return [{ kind: 'sent', socket: path, text: bytes.toString('utf8') }]
      return path.startsWith('/') ? [{ kind: 'append', path, bytes }] : []
    case 'read':
    case 'recvfrom':
      return isSocket ? [{ kind: 'received', socket: path, text: bytes.toString('utf8') }] : []
    case 'pwrite64':
    case 'pwritev':
      return [{ kind: 'write', path, at: Number(/, (\d+)\)\s+=/.exec(text)?.[1]), bytes }]
    case 'ftruncate':
      return [{ kind: 'truncate', path, size: Number(/, (0x[0-9a-f]+|\d+)\)/.exec(text)?.[1]) }]
    case 'fsync':
    case 'fdatasync':
      return [{ kind: 'sync', path }]
    case 'unlink':
    case 'unlinkat':
      return [{ kind: 'unlink', path: String(strings[0]) }]
    case 'rename':
    case 'renameat':
    case 'renameat2':
      return [{ kind: 'rename', path: String(strings[0]), to: String(strings[1]) }]
    case 'mkdir':
    case 'mkdirat':
      return [{ kind: 'folder', path: String(strings[0]) }]
    case 'openat': {
      const opened = String(strings[0])
      return [
        ...(text.includes('O_CREAT') ? [{ kind: 'create' as const, path: opened }] : []),
        ...(text.includes('O_TRUNC') ? [{ kind: 'truncate' as const, path: opened, size: 0 }] : []),
      ]
    }
    default:
      return []
  }
}

/** Calls that have had their effect only when they have returned. All others count from their beginning. */
const countsAtReturn = new Set(['fsync', 'fdatasync', 'read', 'recvfrom', 'openat', 'mkdir', 'mkdirat'])

/** Reads a recording. Calls that another thread's line cuts in two are put together again. */
export const parseTrace = (recording: string): Operation[] => {
  const slots: Operation[][] = []
  const cut = new Map<string, { begun: string; slot: Operation[] }>()
  for (const line of recording.split('\n')) {
    const [, pid, text] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    if (pid === undefined || text === undefined) continue
    if (text.endsWith('<unfinished ...>')) {
      const slot: Operation[] = []
      slots.push(slot)
      cut.set(pid, { begun: text.slice(0, -'<unfinished ...>'.length).trimEnd(), slot })
      continue
    }
    const resumed = /^<\.\.\. (\w+) resumed>(.*)$/.exec(text)
    if (!resumed) {
      const call = /^(\w+)\(/.exec(text)?.[1]
      if (call !== undefined) slots.push(operationsOf(call, text))
      continue
    }
    const [, call = '', rest = ''] = resumed
    const half = cut.get(pid)
    cut.delete(pid)
    if (!half) continue
    const operations = operationsOf(call, half.begun + rest)
    if (countsAtReturn.has(call)) slots.push(operations)
    else half.slot.push(...operations)
  }
  for (const { begun, slot } of cut.values())
    slot.push(...operationsOf(/^(\w+)\(/.exec(begun)?.[1] ?? '', begun).filter(({ kind }) => kind === 'sent'))
  return slots.flat()
}
