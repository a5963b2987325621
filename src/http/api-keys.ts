import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { isAddressRange } from '../core/address.ts'
import type { StaffAct } from '../core/commands.ts'
import type { ApiKeyView } from '../core/views.ts'
import type { AppDeps } from './deps.ts'
import type { AppEnv } from './env.ts'
import { problem } from './problem.ts'
import { numberOf, optionalNumberOf } from './reading.ts'
import { renderApiKey } from './render.ts'
import type { Routes } from './route.ts'
import * as schemas from './schemas/staff.ts'
import { accountParams, type Done, StaffRoutes, type Wanted } from './staff-routes.ts'

const keyParams = accountParams.extend({ key_id: z.string() })

/** Staff routes of the keys of one account. */
export const addApiKeyRoutes = (routes: Routes, deps: AppDeps): void => {
  const staff = new StaffRoutes(routes, deps, 'API keys (staff)')
  staff.addRead({
    path: '/api-keys',
    summary: 'API keys of an account',
    schema: schemas.apiKeyList,
    question: { kind: 'keys' },
    render: (keys) => ({ items: (keys as ApiKeyView[]).map(renderApiKey) }),
  })

  staff.addRead({
    path: '/api-keys/{key_id}',
    summary: 'One API key of an account',
    schema: schemas.apiKey,
    params: keyParams,
    question: { kind: 'keys' },
    render: (keys, c) => (keys as ApiKeyView[]).map(renderApiKey).find(({ id }) => id === c.req.param('key_id')) ?? null,
  })

  const shownOnce = { status: 201, schema: schemas.newApiKey, kind: 'key' } as const
  const renderNew = (done: Extract<Done, { kind: 'key' }>) => ({ key: renderApiKey(done.key), secret: done.secret })
  staff.addAct({
    ...shownOnce,
    roles: ['ops'],
    method: 'post',
    path: '/api-keys',
    summary: 'Make an API key; the key is shown this once',
    body: schemas.keyBody,
    wanted: (body, _accountId, c) => {
      const bad = body.addresses.findIndex((range) => !isAddressRange(range))
      if (bad !== -1) return problem(c, 'input_invalid', { faults: [{ pointer: `/addresses/${bad}`, rule: 'address_range' }] })
      const { name, mode, scopes, addresses, holder = null, project = null, channel = null } = body
      const expiresAt = body.expires_at ?? null
      return {
        reason: body.reason,
        act: { kind: 'create_key', name, mode, scopes, addresses, expiresAt, holder, project, channel },
      }
    },
    render: renderNew,
  })
  staff.addAct({
    ...shownOnce,
    roles: ['ops'],
    method: 'post',
    path: '/api-keys/{key_id}/rotation',
    summary: 'Replace a key; the old one goes on until its grace is over',
    params: keyParams,
    body: schemas.rotationBody,
    wanted: (body, accountId, c) =>
      onKey(c, accountId, body.reason, (keyNumber) => ({ kind: 'rotate_key', keyNumber, graceSeconds: body.grace_seconds })),
    render: renderNew,
  })

  const changed = { status: 200, schema: schemas.apiKey, kind: 'key', params: keyParams } as const
  const render = (done: Extract<Done, { kind: 'key' }>) => renderApiKey(done.key)
  staff.addAct({
    ...changed,
    roles: ['ops'],
    method: 'post',
    path: '/api-keys/{key_id}/revocation',
    summary: 'Revoke a key, at once and for good',
    body: schemas.reasonBody,
    wanted: (body, accountId, c) => onKey(c, accountId, body.reason, (keyNumber) => ({ kind: 'revoke_key', keyNumber })),
    render,
  })
  staff.addAct({
    ...changed,
    roles: ['ops'],
    method: 'put',
    path: '/api-keys/{key_id}/suspension',
    summary: 'Suspend a key, from the next request on',
    body: schemas.suspensionBody,
    wanted: ({ ground, note, notice_id }, accountId, c) => {
      const noticeId = optionalNumberOf(notice_id, 'not', accountId)
      return noticeId === undefined
        ? null
        : onKey(c, accountId, note, (keyNumber) => ({ kind: 'suspend_key', keyNumber, ground, note, noticeId }))
    },
    render,
  })
  staff.addAct({
    ...changed,
    roles: ['ops'],
    method: 'delete',
    path: '/api-keys/{key_id}/suspension',
    summary: 'Resume a key',
    body: schemas.reasonBody,
    wanted: ({ reason }, accountId, c) =>
      onKey(c, accountId, reason, (keyNumber) => ({ kind: 'resume_key', keyNumber, note: reason })),
    render,
  })
}

/** An act on the key that the path names; null when it is no key of this account. */
const onKey = (c: Context<AppEnv>, accountId: string, reason: string, act: (keyNumber: number) => StaffAct): Wanted | null => {
  const keyNumber = numberOf(c.req.param('key_id'), 'key', accountId)
  return keyNumber === null ? null : { reason, act: act(keyNumber) }
}
