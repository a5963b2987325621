import { expect, test } from 'vitest'
import { openDatabase } from '../../src/runtimes/database.ts'
import { createKeyring } from '../../src/runtimes/key-files.ts'
import { Processes } from '../support/process-gateway.ts'
import { runHere } from '../support/process-operator.ts'

const processes = new Processes()

test('rebuild compares the sums of a stopped folder, and tells them again when it is asked to', async () => {
  const dataDir = processes.folder()
  const run = (...args: string[]) => runHere(args, { VERIMETER_DATA_DIR: dataDir })
  createKeyring(`${dataDir}/keys`)
  expect(await run('account', 'create', '--name', 'Example Ltd')).toMatchObject({ code: 0 })
  expect(await run('rebuild')).toMatchObject({ code: 0, stdout: expect.stringContaining('every sum is what its rows say') })

  const damaged = openDatabase(dataDir)
  damaged.connection.exec("INSERT INTO account_days VALUES ('acc_0000000001', '2024-08-01', 7)")
  damaged.connection.exec(
    "INSERT INTO directory_usage VALUES ('2024-08-01', '2024-08-01', 'acc_0000000001', 1, 'live', 'id2', 'a', 'match', 1, 1, 7, NULL, 0)",
  )
  damaged.close()
  const found = await run('rebuild')
  expect(found).toMatchObject({ code: 1, stdout: '' })
  expect(found.stderr).toContain('1 sums are not what their rows say; run it with --repair')

  const held = openDatabase(dataDir)
  const refused = await run('rebuild', '--repair')
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('is in use by process') })
  held.close()

  expect(await run('rebuild', '--repair')).toMatchObject({ code: 0, stdout: expect.stringContaining('told again') })
  const after = openDatabase(dataDir)
  expect(after.connection.prepare('SELECT count(*) FROM directory_usage').pluck().get()).toBe(0)
  after.close()
  expect(await run('rebuild')).toMatchObject({ code: 0 })
})
