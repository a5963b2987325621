import type { Book } from '../../src/ledger/book.ts'
import { decide } from '../../src/ledger/decide.ts'
import type { Decide } from './model-machine.ts'

/** The ledger with one rule taken out. The book that a mutant decides on may lie to it. */
const lying = (book: Book, lies: Partial<Book>): Book =>
  new Proxy(book, {
    get(target, name) {
      const lie: unknown = Reflect.get(lies, name)
      if (lie !== undefined) return lie
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

type Mutate = (...given: Parameters<Decide>) => ReturnType<Decide>

export const mutants: [string, Mutate][] = [
  [
    'a release gives nothing back',
    (book, command, context) => {
      const decision = decide(book, command, context)
      if (command.kind !== 'settle') return decision
      const changes = decision.changes.map((change) => {
        if (change.table !== 'grants') return change
        const available = Math.min(change.row.available, book.get('grants', change.row.id)?.available ?? 0)
        return { ...change, row: { ...change.row, available } }
      })
      return { ...decision, changes }
    },
  ],
  [
    'an answer ignores the ending that there is',
    (book, command, context) => {
      const get: Book['get'] = (table, key) => (table === 'outcomes' ? null : book.get(table, key))
      return decide(command.kind === 'settle' ? lying(book, { get }) : book, command, context)
    },
  ],
  [
    'a hold ignores the balance',
    (book, command, context) => {
      const openGrants = () => book.openGrants().map((grant) => ({ ...grant, available: Math.max(1, grant.available) }))
      return decide(command.kind === 'hold' ? lying(book, { openGrants }) : book, command, context)
    },
  ],
  [
    'an answer in doubt counts as a no',
    (book, command, context) =>
      decide(
        book,
        command.kind === 'settle' && command.answer.outcome === 'unknown'
          ? { ...command, answer: { ...command.answer, outcome: 'unavailable' } }
          : command,
        context,
      ),
  ],
  [
    'a used key is not looked up',
    (book, command, context) => decide(lying(book, { verificationByIdempotency: () => null }), command, context),
  ],
  [
    'a withdrawn consent still counts',
    (book, command, context) => {
      const consentByReference: Book['consentByReference'] = (reference) => {
        const consent = book.consentByReference(reference)
        return consent && { ...consent, withdrawnAt: null }
      }
      return decide(command.kind === 'hold' ? lying(book, { consentByReference }) : book, command, context)
    },
  ],
  [
    'a use is not given back',
    (book, command, context) => {
      const decision = decide(book, command, context)
      if (command.kind !== 'settle' && command.kind !== 'release_doubt') return decision
      return { ...decision, changes: decision.changes.filter(({ table }) => table !== 'consents') }
    },
  ],
  [
    'the clock follows the machine back',
    (book, command, context) => {
      const account: Book['account'] = () => {
        const row = book.account()
        return row && { ...row, lastAt: 0 }
      }
      return decide(lying(book, { account }), command, context)
    },
  ],
  [
    'a timer releases a hold',
    (book, command, context) => {
      if (command.kind !== 'doubt') return decide(book, command, context)
      const { changes } = decide(book, command, context)
      if (changes.length === 0) return { result: { kind: 'done', changed: false }, changes }
      const answer = {
        outcome: 'unavailable',
        sourceReference: null,
        sourceBilled: null,
        reason: 'deadline',
        rawDigest: null,
      } as const
      const released = decide(book, { ...command, kind: 'settle', sourceId: null, answer, by: 'time' }, context)
      return { result: { kind: 'done', changed: true }, changes: released.changes }
    },
  ],
  [
    'an ending has no leaf',
    (book, command, context) => {
      const decision = decide(book, command, context)
      const changes = decision.changes.map((change) =>
        change.table === 'entries' && change.row.kind === 'release'
          ? { ...change, row: { ...change.row, leaf: null, leafHash: null, leafIndex: null } }
          : change,
      )
      return { ...decision, changes }
    },
  ],
  [
    'a suspension does not stop a call',
    (book, command, context) => {
      const account: Book['account'] = () => {
        const row = book.account()
        return row && { ...row, suspendedAt: null }
      }
      return decide(command.kind === 'hold' ? lying(book, { account }) : book, command, context)
    },
  ],
  [
    'held credits expire, too',
    (book, command, context) => {
      const decision = decide(book, command, context)
      if (command.kind !== 'expire_grant') return decision
      const changes = decision.changes.map((change) =>
        change.table === 'grants'
          ? { ...change, row: { ...change.row, expired: change.row.expired + change.row.held, held: 0 } }
          : change,
      )
      return { ...decision, changes }
    },
  ],
  [
    'a use of a consent is not counted',
    (book, command, context) => {
      const decision = decide(book, command, context)
      if (command.kind !== 'hold') return decision
      return { ...decision, changes: decision.changes.filter(({ table }) => table !== 'consents') }
    },
  ],
  [
    'the newest grant pays first',
    (book, command, context) => {
      const openGrants = () => {
        const [newest] = book
          .openGrants()
          .filter(({ available }) => available > 0)
          .toSorted((a, b) => b.id - a.id)
        return newest ? [newest] : []
      }
      return decide(command.kind === 'hold' ? lying(book, { openGrants }) : book, command, context)
    },
  ],
  [
    'a doubt is given back a minute after the hold',
    (book, command, context) => {
      if (command.kind !== 'release_doubt') return decide(book, command, context)
      const terms: Book['terms'] = (id) => ({ ...book.terms(id), settleWithinDays: 1 / 1440 })
      return decide(lying(book, { terms }), command, context)
    },
  ],
  [
    'a suspended key goes on',
    (book, command, context) => {
      const get: Book['get'] = (table, key) => {
        const row = book.get(table, key)
        return row && table === 'apiKeys' ? { ...row, suspendedAt: null } : row
      }
      return decide(command.kind === 'hold' ? lying(book, { get }) : book, command, context)
    },
  ],
  [
    'a replay spends once more',
    (book, command, context) => {
      const decision = decide(book, command, context)
      const payer = book.openGrants().find(({ available }) => available > 0)
      const account = book.account()
      if (command.kind !== 'hold' || decision.result.kind !== 'replayed' || !payer || !account) return decision
      const row = { ...payer, available: payer.available - 1, captured: payer.captured + 1 }
      return {
        ...decision,
        changes: [
          { table: 'grants', row },
          { table: 'accounts', row: account },
        ],
      }
    },
  ],
]
