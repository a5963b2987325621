import { abortAllDurableObjects, env, runDurableObjectAlarm } from 'cloudflare:test'
import { drizzle as drizzleD1 } from 'drizzle-orm/d1'
import { drizzle } from 'drizzle-orm/durable-sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { accountIdFrom } from '../../src/core/ids.ts'
import { usageColumns } from '../../src/core/usage.ts'
import { openDirectory } from '../../src/directory/index.ts'
import * as directorySchema from '../../src/directory/schema.ts'
import { transact } from '../../src/ledger/db.ts'
import * as schema from '../../src/ledger/schema.ts'
import { driverOf } from '../../src/runtimes/account-object.ts'
import { rowsPerStatement } from '../../src/runtimes/worker-parts.ts'
import { holdCommand, readerOf, settleCommand, take } from '../support/ledger-commands.ts'
import { clock, inside, ledgerOf, objectOf, openAccount, useMadeUpWorld } from './object-world.ts'
import { world } from './world.ts'

beforeEach(useMadeUpWorld)

const tablesOf = (accountId: string): Promise<string[]> =>
  inside(accountId, (_object, state) =>
    state.storage.sql
      .exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'")
      .toArray()
      .map((row) => String(row.name)),
  )

describe('an object that staff have not opened', () => {
  it('answers as if the key were not known, and creates no table', async () => {
    const { key } = await openAccount()
    const stranger = accountIdFrom('00000000000abc')
    const foreign = { ...key, accountId: stranger }
    expect(take(await ledgerOf(stranger).submit(holdCommand(foreign, 'first')), 'refused').code).toBe('key_unknown')
    const read = await ledgerOf(stranger).read({
      kind: 'balance',
      reader: readerOf(foreign, 'account:read'),
      accountId: stranger,
    })
    expect(take(read, 'refused').code).toBe('key_unknown')
    expect(await tablesOf(stranger)).toEqual([])
  })
})

describe('an open object', () => {
  it('gives the last credit to one of fifty parallel calls', async () => {
    const { accountId, ledger, key } = await openAccount(1)
    const results = await Promise.all(Array.from({ length: 50 }, (_, at) => ledger.submit(holdCommand(key, `call ${at}`))))
    expect(results.filter(({ kind }) => kind === 'held')).toHaveLength(1)
    expect(results.filter((result) => result.kind === 'refused' && result.code === 'quota_exhausted')).toHaveLength(49)
    expect((await objectOf(accountId).integrity())?.violations).toEqual([])
  })

  it('holds once for fifty parallel calls under one key', async () => {
    const { ledger, key } = await openAccount()
    const results = await Promise.all(Array.from({ length: 50 }, () => ledger.submit(holdCommand(key, 'same'))))
    expect(results.filter(({ kind }) => kind === 'held')).toHaveLength(1)
    expect(results.filter((result) => result.kind === 'refused' && result.code === 'verification_in_progress')).toHaveLength(49)
  })

  it('judges again after a slow source: a suspension in between holds nothing new and lets the open one end', async () => {
    const { accountId, ledger, key } = await openAccount()
    const held = take(await ledger.submit(holdCommand(key, 'slow')), 'held')
    await ledger.submit({
      kind: 'act',
      accountId,
      actor: 'staff-1',
      reason: 'leaked',
      act: { kind: 'suspend_key', keyNumber: key.keyNumber, ground: 'key_leaked', note: 'leaked', noticeId: null },
    })
    expect(take(await ledger.submit(holdCommand(key, 'later')), 'refused').code).toBe('key_suspended')
    const settled = await ledger.submit(settleCommand(accountId, held.verificationId, 'match'))
    expect(settled.verification.state).toBe('captured')
    expect((await objectOf(accountId).integrity())?.violations).toEqual([])
  })

  it('settles from its storage alone when the machine was lost between hold and capture', async () => {
    const { accountId, ledger, key } = await openAccount()
    const held = take(await ledger.submit(holdCommand(key, 'lost')), 'held')
    await abortAllDurableObjects()
    const settled = await ledgerOf(accountId).submit(settleCommand(accountId, held.verificationId, 'mismatch'))
    expect(settled.verification).toMatchObject({ state: 'captured', outcome: 'mismatch', available: 29_999 })
    const again = await ledgerOf(accountId).submit(settleCommand(accountId, held.verificationId, 'mismatch'))
    expect(again).toMatchObject({ late: true })
    expect(take(await ledgerOf(accountId).submit(holdCommand(key, 'lost')), 'replayed').verification.outcome).toBe('mismatch')
  })

  it('keeps a fault to the piece that met it', async () => {
    const { accountId, ledger, key } = await openAccount()
    const [fault, held] = await Promise.allSettled([
      ledger.submit(settleCommand(accountId, 12_345, 'match')),
      ledger.submit(holdCommand(key, 'beside')),
    ])
    expect(fault.status).toBe('rejected')
    expect(held).toMatchObject({ status: 'fulfilled', value: { kind: 'held' } })
  })
})

describe('the alarm', () => {
  const wakeAt = (accountId: string, at: number): Promise<void> =>
    inside(accountId, (_object, state) => state.storage.setAlarm(at))

  it('puts a hold past its deadline in doubt, once, and tells the directory', async () => {
    const { accountId, ledger, key } = await openAccount()
    const held = take(await ledger.submit(holdCommand(key, 'left alone')), 'held')
    clock.now += 60_000
    for (let round = 0; round < 2; round += 1) {
      await wakeAt(accountId, Date.now() + 600_000)
      await runDurableObjectAlarm(objectOf(accountId))
    }
    const read = {
      kind: 'verification',
      reader: readerOf(key, 'verifications:read'),
      accountId,
      id: held.verificationId,
    } as const
    expect(take(await ledger.read(read), 'read').value.state).toBe('unknown')
    const told = await env.DIRECTORY.prepare('SELECT name, standing FROM directory_accounts WHERE id = ?').bind(accountId).all()
    expect(told.results).toEqual([{ name: 'An account', standing: 'open' }])
    expect((await objectOf(accountId).integrity())?.violations).toEqual([])
  })

  it('is set before the commit, so that an object which ends there is woken all the same', async () => {
    const { accountId, ledger } = await openAccount()
    world.wakes.length = 0
    await expect(ledger.submit(settleCommand(accountId, 12_345, 'match'))).rejects.toThrow()
    expect(world.wakes).toEqual([clock.now + 1_000])
  })

  it('that fails seven times sets itself again each time, leaves the books as they were, and then does the work', async () => {
    const { accountId, ledger, key } = await openAccount()
    const held = take(await ledger.submit(holdCommand(key, 'left alone')), 'held')
    clock.now += 60_000
    await env.DIRECTORY.prepare('ALTER TABLE directory_accounts RENAME TO away').run()
    try {
      for (let round = 0; round < 7; round += 1) {
        world.wakes.length = 0
        await inside(accountId, (object) => object.alarm())
        expect(world.wakes).toEqual([clock.now + 60_000])
      }
      expect((await objectOf(accountId).integrity())?.violations).toEqual([])
    } finally {
      await env.DIRECTORY.prepare('ALTER TABLE away RENAME TO directory_accounts').run()
    }
    await inside(accountId, (object) => object.alarm())
    const told = await env.DIRECTORY.prepare('SELECT id FROM directory_accounts WHERE id = ?').bind(accountId).all()
    expect(told.results).toHaveLength(1)
    expect((await ledger.submit(settleCommand(accountId, held.verificationId, 'match'))).verification.state).toBe('captured')
  })
})

describe('limits of the platform, refused by ourselves first', () => {
  it('a full object holds nothing new, and lets what is open end', async () => {
    const { accountId, ledger, key } = await openAccount()
    const held = take(await ledger.submit(holdCommand(key, 'before')), 'held')
    world.isFull = true
    try {
      await expect(ledger.submit(holdCommand(key, 'after'))).rejects.toThrow('storage_full')
      expect((await ledger.submit(settleCommand(accountId, held.verificationId, 'match'))).verification.state).toBe('captured')
    } finally {
      world.isFull = false
    }
    expect(take(await ledger.submit(holdCommand(key, 'after')), 'held').kind).toBe('held')
  })

  it('a push of more rows than D1 binds at once goes in pieces', async () => {
    const directory = openDirectory(drizzleD1(env.DIRECTORY, { schema: directorySchema }), () => clock.now, rowsPerStatement)
    const accounts = Array.from({ length: 40 }, (_, at) => ({
      id: accountIdFrom(`${String(at).padStart(6, '0')}d1d1d1d1`),
      name: `Many ${at}`,
      standing: 'open' as const,
      createdAt: clock.now,
      inDoubt: {},
      seq: 1,
    }))
    const usage = accounts.map(({ id }) => ({
      settledDay: '2024-08-02',
      serviceDay: '2024-08-02',
      accountId: id,
      keyNumber: 1,
      mode: 'live' as const,
      check: 'id2',
      source: 'source_a',
      outcome: 'match' as const,
      channel: null,
      count: 1,
      credits: 1,
      costMicroYuan: 0,
      seq: 1,
    }))
    const alarms = accounts.map(({ id }) => ({
      accountId: id,
      kind: 'late_answer',
      subject: '7',
      since: clock.now,
      lastAt: clock.now,
      count: 1,
      clearedAt: null,
      acknowledgedBy: null,
      change: 4,
    }))
    await directory.push({ accounts, usage, alarms })
    expect((await directory.alarms({ before: null, limit: 40, cleared: false })).rows.items).toHaveLength(40)
    expect(
      (
        await directory.usage({
          fromDay: '2024-08-02',
          toDay: '2024-08-02',
          accountId: null,
          dayOf: 'service',
          columns: usageColumns,
        })
      ).rows.length,
    ).toBeGreaterThanOrEqual(40)
  })

  it('the staff log in D1 takes lines at its end and nothing else', async () => {
    const directory = openDirectory(drizzleD1(env.DIRECTORY, { schema: directorySchema }), () => clock.now, rowsPerStatement)
    for (const reason of ['one', 'two'])
      await directory.record({ sub: 'zhao', roles: ['finance'], act: 'usage_exported', target: null, reason })
    const lines = async () => (await directory.staffLog({ before: null, limit: 100 })).items
    const before = await lines()
    expect(before.slice(0, 2).map(({ reason }) => reason)).toEqual(['two', 'one'])
    for (const sql of [
      "UPDATE staff_log SET reason = 'x'",
      'DELETE FROM staff_log',
      `REPLACE INTO staff_log VALUES (${before[0]?.seq}, 1, 's', '[]', 'a', NULL, 'r')`,
      "INSERT INTO staff_log VALUES (-5, 1, 's', '[]', 'a', NULL, 'r')",
    ])
      await expect(env.DIRECTORY.prepare(sql).run()).rejects.toThrow('the staff log is append-only')
    expect(await lines()).toEqual(before)
  })

  it('control: all of them at once is more than D1 takes', async () => {
    const directory = openDirectory(drizzleD1(env.DIRECTORY, { schema: directorySchema }), () => clock.now, 40)
    const accounts = Array.from({ length: 40 }, (_, at) => ({
      id: accountIdFrom(`${String(at).padStart(6, '0')}d2d2d2d2`),
      name: 'x',
      standing: 'open' as const,
      createdAt: clock.now,
      inDoubt: {},
      seq: 1,
    }))
    await expect(directory.push({ accounts, usage: [], alarms: [] })).rejects.toThrow()
  })

  it('the longest name that the door lets through is one that D1 can look for', async () => {
    const directory = openDirectory(drizzleD1(env.DIRECTORY, { schema: directorySchema }), () => clock.now, rowsPerStatement)
    expect((await directory.accounts({ before: null, limit: 5, name: '企'.repeat(16) })).rows).toEqual([])
    await expect(directory.accounts({ before: null, limit: 5, name: '企'.repeat(17) })).rejects.toThrow()
  })
})

describe('versions of the code', () => {
  it('refuse to touch an object that a later version has changed', async () => {
    const { accountId, ledger, key } = await openAccount()
    await inside(accountId, (_object, state) => {
      state.storage.sql.exec("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('', ?)", Date.now() + 1e9)
    })
    await abortAllDurableObjects()
    await expect(ledgerOf(accountId).submit(holdCommand(key, 'newer'))).rejects.toThrow('schema_newer')
    await expect(ledgerOf(accountId).read({ kind: 'balance', reader: readerOf(key, 'account:read'), accountId })).rejects.toThrow(
      'schema_newer',
    )
    expect(ledger).toBeDefined()
  })
})

describe('traps of the platform', () => {
  it('a transaction that would wait is refused and leaves nothing behind', async () => {
    const { accountId } = await openAccount()
    const count = await inside(accountId, (_object, state) => {
      const db = drizzle(state.storage, { schema })
      const late = (): never => {
        db.insert(schema.watermarks).values({ name: 'late', value: 1 }).run()
        return Promise.resolve() as never
      }
      expect(() => transact(driverOf(state.storage), late)).toThrow('a transaction cannot wait')
      return db
        .select()
        .from(schema.watermarks)
        .all()
        .filter(({ name }) => name === 'late').length
    })
    expect(count).toBe(0)
  })

  it('control: the platform itself would have committed it', async () => {
    const { accountId } = await openAccount()
    const count = await inside(accountId, async (_object, state) => {
      const db = drizzle(state.storage, { schema })
      await Promise.resolve(
        db.transaction((async () => {
          db.insert(schema.watermarks).values({ name: 'late', value: 1 }).run()
          throw new Error('too late')
        }) as never),
      ).catch(() => undefined)
      return db
        .select()
        .from(schema.watermarks)
        .all()
        .filter(({ name }) => name === 'late').length
    })
    expect(count).toBe(1)
  })
})
