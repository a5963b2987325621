import type { Terms } from '../agreement/terms.ts'
import { networkOf } from '../core/address.ts'
import type { Command, HoldCommand, ResultOf, SettleCommand } from '../core/commands.ts'
import { makeId } from '../core/ids.ts'
import type { AbusePattern } from '../core/matters/usage-flag.ts'
import { refuse } from '../core/refusal.ts'
import type { Book, Rows } from './book.ts'
import type { ActContext } from './decide/act-context.ts'
import { raiseAlarm } from './decide/alarm.ts'
import { deny } from './decide/deny.ts'
import { type Context, type Decision, Draft } from './draft.ts'
import { climb } from './matters/usage-flag.ts'
import { type Findings, ProbeWatch } from './probe-watch.ts'

type Decided = Decision<ResultOf<Command>>

interface Watched {
  terms: Terms
  key: Rows['apiKeys']
  account: Rows['accounts']
}

/** Calls that come as far as asking about a person: held, or refused for the consent. What is replayed was seen before. */
const isSeen = (result: { kind: string; code?: string }): boolean =>
  result.kind === 'held' || (result.kind === 'refused' && result.code?.startsWith('consent_') === true)

/** The account as it stands after these changes. */
const headOf = (account: Rows['accounts'], { changes }: Decided): Rows['accounts'] =>
  changes.reduce((head, { table, row }) => (table === 'accounts' ? row : head), account)

/**
 * Looks at every decision about a call for patterns of probing (reliability.md §4.8), in the same commit and without waiting
 * for anything. A finding is one step of the ladder of its key; the call that brings the throttle or the stop is itself
 * refused, reveals nothing and costs nothing. Test keys reach nobody but the persons of the sandbox, and are not watched.
 */
export class Guard {
  private readonly watch = new ProbeWatch()

  /** The decision as it shall stand. */
  after<C extends Command>(book: Book, command: C, decided: Decision<ResultOf<C>>, context: Context): Decision<ResultOf<C>> {
    // A call that is stopped here is answered as any hold can be, and a settlement's answer stays what it is.
    if (command.kind === 'hold') return this.afterHold(book, command, decided, context) as Decision<ResultOf<C>>
    if (command.kind === 'settle') return this.afterSettle(book, command, decided, context) as Decision<ResultOf<C>>
    return decided
  }

  /** What was counted may not have been stored. */
  clear(): void {
    this.watch.clear()
  }

  private afterHold(book: Book, command: HoldCommand, decided: Decided, context: Context): Decided {
    if (command.credentials.mode === 'test' || !isSeen(decided.result)) return decided
    const watched = watchedBy(book, command.credentials.keyNumber)
    if (!watched) return decided
    const found = this.watch.see(
      {
        keyNumber: watched.key.id,
        number: command.subject?.digest ?? null,
        name: command.marks?.name ?? null,
        birth: command.marks?.birth ?? null,
        consent: command.consent === null ? null : 'id' in command.consent ? command.consent.id : command.consent.reference,
        network: networkOf(command.credentials.address),
        now: context.now,
      },
      watched.terms.abuse,
    )
    return found.pattern === null && !found.shared ? decided : this.act(book, command, decided, context, watched, found)
  }

  private act(
    book: Book,
    command: HoldCommand,
    decided: Decided,
    context: Context,
    { key, account }: Watched,
    found: Findings,
  ): Decided {
    const draft = new Draft(context, headOf(account, decided))
    if (found.shared) raiseAlarm(draft, book, 'key_shared', makeId('key', book.accountId, key.id))
    const rung = found.pattern && climb(byWatch(book, context, draft), key, found.pattern)
    if (rung !== 'throttled' && rung !== 'stopped') return joined(decided, draft)
    if (decided.result.kind !== 'held') return joined(decided, draft)
    // The hold is not made: the ladder is climbed on the account as it was before it.
    const instead = new Draft(context, account)
    if (found.shared) raiseAlarm(instead, book, 'key_shared', makeId('key', book.accountId, key.id))
    if (found.pattern) climb(byWatch(book, context, instead), key, found.pattern)
    const { rate } = command.credentials
    const denied = deny(context, { account: instead.account, key }, refuse('abnormal_usage', rate ? { rate } : {}), book)
    return { result: denied.result, changes: [...instead.changes, ...denied.changes] }
  }

  private afterSettle(book: Book, command: SettleCommand, decided: Decided, context: Context): Decided {
    const { result } = decided
    if (result.kind !== 'settled' || result.late) return decided
    const { outcome, keyNumber, mode, consentId } = result.verification
    if (mode === 'test' || (outcome !== 'match' && outcome !== 'mismatch') || command.by !== 'source') return decided
    const watched = watchedBy(book, keyNumber)
    const consent = watched && book.get('consents', consentId)
    if (!consent) return decided
    const pattern = this.watch.answered(keyNumber, consent.subjectId, outcome === 'mismatch', watched.terms.abuse)
    return pattern === null ? decided : climbed(book, decided, context, watched, pattern)
  }
}

const watchedBy = (book: Book, keyNumber: number): Watched | null => {
  const account = book.account()
  const key = book.get('apiKeys', keyNumber)
  if (!account || !key || account.agreementId === null) return null
  return { account, key, terms: book.terms(account.agreementId) }
}

/** By the clock: nobody else acts. */
const byWatch = (book: Book, context: Context, draft: Draft): ActContext => ({
  book,
  by: { kind: 'clock', name: '' },
  kind: 'usage_flag',
  reason: null,
  context,
  draft,
})

const joined = (decided: Decided, draft: Draft): Decided => ({
  result: decided.result,
  changes: [...decided.changes, ...draft.done(decided.result).changes],
})

const climbed = (book: Book, decided: Decided, context: Context, { key, account }: Watched, pattern: AbusePattern): Decided => {
  const draft = new Draft(context, headOf(account, decided))
  climb(byWatch(book, context, draft), key, pattern)
  return joined(decided, draft)
}
