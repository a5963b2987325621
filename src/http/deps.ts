import type { JSONWebKeySet } from 'jose'
import type { Limits } from '../core/limits.ts'
import type { Directory } from '../core/ports.ts'
import type { VerifyDeps } from '../verify.ts'

/** Who signs staff tokens, and for whom. Nothing is taken from a token that is not pinned here. */
export interface StaffTokens {
  issuer: string
  audience: string
  keys: JSONWebKeySet
}

/** How the gateway is: whether the ledger can write, and what stands in the way. */
export interface Readiness {
  ready: boolean
  reasons: string[]
}

/** What the books say of themselves. */
export interface Integrity {
  accounts: number
  entries: number
  verifications: number
  violations: { invariant: string; where: string }[]
}

/** Everything the door is made of. A runtime hands these in; the door knows no platform. */
export interface AppDeps extends VerifyDeps {
  directory: Directory
  staff: StaffTokens
  /** Slows down callers whose keys keep failing. */
  failedKeys: Limits
  /** The address at the other end of the connection, from what the server passes along with a request. */
  socketAddress(environment: unknown): string
  /** How many proxies in front of the gateway append to X-Forwarded-For. */
  trustedProxies: number
  version: string
  readiness(): Promise<Readiness>
  integrity(): Promise<Integrity>
  /** Persons of the sandbox source, shown with the checks. */
  sandboxPersons: readonly SandboxPersonView[]
}

/** One made-up person of the sandbox and the outcome that a test key gets. */
export interface SandboxPersonView {
  check: string
  data_subject: Record<string, string>
  outcome: string
  note: string
}
