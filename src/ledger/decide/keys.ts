import { formatApiKey } from '../../core/api-key.ts'
import type { ActResult, StaffAct } from '../../core/commands.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import type { Rows } from '../book.ts'
import { type Decision, unchanged } from '../draft.ts'
import { changeMatter } from '../matters/matter.ts'
import { findValidPaper } from '../matters/paper.ts'
import { viewApiKey } from '../views.ts'
import { type ActContext, judgeGround, termsOf, writeAct } from './act-context.ts'
import { judgeLiveKey } from './live-keys.ts'

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
  const changed = changeStanding(at, act, key)
  if ('kind' in changed) return unchanged(changed)
  const row = draft.put('apiKeys', changed)
  const ground = act.kind === 'suspend_key' ? { ground: act.ground, notice_at: act.noticeDeemedAt } : {}
  writeAct(at, { key: key.id, ...ground }, act.kind === 'revoke_key' ? {} : { note: act.note })
  return draft.done({ kind: 'key', key: viewApiKey(row, draft.now), secret: null })
}

const changeStanding = (at: ActContext, act: StandingAct, key: Rows['apiKeys']): Rows['apiKeys'] | Refusal => {
  const now = at.draft.now
  switch (act.kind) {
    case 'revoke_key':
      return { ...key, revokedAt: now }
    case 'suspend_key': {
      const refusal = judgeGround(at, act.ground, act.noticeDeemedAt)
      if (refusal) return refusal
      if (key.suspendedAt !== null) return refuse('state_conflict', { detail: 'already_suspended' })
      return { ...key, suspendedGround: act.ground, suspendedNote: act.note, suspendedBy: at.by.name, suspendedAt: now }
    }
    case 'resume_key':
      if (key.suspendedAt === null) return refuse('state_conflict', { detail: 'not_suspended' })
      return { ...key, suspendedGround: null, suspendedNote: null, suspendedBy: null, suspendedAt: null }
  }
}

const findKey = ({ book }: ActContext, keyNumber: number): Rows['apiKeys'] | null => {
  const key = book.get('apiKeys', keyNumber)
  return key && key.accountId === book.accountId ? key : null
}
