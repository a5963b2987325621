import { openDatabase } from '../../src/runtimes/database.ts'

/*
 * A process that holds a data folder: says `open`, or why not, and stays until it is killed. It forgets what it opened and
 * collects its garbage, as a process does that has been running for long: the lock must outlive that.
 */
try {
  openDatabase(process.argv[2] ?? '')
  await new Promise((resolve) => setTimeout(resolve, 50))
  globalThis.gc?.()
  process.stdout.write('open\n')
  setInterval(() => globalThis.gc?.(), 200)
} catch (error) {
  process.stdout.write(`${error instanceof Error ? `${error.constructor.name}: ${error.message}` : 'unknown'}\n`)
}
