import { countUptime, type ServiceBreak } from '../agreement/uptime.ts'
import type { MatterView } from '../core/matters/index.ts'
import { addMonths, startOfDayMs } from '../core/shanghai.ts'

/** The uptime of one account over a Shanghai month, from the outages that were recorded. Seconds are rounded down. */
export interface UptimeReport {
  month: string
  /** Until the end of the month, or until now. */
  until: number
  seconds: number
  planned_seconds: number
  down_seconds: number
  excused_seconds: number
  uptime: string | null
  outages: MatterView<'outage'>[]
}

const secondsOf = (ms: number): number => Math.floor(ms / 1000)

const asBreak = ({ data }: MatterView<'outage'>): ServiceBreak => ({
  from: data.from,
  to: data.to,
  planned: data.planned,
  excused: data.attribution?.penaltyMayFollow === false,
})

/** What was recorded and nothing else: an outage that nobody recorded is not in it. Null for a month that has not begun. */
export const uptimeReport = (month: string, outages: readonly MatterView<'outage'>[], now: number): UptimeReport | null => {
  const fromMs = startOfDayMs(`${month}-01`)
  const until = Math.min(startOfDayMs(addMonths(`${month}-01`, 1)), now)
  if (until <= fromMs) return null
  const inMonth = outages.filter(({ data }) => data.from < until && (data.to ?? until) > fromMs)
  const { spanMs, plannedMs, downMs, excusedMs, share } = countUptime(inMonth.map(asBreak), fromMs, until)
  return {
    month,
    until,
    seconds: secondsOf(spanMs),
    planned_seconds: secondsOf(plannedMs),
    down_seconds: secondsOf(downMs),
    excused_seconds: secondsOf(excusedMs),
    uptime: share,
    outages: inMonth,
  }
}
