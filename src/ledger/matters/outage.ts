import type { OutageAct } from '../../core/matters/outage.ts'
import type { ActContext } from '../decide/act-context.ts'
import { attribute } from './attribution.ts'
import { defineMatter } from './matter.ts'
import { conflict, openOnce, stepOnce } from './record.ts'

type Act<N extends OutageAct['kind']> = Extract<OutageAct, { kind: N }>

const recordOutage = (at: ActContext, act: Act<'record_outage'>) =>
  openOnce(at, 'outage', act, () => {
    const { from, to, checks, planned, text } = act
    if (from > at.draft.now || (to !== null && to > at.draft.now)) return conflict('not_yet')
    if (to !== null && to <= from) return conflict('ends_before_it_begins')
    return {
      state: to === null ? 'running' : 'over',
      data: { from, to, checks, planned, text, attribution: null },
      // A planned break needs no cause.
      close: planned && to !== null,
      facts: { from, to, planned: planned ? 1 : 0 },
      body: { text },
    }
  })

const endOutage = (at: ActContext, { outageId, to }: Act<'end_outage'>) =>
  stepOnce(at, 'outage', outageId, ({ data }) => {
    if (data.to !== null) return conflict('already_over')
    if (to > at.draft.now) return conflict('not_yet')
    if (to <= data.from) return conflict('ends_before_it_begins')
    return { state: 'over', data: { to }, close: data.planned, facts: { to } }
  })

const attributeOutage = (at: ActContext, act: Act<'attribute_outage'>) =>
  stepOnce(at, 'outage', act.outageId, ({ data }) => {
    if (data.to === null) return conflict('not_over')
    const { attribution, facts, isFinal } = attribute(at, act)
    return { state: 'attributed', data: { attribution }, close: isFinal, facts }
  })

/** Outages as they are recorded by people, for the uptime of an account (S0 三(二)1,2), with their causes (S1 §7.1.2, S2 十(二)(三)). */
export const outageRules = defineMatter<'outage', OutageAct>('outage', {
  record_outage: recordOutage,
  end_outage: endOutage,
  attribute_outage: attributeOutage,
})
