import { shanghaiDay } from '../../core/shanghai.ts'
import type { Rows } from '../book.ts'
import { type ActContext, termsOf } from '../decide/act-context.ts'
import { changeMatter, defineMatter, type Matter, openMatter } from './matter.ts'
import { notify } from './notice.ts'

const dayMs = 86_400_000

/** The instant at which the customer is told that so many whole days are left. */
const wakeFor = (expiresAt: number, days: number | undefined): number | null =>
  days === undefined ? null : expiresAt - days * dayMs

/** From the making of a pack on, its end is watched, on the days that the agreement lists (a choice; S1 三). */
export const watchExpiry = (at: ActContext, { id: grant, expiresAt }: Rows['grants']): void => {
  if (expiresAt === null) return
  const daysAhead = [...new Set(termsOf(at)?.expiryWarningDays ?? [])]
    .filter((days) => expiresAt - days * dayMs > at.draft.now)
    .sort((a, b) => b - a)
  if (daysAhead.length === 0) return
  const wakeAt = wakeFor(expiresAt, daysAhead[0])
  openMatter(at, 'grant_expiry', { id: grant, state: 'watched', data: { grant, expiresAt, daysAhead }, wakeAt })
}

/** A day of the list has come: the customer is told when credits are left. After a standstill the nearest day alone is told. */
const tell = (at: ActContext, watch: Matter<'grant_expiry'>): void => {
  const { grant: grantId, expiresAt, daysAhead } = watch.data
  const now = at.draft.now
  const rest = daysAhead.filter((days) => expiresAt - days * dayMs > now)
  const days = daysAhead.filter((ahead) => !rest.includes(ahead)).at(-1)
  const grant = at.book.get('grants', grantId)
  const left = grant ? grant.available + grant.held : 0
  if (grant && days !== undefined && left > 0 && now < expiresAt)
    notify(at, 'expiry_ahead', {
      grant: grantId,
      check: grant.check,
      mode: grant.mode,
      available: grant.available,
      days,
      last_day: shanghaiDay(expiresAt - 1),
    })
  const isOver = rest.length === 0 || left === 0
  changeMatter(at, watch, {
    ...(isOver ? { state: 'told', close: true } : { wakeAt: wakeFor(expiresAt, rest[0]) }),
    data: { daysAhead: rest },
  })
}

/** Tells of the end of a pack while its credits can still be used. */
export const grantExpiryRules = defineMatter('grant_expiry', {}, tell)
