import { composeTerms } from '../../agreement/compose.ts'
import { termEndMs } from '../../agreement/term.ts'
import { canonicalJson } from '../../core/canonical-json.ts'
import type { ActCommand, ActResult, StaffAct } from '../../core/commands.ts'
import { refuse } from '../../core/refusal.ts'
import type { Book, Rows } from '../book.ts'
import { type Context, type Decision, Draft, unchanged } from '../draft.ts'
import { closeAtOnce } from '../matters/closing.ts'
import { watchExpiry } from '../matters/grant-expiry.ts'
import { decideMatterAct, staysAfterClosing } from '../matters/index.ts'
import { beginObligations } from '../matters/obligations.ts'
import { putVersion } from '../matters/versions.ts'
import { viewAccount, viewAgreement, viewGrant, viewOrder } from '../views.ts'
import { type ActContext, actorText, termsOf, writeAct } from './act-context.ts'
import { decideAcknowledge } from './alarm.ts'
import { decideApprove, decideProposeSettlement } from './approvals.ts'
import { decideFreezeSubject } from './freeze.ts'
import { decideCreateKey, decideKeyStanding, decideRotateKey } from './keys.ts'
import { decideResumeAccount, decideSubjectHold, decideSuspendAccount } from './standing.ts'

/**
 * One act of staff. Each leaves an entry with a leaf: who, what, and a salted digest of the reason and the notes. An act
 * that the state does not allow is refused and changes nothing.
 */
export const decideAct = (book: Book, command: ActCommand, context: Context): Decision<ActResult> => {
  const account = book.account()
  if (command.act.kind === 'create_account')
    return account ? unchanged(refuse('state_conflict')) : createAccount(command, command.act, context)
  if (!account) return unchanged(refuse('not_found'))
  const { act, actor, reason } = command
  const by = { kind: 'staff', name: actor } as const
  const at: ActContext = { book, by, kind: act.kind, reason, context, draft: new Draft(context, account) }
  // A closed account keeps its books: they can be read, and what is still open in them can end.
  const stays =
    act.kind === 'propose_settlement' ||
    act.kind === 'approve' ||
    act.kind === 'acknowledge_alarm' ||
    (act.kind === 'resume_account' && account.suspendedAt !== null) ||
    staysAfterClosing(act.kind) ||
    act.kind === 'freeze_subject' ||
    act.kind === 'release_subject'
  if (account.closedAt !== null && !stays && act.kind !== 'note_read') return unchanged(refuse('account_closed'))
  switch (act.kind) {
    case 'put_agreement':
      return putAgreement(at, act)
    case 'record_order':
      return recordOrder(at, act)
    case 'record_payment':
      return recordPayment(at, act)
    case 'create_key':
      return decideCreateKey(at, act)
    case 'rotate_key':
      return decideRotateKey(at, act)
    case 'revoke_key':
    case 'suspend_key':
    case 'resume_key':
      return decideKeyStanding(at, act)
    case 'suspend_account':
      return decideSuspendAccount(at, act)
    case 'resume_account':
      return decideResumeAccount(at, act)
    case 'hold_subject':
    case 'resume_subject':
      return decideSubjectHold(at, act)
    case 'freeze_subject':
    case 'release_subject':
      return decideFreezeSubject(at, act)
    case 'close_account':
      return closeAtOnce(at, act)
    case 'propose_settlement':
      return decideProposeSettlement(at, act)
    case 'approve':
      return decideApprove(at, act)
    case 'acknowledge_alarm':
      return decideAcknowledge(at, act)
    case 'note_read':
      writeAct(at, { what: act.what, target: act.target })
      return at.draft.done({ kind: 'done' })
    default:
      return decideMatterAct(at, act)
  }
}

const createAccount = (
  command: ActCommand,
  act: Extract<StaffAct, { kind: 'create_account' }>,
  context: Context,
): Decision<ActResult> => {
  const draft = new Draft(context, {
    id: command.accountId,
    name: act.name,
    agreementId: null,
    effectiveAt: null,
    suspendedGround: null,
    suspendedNote: null,
    suspendedBy: null,
    suspendedAt: null,
    closedAt: null,
    lastOperationAt: null,
    seq: 0,
    leaves: 0,
    lastAt: context.now,
    createdAt: context.now,
  })
  const salt = context.crypto.randomHex(16)
  const text = canonicalJson({ name: act.name, reason: command.reason, salt })
  draft.entry({
    kind: act.kind,
    actor: `staff:${command.actor}`,
    body: text,
    leaf: { staff: command.actor, note: context.crypto.sha256(text) },
  })
  return draft.done({ kind: 'account', account: viewAccount(draft.account, null) })
}

const putAgreement = (at: ActContext, act: Extract<StaffAct, { kind: 'put_agreement' }>): Decision<ActResult> => {
  const composed = composeTerms(act.preset, act.overrides)
  if (composed.kind === 'faults') return unchanged(refuse('agreement_incomplete', { detail: composed.faults.join('; ') }))
  const { draft } = at
  // What both sides have agreed is changed by both sides (S1 §8.1), or shown and used (S2 二(三)).
  if (draft.account.effectiveAt !== null) {
    const isShown = termsOf(at)?.amendment === 'shown_and_used'
    return unchanged(refuse('state_conflict', { detail: isShown ? 'display_required' : 'supplement_required' }))
  }
  const row = putVersion(at, composed.terms)
  writeAct(at, { agreement: row.id, version: row.version, digest: row.digest })
  return draft.done({ kind: 'agreement', agreement: viewAgreement(row, composed.terms, draft.account.effectiveAt) })
}

const recordOrder = (at: ActContext, act: Extract<StaffAct, { kind: 'record_order' }>): Decision<ActResult> => {
  const { book, context, draft } = at
  const agreementId = draft.account.agreementId
  if (agreementId === null) return unchanged(refuse('state_conflict', { detail: 'agreement_missing' }))
  if (!Object.hasOwn(book.terms(agreementId).checks, act.check)) return unchanged(refuse('check_not_granted'))
  if (book.orderByExternalId(act.externalId)) return unchanged(refuse('state_conflict', { detail: 'order_exists' }))
  const order = draft.put('orders', {
    id: context.nextId(),
    accountId: book.accountId,
    externalId: act.externalId,
    check: act.check,
    mode: act.mode,
    credits: act.credits,
    listFen: act.listFen,
    paidFen: act.paidFen,
    offerSha256: act.offerSha256,
    orderedAt: draft.now,
    paidAt: null,
    bankReference: null,
  })
  writeAct(at, {
    order: order.id,
    check: act.check,
    mode: act.mode,
    credits: act.credits,
    list_fen: act.listFen,
    paid_fen: act.paidFen,
    offer: act.offerSha256,
  })
  return draft.done({ kind: 'order', order: viewOrder(order), grant: null })
}

/** A payment brings the agreement into force where that is its trigger (S1 三.1) and makes the grant; one order, one grant. */
const recordPayment = (at: ActContext, act: Extract<StaffAct, { kind: 'record_payment' }>): Decision<ActResult> => {
  const { book, context, draft } = at
  const order = book.get('orders', act.orderId)
  if (!order || order.accountId !== book.accountId) return unchanged(refuse('not_found'))
  if (order.paidAt !== null) return unchanged(refuse('state_conflict', { detail: 'order_already_active' }))
  const agreementId = draft.account.agreementId
  if (agreementId === null) return unchanged(refuse('state_conflict', { detail: 'agreement_missing' }))
  const terms = book.terms(agreementId)
  const paid = draft.put('orders', { ...order, paidAt: draft.now, bankReference: act.bankReference })
  if (terms.activation === 'payment' && draft.account.effectiveAt === null) draft.set({ effectiveAt: draft.now })
  const grant: Rows['grants'] = {
    id: context.nextId(),
    accountId: book.accountId,
    orderId: order.id,
    check: order.check,
    mode: order.mode,
    priority: 100,
    granted: order.credits,
    available: order.credits,
    held: 0,
    captured: 0,
    expired: 0,
    refunded: 0,
    startsAt: draft.now,
    expiresAt: termEndMs(terms.term),
    toldPercent: 100,
  }
  if (grant.expiresAt !== null && grant.expiresAt <= draft.now) return unchanged(refuse('term_expired'))
  draft.put('grants', grant)
  watchExpiry(at, grant)
  writeAct(at, { order: order.id, grant: grant.id, paid_fen: order.paidFen }, { bank_reference: act.bankReference })
  draft.entry({
    kind: 'grant',
    actor: actorText(at.by),
    grantId: grant.id,
    credits: grant.granted,
    leaf: {
      grant: grant.id,
      order: order.id,
      check: grant.check,
      mode: grant.mode,
      credits: grant.granted,
      expires_at: grant.expiresAt,
    },
  })
  beginObligations({ ...at, reason: null }, terms)
  return draft.done({ kind: 'order', order: viewOrder(paid), grant: viewGrant(grant) })
}
