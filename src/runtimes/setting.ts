import { z } from 'zod'

/** A setting is wrong. The message names it and says what it may be, one sentence. */
export class ConfigError extends Error {}

export const integer = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most)

/** Keys that travel in the open could be anybody's; only inside this machine is there nobody to change them. */
export const secureUrl = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : null
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname))
})
