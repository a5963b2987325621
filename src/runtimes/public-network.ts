import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { Clock, Network } from '../core/ports.ts'
import { addressOfHost, isLoopbackAddress, isPublicAddress } from '../core/webhook-url.ts'
import { notPublicCode, openNetwork } from './network.ts'

/** Every address of a name, as the system finds them. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>

const systemResolve: Resolve = (hostname) =>
  new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)))
  })

/**
 * The network to addresses that customers have named: it connects to the open internet alone. The judgement is over the very
 * address that is connected to, so a name that leads elsewhere at its second lookup gains nothing. One address of the house
 * among several refuses them all. `loopback` lets this machine be reached, for development.
 */
export const openPublicNetwork = ({
  clock,
  loopback,
  resolve = systemResolve,
}: {
  clock: Clock
  loopback: boolean
  resolve?: Resolve
}): { network: Network; close(): Promise<void> } => {
  const mayReach = (address: string): boolean => isPublicAddress(address) || (loopback && isLoopbackAddress(address))
  const lookup: LookupFunction = (hostname, options, answer) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses
        if (!first || !addresses.every(({ address }) => mayReach(address))) {
          answer(Object.assign(new Error('not a public address'), { code: notPublicCode }), '')
          return
        }
        if (options.all) answer(null, addresses)
        else answer(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => answer(error, ''),
    )
  }
  const { network, close } = openNetwork({ clock, lookup })
  return {
    network: async (request) => {
      // An address in the URL is connected to without any lookup.
      const address = URL.canParse(request.url) ? addressOfHost(new URL(request.url).hostname) : null
      if (address !== null && !mayReach(address)) return { kind: 'not_sent', reason: 'address_not_public' }
      return network(request)
    },
    close,
  }
}
