import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ClientBook, checkImage, compareBooks, copyImage, type Delivered } from '../../scripts/torture/books.ts'
import { CrashLoop } from '../../scripts/torture/crash-loop.ts'
import { makeId, parseId } from '../../src/core/ids.ts'
import { Processes } from '../support/process-gateway.ts'

/** The crash loop of `npm run torture` in small, and its controls: books that lie must be reported. */

const kills = 20
/** Fewer answers than this at the crashes prove nothing. */
const fewestAnswers = 500
const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000)

const processes = new Processes()
const loop = new CrashLoop(processes, { kills, seed, fewestAnswers })
const { client, crashes } = loop

beforeAll(async () => {
  process.stdout.write(`crash loop: seed ${seed} (CRASH_SEED repeats its draws)\n`)
  await loop.run()
}, 600_000)
afterAll(() => loop.close())

describe(`${kills} kills under load`, () => {
  test('leave every answer recorded and every call to the source held, at the instant of the crash', () => {
    expect(loop.deaths).toEqual([])
    expect(crashes.map(({ violations }) => violations)).toEqual(Array.from({ length: kills }, () => []))
    expect(client.surprises).toEqual([])
  })

  test('were checked with enough answers, calls and acts of staff to prove something', () => {
    process.stdout.write(
      `crash loop: ${kills} kills, ${loop.answeredChecked} answers, ${loop.vendorReferences().length} calls, ${loop.staff.answered} acts of staff checked\n`,
    )
    expect(loop.answeredChecked).toBeGreaterThanOrEqual(fewestAnswers)
    expect(client.delivered.some(({ charged }) => charged)).toBe(true)
    expect(loop.vendorReferences().length).toBeGreaterThanOrEqual(fewestAnswers / 2)
    expect(client.open.length).toBeGreaterThan(0)
    expect(loop.staff.answered).toBeGreaterThanOrEqual(2 * kills)
    expect(loop.staff.paid.length).toBeGreaterThan(0)
  })

  test('end, after a restart, in three books that agree', { timeout: 300_000 }, async () => {
    expect(await loop.finish()).toEqual([])
    expect(client.surprises).toEqual([])
  })
})

describe('the controls', () => {
  const image = (): string => crashes.at(-1)?.image ?? ''
  const neverHeld = (): string => makeId('ver', loop.customer.accountId, 1)
  const oneAnswer = (): Delivered => {
    const [real] = client.delivered
    if (!real) throw new Error('nothing was answered')
    return real
  }
  const doctor = (sql: string): string => {
    const doctored = copyImage(dirname(image()), processes.folder())
    const database = new Database(doctored)
    database.pragma('ignore_check_constraints = ON')
    expect(database.prepare(sql).run().changes).toBeGreaterThan(0)
    database.close()
    return doctored
  }

  test('an answer that was never recorded is reported', () => {
    const doctored = [...client.delivered.slice(0, 3), { ...oneAnswer(), verificationId: neverHeld() }]
    expect(checkImage(image(), doctored, [])).toEqual([`answered, not recorded: ${neverHeld()}`])
  })

  test('an answer that differs from its record in one byte is reported', () => {
    const doctored = { ...oneAnswer(), text: oneAnswer().text.replace('"available":', '"available":1') }
    expect(checkImage(image(), [doctored], [])).toEqual([`answered and recorded differ: ${doctored.verificationId}`])
  })

  test('a call that was never held is reported', () => {
    const doctored = [...loop.vendorReferences().slice(0, 3), neverHeld()]
    expect(checkImage(image(), [], doctored)).toEqual([`called, not held: ${neverHeld()}`])
  })

  test('a lost credit and a lost ending on the disk are reported', () => {
    const check = (sql: string): string => checkImage(doctor(sql), client.delivered, loop.vendorReferences()).join()
    expect(check('UPDATE grants SET available = available + 1')).toContain('grant not conserved')
    const { verificationId } = oneAnswer()
    const sql = `DELETE FROM outcomes WHERE verification_id = ${parseId(verificationId, 'ver')?.n}`
    expect(check(sql)).toContain(`answered, not recorded: ${verificationId}`)
  })

  test('a top-up and a resumption that were lost are reported', () => {
    expect(loop.staff.suspended).toBe(false)
    const order = parseId(loop.staff.paid[0] ?? '', 'ord')?.n
    const lost = loop.staff.checkImage(doctor(`UPDATE grants SET order_id = NULL WHERE order_id = ${order}`))
    expect(lost.join()).toContain(`paid and answered, not granted: ${loop.staff.paid[0]}`)
    expect(loop.staff.checkImage(doctor('UPDATE api_keys SET suspended_at = 1')).join()).toContain('and it is not')
  })

  test('a book that disagrees with the others at the end is reported', () => {
    const doctored = loop.copyImage()
    const vendor = loop.simulator.book()
    expect(compareBooks(doctored, client, vendor)).toEqual([])
    const [entry] = vendor.filter(({ result }) => result === '0')
    if (!entry) throw new Error('the vendor never answered')
    const others = vendor.filter((other) => other !== entry)
    expect(compareBooks(doctored, client, [...vendor, entry]).join()).toContain(`executed twice: ${entry.reference}`)
    expect(compareBooks(doctored, client, [...others, { ...entry, result: '1' }]).join()).toContain('not what the vendor found')
    expect(compareBooks(doctored, client, others).join()).toContain('not what the vendor found')
    expect(compareBooks(doctored, new ClientBook(), vendor).join()).toContain('charged and not seen')
  })
})
