import type { Crypto } from './ports.ts'

/** A short text sealed for one account and purpose, as Base64 that a row can hold. */
export const sealText = (crypto: Pick<Crypto, 'seal'>, accountId: string, purpose: string, text: string): string =>
  btoa(String.fromCharCode(...crypto.seal(accountId, purpose, new TextEncoder().encode(text))))

/** Opens what `sealText` made for the same account and purpose. Throws when it was changed, or belongs elsewhere. */
export const unsealText = (crypto: Pick<Crypto, 'unseal'>, accountId: string, purpose: string, sealed: string): string =>
  new TextDecoder().decode(
    crypto.unseal(
      accountId,
      purpose,
      Uint8Array.from(atob(sealed), (character) => character.charCodeAt(0)),
    ),
  )
