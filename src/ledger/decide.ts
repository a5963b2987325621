import type { Command, ResultOf } from '../core/commands.ts'
import type { Book } from './book.ts'
import { decideAct } from './decide/acts.ts'
import { decideAlarm } from './decide/alarm.ts'
import { decideRecordConsents, decideWithdrawConsent } from './decide/consents.ts'
import { decideCustomerAct } from './decide/customer-acts.ts'
import { decideDue } from './decide/due.ts'
import { decideHold } from './decide/hold.ts'
import { decideNoteOperation } from './decide/operation.ts'
import { decideSettle } from './decide/settle.ts'
import type { Context, Decision } from './draft.ts'
import { decideRecordSending } from './matters/sending.ts'
import { followSending } from './matters/webhook-endpoint.ts'

/**
 * State and event to result and changes. Pure: it reads the book and the context, writes nothing, waits for nothing, and
 * throws only for a fault. The model test runs this very function over a book that has no database behind it.
 */
export const decide = <C extends Command>(book: Book, command: C, context: Context): Decision<ResultOf<C>> =>
  decideAny(book, command, context) as Decision<ResultOf<C>>

const decideAny = (book: Book, command: Command, context: Context): Decision<ResultOf<Command>> => {
  switch (command.kind) {
    case 'hold':
      return decideHold(book, command, context)
    case 'settle':
      return decideSettle(book, command, context)
    case 'record_consents':
      return decideRecordConsents(book, command, context)
    case 'withdraw_consent':
      return decideWithdrawConsent(book, command, context)
    case 'act':
      return decideAct(book, command, context)
    case 'customer_act':
      return decideCustomerAct(book, command, context)
    case 'note_operation':
      return decideNoteOperation(book, context)
    case 'alarm':
      return decideAlarm(book, command, context)
    case 'record_sending':
      return decideRecordSending(book, command, context, followSending)
    default:
      return decideDue(book, command, context)
  }
}
