/** Who caused a delay of the connection (S0 三(一)1). */
export const delayCauses = ['customer', 'provider', 'partner'] as const
export type DelayCause = (typeof delayCauses)[number]

/** The customer's connection to the interface, from its beginning to the passed test (S0 一.2, S4 §3.1). */
export interface Integration {
  /** What delayed it; `penalty` is none where the customer is the cause (S0 三(一)1). */
  delays: { cause: DelayCause; days: number; penalty: 'none' | 'open'; by: string; at: number }[]
  /** How the test was passed: by test calls of this account, or by a signed record that staff hold. */
  passed: { verificationIds: number[]; recordSha256: string | null; by: string; at: number } | null
}

export type IntegrationAct =
  | { kind: 'open_integration'; reference: string | null }
  | { kind: 'delay_integration'; integrationId: number; cause: DelayCause; days: number }
  | { kind: 'pass_integration'; integrationId: number; verificationIds: number[]; recordSha256: string | null }

/** What a customer does itself: it begins, and it names its test calls. */
export type OwnIntegrationAct = Exclude<IntegrationAct, { kind: 'delay_integration' }>
