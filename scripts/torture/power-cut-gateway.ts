import Database from 'better-sqlite3'

/*
 * The gateway with two settings of its database changed, which no operator can change: `FULL 12` checkpoints often, so that
 * checkpoints happen within a short run, and `NORMAL 12` is the control, which answers before its commit is on the disk.
 */
const [, , synchronous = 'FULL', autocheckpoint = '4000'] = process.argv
const { pragma } = Database.prototype
const changed = new Map([
  ['synchronous = FULL', `synchronous = ${synchronous}`],
  ['wal_autocheckpoint = 4000', `wal_autocheckpoint = ${autocheckpoint}`],
])

Database.prototype.pragma = function (this: Database.Database, source: string, options?: Database.PragmaOptions): unknown {
  const answer = pragma.call(this, changed.get(source) ?? source, options)
  // Otherwise the gateway would refuse to start with NORMAL, as it must.
  return source === 'synchronous' ? 2 : answer
}

await import('../../src/runtimes/main.ts')
