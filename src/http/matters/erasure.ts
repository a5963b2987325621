import { z } from '@hono/zod-openapi'
import { isAccountId, makeId } from '../../core/ids.ts'
import type { MatterView } from '../../core/matters/index.ts'
import type { Page } from '../../core/views.ts'
import type { AppDeps } from '../deps.ts'
import { problem } from '../problem.ts'
import { bodyBy } from '../reading.ts'
import type { Routes } from '../route.ts'
import { reasonBody } from '../schemas/staff.ts'
import { act, staffOf } from '../staff.ts'
import { accountParams } from '../staff-routes.ts'
import type { MatterRoutes } from './matter-routes.ts'

/** Files of authorisation texts that nothing keeps. */
const removeEvidence = async (deps: AppDeps, accountId: string, sub: string): Promise<void> => {
  const reader = { kind: 'staff', sub } as const
  let before: number | null = null
  do {
    const question = { kind: 'matters', reader, accountId, matter: 'evidence', open: false, before, limit: 100 } as const
    const found = await deps.ledgerOf(accountId).read(question)
    if (found.kind === 'refused') throw new Error(`the evidence of an account cannot be listed: ${found.code}`)
    const { items, next } = found.value as Page<MatterView<'evidence'>>
    for (const { id, data } of items) if (!data.frozen) await deps.files.remove(accountId, makeId('evi', accountId, id))
    before = next
  } while (before !== null)
}

/**
 * Erases what is personal of a closed account. The files go first and the books say so afterwards, so that a break in between
 * leaves nothing behind: the same request goes on where it was.
 */
export const addErasureRoute = (routes: Routes, deps: AppDeps, closings: MatterRoutes<'closing'>): void => {
  routes.add(
    {
      method: 'post',
      path: '/v1/accounts/{account_id}/closings/{closing_id}/erasure',
      caller: 'staff',
      trace: 'account',
      tag: 'Closings',
      summary: 'Erase what is personal, once nothing stands against it; the answer holds the certificate',
      params: accountParams.extend({ closing_id: z.string() }),
      body: reasonBody,
      answers: { 200: { schema: closings.schema, description: 'Erased, but for what an authority keeps.' } },
      problems: ['state_conflict'],
    },
    async (c) => {
      const member = await staffOf(deps, c, [])
      if (member instanceof Response) return member
      const accountId = c.req.param('account_id') ?? ''
      if (!isAccountId(accountId)) return problem(c, 'not_found')
      const body = await bodyBy(c, reasonBody)
      if (body instanceof Response) return body
      const closingId = closings.numberIn(c, accountId)
      if (closingId === null) return problem(c, 'not_found')
      const begun = await act(deps, c, member, accountId, body.reason, { kind: 'begin_erasure', closingId })
      if (begun instanceof Response) return begun
      if (begun.kind !== 'matter') throw new Error(`an erasure answered ${begun.kind}`)
      await removeEvidence(deps, accountId, member.sub)
      const { handOver } = begun.matter.data as MatterView<'closing'>['data']
      for (const { name } of handOver?.files ?? []) await deps.files.remove(accountId, name)
      for (;;) {
        const done = await act(deps, c, member, accountId, body.reason, { kind: 'erase_account', closingId })
        if (done instanceof Response) return done
        if (done.kind !== 'matter') throw new Error(`an erasure answered ${done.kind}`)
        if (done.matter.state !== 'erasing') return c.json(closings.render(done.matter), 200, { 'Cache-Control': 'no-store' })
      }
    },
  )
}
