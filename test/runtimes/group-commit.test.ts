import { describe, expect, test } from 'vitest'
import type { ActCommand, AlarmCommand, Command, DueResult } from '../../src/core/commands.ts'
import type { Settled } from '../../src/ledger/index.ts'
import { type GroupCommitDeps, openGroupCommit } from '../../src/runtimes/group-commit.ts'
import { Overloaded } from '../../src/runtimes/overloaded.ts'

/** A piece without meaning, told apart by its subject. */
const piece = (subject: string): AlarmCommand => ({
  kind: 'alarm',
  accountId: 'acc_0000000000',
  alarm: 'a',
  subject,
  raised: true,
})
const subjectOf = (command: Command): string =>
  command.kind === 'alarm' ? command.subject : command.kind === 'act' ? command.reason : command.kind
/** An act of staff, told apart by its reason. */
const staffAct = (reason: string): ActCommand => ({
  kind: 'act',
  accountId: 'acc_0000000000',
  actor: 'staff-1',
  reason,
  act: { kind: 'suspend_account', ground: 'fraud', note: reason, noticeId: null },
})
const done: DueResult = { kind: 'done', changed: true }
const settledAll = (commands: readonly Command[]): Settled<Command>[] => commands.map(() => ({ kind: 'result', result: done }))

const failure = (code: string): Error => Object.assign(new Error('SQLite says no'), { code })
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A group commit over a commit that the test plays. */
const openWith = (commit: GroupCommitDeps['commit'] = settledAll) => {
  const groups: string[][] = []
  const inDoubt: unknown[] = []
  const group = openGroupCommit({
    commit: (commands) => {
      groups.push(commands.map(subjectOf))
      return commit(commands)
    },
    onInDoubt: (error) => inDoubt.push(error),
  })
  return { ...group, groups, inDoubt }
}

/** What became of a promise so far. */
const watch = (promise: Promise<unknown>) => {
  const state = { now: 'waiting' }
  promise.then(
    () => {
      state.now = 'resolved'
    },
    () => {
      state.now = 'rejected'
    },
  )
  return state
}

describe('a turn of the event loop', () => {
  test('shares one commit, and the next turn has its own', async () => {
    const { submit, groups } = openWith()
    await Promise.all(['a', 'b', 'c'].map((name) => submit(piece(name))))
    await submit(piece('d'))
    expect(groups).toEqual([['a', 'b', 'c'], ['d']])
  })

  test('what comes in during a commit, and from the answers of a commit, forms the next group', async () => {
    const { submit, groups } = openWith()
    const answered = submit(piece('a')).then(() => Promise.all([submit(piece('after a')), submit(piece('too'))]))
    await Promise.all([answered, submit(piece('b'))])
    expect(groups).toEqual([
      ['a', 'b'],
      ['after a', 'too'],
    ])
  })

  test('with nothing waiting commits nothing', async () => {
    const { groups, drain } = openWith()
    await drain()
    await turn()
    expect(groups).toEqual([])
  })

  test('of more than 512 pieces is split, in order, and everybody is answered', async () => {
    const { submit, groups } = openWith()
    const names = Array.from({ length: 1_100 }, (_, at) => `piece ${at}`)
    await Promise.all(names.map((name) => submit(piece(name))))
    expect(groups.map(({ length }) => length)).toEqual([512, 512, 76])
    expect(groups.flat()).toEqual(names)
  })
})

describe('an act of staff', () => {
  test('goes before every call that waits, whatever their number, and acts keep their order', async () => {
    const { submit, groups } = openWith()
    const calls = Array.from({ length: 5_000 }, (_, at) => submit(piece(`call ${at}`)))
    const acts = ['suspend', 'resume'].map((name) => submit(staffAct(name)))
    await Promise.all(acts)
    // The first group that is written holds them, before its calls: none of the 5,000 is decided ahead of them.
    expect(groups[0]?.slice(0, 3)).toEqual(['suspend', 'resume', 'call 0'])
    expect(groups[0]).toHaveLength(512)
    await Promise.all(calls)
    expect(groups.flat().filter((name) => name.startsWith('call'))).toEqual(calls.map((_, at) => `call ${at}`))
  })

  test('that comes while a backlog is worked off is in the very next group', async () => {
    const { submit, groups } = openWith()
    const calls = Array.from({ length: 3_000 }, (_, at) => submit(piece(`call ${at}`)))
    await calls[0]
    const written = groups.length
    await submit(staffAct('suspend'))
    const at = groups.findIndex((group) => group.includes('suspend'))
    expect([at, groups[at]?.[0]]).toEqual([written, 'suspend'])
    await Promise.all(calls)
  })

  test('is taken in when the queue of the calls is full', async () => {
    const { submit } = openWith()
    const calls = Array.from({ length: 20_000 }, (_, at) => submit(piece(`call ${at}`)))
    await expect(submit(piece('one too many'))).rejects.toThrow(Overloaded)
    await expect(submit(staffAct('suspend'))).resolves.toEqual(done)
    await Promise.all(calls)
  })

  test('is refused as overloaded beyond a thousand that wait', async () => {
    const { submit } = openWith()
    const acts = Array.from({ length: 1_000 }, (_, at) => submit(staffAct(`act ${at}`)))
    await expect(submit(staffAct('one too many'))).rejects.toThrow(Overloaded)
    await Promise.all(acts)
  })
})

describe('an answer', () => {
  test('comes only after the commit has returned', async () => {
    const order: string[] = []
    const { submit } = openWith((commands) => {
      order.push('commit begins')
      const settled = settledAll(commands)
      order.push('commit returns')
      return settled
    })
    const answers = ['a', 'b'].map((name) => submit(piece(name)).then(() => order.push(`${name} answered`)))
    expect(order).toEqual([])
    await Promise.all(answers)
    expect(order).toEqual(['commit begins', 'commit returns', 'a answered', 'b answered'])
  })

  test('is each piece’s own', async () => {
    const { submit } = openWith((commands) =>
      commands.map((command) => ({ kind: 'result', result: { kind: 'done', changed: subjectOf(command) === 'changed' } })),
    )
    expect(await Promise.all([submit(piece('changed')), submit(piece('not'))])).toEqual([
      { kind: 'done', changed: true },
      { kind: 'done', changed: false },
    ])
  })

  test('of a piece that faults is its fault, and the others of its group are answered', async () => {
    const fault = new Error('this piece alone')
    const { submit } = openWith((commands) =>
      commands.map((command) =>
        subjectOf(command) === 'bad' ? { kind: 'fault', error: fault } : { kind: 'result', result: done },
      ),
    )
    const all = await Promise.allSettled(['a', 'bad', 'b'].map((name) => submit(piece(name))))
    expect(all).toEqual([
      { status: 'fulfilled', value: done },
      { status: 'rejected', reason: fault },
      { status: 'fulfilled', value: done },
    ])
  })

  test('of a piece that the commit forgot is a fault, never silence', async () => {
    const { submit } = openWith((commands) => settledAll(commands.slice(1)))
    const all = await Promise.allSettled(['a', 'b'].map((name) => submit(piece(name))))
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })
})

describe('a commit that throws', () => {
  test('rejects everybody of its group and nobody of the next', async () => {
    let commits = 0
    const error = failure('SQLITE_CONSTRAINT_CHECK')
    const { submit, inDoubt } = openWith((commands) => {
      commits += 1
      if (commits === 1) throw error
      return settledAll(commands)
    })
    const all = await Promise.allSettled(['a', 'b'].map((name) => submit(piece(name))))
    expect(all).toEqual([
      { status: 'rejected', reason: error },
      { status: 'rejected', reason: error },
    ])
    expect(await submit(piece('c'))).toEqual(done)
    expect(inDoubt).toEqual([])
  })

  test.each([
    ['because the disk is full', 'SQLITE_FULL'],
    ['because another process holds the database', 'SQLITE_BUSY'],
    ['because another process has written meanwhile', 'SQLITE_BUSY_SNAPSHOT'],
  ])('%s rejects as overload, so that callers come back', async (_why, code) => {
    const { submit, inDoubt } = openWith(() => {
      throw failure(code)
    })
    const all = await Promise.allSettled(['a', 'b'].map((name) => submit(piece(name))))
    for (const one of all) expect(one).toMatchObject({ status: 'rejected', reason: { overloaded: true } })
    expect(inDoubt).toEqual([])
  })

  test.each([
    'SQLITE_IOERR',
    'SQLITE_IOERR_FSYNC',
    'SQLITE_IOERR_WRITE',
    'SQLITE_IOERR_SHORT_READ',
    'SQLITE_CORRUPT',
    'SQLITE_CORRUPT_INDEX',
  ])('with %s answers nobody and asks for the end of the process', async (code) => {
    const error = failure(code)
    const { submit, inDoubt } = openWith(() => {
      throw error
    })
    const waiting = ['a', 'b'].map((name) => watch(submit(piece(name))))
    for (let turns = 0; turns < 5; turns += 1) await turn()
    expect(inDoubt).toEqual([error])
    expect(waiting.map(({ now }) => now)).toEqual(['waiting', 'waiting'])
  })

  test('is in doubt also when a library wrapped the error of the disk', async () => {
    const error = new Error('Failed to run the query', { cause: failure('SQLITE_IOERR_FSYNC') })
    const { submit, inDoubt } = openWith(() => {
      throw error
    })
    const waiting = watch(submit(piece('a')))
    for (let turns = 0; turns < 5; turns += 1) await turn()
    expect(inDoubt).toEqual([error])
    expect(waiting.now).toBe('waiting')
  })

  test.each(['SQLITE_ERROR', 'SQLITE_NOMEM', 'IOERR'])('with %s is a definite no: everybody is told', async (code) => {
    const { submit, inDoubt } = openWith(() => {
      throw failure(code)
    })
    await expect(submit(piece('a'))).rejects.toMatchObject({ code })
    expect(inDoubt).toEqual([])
  })
})

describe('draining', () => {
  test('waits for everything that waits, over several groups', async () => {
    const { submit, drain, groups } = openWith()
    const waiting = Array.from({ length: 1_100 }, (_, at) => watch(submit(piece(String(at)))))
    const drained = watch(drain())
    await turn()
    expect(groups).toHaveLength(1)
    expect(drained.now).toBe('waiting')
    await drain()
    expect(groups).toHaveLength(3)
    await turn()
    expect(drained.now).toBe('resolved')
    expect(new Set(waiting.map(({ now }) => now))).toEqual(new Set(['resolved']))
  })

  test('ends also when the last group fails', async () => {
    const { submit, drain } = openWith(() => {
      throw failure('SQLITE_FULL')
    })
    const waiting = watch(submit(piece('a')))
    await drain()
    await turn()
    expect(waiting.now).toBe('rejected')
  })
})

describe('the queue', () => {
  test('takes 20,000 pieces and refuses the next at once, as overload', async () => {
    const { submit, drain, groups } = openWith()
    const waiting = Array.from({ length: 20_000 }, (_, at) => watch(submit(piece(String(at)))))
    const refused = await submit(piece('one too many')).then(
      () => null,
      (error: unknown) => error,
    )
    expect(refused).toBeInstanceOf(Overloaded)
    expect(groups).toEqual([])

    await drain()
    await turn()
    expect(new Set(waiting.map(({ now }) => now))).toEqual(new Set(['resolved']))
    expect(groups.flat()).not.toContain('one too many')
    expect(await submit(piece('later'))).toEqual(done)
  })
})
