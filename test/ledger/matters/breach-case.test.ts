import { expect, test } from 'vitest'
import type { BreachStep } from '../../../src/core/matters/breach-case.ts'
import { startOfTests } from '../../support/clock.ts'
import { useTestLedgers } from '../../support/ledger.ts'
import { take } from '../../support/ledger-commands.ts'
import { act, noticeOf, seedWorld } from '../../support/ledger-world.ts'

const open = useTestLedgers()

const breach = {
  kind: 'open_breach_case',
  reference: 'case-1',
  ground: 'breach',
  clause: 'S1 §2.3',
  happenedAt: startOfTests - 1,
  text: 'results were sold on',
} as const

test('a case that was closed without action is not lost: it opens again, and its ground carries a suspension (S1 §6.2)', () => {
  const ledger = open()
  const { accountId } = seedWorld(ledger)
  const opened = take(act(ledger, accountId, breach), 'matter')
  const caseId = opened.matter.id
  const step = (name: BreachStep) => act(ledger, accountId, { kind: 'step_breach_case', caseId, step: name, text: null })
  expect(step('reopened')).toMatchObject({ detail: 'breach_case_open' })
  expect(take(step('closed'), 'matter').matter).toMatchObject({ state: 'closed', closedAt: null })
  expect(step('acted_upon')).toMatchObject({ detail: 'breach_case_closed' })
  ledger.clock.advance(300 * 86_400_000)
  expect(take(step('reopened'), 'matter').matter.state).toBe('reopened')
  const noticeId = noticeOf(ledger, accountId, ledger.clock.now)
  take(act(ledger, accountId, { kind: 'suspend_account', ground: 'breach', note: 'case-1', noticeId }), 'account')
  expect(take(step('acted_upon'), 'matter').matter).toMatchObject({
    state: 'acted_upon',
    data: { steps: [{ step: 'opened' }, { step: 'closed' }, { step: 'reopened' }, { step: 'acted_upon' }] },
  })
})

test('a case has a ground of the agreement, happened before it was recorded, and is recorded once', () => {
  const ledger = open()
  const { accountId } = seedWorld(ledger)
  expect(act(ledger, accountId, { ...breach, ground: 'mood' })).toMatchObject({ detail: 'ground_unknown' })
  expect(act(ledger, accountId, { ...breach, happenedAt: startOfTests + 1 })).toMatchObject({ detail: 'not_happened_yet' })
  const { matter } = take(act(ledger, accountId, breach), 'matter')
  expect(take(act(ledger, accountId, breach), 'matter')).toMatchObject({ matter: { id: matter.id }, repeated: true })
  expect(act(ledger, accountId, { ...breach, text: 'another' })).toMatchObject({ detail: 'reference_reused' })
})
