import { importJWK, SignJWT } from 'jose'
import { type StaffIssuerKey, staffIssuer } from './keyring.ts'

/** Signs a staff token with the built-in issuer's key: whoever can read the key files may do so. `nowMs` is when it begins. */
export const signStaffToken = async (
  key: StaffIssuerKey,
  token: { sub: string; roles: readonly string[]; hours: number },
  nowMs: number,
): Promise<string> => {
  const issuedAt = Math.floor(nowMs / 1000)
  return new SignJWT({ roles: token.roles })
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: 'at+jwt' })
    .setIssuer(staffIssuer.issuer)
    .setAudience(staffIssuer.audience)
    .setSubject(token.sub)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + token.hours * 3_600)
    .sign(await importJWK({ ...key }, 'EdDSA'))
}
