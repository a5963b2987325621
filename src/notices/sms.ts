import { makeId } from '../core/ids.ts'
import { checkMobileNumber, normaliseMobileNumber } from '../core/mobile-number.ts'
import type { OutgoingNotice, Sending, SendNotice } from '../core/ports.ts'
import { refused } from './endings.ts'

/** A text that is registered at the vendor, and the variables that stand in it, in their order. */
export interface SmsTemplate {
  template: string
  variables: readonly string[]
}

/** Templates by scene; `<scene>:<language>` comes before the scene alone. */
export type SmsTemplates = Readonly<Record<string, SmsTemplate>>

/** One SMS as a vendor is asked for it. */
export interface Sms {
  /** 11 digits, without the country code. */
  number: string
  template: string
  /** Names and values of the template's variables, in its order. */
  values: readonly (readonly [name: string, value: string])[]
  /** Ours, handed on to the vendor for its reports. */
  reference: string
}

/** Asks a vendor to send one SMS. Never throws. */
export type SendSms = (sms: Sms) => Promise<Sending>

const templateOf = (templates: SmsTemplates, { scene, language }: OutgoingNotice): SmsTemplate | undefined => {
  const name = [`${scene}:${language}`, scene].find((candidate) => Object.hasOwn(templates, candidate))
  return name === undefined ? undefined : templates[name]
}

/**
 * A notice as an SMS: mainland vendors send nothing but registered texts, so only the variables travel. What has no template,
 * or not every variable of it, is refused before it costs anything.
 */
export const openSms =
  (send: SendSms, templates: SmsTemplates): SendNotice =>
  async (notice) => {
    const number = normaliseMobileNumber(notice.to)
    if (checkMobileNumber(number) !== null) return refused('number_invalid')
    const found = templateOf(templates, notice)
    if (!found) return refused('no_template')
    const { variables } = notice
    if (found.variables.some((name) => !Object.hasOwn(variables, name))) return refused('template_variable_missing')
    return send({
      number,
      template: found.template,
      values: found.variables.map((name) => [name, String(variables[name])] as const),
      reference: makeId('not', notice.accountId, notice.noticeId),
    })
  }
