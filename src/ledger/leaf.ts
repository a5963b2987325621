import { canonicalJson } from '../core/canonical-json.ts'
import type { Crypto } from '../core/ports.ts'

/** Members of a leaf besides its head. Ids, codes, numbers and salted digests only; never personal data. */
export type LeafFacts = Record<string, string | number | null>

/**
 * The bytes of one audit leaf: canonical JSON (RFC 8785), UTF-8, version 1. The encoding is a contract with every
 * customer who keeps a proof; a test holds golden bytes, and a change is a new version beside this one.
 */
export const encodeLeaf = (
  head: { account: string; index: number; seq: number; at: number; event: string },
  facts: LeafFacts,
): string => canonicalJson({ v: 1, ...head, ...facts })

/** RFC 9162 §2.1.1: SHA-256(0x00 ‖ leaf), lower-case hex. */
export const hashLeaf = (crypto: Pick<Crypto, 'sha256'>, leaf: string): string => crypto.sha256(`\0${leaf}`)

/** A digest that says nothing once the salt is erased: SHA-256(salt ‖ HMAC), both as hex text. */
export const saltedDigest = (crypto: Pick<Crypto, 'sha256'>, salt: string, hmac: string): string => crypto.sha256(salt + hmac)
