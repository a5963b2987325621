import type { Scene } from './notice.ts'

/** One secret of an endpoint, sealed with the key of its account. */
export interface EndpointSecret {
  /** Base64 of what the cryptography port sealed. */
  sealed: string
  /** Until when it signs beside a newer one; null for the one in use. */
  until: number | null
}

/** For which purpose the secrets are sealed. */
export const secretPurpose = 'webhook_secret'

/** Where a customer wants to be told by webhook (Standard Webhooks). States: `active`, `paused`, `disabled`, `deleted`. */
export interface WebhookEndpoint {
  /** It may hold a token of the customer's own, so it stands in no journal, leaf or log. */
  url: string
  description: string | null
  /** What it is told of; all when empty. */
  scenes: Scene[]
  /** The newest first. Gone when the endpoint is deleted. */
  secrets: EndpointSecret[]
  /** `gone`: it answered 410. `failed`: a whole schedule of tries brought nothing. `staff`: the provider stopped it. */
  disabledBecause: 'gone' | 'failed' | 'staff' | null
  /** When it last took something. */
  lastSentAt: number | null
}

export type WebhookEndpointAct =
  | {
      kind: 'open_webhook_endpoint'
      reference: string | null
      url: string
      description: string | null
      scenes: Scene[]
      sealedSecret: string
    }
  | { kind: 'rotate_webhook_secret'; endpointId: number; sealedSecret: string }
  /** The customer pauses and resumes, staff disable and enable. */
  | { kind: 'set_webhook_endpoint'; endpointId: number; state: 'active' | 'paused' | 'disabled' }
  | { kind: 'delete_webhook_endpoint'; endpointId: number }
  | { kind: 'test_webhook_endpoint'; endpointId: number }
