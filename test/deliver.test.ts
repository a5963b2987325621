import { describe, expect, test } from 'vitest'
import type { Command } from '../src/core/commands.ts'
import type { Ledger, OutgoingNotice, Sending } from '../src/core/ports.ts'
import { type DeliverDeps, deliver, type Underway } from '../src/deliver.ts'
import { outgoing } from './notices/notice.ts'

const sent: Sending = { kind: 'sent', reference: null }

/** Notices by their numbers, a ledger that writes down what is recorded, and a sender that a test drives. */
const rig = (numbers: number[], send: (notice: OutgoingNotice) => Promise<Sending>, more: Partial<DeliverDeps> = {}) => {
  const recorded: number[] = []
  const lines: string[] = []
  const ledger = {
    submit: async (command: Command) => {
      if (command.kind === 'record_sending') recorded.push(command.noticeId)
      return { kind: 'done', changed: true }
    },
  } as unknown as Ledger
  const deps: DeliverDeps = {
    outgoing: async () => numbers.map((noticeId) => outgoing({ noticeId })),
    ledgerOf: () => ledger,
    send,
    log: (event, fields) => lines.push(JSON.stringify({ event, ...fields })),
    ...more,
  }
  return { deps, recorded, lines }
}

const gate = () => {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

describe('a round of notices', () => {
  test('is not held up by one slow receiver', async () => {
    const slow = gate()
    const { deps, recorded } = rig([1, 2, 3, 4], async ({ noticeId }) => {
      if (noticeId === 1) await slow.opened
      return sent
    })
    const round = deliver(deps, new Set())
    await expect.poll(() => recorded).toEqual([2, 3, 4])
    slow.open()
    await round
    expect(recorded).toEqual([2, 3, 4, 1])
  })

  test('sends none that is under way, and lets go of it when it has ended', async () => {
    const slow = gate()
    let calls = 0
    const { deps } = rig([1], async () => {
      calls += 1
      await slow.opened
      return sent
    })
    const underway: Underway = new Set()
    const first = deliver(deps, underway)
    await deliver(deps, underway)
    expect(calls).toBe(1)
    slow.open()
    await first
    await deliver(deps, underway)
    expect(calls).toBe(2)
  })

  test('has eight under way at most', async () => {
    let running = 0
    let most = 0
    const numbers = Array.from({ length: 40 }, (_none, index) => index + 1)
    const { deps, recorded } = rig(numbers, async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setTimeout(resolve, 1))
      running -= 1
      return sent
    })
    await deliver(deps, new Set())
    expect([most, recorded.length]).toEqual([8, 40])
  })

  test('begins nothing any more when the house is closing', async () => {
    let stopping = false
    const { deps, recorded } = rig(
      Array.from({ length: 20 }, (_none, index) => index + 1),
      async () => {
        stopping = true
        return sent
      },
      { isStopping: () => stopping },
    )
    const underway: Underway = new Set()
    await deliver(deps, underway)
    expect(recorded.length).toBeLessThanOrEqual(8)
    expect(underway.size).toBe(0)
  })

  test('goes on when one cannot be recorded, says so at its end, and keeps nothing under way', async () => {
    const failing = {
      submit: async (command: Command) => {
        if (command.kind === 'record_sending' && command.noticeId === 1) throw new Error('disk')
        return { kind: 'done', changed: true }
      },
    } as unknown as Ledger
    const seen: number[] = []
    const { deps } = rig(
      Array.from({ length: 20 }, (_none, index) => index + 1),
      async ({ noticeId }) => {
        seen.push(noticeId)
        return sent
      },
      { ledgerOf: () => failing },
    )
    const underway: Underway = new Set()
    await expect(deliver(deps, underway)).rejects.toThrow('disk')
    expect([seen.length, underway.size]).toEqual([20, 0])
  })

  test('says of each how it ended, and never where it went', async () => {
    const { deps, lines } = rig([1], async () => ({ kind: 'refused', reason: 'gone' }))
    await deliver(deps, new Set())
    expect(lines).toEqual([
      '{"event":"notice_sending","account":"acc_0123456789","notice":1,"channel":"webhook","ending":"refused","reason":"gone"}',
    ])
  })
})
