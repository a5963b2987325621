import type { App } from '../../src/http/app.ts'
import type { StaffIssuerKey } from '../../src/runtimes/keyring.ts'

/** One line of a journal, as far as the suites look at it. */
export interface JournalLine {
  seq: number
  kind: string
  body: string | null
}

/** A runtime under the HTTP suites. The suites know nothing else of it. */
export interface Backend {
  app: App
  dataDir: string
  staffIssuerKey: StaffIssuerKey
  /** Sends one request as a caller at this address would. */
  fetch(url: string, init: RequestInit, from: string): Promise<Response>
  /** Opens a socket; from then on every request goes through it. Returns its address. */
  listen(): Promise<string>
  /** Runs everything that time has made due. */
  sweep(): Promise<void>
  /** The journal of one account, read beside the gateway. */
  journal(accountId: string): Promise<JournalLine[]>
  /** Ends the work and returns the broken invariants. */
  closeBooks(): Promise<{ invariant: string; where: string }[]>
  /** Throws the data away. */
  forget(): Promise<void>
}
