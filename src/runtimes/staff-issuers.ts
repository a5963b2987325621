import type { JWK } from 'jose'
import type { Clock, Log, Network } from '../core/ports.ts'
import type { StaffIssuer } from '../http/deps.ts'
import { fixedKeys, remoteKeys } from '../http/issuer-keys.ts'
import type { OidcConfig } from './config.ts'
import { staffIssuer } from './keyring.ts'

/** Asymmetric and in wide use. With any HS… the public key would be the secret. */
const oidcAlgorithms = ['RS256', 'ES256', 'EdDSA']

/** Everybody whose staff tokens are taken: the built-in issuer by its public key, and the configured one by what it publishes. */
export const openStaffIssuers = (
  publicKey: JWK,
  oidc: OidcConfig | null,
  outside: { network: Network; clock: Clock; log: Log },
): StaffIssuer[] => {
  const builtIn: StaffIssuer = {
    ...staffIssuer,
    name: null,
    algorithms: ['EdDSA'],
    tokenType: 'at+jwt',
    rolesClaim: 'roles',
    keys: fixedKeys({ keys: [publicKey] }),
  }
  if (!oidc) return [builtIn]
  const { jwksUrl, ...pinned } = oidc
  return [builtIn, { ...pinned, algorithms: oidcAlgorithms, keys: remoteKeys({ name: oidc.name, url: jwksUrl, ...outside }) }]
}
