import type { Limits } from '../core/limits.ts'
import type { Metrics } from '../core/metrics.ts'
import type { Directory, Files } from '../core/ports.ts'
import type { VerifyDeps } from '../verify.ts'
import type { IssuerKeys } from './issuer-keys.ts'

/** Who signs staff tokens, and for whom. Nothing is taken from a token that is not pinned here. */
export interface StaffIssuer {
  /** Stands with a slash before the subjects of this issuer; null for the built-in one. Different for any two issuers. */
  name: string | null
  /** Exactly what stands in `iss`. */
  issuer: string
  audience: string
  /** Asymmetric ones only. */
  algorithms: readonly string[]
  /** What `typ` in the header must say; `JWT` only for an issuer that cannot write RFC 9068's `at+jwt`. */
  tokenType: 'at+jwt' | 'JWT'
  /** The member of the claims that lists the roles. */
  rolesClaim: string
  keys: IssuerKeys
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

/** What an operator watches. */
export interface Observation {
  metrics: Metrics
  /** Everything counted so far, in the text format of Prometheus (0.0.4). */
  metricsText(): Promise<string>
  /** A secret that opens `GET /metrics` and nothing else, for a scraper that cannot get staff tokens; null when there is none. */
  metricsToken: string | null
  /** Whether every request is one log line. */
  logRequests: boolean
  /** Milliseconds that never go back, for durations; their zero means nothing. */
  ticks(): number
}

/** Signs documents for whoever keeps them. The private half stays in the runtime. */
export interface DocumentSigner {
  /** The public keys, the one that signs first; those of older signatures behind it. */
  keys: readonly { kty: 'OKP'; crv: 'Ed25519'; x: string; kid: string; alg: string; use: string }[]
  /** A compact JWS over these bytes, as issued at an instant. */
  sign(payload: Uint8Array, issuedAt: number): Promise<string>
}

/** Everything the door is made of. A runtime hands these in; the door knows no platform. */
export interface AppDeps extends VerifyDeps, Observation {
  directory: Directory
  /** Files of accounts: evidence, sealed copies, exports. */
  files: Files
  /** Whose staff tokens are taken. */
  staff: readonly StaffIssuer[]
  /** Null where the installation has no keys for it: documents are then not signed. */
  documentSigner: DocumentSigner | null
  /** Slows down callers whose keys or staff tokens keep failing. */
  failedKeys: Limits
  /** The address at the other end of the connection, from what the server passes along with a request. */
  socketAddress(environment: unknown): string
  /** How many proxies in front of the gateway append to X-Forwarded-For. */
  trustedProxies: number
  version: string
  /** Where a weakness is reported: a `mailto:` or `https:` address (RFC 9116), or null. */
  securityContact: string | null
  readiness(): Promise<Readiness>
  integrity(): Promise<Integrity>
  /** Whether webhooks may go to this very machine by http, for development. */
  webhookLoopback: boolean
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
