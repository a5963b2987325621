import { afterAll, expect } from 'vitest'
import { contractOf, type Exchange } from '../../scripts/torture/contract.ts'
import { openDoor } from './http-door.ts'

/*
 * Holds the answers of other processes against the contract of this code. A test that stops a gateway takes a failed call
 * for an answer that never came, so what is wrong is kept, and fails the file that imports this when all of its tests are done.
 */

const contract = contractOf(openDoor({}).app)
const faults: string[] = []

/** How many answers were held against the contract so far. */
export const judged = { count: 0 }

export const judge = async (exchange: Exchange): Promise<void> => {
  judged.count += 1
  faults.push(...(await contract).faultsOf(exchange))
}

/** What is wrong so far; they are forgotten, so that a control can look for its own. */
export const takeFaults = (): string[] => faults.splice(0)

afterAll(() => expect(faults, 'answers that are not what the document says').toEqual([]))
