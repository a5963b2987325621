import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkImage } from '../../scripts/torture/books.ts'
import { CrashLoop } from '../../scripts/torture/crash-loop.ts'
import { workerdHost } from '../../scripts/torture/hosts.ts'
import { parseId } from '../../src/core/ids.ts'
import { Processes } from '../support/process-gateway.ts'

/*
 * The crash loop on the Workers runtime: a real workerd with its storage on disk, killed with everything around it in the midst
 * of a load. The account's object is checked as it lies on the disk before anything starts again, and in the end the three
 * books are compared.
 */

const kills = 3
const fewestAnswers = 100
const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000)

const processes = new Processes()
const loop = new CrashLoop(processes, { kills, seed, fewestAnswers, workers: 8, host: workerdHost(processes) })
const { client, crashes } = loop

beforeAll(async () => {
  process.stdout.write(`crash loop on workerd: seed ${seed} (CRASH_SEED repeats its draws)\n`)
  await loop.run()
}, 600_000)
afterAll(() => loop.close())

describe('workerd, killed under load', () => {
  test('has every answer that it gave, byte for byte, and every call to the source held, before anything is repaired', () => {
    expect(loop.deaths).toEqual([])
    expect(crashes.map(({ violations }) => violations)).toEqual(Array.from({ length: kills }, () => []))
    expect(client.surprises).toEqual([])
  })

  test('was checked with enough answers and calls to prove something', () => {
    expect(loop.answeredChecked).toBeGreaterThanOrEqual(fewestAnswers)
    expect(loop.vendorReferences().length).toBeGreaterThan(0)
    expect(loop.staff.answered).toBeGreaterThanOrEqual(kills)
  })

  test('ends in three books that agree', { timeout: 300_000 }, async () => {
    expect(await loop.finish(180_000)).toEqual([])
    expect(client.surprises).toEqual([])
  })

  test('is looked at: an ending that is missing on the disk is reported', () => {
    const [answer] = client.delivered
    const image = loop.copyImage()
    expect(checkImage(image, client.delivered, loop.vendorReferences())).toEqual([])
    const database = new Database(image)
    database.prepare('DELETE FROM outcomes WHERE verification_id = ?').run(parseId(answer?.verificationId ?? '', 'ver')?.n)
    database.close()
    const violations = checkImage(image, client.delivered, [])
    expect(violations).toContain(`answered, not recorded: ${answer?.verificationId}`)
  })
})
