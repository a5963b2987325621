import { openDatabase } from '../../src/runtimes/database.ts'

/*
 * A process that holds a data folder: says `open`, or why not, and stays until it is killed.
 */
try {
  const held = openDatabase(process.argv[2] ?? '')
  process.stdout.write('open\n')
  // What nobody refers to any more is collected, and a collected database lets go of its lock.
  setInterval(() => held, 1_000)
} catch (error) {
  process.stdout.write(`${error instanceof Error ? `${error.constructor.name}: ${error.message}` : 'unknown'}\n`)
}
