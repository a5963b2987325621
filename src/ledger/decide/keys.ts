import { formatApiKey } from '../../core/api-key.ts'
import type { ActResult, StaffAct } from '../../core/commands.ts'
import { refuse } from '../../core/refusal.ts'
import type { Rows } from '../book.ts'
import { type Decision, unchanged } from '../draft.ts'
import { changeMatter } from '../matters/matter.ts'
import { findValidPaper } from '../matters/paper.ts'
import { findSuspension, recordLifting, recordSuspension, theKey } from '../matters/suspension.ts'
import { clearFlag } from '../matters/usage-flag.ts'
import { viewApiKey } from '../views.ts'
import { type ActContext, termsOf, writeAct } from './act-context.ts'
import { judgeLiveKey } from './live-keys.ts'
import { type Grounded, judgeGround } from './standing.ts'

type NewKey = Pick<Rows['apiKeys'], 'name' | 'mode' | 'scopes' | 'addresses' | 'expiresAt' | 'holder' | 'project' | 'channel'>

/** Makes a key. The text is returned once and never stored; the row keeps its HMAC. */
const addKey = ({ book, context, draft }: ActContext, wanted: NewKey): { row: Rows['apiKeys']; secret: string } => {
  const id = context.nextId()
  const secret = formatApiKey({
    mode: wanted.mode,
    accountId: book.accountId,
    keyNumber: id,
    secretHex: context.crypto.randomHex(32),
  })
  const { digest, keyId } = context.crypto.digest('api_key', secret)
  const row = draft.put('apiKeys', {
    ...wanted,
    id,
    accountId: book.accountId,
    secretDigest: digest,
    secretKeyId: keyId,
    suspendedGround: null,
    suspendedNote: null,
    suspendedBy: null,
    suspendedAt: null,
    createdAt: draft.now,
    revokedAt: null,
    replacedBy: null,
    throttle: null,
  })
  return { row, secret }
}

export const decideCreateKey = (at: ActContext, act: Extract<StaffAct, { kind: 'create_key' }>): Decision<ActResult> => {
  const { name, mode, scopes, addresses, expiresAt } = act
  const { holder = null, project = null, channel = null } = act
  const finding = judgeLiveKey(at, { mode, holder })
  if (finding.kind === 'refused') return unchanged(finding)
  const { row, secret } = addKey(at, { name, mode, scopes, addresses, expiresAt, holder, project, channel })
  writeAct(at, { key: row.id, mode, scopes: scopes.join(' '), expires_at: expiresAt, ...papersOf(finding.papers) }, { name })
  return at.draft.done({ kind: 'key', key: viewApiKey(row, at.draft.now), secret })
}

/** The papers on which it was done, as the leaf names them. */
const papersOf = (papers: readonly number[]): { papers?: string } => (papers.length === 0 ? {} : { papers: papers.join(' ') })

/** The sealed request for a planned change of a live key, which serves one change; null where the agreement asks for none (S1 §3.4). */
const requestOf = (at: ActContext): ReturnType<typeof findValidPaper> | 'missing' =>
  termsOf(at)?.onboarding.rotation === 'sealed_request'
    ? (findValidPaper(at.book, { paper: 'rotation_request', sealed: true }, at.draft.now) ?? 'missing')
    : null

/** A new key beside the old one, which goes on until the grace is over. The balance belongs to the account, so nothing is copied. */
export const decideRotateKey = (at: ActContext, act: Extract<StaffAct, { kind: 'rotate_key' }>): Decision<ActResult> => {
  const { draft } = at
  const old = findKey(at, act.keyNumber)
  if (!old) return unchanged(refuse('not_found'))
  const standing = viewApiKey(old, draft.now).standing
  if (standing !== 'active' || old.replacedBy !== null)
    return unchanged(refuse('state_conflict', { detail: old.replacedBy === null ? `key_${standing}` : 'key_replaced' }))
  const finding = judgeLiveKey(at, old)
  if (finding.kind === 'refused') return unchanged(finding)
  const request = old.mode === 'live' ? requestOf(at) : null
  if (request === 'missing') return unchanged(refuse('state_conflict', { detail: 'document_required' }))
  if (request) changeMatter(at, request, { state: 'used', close: true })
  const { row, secret } = addKey(at, old)
  const expiresAt = Math.min(old.expiresAt ?? Number.MAX_SAFE_INTEGER, draft.now + act.graceSeconds * 1000)
  draft.put('apiKeys', { ...old, replacedBy: row.id, expiresAt })
  writeAct(at, { key: old.id, replaced_by: row.id, expires_at: expiresAt, ...papersOf(request ? [request.id] : []) })
  return draft.done({ kind: 'key', key: viewApiKey(row, draft.now), secret })
}

type StandingAct = Extract<StaffAct, { kind: 'revoke_key' | 'suspend_key' | 'resume_key' }>

/** Revocation is for good; a suspension needs a ground and can be lifted. Both count from the next request on. */
export const decideKeyStanding = (at: ActContext, act: StandingAct): Decision<ActResult> => {
  const { draft } = at
  const key = findKey(at, act.keyNumber)
  if (!key) return unchanged(refuse('not_found'))
  if (key.revokedAt !== null) return unchanged(refuse('state_conflict', { detail: 'key_revoked' }))
  switch (act.kind) {
    case 'revoke_key':
      return revoke(at, key)
    case 'suspend_key': {
      const found = judgeGround(at, act, 'key')
      if (found.kind === 'refused') return unchanged(found)
      if (key.suspendedAt !== null) return unchanged(refuse('state_conflict', { detail: 'already_suspended' }))
      return suspend(at, key, act, found)
    }
    case 'resume_key': {
      if (key.suspendedAt === null) return unchanged(refuse('state_conflict', { detail: 'not_suspended' }))
      // Who lets a key go on that the ladder stopped takes the whole ladder back.
      const open = { ...key, suspendedGround: null, suspendedNote: null, suspendedBy: null, suspendedAt: null }
      const row = draft.put('apiKeys', { ...open, throttle: clearFlag(at, key.id, act.note) ? null : key.throttle })
      writeAct(at, { key: key.id }, { note: act.note })
      recordLifting(at, theKey(key.id), { note: act.note, clause: null })
      return keyDone(at, row)
    }
  }
}

const revoke = (at: ActContext, key: Rows['apiKeys']): Decision<ActResult> => {
  const row = at.draft.put('apiKeys', { ...key, revokedAt: at.draft.now })
  writeAct(at, { key: key.id })
  const standing = findSuspension(at, theKey(key.id))
  if (standing) changeMatter(at, standing, { state: 'key_revoked', close: true })
  return keyDone(at, row)
}

const suspend = (
  at: ActContext,
  key: Rows['apiKeys'],
  { ground, note }: Extract<StaffAct, { kind: 'suspend_key' }>,
  { right, notice }: Grounded,
): Decision<ActResult> => {
  const { draft, by } = at
  const stopped = { suspendedGround: ground, suspendedNote: note, suspendedBy: by.name, suspendedAt: draft.now }
  const row = draft.put('apiKeys', { ...key, ...stopped })
  writeAct(at, { key: key.id, ground, notice_at: notice.deemedAt }, { note, notice: notice.id })
  recordSuspension(at, theKey(key.id), { ground, note, clause: null, notice, right })
  return keyDone(at, row)
}

const keyDone = ({ draft }: ActContext, row: Rows['apiKeys']): Decision<ActResult> =>
  draft.done({ kind: 'key', key: viewApiKey(row, draft.now), secret: null })

const findKey = ({ book }: ActContext, keyNumber: number): Rows['apiKeys'] | null => {
  const key = book.get('apiKeys', keyNumber)
  return key && key.accountId === book.accountId ? key : null
}
